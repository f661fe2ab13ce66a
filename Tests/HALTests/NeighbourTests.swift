// SPDX-License-Identifier: Apache-2.0

import HAL
import Platform
import Synchronization
import Telemetry
import TestSupport
import Testing

/// What a dead or slow device costs the others on its bus.
@Suite struct NeighbourTests {
    /// A bus whose devices take as long as `milliseconds` says; those over their limit time out.
    static func bus(
        _ devices: [DeviceDescription], _ milliseconds: [Int64], on clock: SteppingClock
    ) -> ScriptedDriver {
        ScriptedDriver(devices) { device, points in
            let limit = devices[device].timeoutMilliseconds
            clock.spend(milliseconds: min(milliseconds[device], limit))
            let isLate = milliseconds[device] > limit
            return points.map { _ in isLate ? .bad(.timeout) : .good(.integer(1)) }
        }
    }

    static func intervals(_ times: [Int64]) -> [Int64] {
        zip(times.dropFirst(), times).map { $0 - $1 }
    }

    @Test("beside a dead device whose limit fits between ticks, every tick is on time")
    func fitting() async throws {
        let clock = SteppingClock(endMilliseconds: 3_600_000)
        let devices = [
            DeviceDescription.test("dead", periods: [1000], timeout: 500),
            .test("well", periods: [1000]),
        ]
        let (log, runner) = try await Log.run(Self.bus(devices, [9999, 2], on: clock), on: clock)
        let times = log.times("well/0")
        #expect(times.count == 3601)
        // Only the very first read of the dead device may come before a healthy one.
        #expect(Self.intervals(Array(times.dropFirst())).allSatisfy { $0 == 1000 })
        let dead = log.outcomes("dead/0")
        #expect((3600...3601).contains(dead.count))
        let statistics = await runner.statistics
        #expect((60...140).contains(statistics.failedExchanges))
        #expect(dead.contains(.bad(.timeout)))
        #expect(dead.allSatisfy { $0 == .bad(.timeout) || $0 == .bad(.backingOff) })
        #expect(statistics.missedTicks == 0)
    }

    @Test(
        "beside dead devices whose limit never fits, a period stays within 5 %",
        arguments: [(1, Int64(1000), Int64(100)), (4, 300, 100), (8, 1000, 200), (2, 5000, 1000)])
    func unfitting(dead: Int, timeout: Int64, period: Int64) async throws {
        let end: Int64 = 3_600_000
        let clock = SteppingClock(endMilliseconds: end)
        let devices =
            [DeviceDescription.test("well", periods: [period])]
            + (0..<dead).map { .test("dead\($0)", periods: [1000], timeout: timeout) }
        let costs = [2] + [Int64](repeating: .max, count: dead)
        let (log, runner) = try await Log.run(Self.bus(devices, costs, on: clock), on: clock)
        let times = log.times("well/0")
        let mean = Double(times[times.count - 1] - times[0]) / Double(times.count - 1)
        #expect(mean < Double(period) * 1.05, "mean interval \(mean) ms")
        let sorted = Self.intervals(times).sorted()
        #expect(sorted[sorted.count / 2] == period)
        #expect(sorted[sorted.count * 95 / 100] == period)
        // The dead ones are still asked now and then, each of them.
        for device in await runner.statistics.devices.dropFirst() {
            let bound = end / (Int64(dead) * 33 * timeout + 2 * 60_000)
            #expect(device.failedExchanges >= UInt64(bound) && device.failedExchanges > 5)
            #expect(device.readings + device.missedTicks >= 3600)
        }
    }

    @Test("devices that are due together keep their places, whatever milliseconds they fall into")
    func places() async throws {
        let clock = SteppingClock(endMilliseconds: 100_000)
        let names = (0..<10).map { "d\($0)" }
        let devices = names.map { DeviceDescription.test($0, periods: [1000]) }
        let calls = Atomic(0)
        let driver = ScriptedDriver(devices) { _, points in
            // Every third exchange goes over the end of a millisecond, or two.
            let call = calls.add(1, ordering: .relaxed).newValue
            clock.spend(milliseconds: call % 3 == 0 ? Int64(1 + call % 2) : 0)
            return points.map { _ in .good(.integer(1)) }
        }
        let (log, _) = try await Log.run(driver, on: clock)
        let order = log.readings.map(\.point.id.name)
        #expect(order.count > 1000)
        let strays = order.indices.count { order[$0] != names[$0 % names.count] + "/0" }
        #expect(strays == 0)
    }

    @Test("a device that answers slowly, but in time, leaves its neighbour's ticks alone")
    func slow() async throws {
        let clock = SteppingClock(endMilliseconds: 130_000)
        let devices = [
            DeviceDescription.test("slow", periods: [130]), .test("well", periods: [100]),
        ]
        let (log, runner) = try await Log.run(Self.bus(devices, [40, 2], on: clock), on: clock)
        let intervals = Self.intervals(log.times("well/0"))
        #expect(intervals.count == 1300)
        #expect(intervals.dropFirst().allSatisfy { (95...105).contains($0) })
        #expect(log.times("slow/0").count >= 1000)
        #expect(await runner.statistics.missedTicks == 0)
    }

    @Test("on a bus with more work than time, every device still gets its turn")
    func overload() async throws {
        let clock = SteppingClock(endMilliseconds: 60_000)
        let devices = ["a", "b", "c"].map { DeviceDescription.test($0, periods: [100]) }
        let bus = Self.bus(devices, [80, 80, 80], on: clock)
        let (log, runner) = try await Log.run(bus, on: clock)
        for name in ["a/0", "b/0", "c/0"] { #expect(log.times(name).count > 200) }
        for device in await runner.statistics.devices {
            #expect((598...602).contains(device.readings + device.missedTicks))
        }
    }

    @Test("a device that comes back is read at once, with all it owes")
    func recovery() async throws {
        let clock = SteppingClock(endMilliseconds: 600_000)
        let devices = [
            DeviceDescription.test("b", periods: [1000, 300_000], timeout: 100, backoffMax: 8000)
        ]
        let driver = ScriptedDriver(devices) { _, points in
            let isDead = clock.now().uptimeMilliseconds < 60_000
            if isDead { clock.spend(milliseconds: 100) }
            return points.map { _ in isDead ? .bad(.notConnected) : .good(.integer(1)) }
        }
        let (log, runner) = try await Log.run(driver, on: clock)
        let slow = log.readings.filter { $0.point.id.name == "b/1" }
        #expect(slow.first?.outcome == .bad(.notConnected))
        let firstGood = try #require(slow.first { $0.outcome.quality == .good })
        #expect((60_000...68_100).contains(firstGood.time.uptimeMilliseconds))
        #expect(await runner.statistics.devices[0].health == .healthy)
        let fast = log.readings.filter { $0.point.id.name == "b/0" }
        #expect(fast.last?.outcome == .good(.integer(1)))
        #expect(fast.count { $0.outcome == .bad(.backingOff) } > 40)
    }

    @Test("one point that never answers does not hide that its device does")
    func hangingPoint() async throws {
        let clock = SteppingClock(endMilliseconds: 600_000)
        let devices = [DeviceDescription.test("a", periods: [1000, 7000], timeout: 200)]
        let driver = ScriptedDriver(devices) { _, points in
            points.map { point in
                if point == 1 { clock.spend(milliseconds: 200) }
                return point == 1 ? .bad(.timeout) : .good(.integer(1))
            }
        }
        let (log, _) = try await Log.run(driver, on: clock)
        #expect(log.outcomes("a/0").count { $0.quality == .good } > 550)
        #expect(log.outcomes("a/1").allSatisfy { $0.quality == .bad })
    }

    @Test("refusals about single points are answers: the device is asked at every tick")
    func refusals() async throws {
        let clock = SteppingClock(endMilliseconds: 10_000)
        let driver = ScriptedDriver([.test("a", periods: [1000])]) { _, _ in
            [.bad(.modbusIllegalAddress)]
        }
        let (log, runner) = try await Log.run(driver, on: clock)
        #expect(log.outcomes("a/0").allSatisfy { $0 == .bad(.modbusIllegalAddress) })
        #expect(await runner.statistics.exchanges == 11)
        #expect(await runner.statistics.failedExchanges == 0)
    }
}
