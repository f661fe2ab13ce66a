// SPDX-License-Identifier: Apache-2.0

/// Tells a recorder that works from one that hangs.
struct Watchdog {
    private var attempts: UInt64 = 0
    private var since: Int64?

    /// Whether commits are attempted as often as they should be, with grace for a slow disk.
    mutating func isAlive(
        attempts: UInt64, periodMilliseconds: Int64, at now: Int64
    ) -> Bool {
        if attempts != self.attempts || since == nil {
            self.attempts = attempts
            since = now
        }
        return now - (since ?? now) < periodMilliseconds + AgentLimits.recorderGraceMilliseconds
    }
}
