// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser

/// `halcyon check`.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration and print the values in effect.",
        discussion: """
            Every problem of the file and of the board file that it names is reported at once, \
            with its line. Values that are defaults are marked.
            """)

    @OptionGroup var common: CommonOptions

    private struct Line: Encodable {
        var file: String?
        var line: Int?
        var key: String
        var problem: String?
        var value: String?
        var isDefault: Bool?
    }

    func run() throws {
        do {
            let loaded = try ConfigurationReader.load(common.config)
            try show(loaded)
        } catch let problems as ConfigurationProblems {
            for problem in problems.list {
                if common.json {
                    try Output.json(
                        Line(
                            file: problem.file, line: problem.line, key: problem.path,
                            problem: problem.message))
                } else {
                    Output.line(Output.safe(problem.description))
                }
            }
            throw Failure(
                .configuration, "\(Format.count(problems.list.count, "problem")) found")
        }
    }

    private func show(_ loaded: LoadedConfiguration) throws {
        guard !common.json else {
            for value in loaded.values {
                try Output.json(
                    Line(
                        file: value.file, key: value.path, value: value.value,
                        isDefault: value.isDefault))
            }
            return
        }
        var file: String?
        for value in loaded.values {
            if value.file != file {
                if file != nil { Output.line("") }
                Output.line(Output.safe("# \(value.file)"))
                file = value.file
            }
            let mark = value.isDefault ? "   # default" : ""
            Output.line(Output.safe("\(value.path) = \(value.value)") + mark)
        }
        let buses = loaded.configuration.buses
        let points = Format.count(buses.flatMap(\.points).count, "point")
        let on = buses.count == 1 ? "1 bus" : "\(buses.count) buses"
        Output.line("\n# in order: \(points) on \(on)")
    }
}
