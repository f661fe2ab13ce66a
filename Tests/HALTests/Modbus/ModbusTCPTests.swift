// SPDX-License-Identifier: Apache-2.0

import Glibc
import HAL
import Telemetry
import Testing

/// The driver against a server made of libmodbus' own server calls.
@Suite struct ModbusTCPTests {
    private let server: PeerProcess
    private let port: Int

    init() throws {
        server = try PeerProcess(["modbus-serve", "--seconds", "120"])
        port = try #require(Int(server.line))
    }

    @Test("all four tables are read from a real server, in the order asked")
    func tables() async throws {
        let points = [
            try ModbusFixtures.point("coil3", .coil, 3, .boolean),
            try ModbusFixtures.point("coil4", .coil, 4, .boolean),
            try ModbusFixtures.point("discrete17", .discrete, 17, .boolean),
            try ModbusFixtures.point("holding", .holding, 42, .uint16, scale: 0.1),
            try ModbusFixtures.point("input", .input, 3, .int16),
            try ModbusFixtures.point("wide", .input, 10, .uint32, order: .cdab),
        ]
        let driver = try ModbusFixtures.tcp(port, ModbusFixtures.device(points))
        #expect(
            await driver.read(device: 0, points: [5, 4, 3, 2, 1, 0, 3]) == [
                .good(.integer((65_535 - 11) << 16 + 65_535 - 10)), .good(.integer(-4)),
                .good(.number(4.2)), .good(.boolean(true)), .good(.boolean(false)),
                .good(.boolean(true)), .good(.number(4.2)),
            ])
        #expect(await driver.lastFailure == nil)
    }

    @Test("a register that moves is read anew every time")
    func moves() async throws {
        let clock = try ModbusFixtures.point("clock", .input, 1000, .uint32)
        let driver = try ModbusFixtures.tcp(port, ModbusFixtures.device([clock]))
        var values: Set<Outcome> = []
        for _ in 0..<3 {
            values.formUnion(await driver.read(device: 0, points: [0]))
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(values.count == 3 && values.allSatisfy { $0.quality == .good })
    }

    @Test("points around a hole are read, and only the point in the hole is bad")
    func hole() async throws {
        let points = try ModbusFixtures.registers([495, 505, 515, 498])
        let driver = try ModbusFixtures.tcp(port, ModbusFixtures.device(points, gap: 30))
        for _ in 0..<3 {
            #expect(
                await driver.read(device: 0, points: [0, 1, 2, 3]) == [
                    .good(.integer(495)), .bad(.modbusIllegalAddress), .good(.integer(515)),
                    .good(.integer(498)),
                ])
        }
        #expect(
            await driver.read(device: 0, points: [0, 2]) == [
                .good(.integer(495)), .good(.integer(515)),
            ])
    }

    @Test("reading again after close opens the bus again")
    func reopen() async throws {
        let driver = try ModbusFixtures.tcp(
            port, ModbusFixtures.device(try ModbusFixtures.registers([9])))
        for _ in 0..<3 {
            #expect(await driver.read(device: 0, points: [0]) == [.good(.integer(9))])
            await driver.close()
        }
    }

    @Test("a host is found by its name")
    func name() async throws {
        let driver = try ModbusFixtures.tcp(
            port, ModbusFixtures.device(try ModbusFixtures.registers([9])), host: "localhost")
        #expect(await driver.read(device: 0, points: [0]) == [.good(.integer(9))])
    }

    @Test("an index that is none is a missing point, and costs no request")
    func indices() async throws {
        let driver = try ModbusFixtures.tcp(
            port, ModbusFixtures.device(try ModbusFixtures.registers([9])))
        #expect(
            await driver.read(device: 0, points: [7, 0, -1]) == [
                .bad(.missing), .good(.integer(9)), .bad(.missing),
            ])
        #expect(await driver.read(device: 1, points: [0]) == [.bad(.missing)])
        #expect(await driver.read(device: 0, points: []) == [])
    }

    @Test("a server that is killed and started again is read again")
    func restart() async throws {
        let driver = try ModbusFixtures.tcp(
            port, ModbusFixtures.device(try ModbusFixtures.registers([9])))
        #expect(await driver.read(device: 0, points: [0]) == [.good(.integer(9))])
        server.stop()
        let fault = await driver.read(device: 0, points: [0])[0].fault
        #expect(fault == .notConnected || fault == .connectionClosed)
        let again = try PeerProcess([
            "modbus-serve", "--port", String(port), "--seconds", "60",
        ])
        defer { again.stop() }
        let end = ContinuousClock.now + .seconds(10)
        var outcome = Outcome.bad(.notConnected)
        while outcome.fault != nil, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(20))
            outcome = await driver.read(device: 0, points: [0])[0]
        }
        #expect(outcome == .good(.integer(9)))
    }
}
