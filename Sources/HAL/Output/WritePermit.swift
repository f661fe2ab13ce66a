// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import Telemetry

/// The leave to write a value, which may end while the write waits for its bus or the device.
///
/// Whoever gives it moves its end; the driver asks for it right before the hardware is touched.
public final class WritePermit: Sendable {
    private struct State: Sendable {
        var end: Int64
        var isUsed = false
    }

    private let clock: any HALClock
    private let state: Mutex<State>

    /// Leave until that uptime.
    ///
    /// - Parameters:
    ///   - clock: the time that it ends by.
    ///   - end: from then on the write must not begin; `Int64.max` for never.
    public init(clock: any HALClock = SystemHALClock(), untilUptimeMilliseconds end: Int64 = .max) {
        self.clock = clock
        state = Mutex(State(end: end))
    }

    /// Moves the end.
    public func set(untilUptimeMilliseconds end: Int64) { state.withLock { $0.end = end } }

    /// Ends it now.
    public func end() { set(untilUptimeMilliseconds: .min) }

    /// Whether a driver has begun to write under it.
    public var isUsed: Bool { state.withLock { $0.isUsed } }

    /// Asks for leave to touch the hardware, which must be the next thing that is done.
    ///
    /// - Parameter place: the line, file or register, for the failure.
    /// - Throws: `busy` if it has ended: the output is somebody else's now.
    func use(at place: @autoclosure () -> String) throws(WriteFailure) {
        let isGiven = state.withLock { state in
            guard state.end == .max || clock.now().uptimeMilliseconds < state.end else {
                return false
            }
            state.isUsed = true
            return true
        }
        if !isGiven { throw WriteFailure(.busy, "begin", place()) }
    }
}
