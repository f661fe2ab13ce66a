// SPDX-License-Identifier: Apache-2.0

import HAL
import Synchronization
import Telemetry
import Testing

/// Scans of scripted buses.
@Suite struct ModbusDiscoveryTests {
    private func tcp(_ port: Int) throws -> ModbusDriver {
        try ModbusDriver(endpoint: .tcp(host: "127.0.0.1", port: port))
    }

    private static let map: [UInt16] = [0x5375, 0x6e53, 1, 2, 0, 0, 211, 1, 0, 0xffff, 0]

    /// A slave with a SunSpec map and objects, one without anything, and one that refuses all.
    private static func slaves() -> [UInt8: MemorySlave] {
        [
            3: MemorySlave(
                .init(
                    holding: MemorySlave.map(40_000, map),
                    objects: [0: "Maker", 1: "P1", 2: "1.0", 5: "Model 5", 6: "Use"])),
            10: MemorySlave(.init(holding: [0: 7])),
            200: MemorySlave(.init(unknownFunctions: [3, 17, 43])),
        ]
    }

    private func check(_ result: DiscoveryResult) throws {
        try #require(result.devices.map(\.unitID) == [3, 10, 200])
        #expect(result.garbled.isEmpty && !result.ignoresUnitIDs)
        let meter = try #require(result.devices.first)
        #expect(meter.identity.objects == [0: "Maker", 1: "P1", 2: "1.0", 5: "Model 5", 6: "Use"])
        #expect(meter.sunSpec?.models.map(\.id) == [1, 211])
        #expect(meter.sunSpec?.models.map(\.address) == [40_002, 40_006])
        #expect(meter.profile == "sunspec-meter")
        #expect(result.devices[1].sunSpec == nil && result.devices[1].identity.serverID == "ab")
        #expect(result.devices[1].title == "ab")
        #expect(result.devices[2].identity.isEmpty && result.devices[2].title == nil)
    }

    @Test("a gateway's slaves are found and asked who they are")
    func gateway() async throws {
        let server = try ScriptedTCPSlave(MemorySlave.tcp(Self.slaves()))
        defer { server.stop() }
        let seen = Mutex<[ModbusDiscovery.Progress]>([])
        let result = try await ModbusDiscovery(try tcp(server.port)).scan { progress in
            seen.withLock { $0.append(progress) }
        }
        try check(result)
        let progress = seen.withLock { $0 }
        #expect(progress.map(\.done) == Array(1...247))
        #expect(progress.last?.found == 3 && progress.last?.total == 247)
    }

    @Test("the slaves of a serial line are found between silent ones")
    func line() async throws {
        let slave = try ScriptedSerialSlave(MemorySlave.rtu(Self.slaves()))
        defer { slave.stop() }
        let line = ModbusSerialLine(device: slave.path, baud: 115_200)
        let settings = DiscoverySettings(
            unitIDs: [10, 4, 3, 3, 0, 200, 5, 300, 255, -1], timeoutMilliseconds: 500)
        let driver = try ModbusDriver(endpoint: .rtu(line))
        try check(try await ModbusDiscovery(driver, settings).scan())
        // Unit 0 is nobody's, and nobody is asked twice.
        #expect(!slave.requests.contains { $0.bytes[0] == 0 })
        #expect(slave.requests.filter { $0.bytes[0] == 4 }.count == 1)
    }

    @Test("a server that answers to all 247 units is one device")
    func storm() async throws {
        let one = MemorySlave(base: 0, [7])
        let server = try ScriptedTCPSlave { _, request in
            [.send(Frames.tcp(request, pdu: one.answer(Array(request[7...]))))]
        }
        defer { server.stop() }
        let result = try await ModbusDiscovery(try tcp(server.port)).scan()
        #expect(result.ignoresUnitIDs && result.devices.map(\.unitID) == [1])
        #expect(server.requests.count < 247 + 10)
    }

    @Test("a gateway that refuses in one way wherever nobody is does not hide who is there")
    func refusing() async throws {
        let slaves = Self.slaves()
        let server = try ScriptedTCPSlave { _, request in
            let pdu = slaves[request[6]]?.answer(Array(request[7...])) ?? [request[7] | 0x80, 4]
            return [.send(Frames.tcp(request, pdu: pdu))]
        }
        defer { server.stop() }
        try check(try await ModbusDiscovery(try tcp(server.port)).scan())
    }

    @Test("all 247 slaves of a serial line are found")
    func full() async throws {
        let slave = try ScriptedSerialSlave { _, request in [.send(Frames.rtu(request))] }
        defer { slave.stop() }
        let line = ModbusSerialLine(device: slave.path, baud: 1_000_000)
        let settings = DiscoverySettings(timeoutMilliseconds: 2000, identifies: false)
        let driver = try ModbusDriver(endpoint: .rtu(line))
        let result = try await ModbusDiscovery(driver, settings).scan()
        #expect(result.devices.map(\.unitID) == Array(1...247) && !result.ignoresUnitIDs)
    }

    @Test("what answers in a way that can't be understood is named, after a second try")
    func garbled() async throws {
        let slave = try ScriptedSerialSlave { _, request in
            var frame = Frames.rtu(request)
            if request[0] == 2 { frame[4] ^= 1 }
            return request[0] == 5 ? [] : [.send(frame)]
        }
        defer { slave.stop() }
        let line = ModbusSerialLine(device: slave.path, baud: 115_200)
        let settings = DiscoverySettings(
            unitIDs: [1, 2, 5], timeoutMilliseconds: 500, identifies: false)
        let driver = try ModbusDriver(endpoint: .rtu(line))
        let result = try await ModbusDiscovery(driver, settings).scan()
        #expect(result.devices.map(\.unitID) == [1])
        #expect(result.garbled == [2: .checksum])
    }

    static let liars: [@Sendable ([UInt8]) -> [UInt8]] = [
        // More follows, and the next object is the one just given, or an earlier one.
        { [43, 14, $0[2], 0x82, 0xff, 1, 1, 1, 1, 0x61] },
        { [43, 14, $0[2], 0x82, 0xff, 0, 1, 1, 1, 0x61] },
        { [43, 14, $0[2], 0x82, 0, 0, 9, 0, 1, 0x61] }, { [43, 14, $0[2], 0x82, 0, 0, 1, 0, 200] },
        { [43, 14, $0[2], 0x82, 0xff, 3, 0] }, { [43, 13, $0[2], 0x82, 0, 0, 0] },
        { _ in [43, 14] }, { _ in [43] },
    ]

    @Test(
        "an identification that contradicts itself ends, over TCP and on a line",
        arguments: liars.indices)
    func liar(index: Int) async throws {
        let memory = MemorySlave(base: 0, [7])
        @Sendable func pdu(_ question: [UInt8]) -> [UInt8] {
            question[0] == 43 ? Self.liars[index](question) : memory.answer(question)
        }
        let server = try ScriptedTCPSlave { _, request in
            [.send(Frames.tcp(request, pdu: pdu(Array(request[7...]))))]
        }
        defer { server.stop() }
        let slave = try ScriptedSerialSlave { _, request in
            [.send(Frames.rtu(request, pdu: pdu(Array(request[1..<(request.count - 2)]))))]
        }
        defer { slave.stop() }
        let line = ModbusSerialLine(device: slave.path, baud: 115_200)
        for endpoint in [ModbusEndpoint.tcp(host: "127.0.0.1", port: server.port), .rtu(line)] {
            let settings = DiscoverySettings(unitIDs: [1], timeoutMilliseconds: 500)
            let driver = try ModbusDriver(endpoint: endpoint)
            let result = try await ModbusDiscovery(driver, settings).scan()
            let device = try #require(result.devices.first)
            #expect(result.devices.map(\.unitID) == [1])
            #expect(device.identity.vendor == nil && device.identity.objects.count <= 1)
        }
        #expect(server.requests.count < 20 && slave.requests.count < 20)
    }

    @Test("a bus that can't be opened is an error, not an empty bus")
    func closed() async throws {
        let port = try Loopback.freePort()
        await #expect(throws: ModbusFailure.self) {
            try await ModbusDiscovery(try tcp(port)).scan()
        }
        let slave = try ScriptedSerialSlave { _, request in [.send(Frames.rtu(request))] }
        defer { slave.stop() }
        let holder = try ModbusFixtures.rtu(
            slave.path, ModbusFixtures.device(try ModbusFixtures.registers([10])))
        _ = await holder.read(device: 0, points: [0])
        let driver = try ModbusDriver(endpoint: .rtu(ModbusSerialLine(device: slave.path)))
        do throws(ModbusFailure) {
            _ = try await ModbusDiscovery(driver).scan()
            Issue.record("scanned")
        } catch {
            #expect(error.isLineInUse && error.place == slave.path)
        }
        await holder.close()
    }
}
