// SPDX-License-Identifier: Apache-2.0

import Glibc
import HAL
import Telemetry
import Testing

/// The driver on serial lines: against a slave made of libmodbus, and against ones that misbehave.
@Suite struct ModbusRTUTests {
    private func value(_ address: Int) -> Outcome {
        .good(.integer(Int64(Frames.value(at: address))))
    }

    @Test("a real slave on a serial line is read beside one that is dead")
    func realSlave() async throws {
        let cable = try SerialCable()
        defer { cable.stop() }
        let peer = try PeerProcess([
            "modbus-rtu-serve", cable.paths[1], "19200", "--unit", "1", "--seconds", "60",
        ])
        defer { peer.stop() }
        #expect(peer.line == "ready")
        let points = [
            try ModbusFixtures.point("holding", .holding, 42),
            try ModbusFixtures.point("coil", .coil, 3, .boolean),
            try ModbusFixtures.point("hole", .holding, 505),
        ]
        let dead = try [ModbusFixtures.point("dead", .holding, 42)]
        let driver = try ModbusFixtures.rtu(
            cable.paths[0], ModbusFixtures.device(points, name: "live", retries: 2),
            ModbusFixtures.device(dead, name: "dead", unit: 2, timeout: 100))
        for _ in 0..<4 {
            #expect(
                await driver.read(device: 0, points: [0, 1, 2]) == [
                    .good(.integer(42)), .good(.boolean(true)), .bad(.modbusIllegalAddress),
                ])
            #expect(await driver.read(device: 1, points: [0]) == [.bad(.timeout)])
        }
    }

    @Test("a dead slave on the line never changes what another one is read to be")
    func deadNeighbour() async throws {
        let slaves = try ScriptedSerialSlave { _, request in
            request[0] == 1 ? [.send(Frames.rtu(request))] : []
        }
        defer { slaves.stop() }
        let driver = try ModbusFixtures.rtu(
            slaves.path, ModbusFixtures.device(try ModbusFixtures.registers([10]), name: "a"),
            ModbusFixtures.device(
                [try ModbusFixtures.point("b", .holding, 20)], name: "b", unit: 2, timeout: 50,
                retries: 1))
        for _ in 0..<5 {
            #expect(await driver.read(device: 0, points: [0]) == [value(10)])
            let begin = ContinuousClock.now
            #expect(await driver.read(device: 1, points: [0]) == [.bad(.timeout)])
            #expect(ContinuousClock.now - begin >= .milliseconds(100))
        }
        // One request that is answered, and two that are not, each time: nothing is asked in vain.
        #expect(slaves.requests.filter { $0.bytes[0] == 1 }.count == 5)
        #expect(slaves.requests.filter { $0.bytes[0] == 2 }.count == 10)
    }

    @Test(
        "at least 3.5 characters of silence lie before every request, whichever slave it is for",
        arguments: [(1200, 29_166_000), (9600, 3_645_000), (115_200, 1_750_000)])
    func silence(baud: Int, nanoseconds: Int64) async throws {
        let slaves = try ScriptedSerialSlave { _, request in [.send(Frames.rtu(request))] }
        defer { slaves.stop() }
        let driver = try ModbusFixtures.rtu(
            slaves.path, baud: baud,
            ModbusFixtures.device(try ModbusFixtures.registers([10, 20]), name: "a", gap: 0),
            ModbusFixtures.device(
                [try ModbusFixtures.point("b", .holding, 30)], name: "b", unit: 2))
        for _ in 0..<4 {
            #expect(await driver.read(device: 0, points: [0, 1]) == [value(10), value(20)])
            #expect(await driver.read(device: 1, points: [0]) == [value(30)])
        }
        let requests = slaves.requests
        #expect(requests.count == 12)
        let gaps = zip(requests, requests.dropFirst()).map { $1.arrived - $0.answered }
        #expect(gaps.allSatisfy { $0 >= nanoseconds }, "\(gaps)")
    }

    static let misdeeds: [(String, Set<Fault>, @Sendable ([UInt8]) -> [SlaveAction])] = [
        ("never answers", [.timeout], { _ in [] }),
        (
            "damages the checksum", [.checksum],
            { request in
                var frame = Frames.rtu(request)
                frame[frame.count - 1] ^= 1
                return [.send(frame)]
            }
        ),
        (
            "damages a register", [.checksum],
            { request in
                var frame = Frames.rtu(request)
                frame[3] ^= 0x80
                return [.send(frame)]
            }
        ),
        ("answers as another slave", [.wrongDevice], { [.send(Frames.rtu($0, unit: 9))] }),
        ("sends too few bytes", [.timeout], { [.send(Array(Frames.rtu($0).prefix(4)))] }),
        (
            "answers another function", [.malformedAnswer],
            { [.send(Frames.rtu($0, pdu: [4, 2, 0, 1]))] }
        ),
        (
            "gives more registers", [.malformedAnswer],
            { [.send(Frames.rtu($0, pdu: [3, 4, 0, 1, 0, 2]))] }
        ),
        (
            "claims 255 bytes", [.malformedAnswer],
            { [.send(Frames.rtu($0, pdu: [3, 255] + [UInt8](repeating: 1, count: 255)))] }
        ),
        // Noise that reads as another slave's frame: 3.1.6 sees the slave first, 3.1.11 the CRC.
        (
            "sends noise", [.wrongDevice, .checksum],
            { _ in [.send([UInt8](repeating: 0xff, count: 300))] }
        ),
        ("fails", [.modbusDeviceFailure], { [.send(Frames.rtu($0, pdu: [0x83, 4]))] }),
        (
            "trickles", [.timeout],
            { request in
                Frames.rtu(request).flatMap { [.send([$0]), .wait(milliseconds: 60)] }
            }
        ),
    ]

    @Test(
        "a slave's misdeed on the line is named, and its next right answer is read",
        arguments: misdeeds.indices)
    func misdeed(index: Int) async throws {
        let (name, faults, actions) = Self.misdeeds[index]
        let slave = try ScriptedSerialSlave(first: actions)
        defer { slave.stop() }
        let driver = try ModbusFixtures.rtu(
            slave.path,
            ModbusFixtures.device(
                try ModbusFixtures.registers([10, 20]), timeout: 200, gap: 0))
        let fault = await driver.read(device: 0, points: [0])[0].fault
        #expect(fault.map { faults.contains($0) } == true, "\(name): \(String(describing: fault))")
        let end = ContinuousClock.now + .seconds(10)
        var next = await driver.read(device: 0, points: [1])
        while next != [value(20)], ContinuousClock.now < end {
            #expect(next[0].value == nil, "\(name): a wrong value")
            next = await driver.read(device: 0, points: [1])
        }
        #expect(next == [value(20)], "\(name)")
    }

    @Test("an answer that comes too late is never another request's", arguments: 0..<6)
    func late(seed: UInt64) async throws {
        let slave = try ScriptedSerialSlave { index, request in
            var random = SplitMix(state: seed << 32 + UInt64(index))
            // Seldom enough that a slave which answers one after the other catches up.
            let isLate = Int.random(in: 0..<10, using: &random) < 3
            let delay = isLate ? Int.random(in: 20...90, using: &random) : 0
            return [.wait(milliseconds: delay), .send(Frames.rtu(request))]
        }
        defer { slave.stop() }
        let addresses = Array(stride(from: 0, to: 400, by: 10))
        let driver = try ModbusFixtures.rtu(
            slave.path, baud: 115_200,
            ModbusFixtures.device(
                try ModbusFixtures.registers(addresses), timeout: 50,
                retries: Int(seed % 2), gap: 0))
        var good = 0
        for (index, address) in addresses.enumerated() {
            let outcome = await driver.read(device: 0, points: [index])[0]
            #expect(outcome.fault != nil || outcome == value(address))
            good += outcome.fault == nil ? 1 : 0
        }
        #expect(good > 0)
        #expect(slave.requests.count > good, "no answer was late")
    }

    @Test("a line that another program uses is refused, and is free after close")
    func lock() async throws {
        let slave = try ScriptedSerialSlave { _, request in [.send(Frames.rtu(request))] }
        defer { slave.stop() }
        let device = ModbusFixtures.device(try ModbusFixtures.registers([10]))
        let first = try ModbusFixtures.rtu(slave.path, device)
        let second = try ModbusFixtures.rtu(slave.path, device)
        #expect(await first.read(device: 0, points: [0]) == [value(10)])
        #expect(await second.read(device: 0, points: [0]) == [.bad(.accessDenied)])
        // With CAP_SYS_ADMIN the terminal's exclusive mode is passed and the lock is met; without,
        // the mode is.
        let operation = await second.lastFailure?.operation
        #expect(operation == "lock" || operation == "open")
        #expect(await first.read(device: 0, points: [0]) == [value(10)])
        await first.close()
        let third = try ModbusFixtures.rtu(slave.path, device)
        #expect(await third.read(device: 0, points: [0]) == [value(10)])
    }

    @Test(
        "a path that is no serial device is missing",
        arguments: ["/dev/no-such-device", "/dev/null", "/proc/self/status"])
    func missing(path: String) async throws {
        let driver = try ModbusFixtures.rtu(
            path, ModbusFixtures.device(try ModbusFixtures.registers([10])))
        // A file of /proc can't even be opened for writing.
        for _ in 0..<2 {
            let fault = await driver.read(device: 0, points: [0])[0].fault
            #expect(fault == .missing || fault == .accessDenied)
        }
    }
}
