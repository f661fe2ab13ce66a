// SPDX-License-Identifier: Apache-2.0

/// Columns of text, as wide as their widest cell.
struct TextTable {
    /// A column's heading and on which side its cells stand.
    struct Column {
        let heading: String
        var isRight = false
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row with a cell for each column.
    mutating func add(_ cells: [String]) {
        rows.append(cells.map(Output.safe))
    }

    /// The table, headings first, without trailing blanks.
    var lines: [String] {
        let all = [columns.map(\.heading)] + rows
        let widths = columns.indices.map { index in
            all.map { $0[index].count }.max() ?? 0
        }
        return all.map { row in
            var line = ""
            for (index, cell) in row.enumerated() {
                let blanks = String(repeating: " ", count: widths[index] - cell.count)
                line += (index == 0 ? "" : "  ")
                line += columns[index].isRight ? blanks + cell : cell + blanks
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
