// SPDX-License-Identifier: Apache-2.0

import HAL
import TestSupport
import Testing

@testable import Agent

/// Board files that are wrong, and boards that are to be detected.
@Suite struct BoardTablesTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(Self.good, to: "/boards/test.toml")
    }

    private static let good = """
        [board]
        name = "Test"
        compatible = ["maker,test"]
        [board.watchdog]
        device = "/dev/watchdog0"
        driver = "wdt"
        timeout_seconds_max = 15
        [[board.gpio]]
        chip = "chip"
        first = 2
        lines = ["D2", "", "D4"]
        names = ["SDA1", "", ""]
        [[board.header]]
        name = "J1"
        rows = 2
        pins = ["D2", "D4", "GND", "NC"]
        other = ["NC"]
        [[board.serial]]
        name = "UART0"
        devices = ["/dev/ttyS0"]
        tx = "D2"
        rx = "D4"
        mini = true
        [[board.spi]]
        name = "SPI0"
        sclk = "D2"
        cs = ["D4"]

        """

    private func load(board: String = "test") throws -> LoadedConfiguration {
        try folder.write(
            "[agent]\nboard = \"\(board)\"\nboards_directory = \"\(folder.path)/boards\"\n"
                + TestConfiguration.bus("own", periodsSeconds: [1]), to: "/halcyon.toml")
        return try ConfigurationReader.load(folder.path + "/halcyon.toml", root: folder.path)
    }

    private func problems(board: String = "test") throws -> [String] {
        do {
            _ = try load(board: board)
            return []
        } catch let problems as ConfigurationProblems {
            return problems.list.map { "\($0.line) \($0.path): \($0.message)" }
        }
    }

    @Test("what a file says of a board arrives whole, and is no setting")
    func good() throws {
        let loaded = try load()
        let board = try #require(loaded.configuration.boardDefinition)
        #expect(board.name == "test" && board.title == "Test")
        #expect(
            board.lines == [
                BoardLine(label: "D2", chip: "chip", offset: 2, kernelName: "SDA1"),
                BoardLine(label: "D4", chip: "chip", offset: 4),
            ])
        #expect(board.watchdog?.timeoutSecondsMax == 15)
        #expect(board.functions(of: "D4") == ["SPI0 CS0", "UART0 RX"])
        #expect(board.interfaces.map(\.isMini) == [false, true])
        #expect(board.pins.map(\.kind) == [.line, .line, .ground, .other])
        #expect(!loaded.values.contains { $0.path.hasPrefix("board") })
        #expect(loaded.values.contains { $0.path == "device[0].point[0].waveform" })
    }

    @Test(
        "a wrong part of a board file is refused at its line with the rule",
        arguments: [
            ("rows = 2", "rows = 3", "16 board.header[0].pins: pin-count: 4 pins"),
            (
                "\"GND\", \"NC\"]", "\"GND\", \"D2\"]",
                "16 board.header[0].pins: duplicate-pin: pin 4"
            ),
            (
                "\"GND\", \"NC\"]", "\"GND\", \"D5\"]",
                "16 board.header[0].pins: unknown-label: pin 4"
            ),
            ("rx = \"D4\"", "rx = \"D9\"", "18 board.serial[0]: unknown-line: \"D9\""),
            ("/dev/ttyS0", "ttyS0", "18 board.serial[0]: device-path: \"ttyS0\""),
            (
                "\"D2\", \"\", \"D4\"]", "\"D2\", \"D2\", \"D4\"]",
                "8 board.gpio: duplicate-line: \"D2\""
            ),
            (
                "names = [\"SDA1\", \"\", \"\"]", "names = [\"SDA1\"]",
                "12 board.gpio[0].names: there are 1 for 3"
            ),
            (
                "[\"maker,test\"]", "[\"maker,test\", \"maker,test\"]",
                "3 board.compatible: compatible:"
            ),
            ("[\"maker,test\"]", "\"maker,test\"", "3 board.compatible: must be an array of texts"),
            ("name = \"Test\"", "", "1 board: \"name\" is missing"),
            (
                "mini = true", "minni = true",
                "23 board.serial[0].minni: unknown key; did you mean \"mini\"?"
            ),
            (
                "timeout_seconds_max = 15", "timeout_seconds_max = 0",
                "7 board.watchdog.timeout_seconds_max: must be"
            ),
            ("[[board.spi]]", "[[board.spy]]", "24 board.spy: unknown key; did you mean \"spi\"?"),
        ])
    func bad(part: String, replacement: String, problem: String) throws {
        #expect(Self.good.contains(part))
        try folder.write(
            Self.good.replacing(part, with: replacement, maxReplacements: 1),
            to: "/boards/test.toml")
        let found = try problems()
        #expect(found.contains { $0.hasPrefix(problem) }, "\(found)")
    }

    @Test("the detected board is taken, and the value in effect is its name")
    func auto() throws {
        try folder.write("maker,test\0chip\0", to: "/proc/device-tree/compatible")
        let loaded = try load(board: "auto")
        #expect(loaded.configuration.board == "test")
        #expect(loaded.configuration.boardDefinition?.title == "Test")
        let values = loaded.values.filter { $0.path == "agent.board" }
        #expect(values.map(\.value) == ["\"test\""])
    }

    @Test("a board that can't be detected is a problem of agent.board that says why")
    func undetected() throws {
        #expect(
            try problems(board: "auto") == [
                "2 agent.board: the machine has no device tree to detect it by; "
                    + "give a board's name, or none"
            ])
        try folder.write("maker,other\0chip\0", to: "/proc/device-tree/compatible")
        #expect(
            try problems(board: "auto") == [
                "2 agent.board: no board file of \(folder.path)/boards is for \"maker,other\", "
                    + "\"chip\"; give a board's name, or none"
            ])
        try folder.write("maker,test\0", to: "/proc/device-tree/compatible")
        try folder.write(Self.good, to: "/boards/twin.toml")
        #expect(
            try problems(board: "auto") == [
                "2 agent.board: test and twin both claim \"maker,test\"; give one of them"
            ])
    }

    @Test("a broken file among the boards hides no other, and is listed with its problems")
    func catalog() throws {
        try folder.write("[board\n", to: "/boards/broken.toml")
        try folder.write("", to: "/boards/README.md")
        try folder.write("maker,test\0", to: "/proc/device-tree/compatible")
        #expect(try load(board: "auto").configuration.board == "test")
        let catalog = BoardCatalog.read(folder.path + "/boards")
        #expect(catalog.entries.map(\.name) == ["broken", "test"])
        #expect(catalog.entries.map(\.problems.isEmpty) == [false, true])
        #expect(catalog.boards.map(\.name) == ["test"])
        #expect(BoardCatalog.read(folder.path + "/nothing").entries.isEmpty)
    }
}
