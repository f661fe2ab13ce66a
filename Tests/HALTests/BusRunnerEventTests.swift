// SPDX-License-Identifier: Apache-2.0

import HAL
import Synchronization
import Telemetry
import TestSupport
import Testing

@Suite struct BusRunnerEventTests {
    static let wall: Int64 = 1_800_000_000_000

    static func event(_ milliseconds: UInt64, _ outcome: Outcome, point: Int = 0) -> PointEvent {
        PointEvent(
            point: point, outcome: outcome, monotonicNanoseconds: milliseconds * 1_000_000)
    }

    @Test("events are delivered with their own time, in order around the polled outcome")
    func order() async throws {
        let clock = SteppingClock(endMilliseconds: 2000, bootWallMilliseconds: Self.wall)
        let taken = Mutex(0)
        let driver = ScriptedEventDriver([.test("a", periods: [1000, 1000])]) { _, isClosed in
            if isClosed { return [] }
            let round = taken.withLock { taken in
                defer { taken += 1 }
                return taken
            }
            guard round == 1 else { return [] }
            // Something comes between the answer and the taking.
            clock.spend(milliseconds: 7)
            return [
                Self.event(250, .good(.boolean(true)), point: 1),
                Self.event(700, .uncertain(.boolean(false), .eventsLost), point: 1),
                Self.event(1005, .good(.boolean(true)), point: 1),
            ]
        } _: { _, points in
            points.map { _ in .good(.integer(1)) }
        }
        let (log, runner) = try await Log.run(driver, on: clock)
        #expect(log.times("a/1") == [0, 250, 700, 1000, 1005, 2000])
        #expect(
            log.outcomes("a/1")[1...4] == [
                .good(.boolean(true)), .uncertain(.boolean(false), .eventsLost),
                .good(.integer(1)), .good(.boolean(true)),
            ])
        #expect(
            log.readings.allSatisfy {
                $0.time.wallMilliseconds == $0.time.uptimeMilliseconds + Self.wall
            })
        #expect(await runner.statistics.readings == UInt64(log.readings.count))
    }

    @Test("what a driver says as it closes is delivered too")
    func farewell() async throws {
        let clock = ManualClock()
        let driver = ScriptedEventDriver([.test("a", periods: [1000])]) { _, isClosed in
            isClosed ? [Self.event(0, .good(.integer(9)))] : []
        } _: { _, _ in
            [.good(.integer(1))]
        }
        let log = Log()
        let runner = try BusRunner(driver: driver, clock: clock, sink: log.sink)
        let task = Task { await runner.run() }
        await clock.waitForSleepers()
        task.cancel()
        await task.value
        #expect(log.outcomes("a/0") == [.good(.integer(1)), .good(.integer(9))])
    }

    @Test("an event that no reading may carry, of no point or of the future, does no harm")
    func hostile() async throws {
        let clock = SteppingClock(endMilliseconds: 0)
        let driver = ScriptedEventDriver([.test("a", periods: [1000])]) { _, isClosed in
            isClosed
                ? []
                : [
                    Self.event(0, .good(.number(.nan))),
                    Self.event(0, .good(.integer(1)), point: 1),
                    Self.event(0, .good(.integer(1)), point: -1),
                    PointEvent(
                        point: 0, outcome: .good(.integer(2)), monotonicNanoseconds: .max),
                ]
        } _: { _, _ in
            [.bad(.missing)]
        }
        let (log, _) = try await Log.run(driver, on: clock)
        #expect(
            log.outcomes("a/0") == [.bad(.notANumber), .good(.integer(2)), .bad(.missing)])
        #expect(log.times("a/0") == [0, 0, 0])
    }

    @Test("before the wall clock is set, an event is uncertain like any reading")
    func unsetClock() async throws {
        let clock = SteppingClock(endMilliseconds: 0, bootWallMilliseconds: 5000)
        let driver = ScriptedEventDriver([.test("a", periods: [1000])]) { _, isClosed in
            isClosed ? [] : [Self.event(0, .good(.boolean(true)))]
        } _: { _, _ in
            [.bad(.missing)]
        }
        let (log, _) = try await Log.run(driver, on: clock)
        #expect(log.outcomes("a/0").first == .uncertain(.boolean(true), .clockNotSet))
    }
}
