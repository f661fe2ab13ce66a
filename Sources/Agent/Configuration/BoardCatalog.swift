// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import HAL

/// The boards of a folder: every file `NAME.toml` in it is one.
public struct BoardCatalog: Sendable {
    /// A board file.
    public struct Entry: Sendable {
        /// The file's name without its extension.
        public let name: String
        /// What it says; parts that are wrong are missing.
        public let board: BoardDefinition
        /// What is wrong with its `[board]`, or with the file as a whole.
        public let problems: [ConfigurationProblem]
    }

    /// The files, by name.
    public let entries: [Entry]

    /// Boards whose files have no problem.
    public var boards: [BoardDefinition] {
        entries.filter(\.problems.isEmpty).map(\.board)
    }

    /// Reads the board files of a folder.
    ///
    /// - Parameter directory: the folder. One that can't be read has no boards.
    /// - Returns: the boards.
    public static func read(_ directory: String) -> BoardCatalog {
        BoardCatalog(
            entries: names(in: directory).map { name in
                let record = ConfigurationRecord(file: "\(directory)/\(name).toml")
                var board = BoardDefinition(name: name, title: name)
                if let root = ConfigurationReader.table(in: record.file, record) {
                    board = BoardTables.read(root, name: name)
                }
                return Entry(name: name, board: board, problems: record.problems)
            })
    }

    private static func names(in directory: String) -> [String] {
        guard let folder = opendir(directory) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while names.count < AgentLimits.boardsMax, let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".toml") && !name.hasPrefix(".") {
                names.append(String(name.dropLast(".toml".count)))
            }
        }
        return names.sorted()
    }
}
