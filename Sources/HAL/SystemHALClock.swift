// SPDX-License-Identifier: Apache-2.0

internal import Platform
public import Telemetry

/// The machine's own clocks.
public struct SystemHALClock: HALClock {
    /// The machine's clocks.
    public init() {}

    /// Now, by wall clock and uptime.
    public func now() -> Timestamp { SystemClock.now() }

    /// Now, by `CLOCK_MONOTONIC`.
    public func monotonicNanoseconds() -> UInt64 {
        UInt64(clamping: SystemClock.monotonicMicroseconds()).multipliedReportingOverflow(by: 1000)
            .partialValue
    }

    /// Returns when the uptime is `uptimeMilliseconds` or later, at once if it is already.
    ///
    /// - Parameter uptimeMilliseconds: when to return.
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    public func sleep(untilUptimeMilliseconds uptimeMilliseconds: Int64) async throws {
        try Task.checkCancellation()
        while true {
            // To the nanosecond: whole milliseconds would end each sleep as late within the last one
            // as it began within the first.
            let (now, begun) = SystemClock.uptimeNanoseconds()
                .quotientAndRemainder(dividingBy: 1_000_000)
            guard now < uptimeMilliseconds else { return }
            // In steps of an hour, because a duration must not overflow.
            let pause = min(uptimeMilliseconds - now, 3_600_000) * 1_000_000 - begun
            try await Task.sleep(for: .nanoseconds(pause), tolerance: .zero)
        }
    }
}
