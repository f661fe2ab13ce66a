// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import ArgumentParser
internal import HAL

/// `halcyon board`.
struct BoardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "board",
        abstract: "List the known boards, detect this one, and draw a board's headers.",
        subcommands: [BoardList.self, BoardDetect.self, BoardShow.self])
}

/// What the board commands take.
struct BoardOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where board files are; the configuration's folder by default.", valueName: "folder"))
    var boards: String?

    @Option(help: ArgumentHelp("A folder that stands for /.", visibility: .hidden))
    var root = ""

    /// The boards of the folder that the options, the configuration or else its default name.
    func catalog(_ configuration: Configuration?) -> BoardCatalog {
        let own = configuration ?? Configuration()
        return BoardCatalog.read(boards ?? own.boardsDirectory)
    }
}

/// `halcyon board list`.
struct BoardList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the known boards; * marks the one that this is.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var options: BoardOptions

    private struct Line: Encodable {
        let name: String
        let title: String
        let compatible: [String]
        let isDetected: Bool
        let problems: [String]
    }

    func run() throws {
        let catalog = options.catalog(try? common.load())
        let detection = BoardDetector.detect(among: catalog.boards, root: options.root)
        var table = TextTable([
            .init(heading: ""), .init(heading: "BOARD"), .init(heading: "NAME"),
            .init(heading: "COMPATIBLE"),
        ])
        for entry in catalog.entries {
            let isDetected = detection.board?.name == entry.name
            let problems = entry.problems.map(\.description)
            if common.json {
                try Output.json(
                    Line(
                        name: entry.name, title: entry.board.title,
                        compatible: entry.board.compatible, isDetected: isDetected,
                        problems: problems))
            } else {
                table.add([
                    isDetected ? "*" : "", entry.name, entry.board.title,
                    problems.isEmpty
                        ? entry.board.compatible.joined(separator: ", ")
                        : "\(problems.count) problems: \(problems[0])",
                ])
            }
        }
        if !common.json { table.lines.forEach(Output.line) }
    }
}

/// `halcyon board detect`.
struct BoardDetect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "detect", abstract: "Say which board this is, by its device tree.",
        discussion: "Exit status 66 if it is none of the known ones.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var options: BoardOptions

    private struct Line: Encodable {
        let board: String
        let title: String
        let compatible: String
    }

    func run() throws {
        let catalog = options.catalog(try? common.load())
        switch BoardDetector.detect(among: catalog.boards, root: options.root) {
        case .found(let board, let string):
            if common.json {
                try Output.json(Line(board: board.name, title: board.title, compatible: string))
            } else {
                Output.line(Output.safe("\(board.name)  \(board.title), by \"\(string)\""))
            }
        case .unknown(let strings):
            throw Failure(
                .noInput,
                "the board is none of the known ones: \(strings.joined(separator: ", "))",
                rule: "board-unknown", next: "halcyon board list")
        case .ambiguous(let names, let string):
            throw Failure(
                .noInput, "\(names.joined(separator: " and ")) both claim \"\(string)\"",
                rule: "board-ambiguous", next: "give one of them as agent.board")
        case .noDeviceTree:
            throw Failure(
                .noInput, "the machine has no device tree to detect its board by",
                rule: "board-no-device-tree", next: "give the board's name as agent.board")
        }
    }
}
