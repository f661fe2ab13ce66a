// SPDX-License-Identifier: Apache-2.0

/// When a commit is to raise the reading floor of the counters file.
struct FloorSchedule {
    private var floor: UInt64?
    private var sinceUptimeMilliseconds: Int64 = 0

    /// Whether the floor is due to be raised to `last`; attestations raise it as well.
    mutating func isDue(floor: UInt64, last: UInt64, uptimeMilliseconds: Int64) -> Bool {
        if self.floor != floor {
            self.floor = floor
            sinceUptimeMilliseconds = uptimeMilliseconds
        }
        guard last > floor else { return false }
        return last - floor >= JournalLimits.floorReadingsMax
            || uptimeMilliseconds - sinceUptimeMilliseconds
                >= JournalLimits.floorIntervalMilliseconds
    }
}
