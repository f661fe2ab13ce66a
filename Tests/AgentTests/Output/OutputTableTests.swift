// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport
import Testing

@testable import Agent

@Suite struct OutputTableTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func text(_ output: String, waveform: String = "output:false") -> String {
        """
        [[bus]]
        name = "sim"
        driver = "simulated"
        [[device]]
        name = "tank"
        bus = "sim"
        [[device.point]]
        name = "level"
        unit = "%"
        period_seconds = 2
        waveform = "constant:50"
        [[device]]
        name = "pump"
        bus = "sim"
        [[device.point]]
        name = "relay"
        unit = "/"
        waveform = "\(waveform)"
        [device.point.output]
        \(output)
        """
    }

    private func load(_ text: String) throws -> Configuration {
        try folder.write(text, to: "/halcyon.toml")
        return try ConfigurationReader.load(folder.path + "/halcyon.toml").configuration
    }

    private func problems(_ text: String) throws -> [String] {
        do {
            _ = try load(text)
            return []
        } catch let problems as ConfigurationProblems {
            return problems.list.map(\.description)
        }
    }

    @Test("a safe value is enough for a state; everything else has defaults")
    func small() throws {
        let bus = try #require(try load(Self.text("safe = false")).buses.first)
        let output = try #require(bus.outputs.first)
        #expect(bus.outputs.count == 1)
        #expect(output.point.id.name == "pump/relay")
        #expect(output.index == OutputIndex(device: 1, point: 0))
        #expect(output.rules == (try OutputRules(.state, safe: .boolean(false))))
    }

    @Test("all rules of a level are read, and an interlock's age follows its point's period")
    func whole() throws {
        let rules = try load(
            Self.text(
                """
                safe = 20
                min = 0
                max = 100
                step = 5
                interval_seconds_min = 2.5
                changes_per_hour_max = 6
                lease_seconds_max = 60
                interlock = ["tank/level < 80"]
                """, waveform: "output:20")
        ).buses.first?.outputs.first?.rules
        let lock = try Interlock(parsing: "tank/level < 80", ageMillisecondsMax: 6000)
        #expect(
            rules
                == (try OutputRules(
                    .level(0...100, step: 5), safe: .integer(20), intervalMillisecondsMin: 2500,
                    changesPerHourMax: 6, leaseMillisecondsMax: 60_000, interlocks: [lock])))
        let aged = try load(
            Self.text(
                """
                safe = true
                interlock = ["tank/level < 80"]
                interlock_max_age_seconds = 2.5
                """))
        #expect(
            aged.buses.first?.outputs.first?.rules.interlocks.map(\.ageMillisecondsMax) == [2500])
    }

    @Test(
        "what is wrong is reported at its key",
        arguments: [
            ("", "\"safe\" is missing"), ("safe = \"off\"", "output.safe: must be true, false"),
            ("safe = 5", "a level has \"min\" and \"max\""),
            ("safe = 5\nmin = 5\nmax = 5", "output.max: must be more than min"),
            ("safe = 6\nmin = 0\nmax = 5", "output.safe: \"pump/relay\": safe-value-not-usable"),
            ("safe = 1\nmin = 0\nmax = 5\nstep = -1", "output.step"),
            ("safe = true\nmin = 0", "output.min: is for levels"),
            ("safe = true\nlease_seconds_max = 86401", "output.lease_seconds_max"),
            ("safe = true\nchanges_per_hour_max = 0", "output.changes_per_hour_max"),
            ("safe = true\nsafee = 1", "output.safee: unknown key; did you mean \"safe\"?"),
            ("safe = true\ninterlock = [\"tank/level\"]", "malformed-interlock"),
            (
                "safe = true\ninterlock = [\"tank/levle < 5\"]",
                "there is no point \"tank/levle\"; did you mean \"tank/level\"?"
            ),
            ("safe = true\ninterlock = [\"pump/relay is true\"]", "is about the output itself"),
            (
                "safe = true\ninterlock = [\"tank/level < 5\"]\ninterlock_max_age_seconds = 2",
                "must be more than the period of \"tank/level\", 2.0 s"
            ),
        ])
    func wrong(output: String, message: String) throws {
        let found = try problems(Self.text(output, waveform: "output:1"))
        #expect(found.count == 1 && found.first?.contains(message) == true, "\(found)")
    }

    @Test("a point that its driver can't write is no output")
    func notWritable() throws {
        let constant = try problems(Self.text("safe = false", waveform: "constant:true"))
        #expect(constant.count == 1)
        #expect(
            constant.first?.contains("output: driver \"simulated\" can't write this point") == true)
        let linux = try problems(
            """
            [[bus]]
            name = "board"
            driver = "linux"
            [[device]]
            name = "board"
            bus = "board"
            [[device.point]]
            name = "load"
            unit = "/"
            channel = "load:1"
            [device.point.output]
            safe = 0
            min = 0
            max = 1
            """)
        #expect(linux.count == 1)
        #expect(
            linux.first?.contains("point[0].output: driver \"linux\" can't write this point")
                == true, "\(linux)")
    }
}
