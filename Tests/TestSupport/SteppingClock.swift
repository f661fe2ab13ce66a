// SPDX-License-Identifier: Apache-2.0

public import HAL
internal import Synchronization
public import Telemetry

/// A clock that jumps to the end of every sleep, and cancels the task that asks it after its end.
///
/// A day of one task's work takes as long as the work: nothing waits. Work that takes time says
/// so with `spend`. Give that work a `Task` of its own, because it is what gets cancelled.
public final class SteppingClock: HALClock {
    private let uptime: Mutex<Int64>
    private let bootWallMilliseconds: Int64
    private let endMilliseconds: Int64

    /// A clock from uptime 0 to `endMilliseconds`.
    public init(endMilliseconds: Int64, bootWallMilliseconds: Int64 = 1_800_000_000_000) {
        uptime = Mutex(0)
        self.bootWallMilliseconds = bootWallMilliseconds
        self.endMilliseconds = endMilliseconds
    }

    /// Now.
    public func now() -> Timestamp {
        let uptime = uptime.withLock { $0 }
        if uptime > endMilliseconds { withUnsafeCurrentTask { $0?.cancel() } }
        return Timestamp(
            wallMilliseconds: bootWallMilliseconds + uptime, uptimeMilliseconds: uptime)
    }

    /// Passes time as blocking work does.
    public func spend(milliseconds: Int64) {
        uptime.withLock { $0 += milliseconds }
    }

    /// Jumps to `uptimeMilliseconds`.
    ///
    /// - Parameter uptimeMilliseconds: where to.
    /// - Throws: `CancellationError` when that is after the end, or the task is cancelled.
    public func sleep(untilUptimeMilliseconds uptimeMilliseconds: Int64) async throws {
        try Task.checkCancellation()
        guard uptimeMilliseconds <= endMilliseconds else { throw CancellationError() }
        uptime.withLock { $0 = max($0, uptimeMilliseconds) }
    }
}
