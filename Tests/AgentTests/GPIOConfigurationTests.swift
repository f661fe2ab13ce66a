// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport
import Testing

@testable import Agent

@Suite struct GPIOConfigurationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A bus of one device with one point of those lines.
    private static func file(_ lines: String) -> String {
        """
        [[bus]]
        name = "lines"
        driver = "gpio"
        [[device]]
        name = "io"
        bus = "lines"
        [[device.point]]
        name = "x"
        unit = "/"

        """ + lines
    }

    private func points(_ lines: String, head: String = "") throws -> [GPIOPointDefinition] {
        try folder.write(head + Self.file(lines), to: "/halcyon.toml")
        let loaded = try ConfigurationReader.load(folder.path + "/halcyon.toml")
        let bus = try #require(loaded.configuration.buses.first { $0.name == "lines" })
        #expect(bus.driverName == "gpio")
        guard case .gpio(let definition) = bus.definition else { return [] }
        return definition.devices.flatMap(\.points)
    }

    private func problem(_ lines: String) throws -> (place: String, message: String)? {
        do {
            _ = try points(lines)
            return nil
        } catch let problems as ConfigurationProblems {
            return problems.list.first.map { ("\($0.line) \($0.path)", $0.message) }
        }
    }

    @Test("a line is enough: it is an input that is left as it is")
    func simplest() throws {
        let point = try #require(try points("line = \"GPIO17\"").first)
        let polled = PolledPoint(point: .test("io/x", unit: .ratio), periodMilliseconds: 1000)
        #expect(point == GPIOPointDefinition(polled: polled, line: "GPIO17", mode: .input))
    }

    @Test("every key has its effect")
    func keys() throws {
        let point = try #require(
            try points(
                """
                line = "pinctrl-bcm2711:27"
                mode = "counter"
                bias = "pull-up"
                active_low = true
                debounce_seconds = 0.0025
                edges = "both"
                pulses_per_unit = 800
                max = 1e9
                """
            ).first)
        #expect(point.line == "pinctrl-bcm2711:27" && point.mode == .counter)
        #expect(point.bias == .pullUp && point.isActiveLow && point.edges == .both)
        #expect(point.debounceMicroseconds == 2500 && point.pulsesPerUnit == 800)
        #expect(point.range?.upperBound == 1e9)
        let output = try #require(
            try points(
                """
                line = "GPIO5"
                drive = "open-drain"
                output = { safe = true }
                """
            ).first)
        #expect(output.mode == .output && output.drive == .openDrain && output.initial)
        let measure = try #require(
            try points("line = \"GPIO6\"\nmode = \"frequency\"\nscale = 0.5").first)
        #expect(measure.edges == .rising && measure.scale == 0.5)
    }

    @Test(
        "a wrong value is refused at its key",
        arguments: [
            ("", "7 device[0].point[0]", "\"line\" is missing"),
            ("line = \"17\"", "10 device[0].point[0].line", "give the line's name"),
            ("line = \"gpiochip0:17\"", "10 device[0].point[0].line", "the chip's label"),
            ("pin = 11", "10 device[0].point[0].pin", "a pin needs agent.board"),
            (
                "line = \"A\"\nmode = \"output\"", "11 device[0].point[0].mode",
                "device.point.output"
            ),
            (
                "line = \"A\"\nmode = \"input\"\noutput = {}", "11 device[0].point[0].mode",
                "is an output"
            ),
            ("line = \"A\"\nmode = \"inptu\"", "11 device[0].point[0].mode", "did you mean"),
            ("line = \"A\"\nedges = \"up\"", "11 device[0].point[0].edges", "is none of"),
            (
                "line = \"A\"\nmode = \"counter\"\nedges = \"none\"",
                "12 device[0].point[0].edges", "at least one edge"
            ),
            (
                "line = \"A\"\ndebounce_seconds = 11", "11 device[0].point[0].debounce_seconds",
                "must be from"
            ),
            (
                "line = \"A\"\nmode = \"counter\"\npulses_per_unit = 0",
                "12 device[0].point[0].pulses_per_unit", "above zero"
            ),
            ("line = \"A\"\nmode = \"frequency\"", "9 device[0].point[0].unit", "in \"Hz\""),
            ("line = \"A\"\ndrive = \"open-drain\"", "11 device[0].point[0].drive", "output"),
            ("line = \"A\"\nscale = 2", "11 device[0].point[0].scale", "frequency or duty"),
            ("line = \"A\"\nbais = \"none\"", "11 device[0].point[0].bais", "unknown key"),
        ])
    func wrong(lines: String, place: String, part: String) throws {
        let found = try #require(try problem(lines))
        #expect(found.place == place)
        #expect(found.message.contains(part), "\(found.message)")
    }

    @Test(
        "pins and the maker's names of lines become what the kernel in use knows",
        arguments: [
            ("raspberry-pi-4b", "pin = 11", "pinctrl-bcm2711:17"),
            ("raspberry-pi-4b", "line = \"GPIO2\"", "pinctrl-bcm2711:2"),
            ("raspberry-pi-4b", "line = \"pinctrl-bcm2711:2\"", "pinctrl-bcm2711:2"),
            ("raspberry-pi-4b", "line = \"RELAY\"", "RELAY"),
        ])
    func pins(board: String, lines: String, expected: String) throws {
        let point = try #require(try points(lines, head: Self.head(board)).first)
        #expect(point.line == expected)
    }

    @Test(
        "a pin without a line, without a board or beside a line is refused",
        arguments: [
            ("raspberry-pi-4b", "pin = 1", "the board has no line at pin 1"),
            ("raspberry-pi-4b", "pin = 11\nline = \"A\"", "give either a line or a pin"),
            ("raspberry-pi-4b", "pin = true", "whole number"),
            ("", "pin = 11", "a pin needs agent.board"),
        ])
    func wrongPins(board: String, lines: String, part: String) throws {
        let problems = try #require(throws: ConfigurationProblems.self) {
            try points(lines, head: board.isEmpty ? "" : Self.head(board))
        }
        #expect(problems.list.contains { $0.message.contains(part) }, "\(problems.list)")
    }

    private static func head(_ board: String) -> String {
        "[agent]\nboard = \"\(board)\"\nboards_directory = \"\(BoardFilesTests.folder)\"\n"
    }

    @Test("the counts behind a counter's readings are kept, exactly, and no others")
    func totals() throws {
        let text =
            "line = \"A\"\nmode = \"counter\"\npulses_per_unit = 1000\n[[device.point]]\nname = \"y\"\n"
            + "unit = \"/\"\nline = \"B\"\n"
        _ = try points(text)
        let loaded = try ConfigurationReader.load(folder.path + "/halcyon.toml")
        let bus = try #require(loaded.configuration.buses.first)
        let counter = Point.test("io/x", unit: .ratio)
        let other = Point.test("io/y", unit: .ratio)
        let readings = [
            Reading(point: counter, outcome: .good(.number(0.001)), time: time),
            Reading(point: other, outcome: .good(.integer(7)), time: time),
            Reading(point: counter, outcome: .uncertain(.number(1.234), .eventsLost), time: time),
            Reading(point: counter, outcome: .bad(.missing), time: time),
        ]
        let totals = CounterTotals([counter.id: 5, other.id: 1])
        #expect(totals.totals(of: readings).isEmpty)
        totals.add(bus)
        #expect(totals.totals(of: readings) == [counter.id: 1234])
        #expect(totals.newest[counter.id] == 5)
        totals.note(readings)
        #expect(totals.newest == [counter.id: 1234, other.id: 1])
    }

    private let time = Timestamp(wallMilliseconds: 1_800_000_000_000, uptimeMilliseconds: 1)
}
