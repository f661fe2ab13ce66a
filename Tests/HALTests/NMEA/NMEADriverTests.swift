// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport
import Testing

/// The driver at one end of a pseudo-terminal, a receiver at the other.
@Suite struct NMEADriverTests {
    /// Lets a receiver speak until the body returns.
    private func speaking(
        _ terminal: PseudoTerminal, _ sentences: [String], _ body: () async throws -> Void
    ) async throws {
        let receiver = SpeakingReceiver(terminal, sentences)
        defer { receiver.stop() }
        try await body()
    }

    @Test("a receiver's position, time and quality are read from its sentences")
    func reading() async throws {
        let terminal = try PseudoTerminal()
        let driver = try NMEADriver(NMEAFixtures.bus(terminal.path), clock: SystemHALClock())
        try await speaking(terminal, [NMEAFixtures.gga, NMEAFixtures.rmc]) {
            let outcomes = await driver.read(device: 0, points: Array(0..<9))
            let expected: [Value] = [
                .number(48.1173), .number(11 + 31.0 / 60), .number(545.4),
                .number(22.4 * 1852.0 / 3600), .number(84.4), .integer(8), .number(0.9),
                .integer(1), .number(764_426_119),
            ]
            #expect(outcomes == expected.map(Outcome.good))
        }
        await driver.close()
    }

    @Test("the driver keeps the contract, with a receiver and without")
    func contract() async throws {
        let terminal = try PseudoTerminal()
        try await speaking(terminal, [NMEAFixtures.ubloxGGA, NMEAFixtures.ubloxRMC]) {
            try await DriverContract.check(stable: true) {
                try NMEADriver(NMEAFixtures.bus(terminal.path), clock: SystemHALClock())
            }
        }
        try await DriverContract.checkAbsent {
            try NMEADriver(NMEAFixtures.bus("/dev/no-such-line"), clock: SystemHALClock())
        }
        let silent = try PseudoTerminal()
        try await DriverContract.checkAbsent {
            try NMEADriver(NMEAFixtures.bus(silent.path, timeout: 50), clock: SystemHALClock())
        }
    }

    @Test("a receiver that falls silent is stale, and good when it speaks again")
    func silence() async throws {
        let terminal = try PseudoTerminal()
        let clock = ManualClock()
        let driver = try NMEADriver(
            NMEAFixtures.bus(terminal.path, [.latitude, .altitude]), clock: clock)
        try await speaking(terminal, [NMEAFixtures.gga]) {
            #expect(await driver.read(device: 0, points: [0, 1])[0].quality == .good)
        }
        clock.advance(milliseconds: 5001)
        #expect(await driver.read(device: 0, points: [0, 1]) == [.bad(.stale), .bad(.stale)])
        try await speaking(terminal, [NMEAFixtures.gga]) {
            try await wait { await driver.read(device: 0, points: [0])[0].quality == .good }
        }
        await driver.close()
    }

    @Test("a receiver without a position says how many satellites it has, and no more")
    func noFix() async throws {
        let terminal = try PseudoTerminal()
        let driver = try NMEADriver(
            NMEAFixtures.bus(terminal.path, [.latitude, .satellites, .fix, .time]),
            clock: SystemHALClock())
        try await speaking(
            terminal, ["$GPGGA,,,,,,0,00,99.99,,,,,,*48", "$GPRMC,,V,,,,,,,,,,N*53"]
        ) {
            #expect(
                await driver.read(device: 0, points: [0, 1, 2, 3]) == [
                    .bad(.noFix), .good(.integer(0)), .good(.integer(0)), .bad(.noFix),
                ])
        }
        await driver.close()
    }

    static let uselessLines: [([UInt8], Fault)] = [
        ([], .timeout), (NMEAFixtures.bytes(["$GPGGA,1*00"]), .checksum),
        ([0xB5, 0x62, 0x80, 0xFF], .malformedAnswer),
        (NMEAFixtures.bytes([NMEAFixtures.vtg]), .missing),
    ]

    @Test("a line that gives no sentence says why", arguments: uselessLines)
    func useless(bytes: [UInt8], fault: Fault) async throws {
        let terminal = try PseudoTerminal()
        let driver = try NMEADriver(
            NMEAFixtures.bus(terminal.path, [.altitude], timeout: 1000), clock: SystemHALClock())
        let receiver = SpeakingReceiver(terminal, bytes)
        #expect(await driver.read(device: 0, points: [0]) == [.bad(fault)])
        receiver.stop()
        await driver.close()
    }

    @Test("what is wrong on the line is counted, and does not keep the rest from being read")
    func counting() async throws {
        let terminal = try PseudoTerminal()
        let driver = try NMEADriver(
            NMEAFixtures.bus(terminal.path, [.altitude]), clock: SystemHALClock())
        try await speaking(terminal, ["$GPGGA,1*00", "\u{1}\u{2}", NMEAFixtures.gga]) {
            #expect(await driver.read(device: 0, points: [0]) == [.good(.number(545.4))])
            let seen = try #require(await driver.statistics)
            #expect(seen.sentences > 0 && seen.checksumErrors > 0 && seen.strayBytes > 0)
        }
        await driver.close()
        #expect(await driver.statistics == nil)
    }

    @Test("more than the kernel keeps of a line is read while nobody asks")
    func draining() async throws {
        let terminal = try PseudoTerminal()
        let driver = try NMEADriver(
            NMEAFixtures.bus(terminal.path, [.altitude]), clock: SystemHALClock())
        try await speaking(terminal, [NMEAFixtures.gga]) {
            #expect(await driver.read(device: 0, points: [0])[0].quality == .good)
        }
        // 70 kB, of which the kernel keeps 4.
        for _ in 0..<1000 {
            SpeakingReceiver.send(
                terminal, NMEAFixtures.bytes([NMEAFixtures.ubloxGGA]), milliseconds: 5000)
        }
        try await wait {
            await driver.read(device: 0, points: [0]) == [.good(.number(499.6))]
        }
        await driver.close()
    }

    @Test("a receiver that is unplugged is missing, and read again when it is back")
    func unplugging() async throws {
        let folder = try TemporaryFolder()
        let line = "\(folder.path)/gnss"
        var terminal: PseudoTerminal? = try PseudoTerminal()
        try folder.link("/gnss", to: try #require(terminal).path)
        let driver = try NMEADriver(
            NMEAFixtures.bus(line, [.altitude], timeout: 2000), clock: SystemHALClock())
        try await speaking(try #require(terminal), [NMEAFixtures.gga]) {
            #expect(await driver.read(device: 0, points: [0])[0].quality == .good)
        }
        folder.remove("/gnss")
        terminal = nil
        try await wait { await driver.read(device: 0, points: [0]) == [.bad(.missing)] }
        #expect(await driver.read(device: 0, points: [0]) == [.bad(.missing)])
        let new = try PseudoTerminal()
        try folder.link("/gnss", to: new.path)
        try await speaking(new, [NMEAFixtures.gga]) {
            #expect(await driver.read(device: 0, points: [0])[0].quality == .good)
        }
        await driver.close()
    }

    @Test("a line that another driver listens to is busy")
    func busy() async throws {
        let terminal = try PseudoTerminal()
        let bus = NMEAFixtures.bus(terminal.path, [.altitude], timeout: 50)
        let first = try NMEADriver(bus, clock: SystemHALClock())
        let second = try NMEADriver(bus, clock: SystemHALClock())
        #expect(await first.read(device: 0, points: [0]) == [.bad(.timeout)])
        #expect(await second.read(device: 0, points: [0]) == [.bad(.busy)])
        await first.close()
        #expect(await second.read(device: 0, points: [0]) == [.bad(.timeout)])
        await second.close()
    }

    @Test("what can't be listened to is refused when it is defined, or missing")
    func definitions() async throws {
        for (bus, rule) in [
            (NMEAFixtures.bus("ttyS0"), HALError.Rule.malformedIdentifier),
            (NMEAFixtures.bus("/dev/ttyS0", baud: 9601), .lineSpeed),
        ] {
            let error = #expect(throws: HALError.self) {
                try NMEADriver(bus, clock: SystemHALClock())
            }
            #expect(error?.rule == rule)
        }
        let file = try TemporaryFolder()
        try file.write("$", to: "/file")
        let driver = try NMEADriver(
            NMEAFixtures.bus("\(file.path)/file", [.altitude]), clock: SystemHALClock())
        #expect(await driver.read(device: 0, points: [0]) == [.bad(.missing)])
    }

    /// Repeats until it holds; gives up after half a minute.
    private func wait(_ condition: () async -> Bool) async throws {
        for _ in 0..<3000 {
            if await condition() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("did not come about in time")
    }
}
