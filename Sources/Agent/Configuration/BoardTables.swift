// SPDX-License-Identifier: Apache-2.0

internal import HAL

/// Reads the `[board]` of a board file. Its values are facts, not settings, and so not noted among
/// the values in effect.
struct BoardTables {
    private let table: TableReader
    private var board: BoardDefinition
    private var headers: [TableReader] = []
    private var interfaces: [TableReader] = []

    /// The board that the file `name` describes; what is wrong with it is noted.
    static func read(_ root: TableReader, name: String) -> BoardDefinition {
        root.record.isNoting = false
        defer { root.record.isNoting = true }
        var tables = BoardTables(table: root.table("board"), name: name)
        tables.read()
        return tables.board
    }

    private init(table: TableReader, name: String) {
        self.table = table
        board = BoardDefinition(name: name, title: table.text("name"))
    }

    private mutating func read() {
        board.summary = table.optionalText("description")
        board.compatible = table.texts("compatible")
        board.source = table.optionalText("source")
        board.thermalZones = table.texts("thermal_zones")
        board.leds = table.texts("leds")
        if table.has("watchdog") { board.watchdog = watchdog(table.table("watchdog")) }
        headers = table.tables("header")
        board.headers = headers.map(header)
        board.lines = table.tables("gpio").flatMap(lines)
        for kind in BoardInterface.Kind.allCases {
            let tables = self.table.tables(kind.rawValue)
            interfaces += tables
            board.interfaces += tables.map { interface(kind, $0) }
        }
        table.finish()
        for error in board.brokenRules {
            switch error.part {
            case .board: table.problem("compatible", error.description)
            case .lines: table.problem("gpio", error.description)
            case .header(let index): headers[index].problem("pins", error.description)
            case .interface(let index): interfaces[index].problem(error.description)
            }
        }
    }

    private func watchdog(_ table: TableReader) -> BoardWatchdog {
        defer { table.finish() }
        return BoardWatchdog(
            device: table.text("device"), driver: table.text("driver"),
            timeoutSecondsMax: Int(table.integer("timeout_seconds_max", in: 1...604_800)))
    }

    private func header(_ table: TableReader) -> BoardHeader {
        defer { table.finish() }
        let labels = table.texts("pins")
        let columns = Int(table.integer("columns", in: 1...2, default: 2))
        let rows = table.optionalInteger("rows", in: 1...Int64(HALLimits.headerRowsMax))
        return BoardHeader(
            name: table.text("name"), columns: columns,
            rows: rows.map(Int.init) ?? (labels.count + columns - 1) / columns, labels: labels,
            others: Set(table.texts("other")))
    }

    /// The lines of a chip, or of any chip by the kernel's names; empty texts stand for lines that
    /// are on no header.
    private func lines(_ table: TableReader) -> [BoardLine] {
        defer { table.finish() }
        let chip = table.optionalText("chip")
        let first = Int(table.integer("first", in: 0...4096, default: 0))
        let labels = table.texts("lines")
        let names = table.texts("names")
        if !names.isEmpty && names.count != labels.count {
            table.problem("names", "there are \(names.count) for \(labels.count) lines")
        }
        return labels.enumerated().compactMap { index, label in
            if label.isEmpty { return nil }
            let name = index < names.count ? names[index] : ""
            return BoardLine(
                label: label, chip: chip, offset: first + index,
                kernelName: name.isEmpty || name == label ? nil : name)
        }
    }

    private func interface(_ kind: BoardInterface.Kind, _ table: TableReader) -> BoardInterface {
        defer { table.finish() }
        let isSerial = kind == .serial
        return BoardInterface(
            kind: kind, name: table.text("name"), devices: table.texts("devices"),
            signals: signals(kind, table), enabling: table.optionalText("enable"),
            note: table.optionalText("note"),
            isMini: isSerial && table.boolean("mini", default: false),
            occupant: isSerial ? table.optionalText("taken_by") : nil)
    }

    private func signals(
        _ kind: BoardInterface.Kind, _ table: TableReader
    ) -> [BoardInterface.Signal] {
        let roles =
            switch kind {
            case .i2c: ["sda", "scl"]
            case .spi: ["mosi", "miso", "sclk"]
            case .serial: ["tx", "rx", "cts", "rts"]
            case .oneWire, .onboard, .pwm: [String]()
            }
        if roles.isEmpty {
            return table.texts("lines").map { BoardInterface.Signal(role: "", line: $0) }
        }
        let signals = roles.compactMap { role in
            table.optionalText(role).map {
                BoardInterface.Signal(role: role.uppercased(), line: $0)
            }
        }
        guard kind == .spi else { return signals }
        return signals
            + table.texts("cs").enumerated().map { index, line in
                BoardInterface.Signal(role: "CS\(index)", line: line)
            }
    }
}
