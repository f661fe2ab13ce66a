// SPDX-License-Identifier: Apache-2.0

public import HAL
internal import Synchronization
public import Telemetry

/// A clock that moves only when a test moves it.
public final class ManualClock: HALClock {
    private struct Sleeper {
        let until: Int64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Watcher {
        let count: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now: Timestamp
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var watchers: [Watcher] = []
    }

    private let state: Mutex<State>

    /// A clock that stands at that moment.
    public init(wallMilliseconds: Int64 = 1_800_000_000_000, uptimeMilliseconds: Int64 = 0) {
        state = Mutex(
            State(
                now: Timestamp(
                    wallMilliseconds: wallMilliseconds, uptimeMilliseconds: uptimeMilliseconds)))
    }

    /// Now.
    public func now() -> Timestamp { state.withLock { $0.now } }

    /// Sets the wall clock alone, as a time server does.
    public func setWall(milliseconds: Int64) {
        state.withLock {
            $0.now = Timestamp(
                wallMilliseconds: milliseconds, uptimeMilliseconds: $0.now.uptimeMilliseconds)
        }
    }

    /// Moves both clocks on and wakes who slept until then.
    public func advance(milliseconds: Int64) {
        let woken = state.withLock { state in
            state.now = Timestamp(
                wallMilliseconds: state.now.wallMilliseconds + milliseconds,
                uptimeMilliseconds: state.now.uptimeMilliseconds + milliseconds)
            let now = state.now.uptimeMilliseconds
            let due = state.sleepers.filter { $0.value.until <= now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Returns as soon as so many tasks sleep on this clock at once.
    public func waitForSleepers(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state in
                let ready = state.sleepers.count >= count
                if !ready {
                    state.watchers.append(Watcher(count: count, continuation: continuation))
                }
                return ready
            }
            if ready { continuation.resume() }
        }
    }

    /// Returns when the clock has been moved to `uptimeMilliseconds` or later.
    ///
    /// - Parameter uptimeMilliseconds: when to return.
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    public func sleep(untilUptimeMilliseconds uptimeMilliseconds: Int64) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(Sleeper(until: uptimeMilliseconds, continuation: continuation), id)
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.cancelled.insert(id)
                return state.sleepers.removeValue(forKey: id)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    private func enqueue(_ sleeper: Sleeper, _ id: Int) {
        enum Next { case sleep([Watcher]), wake, cancel }
        let next: Next = state.withLock { state in
            if state.cancelled.contains(id) { return .cancel }
            if sleeper.until <= state.now.uptimeMilliseconds { return .wake }
            state.sleepers[id] = sleeper
            let count = state.sleepers.count
            defer { state.watchers.removeAll { $0.count <= count } }
            return .sleep(state.watchers.filter { $0.count <= count })
        }
        switch next {
        case .sleep(let watchers): for watcher in watchers { watcher.continuation.resume() }
        case .wake: sleeper.continuation.resume()
        case .cancel: sleeper.continuation.resume(throwing: CancellationError())
        }
    }
}
