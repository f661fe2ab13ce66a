// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser

/// `halcyon profile check`.
struct ProfileCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check profiles and read their golden vectors with the real drivers.",
        discussion: """
            Every problem of a file is reported at once, with its line. No bus is opened. The exit \
            status is 65 if there is a problem.
            """)

    @Flag(help: "Print JSON, one value a line.")
    var json = false

    @Argument(help: "Files of profiles.")
    var files: [String]

    private struct Line: Encodable {
        var file: String
        var line: Int?
        var key: String?
        var problem: String?
        var name: String?
        var points: Int?
        var vectors: Int?
        var vectorsRun: Int?
    }

    func run() async throws {
        var count = 0
        for file in files {
            do {
                try show(try await ProfileCheck(file), file)
            } catch let problems as ConfigurationProblems {
                count += problems.list.count
                try problems.list.forEach(show)
            }
        }
        guard count == 0 else {
            throw Failure(.badData, "\(count) \(count == 1 ? "problem" : "problems") found")
        }
    }

    private func show(_ check: ProfileCheck, _ file: String) throws {
        let profile = check.profile
        if json {
            try Output.json(
                Line(
                    file: file, name: profile.name, points: profile.points.count,
                    vectors: profile.vectorCount, vectorsRun: check.vectorsRun))
        } else {
            Output.line(
                Output.safe(
                    "\(profile.name): \(profile.points.count) points, \(check.vectorsRun) of "
                        + "\(profile.vectorCount) vectors read as they should"))
        }
    }

    private func show(_ problem: ConfigurationProblem) throws {
        if json {
            try Output.json(
                Line(
                    file: problem.file, line: problem.line, key: problem.path,
                    problem: problem.message))
        } else {
            Output.line(Output.safe(problem.description))
        }
    }
}
