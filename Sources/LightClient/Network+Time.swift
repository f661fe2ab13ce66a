// SPDX-License-Identifier: Apache-2.0

internal import Bytes

/// Slots, epochs, periods and forks: the helpers of the specification, with its names.
extension Network {
    /// `compute_epoch_at_slot`.
    public func epoch(atSlot slot: UInt64) -> UInt64 { slot / slotsPerEpoch }

    /// `compute_sync_committee_period_at_slot`.
    public func syncCommitteePeriod(atSlot slot: UInt64) -> UInt64 {
        epoch(atSlot: slot) / epochsPerSyncCommitteePeriod
    }

    /// Slots that a sync committee serves; `UPDATE_TIMEOUT` is as long.
    public var slotsPerSyncCommitteePeriod: UInt64 { slotsPerEpoch * epochsPerSyncCommitteePeriod }

    /// The fork in force at a slot.
    public func fork(atSlot slot: UInt64) -> ConsensusFork {
        fork(atEpoch: epoch(atSlot: slot)).fork
    }

    /// `compute_fork_version`, with the fork's name.
    func fork(atEpoch epoch: UInt64) -> Fork {
        forks.last { $0.epoch <= epoch } ?? forks[0]
    }

    /// The slot of a time, in seconds since 1970; `nil` before genesis.
    public func slot(atTime seconds: UInt64) -> UInt64? {
        seconds < genesisTime ? nil : (seconds - genesisTime) / secondsPerSlot
    }

    /// When a slot begins, in seconds since 1970; the largest number where it is beyond all times.
    public func time(ofSlot slot: UInt64) -> UInt64 {
        let (seconds, isTooLong) = slot.multipliedReportingOverflow(by: secondsPerSlot)
        let (time, isTooLate) = genesisTime.addingReportingOverflow(seconds)
        return isTooLong || isTooLate ? .max : time
    }
}
