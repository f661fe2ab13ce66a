// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import FoundationEssentials
internal import Journal
internal import Telemetry

/// `halcyon reading`.
struct ReadingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reading", abstract: "List the readings that are kept.",
        subcommands: [ReadingList.self])
}

/// `halcyon reading list`.
struct ReadingList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List readings, the newest first.",
        discussion: "Times are RFC 3339: 2026-03-01T12:00:00Z.")

    @OptionGroup var common: CommonOptions

    @Option(help: "At most so many.")
    var limit = 20

    @Flag(help: "The oldest first.")
    var oldestFirst = false

    @Option(help: ArgumentHelp("Only those at or after this time.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Only those before this time.", valueName: "time"))
    var until: String?

    @Argument(help: "Only these points.")
    var points: [String] = []

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is 1 or more") }
        _ = try identifiers()
        _ = try span()
    }

    func run() throws {
        let (_, reader) = try common.openJournal()
        let ids = try identifiers()
        let query = ReadingQuery(
            points: ids.isEmpty ? nil : Set(ids), wallMilliseconds: try span(),
            newestFirst: !oldestFirst, limit: limit)
        if common.json {
            try reader.forEachReading(query) { (try? Output.json(ReadingView($0))) != nil }
            return
        }
        var table = TextTable([
            .init(heading: "ID", isRight: true), .init(heading: "OBSERVED AT"),
            .init(heading: "POINT"), .init(heading: "VALUE", isRight: true),
            .init(heading: "QUALITY"),
        ])
        try reader.forEachReading(query) { stored in
            let view = ReadingView(stored)
            let quality = view.cause.map { "\(view.quality) (\($0))" } ?? view.quality
            table.add(["\(view.id)", view.observedAt, view.point, view.text, quality])
            return true
        }
        table.lines.forEach(Output.line)
    }

    private func identifiers() throws -> [PointID] {
        try points.map { name in
            guard let id = PointID(name) else {
                throw ValidationError("\"\(name)\" is not the name of a point")
            }
            return id
        }
    }

    /// The times that were asked for; `nil` for all.
    private func span() throws -> ClosedRange<Int64>? {
        let from = try since.map { try Self.milliseconds($0) } ?? 0
        let to = try until.map { try Self.milliseconds($0) - 1 } ?? Int64.max
        guard from <= to else { throw ValidationError("--since is not before --until") }
        return since == nil && until == nil ? nil : from...to
    }

    private static func milliseconds(_ text: String) throws -> Int64 {
        guard let date = try? Date(text, strategy: .iso8601) else {
            throw ValidationError("\"\(text)\" is not a time like 2026-03-01T12:00:00Z")
        }
        return Int64(date.timeIntervalSince1970 * 1000)
    }
}
