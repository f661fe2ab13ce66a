// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import HAL

/// The driver over chips of a script.
@Suite struct GPIODriverTests {
    static let board = [
        ScriptedChips.Chip(name: "gpiochip0", label: "board", lines: ["A", "B", "C"])
    ]

    static func driver(
        _ chips: ScriptedChips, _ points: GPIOPointDefinition...,
        totals: [PointID: Int64] = GPIOFixtures.zeros
    ) throws -> GPIODriver {
        let device = GPIODeviceDefinition(name: "io", points: points)
        return try GPIODriver(
            GPIOBusDefinition(devices: [device]), totals: totals, hardware: chips)
    }

    static func read(_ driver: GPIODriver, _ points: Int...) async -> [Outcome] {
        await driver.read(device: 0, points: points)
    }

    @Test("the driver keeps the contract, with its chips there and without", arguments: [1, 2])
    func contract(api: Int) async throws {
        let chips = ScriptedChips(Self.board, api: api)
        let points = [
            GPIOFixtures.point("in", "A") {
                $0.edges = .both
                $0.debounceMicroseconds = 5000
            },
            GPIOFixtures.point("out", "B", .output), GPIOFixtures.point("a", "C", .counter),
            GPIOFixtures.point("hertz", "C", .frequency),
            GPIOFixtures.point("none", "board:7"),
        ]
        let bus = GPIOBusDefinition(devices: [GPIODeviceDefinition(name: "io", points: points)])
        try await DriverContract.check(stable: true) {
            try GPIODriver(bus, totals: GPIOFixtures.zeros, hardware: chips)
        }
        try await DriverContract.checkAbsent {
            try GPIODriver(bus, totals: [:], hardware: ScriptedChips([]))
        }
        let empty = try TemporaryFolder()
        try await DriverContract.checkAbsent {
            try GPIODriver(bus, totals: [:], hardware: GpiodHardware(folder: empty.path))
        }
        // A line forgets its level with the driver that had it.
        try await OutputContract.check(.state, keepsState: false) {
            try GPIODriver(bus, totals: [:], hardware: chips)
        }
        try await OutputContract.checkAbsent(.state) {
            try GPIODriver(bus, totals: [:], hardware: ScriptedChips([]))
        }
        try await OutputContract.checkAbsent(.state) {
            try GPIODriver(bus, totals: [:], hardware: GpiodHardware(folder: empty.path))
        }
    }

    @Test("a line is requested once, as it was defined")
    func settings() async throws {
        let chips = ScriptedChips(Self.board)
        let driver = try Self.driver(
            chips,
            GPIOFixtures.point("a", "A") {
                $0.bias = .pullUp
                $0.isActiveLow = true
                $0.debounceMicroseconds = 700
            }, GPIOFixtures.point("b", "B", .output) { $0.drive = .openDrain })
        _ = await Self.read(driver, 0, 1)
        _ = await Self.read(driver, 0, 1)
        #expect(
            chips.wire("A").requests == [
                GPIOLineSettings(isActiveLow: true, bias: .pullUp, debounceMicroseconds: 700)
            ])
        #expect(
            chips.wire("B").requests == [GPIOLineSettings(isOutput: true, drive: .openDrain)])
    }

    @Test(
        "an output begins at its initial level and is never driven to another",
        arguments: [
            false, true,
        ])
    func initial(level: Bool) async throws {
        let chips = ScriptedChips(Self.board)
        let driver = try Self.driver(
            chips, GPIOFixtures.point("a", "A", .output) { $0.initial = level })
        #expect(await Self.read(driver, 0) == [.good(.boolean(level))])
        #expect(chips.wire("A").requests.map(\.initial) == [level])
        #expect(chips.wire("A").driven.isEmpty)
    }

    @Test("a write drives the line and reads it back")
    func write() async throws {
        let chips = ScriptedChips(Self.board)
        let driver = try Self.driver(
            chips, GPIOFixtures.point("a", "A", .output), GPIOFixtures.point("b", "B"))
        let output = OutputIndex(device: 0, point: 0)
        #expect(driver.outputs == [output])
        try await driver.write(.boolean(true), to: output)
        try await driver.write(.boolean(true), to: output)
        #expect(await Self.read(driver, 0) == [.good(.boolean(true))])
        #expect(chips.wire("A").driven == [true, true])
        await #expect(throws: WriteFailure(.malformedValue, "write", "A")) {
            try await driver.write(.integer(1), to: output)
        }
        await #expect(throws: WriteFailure(.missing, "write", "0/1")) {
            try await driver.write(.boolean(true), to: OutputIndex(device: 0, point: 1))
        }
        chips.set("A") { $0.stuckAt = false }
        await #expect(throws: WriteFailure(.outputDiffers, "read back", "A")) {
            try await driver.write(.boolean(true), to: output)
        }
        chips.unplug()
        await #expect(throws: WriteFailure(.missing, "write", "A")) {
            try await driver.write(.boolean(true), to: output)
        }
        await #expect(throws: WriteFailure(.missing, "open", "A")) {
            try await driver.write(.boolean(true), to: output)
        }
    }

    @Test("another process can be told how to request the line, once it was had")
    func fallback() async throws {
        let chips = ScriptedChips(Self.board)
        let driver = try Self.driver(
            chips, GPIOFixtures.point("a", "A", .output),
            GPIOFixtures.point("c", "C", .output) {
                $0.isActiveLow = true
                $0.drive = .openDrain
                $0.bias = .pullUp
            }, GPIOFixtures.point("b", "B"))
        let (plain, other) = (OutputIndex(device: 0, point: 0), OutputIndex(device: 0, point: 1))
        #expect(await driver.fallback(.boolean(false), of: plain) == nil)
        for output in [plain, other] { try await driver.write(.boolean(false), to: output) }
        let first = try #require(await driver.fallback(.boolean(false), of: plain))
        #expect(first.isLine && first.path == "/dev/gpiochip0" && first.text == "0 8 0 board")
        let second = try #require(await driver.fallback(.boolean(true), of: other))
        #expect(second.text == "2 330 1 board")
        #expect(first.target != second.target)
        #expect(await driver.fallback(.number(1), of: plain) == nil)
        #expect(
            await driver.fallback(.boolean(true), of: OutputIndex(device: 0, point: 2)) == nil)
    }

    @Test("a line that can't be had says why, and is had as soon as it can be")
    func refused() async throws {
        let chips = ScriptedChips(Self.board)
        chips.set("A") { $0.busyWith = "leds" }
        chips.set("B") { $0.cannot = .unsupported }
        let driver = try Self.driver(
            chips, GPIOFixtures.point("a", "A"), GPIOFixtures.point("b", "B", .output))
        #expect(await Self.read(driver, 0, 1) == [.bad(.busy), .bad(.inputOutput)])
        #expect(await driver.lastFailure?.rule == .unsupported)
        _ = await Self.read(driver, 0)
        #expect(
            await driver.lastFailure?.description
                == "request A: busy (used by leds): Device or resource busy")
        chips.set("A") { $0.busyWith = nil }
        chips.advance(milliseconds: 1000)
        #expect(await Self.read(driver, 0) == [.good(.boolean(false))])
        chips.state.withLock { $0.isRefused = true }
        chips.advance(milliseconds: 1000)
        #expect(await Self.read(driver, 0, 1) == [.good(.boolean(false)), .bad(.accessDenied)])
    }

    @Test("chips are looked through at most once a second for a line that is not there")
    func lookups() async throws {
        let chips = ScriptedChips([])
        let driver = try Self.driver(
            chips, GPIOFixtures.point("a", "A"), GPIOFixtures.point("b", "B"))
        for _ in 0..<30 {
            #expect(await Self.read(driver, 0, 1) == [.bad(.missing), .bad(.missing)])
            chips.advance(milliseconds: 100)
        }
        #expect(chips.state.withLock { $0.lookups } == 3)
    }

    @Test("a chip that goes away and returns, on another number, is found again")
    func vanishing() async throws {
        let chips = ScriptedChips(Self.board)
        let driver = try Self.driver(
            chips, GPIOFixtures.point("in", "A"), GPIOFixtures.point("a", "B", .counter),
            GPIOFixtures.point("out", "C", .output))
        #expect(await Self.read(driver, 0) == [.good(.boolean(false))])
        chips.edge("B", true)
        _ = await Self.read(driver, 1)
        chips.edge("B", true)
        #expect(await Self.read(driver, 1) == [.good(.integer(1))])
        try await driver.write(.boolean(true), to: OutputIndex(device: 0, point: 2))
        chips.unplug()
        let gone: [Outcome] = [.bad(.missing), .bad(.missing), .bad(.missing)]
        #expect(await Self.read(driver, 0, 1, 2) == gone)
        #expect(await Self.read(driver, 0, 1, 2) == gone)
        chips.plug([
            ScriptedChips.Chip(name: "gpiochip9", label: "board", lines: ["", "C", "B", "A"])
        ])
        chips.set("A") { $0.level = true }
        chips.advance(milliseconds: 1000)
        // Pulses may have come meanwhile, and an output is at its initial level again.
        #expect(
            await Self.read(driver, 0, 1, 2) == [
                .good(.boolean(true)), .uncertain(.integer(1), .eventsLost),
                .good(.boolean(false)),
            ])
        chips.edge("B", true)
        #expect(await Self.read(driver, 1) == [.good(.integer(2))])
        await driver.close()
    }

    @Test("a line that was renamed is missing")
    func renamed() async throws {
        let chips = ScriptedChips(Self.board)
        let driver = try Self.driver(chips, GPIOFixtures.point("a", "A"))
        _ = await Self.read(driver, 0)
        chips.unplug()
        chips.plug([ScriptedChips.Chip(name: "gpiochip0", label: "board", lines: ["Z", "B"])])
        _ = await Self.read(driver, 0)
        chips.advance(milliseconds: 5000)
        #expect(await Self.read(driver, 0) == [.bad(.missing)])
        #expect(await driver.lastFailure == GPIOFailure(.missing, "find", "A"))
    }
}
