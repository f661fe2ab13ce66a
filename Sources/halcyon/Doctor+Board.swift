// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import HAL

extension Doctor {
    /// Judges whether the machine is the board that the configuration names, and the serial ports
    /// that buses want of it.
    ///
    /// - Parameters:
    ///   - configuration: the configuration.
    ///   - root: the folder that stands for `/`; empty for the real one.
    /// - Returns: what there is to say; nothing without a board.
    static func boardFindings(
        _ configuration: Configuration, root: String = ""
    ) -> [Finding] {
        let catalog = BoardCatalog.read(configuration.boardsDirectory)
        let detection = BoardDetector.detect(among: catalog.boards, root: root)
        var findings: [Finding] = []
        if let expected = configuration.boardDefinition, !expected.compatible.isEmpty {
            findings.append(judge(expected, detection))
        }
        guard let board = detection.board else { return findings }
        var inspector = BoardInspector(board: board, root: root)
        for (device, user) in configuration.serialUsers {
            for advice in inspector.advice(onSerial: device) {
                findings.append(Finding(user, .warning, advice.message, next: advice.next))
            }
        }
        let layout = BoardLayout(
            board: board, points: configuration.boardPoints,
            uses: inspector.uses(serialUsers: configuration.serialUsers))
        for slot in layout.headers.flatMap({ $0 }) {
            guard let conflict = slot.conflict else { continue }
            findings.append(
                Finding(
                    "pin \(slot.pin.number) of \(slot.pin.header)", .warning, conflict,
                    next: "halcyon board show"))
        }
        return findings
    }

    private static func judge(
        _ expected: BoardDefinition, _ detection: BoardDetection
    ) -> Finding {
        switch detection {
        case .found(let board, let string) where board.name == expected.name:
            Finding("board", .ok, "\(board.title), by \"\(string)\"")
        case .found(let board, let string):
            Finding(
                "board", .warning,
                "configured as \(expected.name), but this is \(board.name), by \"\(string)\"",
                next: "agent.board = \"\(board.name)\", or \"\(Configuration.detectedBoard)\"")
        case .unknown(let strings):
            Finding(
                "board", .warning,
                "configured as \(expected.name), but this is \(strings.joined(separator: ", "))",
                next: "correct agent.board, or add the string to the board's file")
        case .ambiguous(let names, let string):
            Finding(
                "board", .warning,
                "\(names.joined(separator: " and ")) both claim \"\(string)\"",
                next: "remove one of the files")
        case .noDeviceTree:
            Finding(
                "board", .warning,
                "configured as \(expected.name), but the machine has no device tree",
                next: "leave agent.board out, or take \"simulated\"")
        }
    }
}
