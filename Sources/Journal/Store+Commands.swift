// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

extension Store {
    private static let commandColumns =
        "id, boot, wall, uptime, holder, output, kind, value, result, cause, milliseconds"

    /// Whether the file is of a release that kept commands.
    var hasCommands: Bool {
        get throws(JournalError) {
            try database.integer(
                "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'command'") > 0
        }
    }

    /// Adds a command, with its ending if it has one, and makes room for it.
    ///
    /// - Returns: its number.
    func insert(
        _ command: OutputCommand, boot: UInt32, ending: StoredCommand.Ending?
    ) throws(JournalError) -> Int64 {
        let id = try database.integer("SELECT max(id) FROM command") + 1
        let (kind, value) = Self.columns(command.value)
        try database.run(
            "INSERT INTO command (\(Self.commandColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            .integer(id), .integer(Int64(boot)), .integer(command.time.wallMilliseconds),
            .integer(command.time.uptimeMilliseconds), .text(Self.cut(command.holder)),
            .text(command.output.name), .integer(kind), .integer(value),
            ending.map { .integer(Int64($0.result.rawValue)) } ?? .null,
            ending.map { .text(Self.cut($0.cause)) } ?? .null,
            ending.map { .integer($0.milliseconds) } ?? .null)
        try database.run(
            "DELETE FROM command WHERE id <= ?",
            .integer(id - Int64(JournalLimits.commandsMax)))
        return id
    }

    /// Notes how a command ended that has no ending yet.
    ///
    /// The output is compared too, because a journal that was begun anew counts from 1 again.
    func end(
        _ id: Int64, of output: PointID, _ ending: StoredCommand.Ending
    ) throws(JournalError) {
        try database.run(
            """
            UPDATE command SET result = ?, cause = ?, milliseconds = ?
            WHERE id = ? AND output = ? AND result IS NULL
            """, .integer(Int64(ending.result.rawValue)), .text(Self.cut(ending.cause)),
            .integer(ending.milliseconds), .integer(id), .text(output.name))
    }

    /// Commands that have no ending, the oldest first.
    func openCommands() throws(JournalError) -> [StoredCommand] {
        try database.all(
            """
            SELECT \(Self.commandColumns) FROM command WHERE result IS NULL ORDER BY id
            LIMIT \(JournalLimits.commandsMax)
            """, map: Self.command)
    }

    /// The newest commands, the newest first.
    func commands(limit: Int) throws(JournalError) -> [StoredCommand] {
        try database.all(
            "SELECT \(Self.commandColumns) FROM command ORDER BY id DESC LIMIT ?",
            .integer(Int64(limit)), map: Self.command)
    }

    private static func command(_ row: Row) throws(JournalError) -> StoredCommand {
        let name = try row.text(5, bytesMax: TelemetryLimits.pointNameBytesMax)
        guard let boot = UInt32(exactly: row.integer(1)), let output = PointID(name),
            let value = value(kind: row.integer(6), row.integer(7))
        else { throw row.damage("command \(row.integer(0))") }
        var ending: StoredCommand.Ending?
        if !row.isNull(8) {
            guard let raw = UInt8(exactly: row.integer(8)),
                let result = StoredCommand.Result(rawValue: raw)
            else { throw row.damage("result of command \(row.integer(0))") }
            ending = StoredCommand.Ending(
                result, cause: try row.text(9, bytesMax: JournalLimits.commandTextBytesMax),
                milliseconds: row.integer(10))
        }
        let command = OutputCommand(
            output: output, value: value,
            holder: try row.text(4, bytesMax: JournalLimits.commandTextBytesMax),
            time: Timestamp(wallMilliseconds: row.integer(2), uptimeMilliseconds: row.integer(3)))
        return StoredCommand(id: row.integer(0), boot: boot, command: command, ending: ending)
    }

    /// A value as two whole numbers: its kind, and its bits. A text is none that an output takes.
    private static func columns(_ value: Value) -> (kind: Int64, value: Int64) {
        switch value {
        case .boolean(let state): (0, state ? 1 : 0)
        case .integer(let number): (1, number)
        case .number(let number): (2, Int64(bitPattern: number.bitPattern))
        case .text: (3, 0)
        }
    }

    private static func value(kind: Int64, _ bits: Int64) -> Value? {
        switch kind {
        case 0: bits == 0 ? .boolean(false) : bits == 1 ? .boolean(true) : nil
        case 1: .integer(bits)
        case 2: .number(Double(bitPattern: UInt64(bitPattern: bits)))
        case 3: .text("")
        default: nil
        }
    }

    /// As much of a text as is kept.
    private static func cut(_ text: String) -> String {
        guard text.utf8.count > JournalLimits.commandTextBytesMax else { return text }
        var kept = text
        while kept.utf8.count > JournalLimits.commandTextBytesMax { kept.removeLast() }
        return kept
    }
}
