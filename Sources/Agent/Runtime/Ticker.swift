// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Telemetry

/// Does something at a fixed period until its task is cancelled.
///
/// Ticks stand on a grid: a slow action skips ticks and never shifts or bursts them.
enum Ticker {
    /// Runs `action` every `period()` milliseconds; the period is asked for before every tick, so
    /// that a new configuration takes effect at once.
    static func run(
        clock: any HALClock, period: @Sendable () async -> Int64,
        action: @Sendable () async -> Void
    ) async {
        var next = clock.now().uptimeMilliseconds
        while !Task.isCancelled {
            let step = max(await period(), 1)
            let late = clock.now().uptimeMilliseconds - next
            next += step * max(late / step + 1, 1)
            do {
                try await clock.sleep(untilUptimeMilliseconds: next)
            } catch {
                return
            }
            await action()
        }
    }
}
