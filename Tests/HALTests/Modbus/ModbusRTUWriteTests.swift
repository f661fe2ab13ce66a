// SPDX-License-Identifier: Apache-2.0

import Glibc
import HAL
import Telemetry
import Testing

/// Writing on serial lines.
@Suite struct ModbusRTUWriteTests {
    private func output(_ device: Int) -> OutputIndex { OutputIndex(device: device, point: 0) }

    private func outputs(_ path: String, units: [Int], timeout: Int64 = 2000) throws -> ModbusDriver
    {
        let devices = try units.map { unit in
            ModbusFixtures.device(
                [
                    ModbusPointDefinition(
                        polled: try ModbusFixtures.point("\(unit)").polled, table: .holding,
                        address: 5, encoding: .uint16, write: .single)
                ], name: "unit\(unit)", unit: unit, timeout: timeout)
        }
        return try ModbusDriver(
            ModbusBusDefinition(
                endpoint: .rtu(ModbusSerialLine(device: path, baud: 115_200)), devices: devices))
    }

    @Test("every kind of point is written to a real slave and reads as what was written")
    func realSlave() async throws {
        let cable = try SerialCable()
        defer { cable.stop() }
        let peer = try PeerProcess([
            "modbus-rtu-serve", cable.paths[1], "19200", "--unit", "1", "--seconds", "60",
        ])
        defer { peer.stop() }
        let points = try ModbusWriteTests.points()
        let driver = try ModbusFixtures.rtu(
            cable.paths[0], ModbusFixtures.device(points.map(\.0), retries: 1))
        for (index, (_, values)) in points.enumerated() {
            for value in values {
                try await driver.write(value, to: OutputIndex(device: 0, point: index))
                #expect(await driver.read(device: 0, points: [index]) == [.good(value)])
            }
        }
    }

    @Test("a late echo is taken neither for another write's nor for what is read back")
    func lateEcho() async throws {
        let memory = MemorySlave(base: 0, [UInt16](repeating: 0, count: 10))
        let obedient = MemorySlave.rtu([1: memory])
        let slave = try ScriptedSerialSlave { index, request in
            (index % 3 == 0 && request[1] == 6 ? [.wait(milliseconds: 120)] : [])
                + obedient(index, request)
        }
        defer { slave.stop() }
        let driver = try outputs(slave.path, units: [1], timeout: 100)
        for value in 1...12 as ClosedRange<Int64> {
            do throws(WriteFailure) {
                try await driver.write(.integer(value), to: output(0))
            } catch {
                // Slow machines may lose more than the script delays; never silently.
                #expect(error.fault == .timeout || error.fault == .malformedAnswer)
                continue
            }
            #expect(memory.current.holding[5] == UInt16(value))
        }
        #expect(slave.requests.contains { $0.bytes[1] == 6 })
    }

    @Test("a broadcast reaches all slaves, is not answered, and each point is read back")
    func broadcast() async throws {
        let memories = [1, 2, 9].map { _ in MemorySlave(base: 0, [UInt16](repeating: 0, count: 10))
        }
        // Unit 2 does not take part; unit 9 is not defined.
        let slave = try ScriptedSerialSlave { _, request in
            let pdu = Array(request[1..<(request.count - 2)])
            switch request[0] {
            case 0:
                _ = memories[0].answer(pdu)
                _ = memories[2].answer(pdu)
                return []
            case 1: return [.send(Frames.rtu(request, pdu: memories[0].answer(pdu)))]
            case 2: return [.send(Frames.rtu(request, pdu: memories[1].answer(pdu)))]
            default: return []
            }
        }
        defer { slave.stop() }
        let driver = try outputs(slave.path, units: [1, 2, 3], timeout: 500)
        let results = try await driver.broadcast(
            .integer(77), to: [output(0), output(1), output(2)])
        #expect(results.map { $0?.fault } == [nil, .outputDiffers, .timeout])
        #expect(memories.map { $0.current.holding[5] } == [77, 0, 77])
        let requests = slave.requests
        #expect(requests.first?.bytes.prefix(6) == [0, 6, 0, 5, 0, 77])
        #expect(requests.filter { $0.bytes[0] == 0 }.count == 1)
        // The slaves have their time to obey before anything else is said.
        #expect(requests[1].arrived - requests[0].arrived >= 200_000_000)
    }

    @Test("a broadcast of points that one request can't set is refused before anything is sent")
    func unlike() async throws {
        let slave = try ScriptedSerialSlave { _, request in [.send(Frames.rtu(request))] }
        defer { slave.stop() }
        let points = [
            try ModbusFixtures.point("a", .holding, 5, write: .single),
            try ModbusFixtures.point("b", .holding, 6, write: .single),
            try ModbusFixtures.point("c", .holding, 5, .flag(bit: 1), write: .single),
            try ModbusFixtures.point("d", .holding, 5),
        ]
        let driver = try ModbusFixtures.rtu(slave.path, ModbusFixtures.device(points))
        func fault(_ value: Value, _ points: [Int]) async -> Fault? {
            do throws(WriteFailure) {
                _ = try await driver.broadcast(
                    value, to: points.map { OutputIndex(device: 0, point: $0) })
                return nil
            } catch {
                return error.fault
            }
        }
        #expect(await fault(.integer(1), [0, 1]) == .malformedValue)
        #expect(await fault(.boolean(true), [2]) == .malformedValue)
        #expect(await fault(.integer(1), [3]) == .missing)
        #expect(await fault(.integer(1), []) == .missing)
        #expect(await fault(.integer(65_536), [0]) == .outOfRange)
        #expect(slave.requests.isEmpty)
    }

    @Test("direction control that the line can't have is refused with its name")
    func rs485() async throws {
        let slave = try ScriptedSerialSlave { _, request in [.send(Frames.rtu(request))] }
        defer { slave.stop() }
        let line = ModbusSerialLine(device: slave.path, baud: 115_200, rs485: ModbusRS485())
        let device = ModbusFixtures.device(try ModbusFixtures.registers([10]))
        let driver = try ModbusDriver(
            ModbusBusDefinition(endpoint: .rtu(line), devices: [device]))
        #expect(await driver.read(device: 0, points: [0]) == [.bad(.missing)])
        let failure = try #require(await driver.lastFailure)
        #expect(failure.operation == "rs485" && failure.place == slave.path && failure.code != 0)
        #expect(slave.requests.isEmpty)
        // The line is left free.
        let other = try ModbusFixtures.rtu(slave.path, device)
        #expect(await other.read(device: 0, points: [0])[0].quality == .good)
    }
}
