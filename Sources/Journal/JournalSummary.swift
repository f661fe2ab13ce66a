// SPDX-License-Identifier: Apache-2.0

/// A journal at a glance.
public struct JournalSummary: Hashable, Sendable {
    /// The oldest and newest reading; `nil` if there is none.
    public let readings: ClosedRange<UInt64>?
    /// How many readings there are: the range less the gaps in it.
    public let readingCount: UInt64
    /// The last reading that an attestation covers, 0 for none.
    public let attestedLast: UInt64
    /// The oldest and newest attestation by sequence number; `nil` if there is none.
    public let attestations: ClosedRange<UInt64>?
    /// The end of the chain.
    public let head: ChainHead
    /// Losses that no attestation states yet.
    public let unsignedGapCount: Int
    /// The newest boot in which the journal was open; `nil` for none.
    public let boot: BootRecord?
    /// Bytes of the file.
    public let fileBytes: Int64
    /// Bytes in it that are free for new readings.
    public let freeBytes: Int64
    /// Bytes of the WAL.
    public let walBytes: Int64
}
