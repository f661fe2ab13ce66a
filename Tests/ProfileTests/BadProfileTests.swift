// SPDX-License-Identifier: Apache-2.0

import HAL
import Platform
import TestSupport
import Testing

@testable import Agent

/// Profiles with something wrong in them, each refused at its place and for its reason.
@Suite struct BadProfileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let good = """
        [profile]
        name = "meter"
        maker = "Maker"
        model = "M1"
        driver = "modbus-tcp"
        [profile.source]
        title = "Manual"
        [device]
        unit_id = 1
        [[point]]
        name = "voltage"
        unit = "V"
        table = "input"
        address = 0
        type = "float32"
        [[point]]
        name = "count"
        unit = "count"
        table = "input"
        address = 2
        type = "uint16"
        [[vector]]
        name = "first"
        registers = [{ table = "input", address = 0, words = "4366 3334 0007" }]
        values = { voltage = 230.2, count = 7 }
        [[vector]]
        name = "second"
        registers = [{ table = "input", address = 0, words = "c366 3334 ffff" }]
        values = { voltage = -230.2, count = 65535 }

        """

    private func problems(_ text: String) async throws -> [ConfigurationProblem] {
        try folder.write(text, to: "/meter.toml")
        return await ProfileFolder.problems(of: folder.path + "/meter.toml")
    }

    @Test("the profile that the others are made from has no problem")
    func good() async throws {
        #expect(try await problems(Self.good).isEmpty)
    }

    /// A change of the good profile, and the problem that it must cause: line, key, message.
    struct Slip: Sendable, CustomTestStringConvertible {
        let from: String
        let to: String
        let place: String
        let message: String
        var testDescription: String { "\(from) → \(to)" }

        init(_ from: String, _ to: String, _ place: String, _ message: String) {
            (self.from, self.to, self.place, self.message) = (from, to, place, message)
        }
    }

    static let slips = [
        Slip("name = \"meter\"", "name = \"metre\"", "2 profile.name", "must be the file's"),
        Slip("maker = \"Maker\"", "", "1 profile", "\"maker\" is missing"),
        Slip("\"modbus-tcp\"", "\"modbus-tpc\"", "5 profile.driver", "mean \"modbus-tcp\"?"),
        Slip("driver = \"modbus-tcp\"", "driver = []", "5 profile.driver", "name one driver"),
        Slip(
            "[profile.source]\ntitle = \"Manual\"", "", "1 profile",
            "[profile.source] is missing: the maker's document"),
        Slip("title = \"Manual\"", "", "6 profile.source", "\"title\" is missing"),
        Slip("title =", "url = \"x\"\ntilte =", "8 profile.source.tilte", "mean \"title\"?"),
        Slip("unit_id = 1", "unit_id = 300", "9 device.unit_id", "must be from 0 to 255"),
        Slip("unit_id = 1", "unitid = 1", "9 device.unitid", "mean \"unit_id\"?"),
        Slip("unit_id = 1", "bus = \"x\"", "9 device.bus", "belongs to the configuration's"),
        Slip("unit = \"V\"", "unit = \"Volt\"", "12 point[0].unit", "no SenML unit"),
        Slip(
            "address = 2\ntype = \"uint16\"", "address = 1\ntype = \"uint16\"",
            "20 point[1].address", "\"count\" shares registers with \"voltage\" of line 10"),
        Slip(
            "address = 2\n", "address = 65536\n", "20 point[1].address", "must be from 0 to 65535"),
        Slip(
            "address = 0\ntype", "address = 65535\ntype", "14 point[0].address",
            "65535, not 0...65534 for 2 addresses"),
        Slip("type = \"float32\"", "type = \"float23\"", "15 point[0].type", "mean \"float32\"?"),
        Slip(
            "table = \"input\"\naddress = 0\ntype", "table = \"inputs\"\naddress = 0\ntype",
            "13 point[0].table", "mean \"input\"?"),
        Slip(
            "type = \"uint16\"", "type = \"bool\"", "21 point[1].type", "can't lie in table input"),
        Slip(
            "name = \"count\"", "name = \"voltage\"", "17 point[1].name",
            "\"voltage\" is already defined at line 10"),
        Slip("name = \"count\"\n", "", "16 point[1].name", "a point has a name"),
        Slip("count = 65535", "count = 65534", "26 vector[1]", "reads as 65535, not 65534"),
        Slip("count = 65535", "counts = 65535", "26 vector[1]", "did you mean \"count\"?"),
        Slip("0007", "xyz", "24 vector[0].registers[0].words", "hexadecimal words"),
        Slip("0007", "10000", "24 vector[0].registers[0].words", "hexadecimal words"),
        Slip(
            "address = 0, words = \"4366", "address = 65534, words = \"4366",
            "24 vector[0].registers[0].words", "none beyond address 65535"),
        Slip("0007", "", "22 vector[0]", "\"count\" reads as modbus-illegal-address, not 7"),
        Slip(
            "values = { voltage = -230.2, count = 65535 }",
            "faults = { voltage = \"not-a-nmber\", count = \"missing\" }",
            "29 vector[1].faults.voltage", "did you mean \"not-a-number\"?"),
    ]

    @Test("a slip is found at its line", arguments: slips)
    func slip(_ slip: Slip) async throws {
        try #require(Self.good.contains(slip.from))
        var text = Self.good
        let range = try #require(text.firstRange(of: slip.from))
        text.replaceSubrange(range, with: slip.to)
        let found = try await problems(text)
        let hit = found.contains { problem in
            "\(problem.line) \(problem.path)" == slip.place
                && problem.message.contains(slip.message)
        }
        #expect(hit, "\(found)")
        #expect(found.allSatisfy { $0.file == folder.path + "/meter.toml" })
    }

    @Test("a profile without vectors, or with a point that is in none, proves nothing")
    func vectors() async throws {
        let start = try #require(Self.good.firstRange(of: "[[vector]]"))
        let none = try await problems(String(Self.good[..<start.lowerBound]))
        #expect(none.map(\.message) == ["there are 0 golden vectors; give at least 2"])
        let once = Self.good.replacing(", count = 7", with: "")
        #expect(try await problems(once).isEmpty)
        let partly = try await problems(
            once.replacing(", count = 65535", with: ""))
        #expect(partly.map(\.path) == ["point[1]"])
        #expect(partly.map(\.message) == ["no golden vector says what \"count\" reads as"])
    }

    @Test("a profile of more points than an agent may have is refused, however many they are")
    func crowd() async throws {
        let point = "[[point]]\nname = \"x\"\nunit = \"V\"\n"
        let text = Self.good + String(repeating: point, count: 4096)
        let problems = try await problems(text)
        #expect(problems.contains { $0.message.contains("[[point]], more than 4096") })
    }

    @Test("points may share a register as bits of it, or when they say so")
    func sharing() async throws {
        let flags =
            Self.good
            .replacing("type = \"uint16\"", with: "type = \"bits\"\nbit = 0\nbits = 8")
            .replacing("count = 65535", with: "count = 255, alarm = true")
                + """
                [[point]]
                name = "alarm"
                unit = "/"
                table = "input"
                address = 2
                type = "flag"
                bit = 15

                """
        #expect(try await problems(flags).isEmpty)
        let same = Self.good.replacing("address = 2", with: "address = 1\noverlaps = true")
            .replacing("count = 7", with: "count = 13108")
            .replacing("count = 65535", with: "count = 13108")
        #expect(try await problems(same).isEmpty)
    }

    @Test(
        "files of a vector stay below its own root",
        arguments: [
            ("files = { \"/a/../../b\" = \"\" }", "an absolute path without \"..\""),
            ("files = { \"a\" = \"\" }", "an absolute path without \"..\""),
            ("links = { \"/sys/a\" = \"/etc\" }", "stays below the root"),
            ("links = { \"/sys/a\" = \"../../etc\" }", "stays below the root"),
            ("links = { \"/sys/a\" = \"b/../c\" }", "stays below the root"),
            ("links = { \"/a/b/c\" = \"../..\", \"/a/b/c/d\" = \"../../..\" }", "below the root"),
        ])
    func below(line: String, message: String) async throws {
        let found = try await problems(
            Self.good.replacing("name = \"first\"", with: line + "\nname = \"first\""))
        #expect(found.count == 1 && found[0].line == 23, "\(found)")
        #expect(found[0].message.contains(message))
    }

    @Test("a file that is none, and one that is no TOML, are refused")
    func files() async throws {
        let none = await ProfileFolder.problems(of: folder.path + "/none.toml")
        #expect(none.count == 1 && none[0].file.hasSuffix("/none.toml"))
        let bad = try await problems("[profile\n")
        #expect(bad.count == 1 && bad[0].line == 1 && bad[0].message.hasPrefix("not TOML"))
        #expect(try await !problems("").isEmpty)
    }
}

extension String {
    /// The text of a profile of the project.
    init(contentsOfProfile name: String) throws {
        let bytes = try File.read(ProfileFolder.file(name), bytesMax: 1 << 20)
        self = String(decoding: bytes, as: UTF8.self)
    }
}
