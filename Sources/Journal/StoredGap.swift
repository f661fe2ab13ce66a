// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// A loss as the journal keeps it.
public struct StoredGap: Hashable, Sendable {
    /// Its number in the journal.
    public let id: Int64
    /// What was lost. An unsigned gap may still grow at its end.
    public let gap: Gap
    /// The sequence number of the attestation that states it; `nil` while none does.
    public let attestation: UInt64?
}
