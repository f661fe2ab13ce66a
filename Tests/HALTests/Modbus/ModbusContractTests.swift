// SPDX-License-Identifier: Apache-2.0

#if canImport(TestSupport)
    import HAL
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

        @Test("where there is no host, and where there is no line")
        func absent() async throws {
            let port = try Loopback.freePort()
            try await DriverContract.checkAbsent {
                try ModbusFixtures.tcp(port, ModbusFixtures.device(try points()))
            }
            try await DriverContract.checkAbsent {
                try ModbusFixtures.rtu("/dev/no-such-line", ModbusFixtures.device(try points()))
            }
        }
    }
#endif
