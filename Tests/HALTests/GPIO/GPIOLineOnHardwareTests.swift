// SPDX-License-Identifier: Apache-2.0

import Glibc
import HAL
import Telemetry
import TestSupport
import Testing

/// The driver on a board's own GPIO controller, whose free line `HALCYON_GPIO_LINE` names.
@Suite(
    .serialized,
    .enabled(if: getenv("HALCYON_GPIO_LINE") != nil, "HALCYON_GPIO_LINE names no free line"))
struct GPIOLineOnHardwareTests {
    private func driver(
        _ mode: GPIOPointDefinition.Mode, _ change: (inout GPIOPointDefinition) -> Void = { _ in }
    ) throws -> GPIODriver {
        let line = getenv("HALCYON_GPIO_LINE").map { String(cString: $0) } ?? ""
        let point = GPIOFixtures.point("a", line, mode, change)
        return try GPIODriver(
            GPIOBusDefinition(devices: [GPIODeviceDefinition(name: "io", points: [point])]),
            totals: GPIOFixtures.zeros)
    }

    @Test("an output and an input keep the contract", arguments: [false, true])
    func contract(isOutput: Bool) async throws {
        try await DriverContract.check(stable: true) { try driver(isOutput ? .output : .input) }
    }

    @Test(
        "an output begins at its initial level, is written and read back", arguments: [false, true])
    func output(isActiveLow: Bool) async throws {
        let driver = try driver(.output) {
            $0.initial = true
            $0.isActiveLow = isActiveLow
        }
        #expect(await driver.read(device: 0, points: [0]) == [.good(.boolean(true))])
        for level in [false, true, true, false] {
            try await driver.write(.boolean(level), to: OutputIndex(device: 0, point: 0))
            #expect(await driver.read(device: 0, points: [0]) == [.good(.boolean(level))])
        }
        await driver.close()
    }

    @Test("a line that the driver has is busy for others, and free when it was closed")
    func busy() async throws {
        let first = try driver(.output)
        let second = try driver(.output)
        #expect(await first.read(device: 0, points: [0])[0].quality == .good)
        #expect(await second.read(device: 0, points: [0])[0].quality == .bad)
        await first.close()
        var outcome = Outcome.bad(.busy)
        for _ in 0..<300 where outcome.quality == .bad {
            outcome = await second.read(device: 0, points: [0])[0]
            if outcome.quality == .bad { try await Task.sleep(for: .milliseconds(10)) }
        }
        #expect(outcome.quality == .good)
        await second.close()
    }
}
