// SPDX-License-Identifier: Apache-2.0

/// What the next attestation is to state.
public struct Unattested: Equatable, Sendable {
    /// Durable readings that no attestation covers, the oldest first; `nil` if there are none.
    /// Ids in it that are missing are in a gap.
    public let readings: ClosedRange<UInt64>?
    /// How many readings the range holds.
    public let count: Int
    /// Gaps that no attestation states, the oldest first.
    public let gaps: [StoredGap]
    /// The attestation that the next one follows.
    public let head: ChainHead
}
