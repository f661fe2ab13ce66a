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
            for value in loaded.values {
                if common.json {
                    try Output.json(
                        Line(key: value.path, value: value.value, isDefault: value.isDefault))
                } else {
                    let mark = value.isDefault ? "   # default" : ""
                    Output.line(Output.safe("\(value.path) = \(value.value)") + mark)
                }
            }
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
            let count = problems.list.count
            throw Failure(.configuration, "\(count) \(count == 1 ? "problem" : "problems") found")
        }
    }
}
