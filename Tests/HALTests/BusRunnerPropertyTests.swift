// SPDX-License-Identifier: Apache-2.0

import HAL
import Synchronization
import Telemetry
import TestSupport
import Testing

@Suite struct BusRunnerPropertyTests {
    /// Devices of random periods and limits.
    static func devices(_ random: inout TestRandom) -> [DeviceDescription] {
        (0..<Int.random(in: 1...6, using: &random)).map { device in
            let periods = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                Int64([50, 100, 250, 1000, 1300, 7000].randomElement(using: &random) ?? 100)
            }
            return .test(
                "d\(device)", periods: periods, timeout: .random(in: 1...2000, using: &random),
                backoffMin: .random(in: 1...2000, using: &random), backoffMax: 20_000)
        }
    }

    @Test(
        "whatever devices do, every tick ends as a reading or is counted as missed",
        arguments: UInt64(1)...40)
    func conservation(seed: UInt64) async throws {
        var random = TestRandom(seed: seed)
        let devices = Self.devices(&random)
        let end: Int64 = 120_000
        let clock = SteppingClock(endMilliseconds: end)
        let source = Mutex(random)
        let faults: [Fault] = [.timeout, .notConnected, .modbusIllegalAddress, .missing]
        let driver = ScriptedDriver(devices) { device, points in
            source.withLock { random in
                let chance = Int.random(in: 0..<10, using: &random)
                let isLong = chance == 0 && seed.isMultiple(of: 2)
                clock.spend(milliseconds: isLong ? devices[device].timeoutMilliseconds : 1)
                if chance < 4, let fault = faults.randomElement(using: &random) {
                    return points.map { _ in .bad(fault) }
                }
                if chance == 4 { return [] }
                return points.map { _ in .good(.integer(1)) }
            }
        }
        let (log, runner) = try await Log.run(driver, on: clock)
        let statistics = await runner.statistics
        let passed = clock.now().uptimeMilliseconds
        #expect(passed >= end - 7000)
        for (device, figures) in zip(devices, statistics.devices) {
            let ticks = device.points.map { passed / $0.periodMilliseconds + 1 }.reduce(0, +)
            // What was due in the last exchange or stall has not been looked at any more.
            let unseen = device.points.map { 14_000 / $0.periodMilliseconds + 2 }.reduce(0, +)
            #expect(Int64(figures.readings + figures.missedTicks) >= ticks - unseen)
            #expect(figures.failedExchanges <= figures.exchanges)
            #expect(figures.badReadings <= figures.readings)
        }
        #expect(UInt64(log.readings.count) == statistics.readings)
        let times = log.readings.map(\.time.uptimeMilliseconds)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test("a device that backs off is asked by one point at a time until it answers")
    func probes() async throws {
        let clock = SteppingClock(endMilliseconds: 300_000)
        let devices = [DeviceDescription.test("a", periods: [1000, 1000, 1000], timeout: 100)]
        let asked = Mutex<[[Int]]>([])
        let driver = ScriptedDriver(devices) { _, points in
            asked.withLock { $0.append(points) }
            return points.map { _ in .bad(.timeout) }
        }
        let (_, runner) = try await Log.run(driver, on: clock)
        let reads = asked.withLock { $0 }
        #expect(reads.first == [0, 1, 2])
        #expect(reads.count > 8 && reads.count < 20)
        #expect(reads.dropFirst().allSatisfy { $0.count == 1 })
        #expect(Set(reads.dropFirst().flatMap(\.self)) == [0, 1, 2])
        guard case .backingOff(let failures, _) = await runner.statistics.devices[0].health else {
            Issue.record("the device is healthy")
            return
        }
        #expect(failures == reads.count)
    }
}
