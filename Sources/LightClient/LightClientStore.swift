// SPDX-License-Identifier: Apache-2.0

internal import BLS
internal import Bytes

/// What a light client knows (consensus-specs, `LightClientStore`).
public struct LightClientStore: Sendable {
    /// The newest header that can't be taken back.
    public internal(set) var finalizedHeader: LightClientHeader
    var currentSyncCommittee: SyncCommittee
    /// `nil` until an update of the period tells it.
    var nextSyncCommittee: SyncCommittee?
    /// What a forced update would apply; the follower never forces one.
    public internal(set) var bestValidUpdate: LightClientUpdate?
    /// The newest header that enough of a committee signed.
    public internal(set) var optimisticHeader: LightClientHeader
    var previousMaxActiveParticipants: Int
    var currentMaxActiveParticipants: Int
    /// Checked keys of the two committees: making them takes thirty times as long as a signature.
    var keys = CommitteeKeys()

    /// `is_next_sync_committee_known`.
    public var isNextSyncCommitteeKnown: Bool { nextSyncCommittee != nil }

    /// `get_safety_threshold`.
    var safetyThreshold: Int {
        max(previousMaxActiveParticipants, currentMaxActiveParticipants) / 2
    }
}
