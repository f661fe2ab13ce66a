// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import Glibc
internal import HAL
internal import Journal
internal import Platform
internal import Telemetry

/// `halcyon point watch`.
struct PointWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watch points as they are read.",
        discussion: """
            Shows what the daemon has kept, as it keeps it: value, quality, age, and the course of \
            the last readings as a line of blocks. Ctrl-C ends it. With --json every new reading \
            is one line.
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("End after so many seconds.", valueName: "seconds"))
    var seconds: Double?

    @Option(help: ArgumentHelp("Draw so often.", valueName: "seconds"))
    var interval = 1.0

    @Argument(help: "Points, or beginnings of their names; all if none is given.")
    var points: [String] = []

    func validate() throws {
        guard interval >= 0.1, interval <= 3600 else {
            throw ValidationError("--interval is from 0.1 to 3600 seconds")
        }
        if let seconds, !(seconds >= 0 && seconds <= 1e9) {
            throw ValidationError("--seconds is from 0 to 1000000000")
        }
    }

    func run() async throws {
        let (configuration, reader) = try common.openJournal()
        var model = WatchModel(wanted: points)
        try fill(&model, from: reader)
        guard !model.newest.isEmpty || isConfigured(configuration) else {
            throw Failure(
                .noInput, "no such point", rule: "point-unknown",
                next: "halcyon point list --config \(common.config)")
        }
        let screen = Screen(isDrawn: !common.json && isatty(1) == 1)
        defer { screen.leave() }
        let end = seconds.map { ContinuousClock.now + .seconds($0) }
        while true {
            try update(&model, from: reader)
            if !common.json {
                let isRunning = try CommonOptions.isDaemonRunning(configuration)
                screen.draw(frame(model, isRunning: isRunning))
            }
            if let end, ContinuousClock.now + .seconds(interval) > end { break }
            try await Task.sleep(for: .seconds(interval))
        }
        guard !model.newest.isEmpty else {
            throw Failure(.noInput, "no such point has been read", rule: "point-unknown")
        }
    }

    /// Whether the configuration has any of the points, so that readings of it can come.
    private func isConfigured(_ configuration: Configuration) -> Bool {
        let names = configuration.buses.flatMap(\.points).map(\.point.id.name)
        return points.isEmpty || names.contains { name in points.contains { name.hasPrefix($0) } }
    }

    /// Begins with the recent past, so that the courses are there at once.
    private func fill(_ model: inout WatchModel, from reader: JournalReader) throws {
        guard !common.json else {
            let last = try reader.summary().readings?.upperBound ?? 0
            model = WatchModel(wanted: points, after: last)
            return
        }
        var recent: [StoredReading] = []
        try reader.forEachReading(ReadingQuery(newestFirst: true, limit: 2000)) {
            recent.append($0)
            return true
        }
        model.add(recent.reversed())
    }

    private func update(_ model: inout WatchModel, from reader: JournalReader) throws {
        var new: [StoredReading] = []
        let first = model.lastID + 1
        let query = ReadingQuery(ids: first...JournalLimits.positionMax, limit: 10_000)
        try reader.forEachReading(query) {
            new.append($0)
            return true
        }
        let shown = model.add(new)
        if common.json { try shown.forEach { try Output.json(ReadingView($0)) } }
    }

    private func frame(_ model: WatchModel, isRunning: Bool) -> [String] {
        let now = SystemClock.now()
        let state = isRunning ? "running" : "DOWN: nothing new is read"
        return ["\(Format.time(now.wallMilliseconds))  daemon \(state)", ""]
            + model.lines(now: now)
    }
}
