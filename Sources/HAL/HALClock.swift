// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// The time that a bus runs by, so that a test can bring its own.
public protocol HALClock: Sendable {
    /// Now, by wall clock and uptime.
    func now() -> Timestamp

    /// Now, by the clock that the kernel stamps events with, `CLOCK_MONOTONIC`.
    func monotonicNanoseconds() -> UInt64

    /// Returns when the uptime is `uptimeMilliseconds` or later, at once if it is already.
    ///
    /// - Parameter uptimeMilliseconds: when to return; `Int64.max` waits for cancellation.
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    func sleep(untilUptimeMilliseconds uptimeMilliseconds: Int64) async throws
}

extension HALClock {
    /// The uptime, for a clock of a machine that never sleeps.
    public func monotonicNanoseconds() -> UInt64 {
        UInt64(clamping: now().uptimeMilliseconds.multipliedSaturating(by: 1_000_000))
    }
}
