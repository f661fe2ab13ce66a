// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport
import Testing

@Suite struct DeviceHealthTests {
    @Test("pauses double within their jitter up to the longest, and an answer ends them")
    func doubling() throws {
        let device = DeviceDescription.test(
            "a", periods: [1000], backoffMin: 1000, backoffMax: 60_000)
        var random = TestRandom(seed: 2)
        var health = DeviceHealth.healthy
        for failure in 1...20 {
            health.handle(.failed(uptimeMilliseconds: 500), of: device, using: &random)
            guard case .backingOff(let failures, let until) = health else {
                Issue.record("failure \(failure) left the device healthy")
                return
            }
            let upper = min(Int64(60_000), 1000 << Int64(failure))
            #expect(failures == failure)
            #expect((max(1000, upper / 2)...upper).contains(until - 500))
        }
        health.handle(.answered, of: device, using: &random)
        #expect(health == .healthy)
    }

    @Test("devices that fail together come back at different times")
    func jitter() {
        let device = DeviceDescription.test(
            "a", periods: [1000], backoffMin: 1000, backoffMax: 60_000)
        var random = TestRandom(seed: 3)
        let ends = (0..<50).map { _ in
            var health = DeviceHealth.healthy
            health.handle(.failed(uptimeMilliseconds: 0), of: device, using: &random)
            return health
        }
        #expect(Set(ends).count > 40)
    }

    @Test(
        "counts and times at the ends of their range don't trap", arguments: [Int64.min, 0, .max])
    func extremes(now: Int64) {
        let devices = [
            DeviceDescription.test("a", periods: [], backoffMin: .min, backoffMax: .max),
            .test("b", periods: [], backoffMin: .max, backoffMax: .min),
            .test("c", periods: [], backoffMin: .max, backoffMax: .max),
        ]
        var random = TestRandom(seed: 4)
        for device in devices {
            var health = DeviceHealth.backingOff(failures: .max, untilMilliseconds: now)
            health.handle(.failed(uptimeMilliseconds: now), of: device, using: &random)
            guard case .backingOff(.max, let until) = health else {
                Issue.record("\(health)")
                return
            }
            #expect(until > now || now == .max)
        }
    }

    @Test("only an exchange that failed as a whole counts against the device")
    func classification() {
        #expect(Fault.isDeviceFailure([.bad(.timeout)]))
        #expect(Fault.isDeviceFailure([.bad(.checksum), .bad(.wrongDevice)]))
        #expect(Fault.isDeviceFailure([.bad(.modbusGatewayTarget)]))
        #expect(!Fault.isDeviceFailure([.bad(.timeout), .good(.integer(1))]))
        #expect(!Fault.isDeviceFailure([.bad(.timeout), .bad(.modbusIllegalAddress)]))
        #expect(!Fault.isDeviceFailure([.uncertain(.integer(1), .timeout)]))
        #expect(!Fault.isDeviceFailure([]))
        let answers = Fault.allCases.filter { $0.rawValue >= 32 && !$0.isDeviceFailure }
        #expect(answers.count == Fault.allCases.filter { $0.rawValue >= 32 }.count - 2)
    }
}
