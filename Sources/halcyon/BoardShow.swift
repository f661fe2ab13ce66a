// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import Glibc
internal import HAL

/// `halcyon board show`.
struct BoardShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Draw a board's headers with the configuration's points at their pins.",
        discussion: """
            Without a name: the configuration's board, or the one that this machine is. An arrow \
            shows the way of the signal, and ! a pin that can't do what is asked of it.
            """)

    @Argument(help: "The board, as halcyon board list names it.")
    var name: String?

    @OptionGroup var common: CommonOptions
    @OptionGroup var options: BoardOptions

    private struct Line: Encodable {
        let header: String
        let pin: Int
        let label: String
        let kind: String
        let line: String?
        let functions: [String]
        let points: [String]
        let conflict: String?
    }

    func run() throws {
        let configuration = loadIfThere()
        let catalog = options.catalog(configuration)
        let detected = BoardDetector.detect(among: catalog.boards, root: options.root).board
        let board = try choose(catalog, configuration?.boardDefinition ?? detected)
        // Of another board than this one, only what the file says can be told.
        let isOwn = board.name == (configuration?.board ?? detected?.name)
        let uses =
            detected?.name == board.name
            ? BoardInspector(board: board, root: options.root)
                .uses(serialUsers: configuration?.serialUsers ?? []) : []
        let layout = BoardLayout(
            board: board, points: isOwn ? configuration?.boardPoints ?? [] : [], uses: uses)
        if common.json { return try printJSON(layout) }
        BoardDrawing.wrapped("\(board.title) (\(board.name))").forEach(Output.line)
        let drawing = BoardDrawing(
            layout: layout, isColored: isatty(1) == 1 && getenv("NO_COLOR") == nil
        ).lines
        if !drawing.isEmpty { Output.line("") }
        drawing.forEach(Output.line)
        let facts = BoardFacts.lines(of: board)
        if !facts.isEmpty { Output.line("") }
        facts.forEach(Output.line)
    }

    /// The configuration; `nil` if there is none, or one with problems, which is then said.
    private func loadIfThere() -> Configuration? {
        guard access(common.config, F_OK) == 0 else { return nil }
        let configuration = try? common.load()
        if configuration == nil {
            Output.error(
                "halcyon: the configuration has problems, so its points are not drawn\n"
                    + "  → halcyon check --config \(Output.safe(common.config))")
        }
        return configuration
    }

    private func choose(
        _ catalog: BoardCatalog, _ usual: BoardDefinition?
    ) throws -> BoardDefinition {
        guard let name else {
            if let usual { return usual }
            throw Failure(
                .noInput, "neither the configuration nor the device tree says which board this is",
                rule: "board-unknown", next: "halcyon board list")
        }
        guard let entry = catalog.entries.first(where: { $0.name == name }) else {
            throw Failure(
                .noInput, "there is no board \"\(name)\"", rule: "board-missing",
                next: "halcyon board list")
        }
        guard entry.problems.isEmpty else {
            throw Failure(
                .badData, "the board file has problems:", rule: "board-problems",
                details: entry.problems.map(\.description))
        }
        return entry.board
    }

    private func printJSON(_ layout: BoardLayout) throws {
        for slot in layout.headers.flatMap({ $0 }) {
            try Output.json(
                Line(
                    header: slot.pin.header, pin: slot.pin.number, label: slot.pin.label,
                    kind: slot.pin.kind.rawValue, line: layout.board.line(of: slot.pin)?.address,
                    functions: slot.functions, points: slot.points.map(\.point),
                    conflict: slot.conflict))
        }
    }
}
