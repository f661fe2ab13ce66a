// SPDX-License-Identifier: Apache-2.0

import Glibc
import HAL
import Telemetry
import Testing

/// The driver against servers that break the protocol.
@Suite struct ModbusTCPHostileTests {
    /// A way to answer wrongly, and what the reading then says.
    struct Misdeed: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fault: Fault
        let actions: @Sendable ([UInt8]) -> [SlaveAction]

        init(
            _ name: String, _ fault: Fault,
            _ actions: @escaping @Sendable ([UInt8]) -> [SlaveAction]
        ) {
            testDescription = name
            self.fault = fault
            self.actions = actions
        }
    }

    static let misdeeds: [Misdeed] = [
        Misdeed("never answers", .timeout) { _ in [] },
        Misdeed("closes at once", .connectionClosed) { _ in [.close] },
        Misdeed("sends too few bytes, then closes", .connectionClosed) {
            [.send(Array(Frames.tcp($0).prefix(10))), .close]
        },
        Misdeed("sends too few bytes, then stalls", .timeout) {
            [.send(Array(Frames.tcp($0).prefix(10)))]
        },
        Misdeed("trickles", .timeout) { request in
            Frames.tcp(request).flatMap { [.send([$0]), .wait(milliseconds: 90)] }
        },
        Misdeed("answers as another unit", .wrongDevice) { [.send(Frames.tcp($0, unit: 9))] },
        Misdeed("answers another transaction", .malformedAnswer) {
            [.send(Frames.tcp($0, transaction: 0x4711))]
        },
        Misdeed("answers another protocol", .malformedAnswer) {
            [.send(Frames.tcp($0, protocolID: 1))]
        },
        Misdeed("states a wrong length", .malformedAnswer) { [.send(Frames.tcp($0, length: 4))] },
        Misdeed("answers another function", .malformedAnswer) {
            [.send(Frames.tcp($0, pdu: [4, 2, 0, 1]))]
        },
        Misdeed("gives fewer registers", .malformedAnswer) {
            [.send(Frames.tcp($0, pdu: [3, 0]))]
        },
        Misdeed("gives more registers", .malformedAnswer) {
            [.send(Frames.tcp($0, pdu: [3, 4, 0, 1, 0, 2]))]
        },
        Misdeed("claims 255 bytes", .malformedAnswer) {
            [.send(Frames.tcp($0, pdu: [3, 255] + [UInt8](repeating: 1, count: 255)))]
        },
        Misdeed("sends noise", .malformedAnswer) { _ in
            [.send([UInt8](repeating: 0xff, count: 300))]
        },
        Misdeed("refuses another function", .malformedAnswer) {
            [.send(Frames.tcp($0, pdu: [0x84, 2]))]
        },
        Misdeed("is busy", .modbusDeviceBusy) { [.send(Frames.tcp($0, pdu: [0x83, 6]))] },
        Misdeed("refuses for no known reason", .modbusOtherException) {
            [.send(Frames.tcp($0, pdu: [0x83, 99]))]
        },
        Misdeed("is a gateway without its target", .modbusGatewayTarget) {
            [.send(Frames.tcp($0, pdu: [0x83, 11]))]
        },
    ]

    private func driver(
        _ port: Int, timeout: Int64 = 400, retries: Int = 0, host: String = "127.0.0.1"
    ) throws -> ModbusDriver {
        try ModbusFixtures.tcp(
            port,
            ModbusFixtures.device(
                try ModbusFixtures.registers([10, 20]), timeout: timeout, retries: retries,
                gap: 0),
            host: host)
    }

    private func value(_ address: Int) -> Outcome {
        .good(.integer(Int64(Frames.value(at: address))))
    }

    @Test("a slave's misdeed is named, and its next right answer is read", arguments: misdeeds)
    func misdeed(misdeed: Misdeed) async throws {
        let slave = try ScriptedTCPSlave(first: misdeed.actions)
        defer { slave.stop() }
        let driver = try driver(slave.port)
        #expect(await driver.read(device: 0, points: [0]) == [.bad(misdeed.fault)])
        #expect(await driver.lastFailure?.fault == misdeed.fault)
        let end = ContinuousClock.now + .seconds(10)
        var next = await driver.read(device: 0, points: [1])
        while next != [value(20)], ContinuousClock.now < end {
            // Only the slave that is still busy with its first request may be late again.
            #expect(next == [.bad(.timeout)])
            next = await driver.read(device: 0, points: [1])
        }
        #expect(next == [value(20)])
    }

    @Test("a retry makes one misdeed invisible, a refusal is not repeated", arguments: misdeeds)
    func retry(misdeed: Misdeed) async throws {
        let slave = try ScriptedTCPSlave(first: misdeed.actions)
        defer { slave.stop() }
        let driver = try driver(slave.port, timeout: 1500, retries: 3)
        let outcome = await driver.read(device: 0, points: [0])
        if misdeed.fault.rawValue >= Fault.modbusIllegalFunction.rawValue {
            #expect(outcome == [.bad(misdeed.fault)])
            #expect(slave.requests.count == 1)
        } else {
            #expect(outcome == [value(10)])
        }
    }

    @Test("an answer that comes too late is never another request's", arguments: 0..<4)
    func late(seed: UInt64) async throws {
        let slave = try ScriptedTCPSlave { index, request in
            var random = SplitMix(state: seed << 32 + UInt64(index))
            let delay = Int.random(in: 0...80, using: &random)
            return [.wait(milliseconds: delay), .send(Frames.tcp(request))]
        }
        defer { slave.stop() }
        let addresses = Array(stride(from: 0, to: 400, by: 10))
        let driver = try ModbusFixtures.tcp(
            slave.port,
            ModbusFixtures.device(try ModbusFixtures.registers(addresses), timeout: 40, gap: 0))
        var good = 0
        for (index, address) in addresses.enumerated() {
            let outcome = await driver.read(device: 0, points: [index])[0]
            #expect(outcome == value(address) || outcome == .bad(.timeout))
            good += outcome.fault == nil ? 1 : 0
        }
        #expect(slave.requests.count > good, "no answer was late")
    }

    @Test("a server that closed the idle connection is read without a fault")
    func idle() async throws {
        let slave = try ScriptedTCPSlave { _, request in [.send(Frames.tcp(request)), .close] }
        defer { slave.stop() }
        let driver = try driver(slave.port, timeout: 2000)
        for _ in 0..<5 {
            #expect(await driver.read(device: 0, points: [0]) == [value(10)])
            try await Task.sleep(for: .milliseconds(30))
        }
        #expect(slave.connections == 5)
    }

    @Test("a good connection is kept for all requests")
    func keep() async throws {
        let slave = try ScriptedTCPSlave { _, request in [.send(Frames.tcp(request))] }
        defer { slave.stop() }
        let driver = try driver(slave.port, timeout: 2000)
        for _ in 0..<20 {
            #expect(await driver.read(device: 0, points: [0, 1]) == [value(10), value(20)])
        }
        #expect(slave.connections == 1)
        #expect(slave.requests.count == 40)
    }

    @Test("one connection per bus: after a time-out, one request of a call is not sent in vain")
    func silent() async throws {
        let slave = try ScriptedTCPSlave { _, _ in [] }
        defer { slave.stop() }
        let driver = try driver(slave.port, timeout: 100, retries: 1)
        #expect(
            await driver.read(device: 0, points: [0, 1]) == [.bad(.timeout), .bad(.timeout)])
        #expect(slave.requests.count == 2)
    }

    @Test("a host that is down is not asked at every read")
    func down() async throws {
        let port = try Loopback.freePort()
        let driver = try driver(port)
        #expect(
            try await driver.readTwice(device: 0, points: [0]) {
                // The host is up again, but it is too early to know.
                let slave = try ScriptedTCPSlave(port: port) { _, request in
                    [.send(Frames.tcp(request))]
                }
                return slave.stop
            } == [[.bad(.notConnected)], [.bad(.notConnected)]])
    }

    @Test("why a host was not reached can be asked for")
    func reason() async throws {
        let driver = try driver(try Loopback.freePort())
        #expect(await driver.read(device: 0, points: [0]) == [.bad(.notConnected)])
        #expect(await driver.lastFailure?.code == ECONNREFUSED)
        #expect(await driver.lastFailure?.operation == "connect")
    }

    @Test("a host that swallows connects costs no more than the response timeout")
    func blackHole() async throws {
        let listener = try Loopback.listener(port: 0, isIPv6: false, backlog: 0)
        defer { close(listener) }
        let port = Loopback.port(listener)
        // The queue of the listener takes the first; nobody ever accepts, so the rest hang.
        var drivers: [ModbusDriver] = []
        var outcomes: [Outcome] = []
        let begin = ContinuousClock.now
        for _ in 0..<4 {
            let driver = try driver(port, timeout: 200)
            drivers.append(driver)
            outcomes += await driver.read(device: 0, points: [0])
        }
        #expect(outcomes.last == .bad(.notConnected))
        #expect(await drivers[3].lastFailure?.code == ETIMEDOUT)
        #expect(ContinuousClock.now - begin < .seconds(4))
    }

    @Test("IPv6 is spoken", .enabled(if: Loopback.hasIPv6))
    func ipv6() async throws {
        let slave = try ScriptedTCPSlave(isIPv6: true) { _, request in
            [.send(Frames.tcp(request))]
        }
        defer { slave.stop() }
        let driver = try driver(slave.port, timeout: 2000, host: "::1")
        #expect(await driver.read(device: 0, points: [1]) == [value(20)])
    }

    @Test("a name that nobody has is a host that can't be reached")
    func unknownName() async throws {
        let driver = try driver(502, host: "no-such-host.invalid")
        #expect(await driver.read(device: 0, points: [0]) == [.bad(.notConnected)])
        #expect(await driver.lastFailure?.operation == "resolve")
    }

    @Test("a gap that a slave refuses is read across once only")
    func refusedGap() async throws {
        let slave = try ScriptedTCPSlave { _, request in
            request[11] > 1
                ? [.send(Frames.tcp(request, pdu: [0x83, 2]))] : [.send(Frames.tcp(request))]
        }
        defer { slave.stop() }
        let driver = try ModbusFixtures.tcp(
            slave.port,
            ModbusFixtures.device(try ModbusFixtures.registers([10, 20]), gap: 16))
        for _ in 0..<3 {
            #expect(await driver.read(device: 0, points: [0, 1]) == [value(10), value(20)])
        }
        #expect(slave.requests.count == 3 + 2 + 2)
        await driver.close()
        #expect(await driver.read(device: 0, points: [0, 1]) == [value(10), value(20)])
        #expect(slave.requests.count == 7 + 3)
    }
}
