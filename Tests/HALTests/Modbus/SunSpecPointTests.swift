// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import Testing

/// Points in SunSpec models, against a slave that has a map.
@Suite struct SunSpecPointTests {
    /// An inverter whose model 103 begins `shift` registers later than usual.
    private static func registers(shift: Int = 0, watts: UInt16 = 460) -> [UInt16] {
        let common: [UInt16] = [1, UInt16(4 + shift)] + [UInt16](repeating: 0, count: 4 + shift)
        var inverter: [UInt16] = [103, 50] + [UInt16](repeating: 0xffff, count: 50)
        let values: [Int: UInt16] = [
            10: 2304, 13: 0xffff, 14: watts, 15: 1, 16: 5001, 17: 0xfffe, 24: 0x12, 25: 0xd687,
            26: 0, 28: 0x8000, 29: 100, 30: 11, 33: 0x8000, 37: 0xffff, 34: 0xff9c, 38: 4,
        ]
        for (offset, value) in values { inverter[offset] = value }
        let controls: [UInt16] = [123, 3, 1000, 0, 0xffff]
        return [0x5375, 0x6e53] + common + inverter + controls + [0xffff, 0]
    }

    private static func points() throws -> [ModbusPointDefinition] {
        func point(
            _ name: String, _ address: Int, _ encoding: ModbusEncoding, scale: Int? = nil,
            model: Int = 103
        ) throws -> ModbusPointDefinition {
            try ModbusFixtures.point(
                name, .holding, address, encoding, model: model, scaleRegister: scale)
        }
        return [
            try point("voltage", 10, .uint16, scale: 13),
            try point("power", 14, .int16, scale: 15),
            try point("frequency", 16, .uint16, scale: 17),
            try point("energy", 24, .uint32, scale: 26),
            try point("absent", 11, .uint16, scale: 13),
            try point("unscaled", 29, .uint16, scale: 28),
            try point("wild", 29, .uint16, scale: 30),
            try point("cabinet", 33, .int16, scale: 37),
            try point("sink", 34, .int16, scale: 37),
            try point("state", 38, .uint16),
            try point("event", 40, .flag(bit: 0)),
            try point("beyond", 52, .uint16),
            try point("elsewhere", 14, .int16, model: 203),
        ]
    }

    private static let expected: [Outcome] = [
        .good(.number(230.4)), .good(.number(4600)), .good(.number(50.01)),
        .good(.number(1_234_567)), .bad(.missing), .bad(.missing), .bad(.malformedValue),
        .bad(.missing), .good(.number(-10)), .good(.integer(4)), .bad(.missing), .bad(.missing),
        .bad(.missing),
    ]

    private func driver(
        _ port: Int, _ points: [ModbusPointDefinition], timeout: Int64 = 2000
    ) throws -> ModbusDriver {
        try ModbusFixtures.tcp(port, ModbusFixtures.device(points, timeout: timeout))
    }

    @Test("points are read wherever their model lies", arguments: [40_000, 50_000, 0], [0, 30])
    func placed(base: Int, shift: Int) async throws {
        let memory = MemorySlave(base: base, Self.registers(shift: shift))
        let server = try ScriptedTCPSlave(MemorySlave.tcp([1: memory]))
        defer { server.stop() }
        let points = try Self.points()
        let driver = try driver(server.port, points)
        let all = Array(points.indices)
        for _ in 0..<3 { #expect(await driver.read(device: 0, points: all) == Self.expected) }
        #expect(
            await driver.read(device: 0, points: all.reversed()) == Self.expected.reversed())
    }

    @Test("the map is walked once, and values are read together with their scale factors")
    func once() async throws {
        let memory = MemorySlave(base: 40_000, Self.registers())
        let server = try ScriptedTCPSlave(MemorySlave.tcp([1: memory]))
        defer { server.stop() }
        let driver = try driver(server.port, Array(try Self.points()[0...3]))
        for _ in 0..<5 { _ = await driver.read(device: 0, points: [0, 1, 2, 3]) }
        // Marker and three models with the end of the chain, then one read each time.
        #expect(server.requests.count == 5 + 5)
        #expect(server.requests.last?.bytes.suffix(4) == [0x9c, 0x52, 0, 17])
    }

    @Test("a device that comes back with its models elsewhere is read where they are now")
    func moved() async throws {
        let memory = MemorySlave(base: 40_000, Self.registers())
        let obedient = MemorySlave.tcp([1: memory])
        let server = try ScriptedTCPSlave { index, request in
            index == 6 ? [.close] : obedient(index, request)
        }
        defer { server.stop() }
        let driver = try driver(server.port, [try Self.points()[1]])
        #expect(await driver.read(device: 0, points: [0]) == [.good(.number(4600))])
        memory.change {
            $0.holding = MemorySlave.map(40_000, Self.registers(shift: 9, watts: 5))
        }
        let closed = await driver.read(device: 0, points: [0])
        #expect(closed == [.bad(.connectionClosed)])
        #expect(await driver.read(device: 0, points: [0]) == [.good(.number(50))])
    }

    @Test("a device without a map is not walked at every read, and its other points are read")
    func without() async throws {
        let memory = MemorySlave(base: 0, [7, 8])
        let server = try ScriptedTCPSlave(MemorySlave.tcp([1: memory]))
        defer { server.stop() }
        let driver = try driver(
            server.port, [try Self.points()[1], try ModbusFixtures.point("plain", .holding, 1)])
        for _ in 0..<3 {
            #expect(
                await driver.read(device: 0, points: [0, 1])
                    == [.bad(.missing), .good(.integer(8))])
        }
        #expect(server.requests.count == 3 + 3)
    }

    @Test("a dead device costs one time-out, not one for each place where a map could be")
    func dead() async throws {
        let server = try ScriptedTCPSlave { _, _ in [] }
        defer { server.stop() }
        let driver = try driver(server.port, try Self.points(), timeout: 50)
        let all = Array(try Self.points().indices)
        #expect(
            await driver.read(device: 0, points: all)
                == [Outcome](repeating: .bad(.timeout), count: all.count))
        #expect(server.requests.count == 1)
    }

    @Test("an output with a scale factor is written by the factor that the device tells now")
    func write() async throws {
        let memory = MemorySlave(base: 40_000, Self.registers())
        let server = try ScriptedTCPSlave(MemorySlave.tcp([1: memory]))
        defer { server.stop() }
        let point = try ModbusFixtures.point(
            "limit", .holding, 2, .uint16, maximum: 100, write: .single, model: 123,
            scaleRegister: 4)
        let driver = try driver(server.port, [point])
        let output = OutputIndex(device: 0, point: 0)
        let place = 40_000 + 2 + 6 + 52 + 2
        try await driver.write(.number(55.5), to: output)
        #expect(memory.current.holding[place] == 555)
        memory.change { $0.holding[place + 2] = 0xfffe }
        try await driver.write(.integer(60), to: output)
        #expect(memory.current.holding[place] == 6000)
        #expect(await driver.read(device: 0, points: [0]) == [.good(.number(60))])
        memory.change { $0.holding[place + 2] = 0x8000 }
        do throws(WriteFailure) {
            try await driver.write(.integer(60), to: output)
            Issue.record("written")
        } catch {
            #expect(error.fault == .missing && error.operation == "read scale")
        }
    }

    @Test("a scale factor outside of a model works by fixed addresses")
    func fixed() async throws {
        let memory = MemorySlave(base: 100, [250, 9, 0xffff])
        let server = try ScriptedTCPSlave(MemorySlave.tcp([1: memory]))
        defer { server.stop() }
        let point = try ModbusFixtures.point("p", .holding, 100, .int16, scaleRegister: 102)
        let driver = try driver(server.port, [point])
        #expect(await driver.read(device: 0, points: [0]) == [.good(.number(25))])
        #expect(server.requests.count == 1)
    }
}
