// SPDX-License-Identifier: Apache-2.0

import Glibc
import HAL
import Telemetry
import Testing

#if canImport(TestSupport)
    import TestSupport
#endif

/// The driver across two real serial ports that are joined by a cable, `HALCYON_RTU_PORTS=A,B`.
@Suite(
    .serialized,
    .enabled(if: SerialPort.joined != nil, "needs HALCYON_RTU_PORTS=A,B"))
struct ModbusRTUOnHardwareTests {
    /// The slaves at one end, and the device of the other.
    private func slaves(_ script: @escaping SlaveScript) throws -> ScriptedSerialSlave {
        let ports = try #require(SerialPort.joined)
        return try ScriptedSerialSlave(on: ports.1, path: ports.0, script)
    }

    #if canImport(TestSupport)
        @Test("the driver keeps what every driver promises, beside a slave that never answers")
        func contract() async throws {
            let slaves = try slaves { _, request in
                request[0] == 1 ? [.send(Frames.rtu(request))] : []
            }
            defer { slaves.stop() }
            let registers = try ModbusFixtures.registers([5, 6, 40])
            try await DriverContract.check(stable: true) {
                try ModbusFixtures.rtu(
                    slaves.path, ModbusFixtures.device(registers),
                    ModbusFixtures.device(
                        [try ModbusFixtures.point("silent")], name: "silent", unit: 2, timeout: 20))
            }
        }

        @Test("the driver keeps what every driver of outputs promises, and where no slave answers")
        func outputContract() async throws {
            let memory = MemorySlave(.init(holding: [10: 0]))
            let slaves = try slaves(MemorySlave.rtu([1: memory]))
            defer { slaves.stop() }
            for (point, sample) in zip(
                try ModbusContractTests.outputs(), [.state, ModbusContractTests.word])
            {
                try await OutputContract.check(sample) {
                    try ModbusFixtures.rtu(slaves.path, ModbusFixtures.device([point], retries: 1))
                }
                try await OutputContract.checkAbsent(sample) {
                    try ModbusFixtures.rtu(
                        slaves.path, ModbusFixtures.device([point], unit: 2, timeout: 50))
                }
            }
        }
    #endif

    @Test("every kind of point is written and reads as what was written")
    func writes() async throws {
        let memory = MemorySlave(
            .init(holding: MemorySlave.map(0, [UInt16](repeating: 0, count: 40))))
        let slaves = try slaves(MemorySlave.rtu([1: memory]))
        defer { slaves.stop() }
        let points = try ModbusWriteTests.points()
        let driver = try ModbusFixtures.rtu(
            slaves.path, ModbusFixtures.device(points.map(\.0), retries: 1))
        for (index, (_, values)) in points.enumerated() {
            for value in values {
                try await driver.write(value, to: OutputIndex(device: 0, point: index))
                #expect(await driver.read(device: 0, points: [index]) == [.good(value)])
            }
        }
    }

    @Test("a broadcast is obeyed and read back")
    func broadcast() async throws {
        let memory = MemorySlave(base: 0, [0])
        let slaves = try slaves(MemorySlave.rtu([1: memory]))
        defer { slaves.stop() }
        let driver = try ModbusFixtures.rtu(
            slaves.path,
            ModbusFixtures.device([try ModbusFixtures.point("p", .holding, 0, write: .single)]))
        let output = OutputIndex(device: 0, point: 0)
        #expect(try await driver.broadcast(.integer(9), to: [output]) == [nil])
        #expect(memory.current.holding[0] == 9)
    }

    @Test("a scan finds the slaves, with what they say of themselves")
    func scan() async throws {
        let memory = MemorySlave(.init(holding: [0: 1], objects: [0: "Maker", 1: "P"]))
        let slaves = try slaves(MemorySlave.rtu([7: memory]))
        defer { slaves.stop() }
        let line = ModbusSerialLine(device: slaves.path, baud: 19_200)
        let settings = DiscoverySettings(unitIDs: Array(5...9), timeoutMilliseconds: 100)
        let driver = try ModbusDriver(endpoint: .rtu(line))
        let result = try await ModbusDiscovery(driver, settings).scan()
        #expect(result.devices.map(\.title) == ["Maker P"])
    }

    @Test("the transmitter is switched by the kernel or by RTS, or the line is refused by name")
    func rs485() async throws {
        let slaves = try slaves { _, request in [.send(Frames.rtu(request))] }
        defer { slaves.stop() }
        for isActiveOnSend in [true, false] {
            let line = ModbusSerialLine(
                device: slaves.path, baud: 19_200,
                rs485: ModbusRS485(
                    isRTSActiveOnSend: isActiveOnSend, delayBeforeMilliseconds: 1,
                    delayAfterMilliseconds: 1))
            let device = ModbusFixtures.device(try ModbusFixtures.registers([10]))
            let driver = try ModbusDriver(
                ModbusBusDefinition(endpoint: .rtu(line), devices: [device]))
            let outcome = await driver.read(device: 0, points: [0])[0]
            if outcome.fault == .missing {
                #expect(await driver.lastFailure?.operation == "rs485")
                #expect(await driver.lastFailure?.place == slaves.path)
            } else {
                #expect(outcome == .good(.integer(Int64(Frames.value(at: 10)))))
            }
            await driver.close()
        }
    }
}
