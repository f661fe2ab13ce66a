// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport
import Testing

@testable import Agent

@Suite struct ConfigurationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func load(_ text: String) throws -> LoadedConfiguration {
        try folder.write(text, to: "/halcyon.toml")
        return try ConfigurationReader.load(folder.path + "/halcyon.toml")
    }

    /// The problems of a text as `LINE KEY`, and their messages.
    private func problems(_ text: String) throws -> [(place: String, message: String)] {
        do {
            _ = try load(text)
            return []
        } catch let problems as ConfigurationProblems {
            return problems.list.map { ("\($0.line) \($0.path)", $0.message) }
        }
    }

    private static let meter = """
        [[bus]]
        name = "meters"
        driver = "modbus-tcp"
        address = "127.0.0.1:5020"
        [[device]]
        name = "meter"
        bus = "meters"
        [[device.point]]
        name = "voltage"
        table = "input"
        address = 0
        type = "float32"
        unit = "V"

        """

    @Test("a small file is enough, and what it leaves out has defaults")
    func small() throws {
        let loaded = try load(Self.meter)
        let configuration = loaded.configuration
        #expect(configuration.journal.commitIntervalMilliseconds == 1000)
        #expect(configuration.stateDirectory == "/var/lib/halcyon")
        let bus = try #require(configuration.buses.first)
        #expect(bus.driverName == "modbus-tcp")
        #expect(bus.points.map(\.point.id.name) == ["meter/voltage"])
        #expect(bus.points.map(\.periodMilliseconds) == [1000])
        let address = loaded.values.first { $0.path == "bus[0].address" }
        #expect(address?.value == "\"127.0.0.1:5020\"" && address?.isDefault == false)
        let unit = loaded.values.first { $0.path == "device[0].unit_id" }
        #expect(unit?.value == "1" && unit?.isDefault == true)
    }

    @Test("values in effect stand together table by table, and a board's after the file's")
    func values() throws {
        try folder.write(
            """
            [board]
            name = "desk"
            description = "A desk"
            [[bus]]
            name = "own"
            driver = "linux"
            [[device]]
            name = "host"
            bus = "own"
            [[device.point]]
            name = "load"
            channel = "load:1"
            unit = "/"
            """, to: "/desk.toml")
        let agent = "[agent]\nboard = \"desk\"\nboards_directory = \"\(folder.path)\"\n"
        let values = try load(agent + Self.meter).values
        var sections: [String] = []
        for value in values {
            let table = value.path.split(separator: ".").dropLast().joined(separator: ".")
            let file = value.file.split(separator: "/").last ?? ""
            if sections.last != "\(file) \(table)" { sections.append("\(file) \(table)") }
        }
        let own = ["agent", "journal", "attestation", "bus[0]", "device[0]", "device[0].point[0]"]
        let board = ["bus[0]", "device[0]", "device[0].point[0]"]
        #expect(sections == own.map { "halcyon.toml \($0)" } + board.map { "desk.toml \($0)" })
    }

    @Test("every problem of a file is reported at once, with its line")
    func allAtOnce() throws {
        let found = try problems(
            """
            [agent]
            state_directory = "relative"
            log_level = "inof"
            [journal]
            commit_interval_seconds = "1"
            quota_byte = 5
            [[bus]]
            name = "meters"
            driver = "modbus-tcp"
            adress = "127.0.0.1"
            [[device]]
            name = "meter"
            bus = "metres"
            period_seconds = 0.001
            """)
        #expect(
            found.map(\.place) == [
                "2 agent.state_directory", "3 agent.log_level",
                "5 journal.commit_interval_seconds", "6 journal.quota_byte", "7 bus[0]",
                "7 bus[0]", "10 bus[0].adress", "11 device[0]", "13 device[0].bus",
                "14 device[0].period_seconds",
            ])
        #expect(found[1].message.hasSuffix("did you mean \"info\"?"))
        #expect(found[3].message == "unknown key; did you mean \"quota_bytes\"?")
        #expect(found.contains { $0.message == "unknown key; did you mean \"address\"?" })
        #expect(found.contains { $0.message.hasSuffix("did you mean \"meters\"?") })
    }

    @Test(
        "a wrong value of a point is refused at its key",
        arguments: [
            ("type = \"float23\"", "type", "did you mean \"float32\"?"),
            ("type = 5", "type", "must be a text, not a whole number"),
            ("address = 65536", "address", "must be from 0 to 65535, not 65536"),
            ("address = 65535", "address", "65535"),
            ("unit = \"Watt\"", "unit", "no SenML unit"),
            ("unit = \"w\"", "unit", "did you mean \"W\"?"),
            ("order = \"abdc\"", "order", "is none of"),
            ("table = \"holdings\"", "table", "did you mean \"holding\"?"),
            ("period_seconds = 0", "period_seconds", "must be from 0.01"),
            ("period_seconds = nan", "period_seconds", "must be from 0.01"),
            ("scale = 0", "scale", "must not be zero"),
            ("min = 5\nmax = 1", "max", "must not be less than min"),
            ("name = \"a b\"", "name", "must be letters"),
            ("type = \"bits\"\nbit = 12\nbits = 8", "bit", "12"),
        ])
    func points(lines: String, key: String, part: String) throws {
        let changes = lines.split(separator: "\n").map(String.init)
        let changed = Set(changes.map { $0.prefix { $0 != " " } })
        let whole = Self.meter.split(separator: "\n").map(String.init)
        let start = try #require(whole.firstIndex(of: "[[device.point]]"))
        let point = whole[start...].filter { !changed.contains($0.prefix { $0 != " " }) }
        let found = try problems((whole[..<start] + point + changes).joined(separator: "\n"))
        let hit = found.first { $0.place.hasSuffix("point[0].\(key)") }
        #expect(hit?.message.contains(part) == true)
    }

    @Test("two points, devices or buses with one name are refused at the second")
    func doubles() throws {
        let point = """
            [[device.point]]
            name = "voltage"
            table = "input"
            address = 2
            type = "float32"
            unit = "V"
            """
        let found = try problems(Self.meter + point)
        #expect(found.map(\.place) == ["15 device[0].point[1].name"])
        #expect(found.first?.message == "\"meter/voltage\" is already defined at line 8")
        let both = try problems(Self.meter + Self.meter)
        #expect(both.map(\.place).contains("15 bus[1].name"))
        #expect(both.map(\.place).contains("19 device[1].name"))
    }

    @Test("a board's points are added, and its problems name its file")
    func board() throws {
        try folder.write(
            """
            [board]
            name = "Test"
            [[bus]]
            name = "board"
            driver = "simulated"
            [[device]]
            name = "mains"
            bus = "board"
            [[device.point]]
            name = "voltage"
            unit = "V"
            waveform = "sine:230,3,600"
            """, to: "/test.toml")
        let text = "[agent]\nboard = \"test\"\nboards_directory = \"\(folder.path)\"\n"
        let configuration = try load(text + Self.meter).configuration
        #expect(configuration.buses.map(\.name) == ["meters", "board"])
        try folder.write(
            "[board]\nname = 1\n[[bus]]\nname = \"b\"\ndriver = \"simulatde\"", to: "/test.toml")
        do {
            _ = try load(text + Self.meter)
            Issue.record("accepted")
        } catch let problems as ConfigurationProblems {
            #expect(problems.list.allSatisfy { $0.file == folder.path + "/test.toml" })
            #expect(problems.list.map(\.line) == [2, 3, 5])
        }
        #expect(try problems("[agent]\nboard = \"../test\"").map(\.place).first == "2 agent.board")
    }

    @Test("a kernel figure in the wrong unit is refused, unless it is scaled")
    func linuxUnit() throws {
        func file(_ unit: String) -> String {
            """
            [[bus]]
            name = "host"
            driver = "linux"
            [[device]]
            name = "host"
            bus = "host"
            [[device.point]]
            name = "uptime"
            channel = "uptime"
            unit = \(unit)
            """
        }
        #expect(try load(file("\"s\"")).configuration.buses.count == 1)
        #expect(try problems(file("\"h\"")).map(\.place) == ["10 device[0].point[0].unit"])
        #expect(try load(file("\"h\"\nscale = 2.777e-4")).configuration.buses.count == 1)
    }

    @Test("a file that is not there, a folder and an empty file are refused")
    func files() throws {
        #expect(throws: ConfigurationProblems.self) {
            try ConfigurationReader.load(folder.path + "/none.toml")
        }
        #expect(throws: ConfigurationProblems.self) { try ConfigurationReader.load(folder.path) }
        #expect(try problems("").first?.message.hasPrefix("there is nothing to read") == true)
    }
}
