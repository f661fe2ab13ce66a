// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import Journal
internal import Telemetry

/// `halcyon output history`.
struct OutputHistory: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List commands to outputs, the newest first: who, what, when, and the result.",
        discussion: """
            "halcyon" as the holder is the agent itself, returning an output to its safe state. A \
            command is "interrupted" if the agent ended before its result was known.
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: "At most so many.")
    var limit = 20

    @Argument(help: "Only these outputs.")
    var outputs: [String] = []

    private struct Line: Encodable {
        let id: Int64
        let output: String
        let value: String
        let holder: String
        let givenAt: String
        let isClockPlausible: Bool
        let boot: UInt32
        let uptimeMilliseconds: Int64
        let result: String?
        let cause: String?
        let milliseconds: Int64?
    }

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is 1 or more") }
    }

    func run() throws {
        let (_, reader) = try common.openJournal()
        let commands = try reader.commands().filter {
            outputs.isEmpty || outputs.contains($0.command.output.name)
        }.prefix(limit)
        var table = TextTable([
            .init(heading: "ID", isRight: true), .init(heading: "GIVEN AT"),
            .init(heading: "OUTPUT"), .init(heading: "VALUE", isRight: true),
            .init(heading: "HOLDER"), .init(heading: "RESULT"),
            .init(heading: "TOOK", isRight: true),
        ])
        for stored in commands {
            let line = Self.line(stored)
            if common.json {
                try Output.json(line)
                continue
            }
            let result = line.result ?? "open"
            table.add([
                "\(line.id)", line.givenAt, line.output, Format.value(stored.command.value),
                line.holder, line.cause.map { "\(result) (\($0))" } ?? result,
                line.milliseconds.map { "\($0) ms" } ?? "–",
            ])
        }
        if !common.json { table.lines.forEach(Output.line) }
    }

    private static func line(_ stored: StoredCommand) -> Line {
        let command = stored.command
        let cause = stored.ending?.cause ?? ""
        return Line(
            id: stored.id, output: command.output.name, value: "\(command.value)",
            holder: command.holder, givenAt: Format.time(command.time.wallMilliseconds),
            isClockPlausible: command.time.isWallPlausible, boot: stored.boot,
            uptimeMilliseconds: command.time.uptimeMilliseconds,
            result: stored.ending?.result.word, cause: cause.isEmpty ? nil : cause,
            milliseconds: stored.ending?.milliseconds)
    }
}
