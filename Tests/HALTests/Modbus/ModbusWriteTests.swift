// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import Testing

/// Writing over TCP: against a server made of libmodbus, and against ones that misbehave.
@Suite struct ModbusWriteTests {
    private let first = OutputIndex(device: 0, point: 0)

    /// All kinds of outputs, at addresses that a real server has.
    static func points(_ style: ModbusWrite = .single) throws -> [(ModbusPointDefinition, [Value])]
    {
        [
            (
                try ModbusFixtures.point("coil", .coil, 1, .boolean, write: style),
                [.boolean(true), .boolean(false)]
            ),
            (
                try ModbusFixtures.point("word", .holding, 10, .uint16, write: style),
                [.integer(65_535), .integer(7)]
            ),
            (
                try ModbusFixtures.point("signed", .holding, 11, .int16, scale: 0.1, write: style),
                [.number(-12.5), .number(3)]
            ),
            (
                try ModbusFixtures.point(
                    "wide", .holding, 12, .int32, order: .cdab, write: .multiple),
                [.integer(-70_000), .integer(70_000)]
            ),
            (
                try ModbusFixtures.point("float", .holding, 14, .float32, write: .multiple),
                [.number(0.5), .number(-1e6)]
            ),
            (
                try ModbusFixtures.point("long", .holding, 16, .uint64, write: .multiple),
                [.integer(.max), .integer(0)]
            ),
            (
                try ModbusFixtures.point("double", .holding, 20, .float64, write: .multiple),
                [.number(0.1), .number(-3)]
            ),
            (
                try ModbusFixtures.point(
                    "name", .holding, 24, .text(registers: 4), write: .multiple),
                [.text("hell"), .text("o")]
            ),
            (
                try ModbusFixtures.point("flag", .holding, 30, .flag(bit: 9), write: style),
                [.boolean(true), .boolean(false)]
            ),
            (
                try ModbusFixtures.point(
                    "mode", .holding, 30, .bits(offset: 2, count: 3), write: style),
                [.integer(5), .integer(0)]
            ),
        ]
    }

    @Test(
        "every kind of point is written to a real server and reads as what was written",
        arguments: ModbusWrite.allCases)
    func realServer(style: ModbusWrite) async throws {
        let server = try PeerProcess(["modbus-serve", "--seconds", "120"])
        defer { server.stop() }
        let port = try #require(Int(server.line))
        let points = try Self.points(style)
        let driver = try ModbusFixtures.tcp(port, ModbusFixtures.device(points.map(\.0)))
        #expect(driver.outputs.count == points.count)
        for (index, (_, values)) in points.enumerated() {
            for value in values + values {
                try await driver.write(value, to: OutputIndex(device: 0, point: index))
                #expect(await driver.read(device: 0, points: [index]) == [.good(value)])
            }
        }
        // Register 30 held 30: bits 1 and 4 were set, of which the field took bit 4.
        let rest = try ModbusFixtures.tcp(
            port, ModbusFixtures.device(try ModbusFixtures.registers([30])))
        #expect(await rest.read(device: 0, points: [0]) == [.good(.integer(2))])
    }

    private func slave(
        _ tables: MemorySlave.Tables = .init(holding: [0: 1, 1: 2])
    ) -> MemorySlave { MemorySlave(tables) }

    private func driver(
        _ port: Int, _ encoding: ModbusEncoding = .uint16, write: ModbusWrite = .single,
        retries: Int = 1, timeout: Int64 = 2000
    ) throws -> ModbusDriver {
        try ModbusFixtures.tcp(
            port,
            ModbusFixtures.device(
                [try ModbusFixtures.point("p", .holding, 0, encoding, write: write)],
                timeout: timeout, retries: retries))
    }

    private func failure(
        _ driver: ModbusDriver, _ value: Value = .integer(9)
    ) async -> WriteFailure? {
        do throws(WriteFailure) {
            try await driver.write(value, to: first)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "the function is the simplest that fits, or the one that the device takes",
        arguments: [(ModbusWrite.single, [6, 3]), (.multiple, [16, 3])] as [(ModbusWrite, [UInt8])])
    func functions(style: ModbusWrite, expected: [UInt8]) async throws {
        let memory = slave()
        let server = try ScriptedTCPSlave(MemorySlave.tcp([1: memory]))
        defer { server.stop() }
        try await driver(server.port, write: style).write(.integer(9), to: first)
        #expect(server.requests.map { $0.bytes[7] } == expected)
        #expect(memory.current.holding == [0: 9, 1: 2])
    }

    @Test("a bit is changed by a mask write, or in the whole register where that is not known")
    func bit() async throws {
        let memory = slave(.init(holding: [0: 0x0101], unknownFunctions: [22]))
        let server = try ScriptedTCPSlave(MemorySlave.tcp([1: memory]))
        defer { server.stop() }
        let driver = try driver(server.port, .flag(bit: 4))
        try await driver.write(.boolean(true), to: first)
        try await driver.write(.boolean(false), to: first)
        // The refusal is remembered.
        #expect(server.requests.map { $0.bytes[7] } == [22, 3, 6, 3, 3, 6, 3])
        memory.change { $0.unknownFunctions = [] }
        await driver.close()
        try await driver.write(.boolean(true), to: first)
        #expect(server.requests.map { $0.bytes[7] }.suffix(2) == [22, 3])
        #expect(memory.current.holding[0] == 0x0111)
    }

    static let misdeeds: [(String, Fault, @Sendable ([UInt8]) -> [SlaveAction])] = [
        ("refuses", .modbusDeviceFailure, { [.send(Frames.tcp($0, pdu: [0x86, 4]))] }),
        (
            "refuses the address", .modbusIllegalAddress,
            { [.send(Frames.tcp($0, pdu: [0x86, 2]))] }
        ),
        ("is busy", .modbusDeviceBusy, { [.send(Frames.tcp($0, pdu: [0x86, 6]))] }),
        // From here on it is not known what was done, and the point does not show it.
        (
            "echoes another value", .malformedAnswer,
            { [.send(Frames.tcp($0, pdu: [6, 0, 0, 0, 8]))] }
        ),
        (
            "echoes another address", .malformedAnswer,
            { [.send(Frames.tcp($0, pdu: [6, 0, 1, 0, 9]))] }
        ),
        ("echoes a read", .malformedAnswer, { [.send(Frames.tcp($0, pdu: [3, 2, 0, 9]))] }),
        ("echoes too little", .malformedAnswer, { [.send(Frames.tcp($0, pdu: [6, 0, 0, 0]))] }),
        ("closes", .connectionClosed, { _ in [.close] }),
        (
            "accepts and goes on working", .modbusAcknowledge,
            { [.send(Frames.tcp($0, pdu: [0x86, 5]))] }
        ),
        (
            "says yes and does nothing", .outputDiffers,
            { [.send(Frames.tcp($0, pdu: Array($0[7...])))] }
        ),
    ]

    @Test("a slave that does not obey is never taken to have obeyed", arguments: misdeeds.indices)
    func misdeed(index: Int) async throws {
        let (name, fault, actions) = Self.misdeeds[index]
        let obedient = MemorySlave.tcp([1: slave()])
        let server = try ScriptedTCPSlave { index, request in
            request[7] == 6 ? actions(request) : obedient(index, request)
        }
        defer { server.stop() }
        let failure = await failure(try driver(server.port))
        #expect(failure?.fault == fault, "\(name): \(String(describing: failure))")
        #expect(failure?.place.contains("holding 0") == true)
        #expect(failure?.place.contains("device/p") == true)
        // Repeated at most as often as the device's retries say.
        #expect(server.requests.filter { $0.bytes[7] == 6 }.count <= 2)
    }

    @Test("a write whose answer is lost is not repeated when the point shows that it was obeyed")
    func lostAnswer() async throws {
        let memory = slave()
        let obedient = MemorySlave.tcp([1: memory])
        let server = try ScriptedTCPSlave { index, request in
            let actions = obedient(index, request)
            return request[7] == 6 ? [] : actions
        }
        defer { server.stop() }
        try await driver(server.port, timeout: 100).write(.integer(9), to: first)
        #expect(server.requests.map { $0.bytes[7] } == [6, 3])
    }

    @Test("a write that is lost is repeated after the point has been read")
    func lostRequest() async throws {
        let memory = slave()
        let obedient = MemorySlave.tcp([1: memory])
        let server = try ScriptedTCPSlave { index, request in
            index == 0 ? [] : obedient(index, request)
        }
        defer { server.stop() }
        try await driver(server.port, timeout: 100).write(.integer(9), to: first)
        #expect(server.requests.map { $0.bytes[7] } == [6, 3, 6, 3])
        #expect(memory.current.holding[0] == 9)
    }

    @Test("a device that takes a moment to obey is given it")
    func slow() async throws {
        let obedient = MemorySlave.tcp([1: slave()])
        let server = try ScriptedTCPSlave { index, request in
            index == 1
                ? [.send(Frames.tcp(request, pdu: [3, 2, 0, 1]))] : obedient(index, request)
        }
        defer { server.stop() }
        try await driver(server.port).write(.integer(9), to: first)
        #expect(server.requests.map { $0.bytes[7] } == [6, 3, 3])
    }

    @Test("a dead device costs no more than twice its time-out")
    func dead() async throws {
        let server = try ScriptedTCPSlave { _, _ in [] }
        defer { server.stop() }
        let driver = try driver(server.port, retries: 2, timeout: 50)
        #expect(await failure(driver)?.fault == .timeout)
        // Three attempts are one time-out of the device.
        #expect(server.requests.count <= 6)
    }

    @Test("what is no output, or can't be set, is refused without a request")
    func refused() async throws {
        let server = try ScriptedTCPSlave(MemorySlave.tcp([1: slave()]))
        defer { server.stop() }
        let driver = try ModbusFixtures.tcp(
            server.port,
            ModbusFixtures.device([
                try ModbusFixtures.point("p", .holding, 0, maximum: 10, write: .single),
                try ModbusFixtures.point("q", .holding, 1),
            ]))
        #expect(driver.outputs == [first])
        #expect(await failure(driver, .integer(11))?.fault == .outOfRange)
        #expect(await failure(driver, .text("9"))?.fault == .malformedValue)
        #expect(await failure(driver, .number(.nan))?.fault == .malformedValue)
        for output in [(0, 1), (0, 2), (1, 0), (-1, 0), (Int.max, Int.min)] {
            await #expect(throws: WriteFailure.self) {
                try await driver.write(
                    .integer(1), to: OutputIndex(device: output.0, point: output.1))
            }
        }
        #expect(server.requests.isEmpty)
    }

    @Test("a broadcast is refused over TCP")
    func broadcast() async throws {
        let server = try ScriptedTCPSlave(MemorySlave.tcp([1: slave()]))
        defer { server.stop() }
        let driver = try driver(server.port)
        do throws(WriteFailure) {
            _ = try await driver.broadcast(.integer(9), to: [first])
            Issue.record("sent")
        } catch {
            #expect(error.fault == .missing && error.operation == "broadcast")
        }
        #expect(server.requests.isEmpty)
    }
}
