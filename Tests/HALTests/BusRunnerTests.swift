// SPDX-License-Identifier: Apache-2.0

import HAL
import Synchronization
import Telemetry
import TestSupport
import Testing

@Suite struct BusRunnerTests {
    @Test("every point is read on its grid and stamped with the time of the answer")
    func grid() async throws {
        let clock = SteppingClock(endMilliseconds: 10_000)
        let driver = ScriptedDriver([.test("a", periods: [1000, 2500])]) { _, points in
            clock.spend(milliseconds: 3)
            return points.map { .good(.integer(Int64($0))) }
        }
        let (log, runner) = try await Log.run(driver, on: clock)
        #expect(log.times("a/0") == (0...10).map { $0 * 1000 + 3 })
        #expect(log.times("a/1") == (0...4).map { $0 * 2500 + 3 })
        #expect(log.outcomes("a/1").allSatisfy { $0 == .good(.integer(1)) })
        let statistics = await runner.statistics
        #expect(statistics.readings == 16 && statistics.badReadings == 0)
        #expect(statistics.exchanges == 13 && statistics.missedTicks == 0)
        #expect(await driver.closed == 1)
    }

    @Test("a driver that returns another number of outcomes is not believed", arguments: [0, 1, 3])
    func wrongCount(count: Int) async throws {
        let clock = SteppingClock(endMilliseconds: 0)
        let driver = ScriptedDriver([.test("a", periods: [1000, 1000])]) { _, _ in
            [Outcome](repeating: .good(.integer(1)), count: count)
        }
        let (log, _) = try await Log.run(driver, on: clock)
        #expect(log.readings.map(\.outcome) == [.bad(.malformedAnswer), .bad(.malformedAnswer)])
    }

    @Test("a value that no reading may carry becomes bad quality")
    func inadmissible() async throws {
        let clock = SteppingClock(endMilliseconds: 0)
        let driver = ScriptedDriver([.test("a", periods: [10, 10, 10])]) { _, _ in
            [
                .good(.number(.nan)), .uncertain(.number(.infinity), .outOfRange),
                .good(.text(String(repeating: "x", count: 257))),
            ]
        }
        let (log, _) = try await Log.run(driver, on: clock)
        #expect(
            log.readings.map(\.outcome) == [
                .bad(.notANumber), .bad(.notANumber), .bad(.malformedValue),
            ])
    }

    @Test("before the wall clock is set, good readings are uncertain; then they are good")
    func unsetClock() async throws {
        let clock = ManualClock(wallMilliseconds: 5000)
        let driver = ScriptedDriver([.test("a", periods: [1000, 1000])]) { _, points in
            points.map { $0 == 0 ? .good(.integer(7)) : .bad(.missing) }
        }
        let log = Log()
        let runner = try BusRunner(driver: driver, clock: clock, sink: log.sink)
        let task = Task { await runner.run() }
        await clock.waitForSleepers()
        clock.setWall(milliseconds: 1_800_000_000_000)
        clock.advance(milliseconds: 1000)
        await clock.waitForSleepers()
        task.cancel()
        await task.value
        #expect(
            log.outcomes("a/0") == [.uncertain(.integer(7), .clockNotSet), .good(.integer(7))])
        #expect(log.outcomes("a/1") == [.bad(.missing), .bad(.missing)])
        #expect(log.times("a/0") == [0, 1000])
    }

    @Test("cancelling a runner that sleeps closes its driver, and a second run does nothing")
    func cancellation() async throws {
        let clock = ManualClock()
        let driver = ScriptedDriver([.test("a", periods: [1000])]) { _, _ in [.good(.integer(1))] }
        let runner = try BusRunner(driver: driver, clock: clock) { _ in }
        let task = Task { await runner.run() }
        await clock.waitForSleepers()
        await runner.run()
        #expect(await driver.closed == 0)
        task.cancel()
        await task.value
        #expect(await driver.closed == 1)
        await runner.run()
        #expect(await runner.statistics.exchanges == 1)
    }

    @Test("a bus without points waits until it is cancelled")
    func empty() async throws {
        let clock = ManualClock()
        let driver = ScriptedDriver([.test("a", periods: [])]) { _, _ in [] }
        let runner = try BusRunner(driver: driver, clock: clock) { _ in }
        let task = Task { await runner.run() }
        await clock.waitForSleepers()
        task.cancel()
        await task.value
        #expect(await runner.statistics.exchanges == 0)
    }

    @Test("a slow receiver slows the bus, and what it costs is counted")
    func backpressure() async throws {
        let clock = SteppingClock(endMilliseconds: 10_000)
        let driver = ScriptedDriver([.test("a", periods: [1000])]) { _, _ in [.good(.integer(1))] }
        let count = Mutex(0)
        let runner = try BusRunner(driver: driver, clock: clock) { readings in
            count.withLock { $0 += readings.count }
            clock.spend(milliseconds: 2500)
        }
        await Task { await runner.run() }.value
        let statistics = await runner.statistics
        #expect(statistics.readings == UInt64(count.withLock { $0 }))
        #expect(statistics.missedTicks > 0)
        let ticks = clock.now().uptimeMilliseconds / 1000 + 1
        #expect((ticks - 3...ticks).contains(Int64(statistics.readings + statistics.missedTicks)))
    }
}
