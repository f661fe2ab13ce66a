// SPDX-License-Identifier: Apache-2.0

#if canImport(TestSupport)
    import HAL
    import Telemetry
    import TestSupport
    import Testing

    /// The driver keeps what every driver promises.
    @Suite struct ModbusContractTests {
        private func points() throws -> [ModbusPointDefinition] {
            [
                try ModbusFixtures.point("a", .holding, 1),
                try ModbusFixtures.point("b", .holding, 7, .float32),
                try ModbusFixtures.point("hole", .input, 505),
                try ModbusFixtures.point("c", .coil, 3, .boolean),
                try ModbusFixtures.point("d", .input, 20, .text(registers: 2)),
            ]
        }

        @Test("over TCP, beside a unit that never answers")
        func tcp() async throws {
            let server = try PeerProcess(["modbus-serve", "--unit", "1", "--seconds", "120"])
            defer { server.stop() }
            let port = try #require(Int(server.line))
            try await DriverContract.check(stable: true) {
                try ModbusFixtures.tcp(
                    port, ModbusFixtures.device(try points()),
                    ModbusFixtures.device(
                        [try ModbusFixtures.point("silent")], name: "silent", unit: 2, timeout: 20))
            }
        }

        @Test("on a serial line, beside a slave that never answers")
        func rtu() async throws {
            let slaves = try ScriptedSerialSlave { _, request in
                request[0] == 1 ? [.send(Frames.rtu(request))] : []
            }
            defer { slaves.stop() }
            let registers = try ModbusFixtures.registers([5, 6, 40])
            try await DriverContract.check(stable: true) {
                try ModbusFixtures.rtu(
                    slaves.path, baud: 115_200, ModbusFixtures.device(registers),
                    ModbusFixtures.device(
                        [try ModbusFixtures.point("silent")], name: "silent", unit: 2, timeout: 20))
            }
        }

        /// A coil and a register that are outputs, and what the register takes.
        static func outputs() throws -> [ModbusPointDefinition] {
            [
                try ModbusFixtures.point("coil", .coil, 1, .boolean, write: .single),
                try ModbusFixtures.point("word", .holding, 10, .uint16, write: .single),
            ]
        }

        static let word = OutputContract.Sample(
            values: [.integer(65_535), .integer(7), .number(8)], wrongType: .boolean(true),
            outOfRange: .integer(65_536))

        @Test("what every driver of outputs promises, over TCP")
        func outputs() async throws {
            let server = try PeerProcess(["modbus-serve", "--seconds", "120"])
            defer { server.stop() }
            let port = try #require(Int(server.line))
            for (point, sample) in zip(try Self.outputs(), [.state, Self.word]) {
                try await OutputContract.check(sample) {
                    try ModbusFixtures.tcp(port, ModbusFixtures.device([point]))
                }
            }
        }

        @Test("where there is no host, and where there is no line")
        func absent() async throws {
            let port = try Loopback.freePort()
            try await DriverContract.checkAbsent {
                try ModbusFixtures.tcp(port, ModbusFixtures.device(try points()))
            }
            try await DriverContract.checkAbsent {
                try ModbusFixtures.rtu("/dev/no-such-line", ModbusFixtures.device(try points()))
            }
            for (point, sample) in zip(try Self.outputs(), [.state, Self.word]) {
                let device = ModbusFixtures.device([point], timeout: 500)
                try await OutputContract.checkAbsent(sample) {
                    try ModbusFixtures.tcp(port, device)
                }
                try await OutputContract.checkAbsent(sample) {
                    try ModbusFixtures.rtu("/dev/no-such-line", device)
                }
            }
        }
    }
#endif
