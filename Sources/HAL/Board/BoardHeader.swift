// SPDX-License-Identifier: Apache-2.0

/// A row or a double row of pins, as its maker numbers them: across the columns, then down.
public struct BoardHeader: Hashable, Sendable {
    /// The name on the board, `J8`.
    public let name: String
    /// Columns of pins: 1 or 2.
    public let columns: Int
    /// Pins of a column.
    public let rows: Int
    /// What each pin carries, in the order of the numbers from 1.
    public let labels: [String]
    /// Labels of pins that are neither GPIO lines nor power nor ground.
    public let others: Set<String>

    /// A header.
    ///
    /// - Parameters:
    ///   - name: the name on the board.
    ///   - columns: 1 or 2.
    ///   - rows: pins of a column.
    ///   - labels: what each pin carries.
    ///   - others: the labels that are neither GPIO lines nor power nor ground.
    public init(
        name: String, columns: Int, rows: Int, labels: [String], others: Set<String> = []
    ) {
        self.name = name
        self.columns = columns
        self.rows = rows
        self.labels = labels
        self.others = others
    }

    /// The pins in the order of their numbers.
    public var pins: [BoardPin] {
        labels.enumerated().map { index, label in
            let kind: BoardPin.Kind =
                if BoardPin.grounds.contains(label) {
                    .ground
                } else if BoardPin.supplies.contains(label) {
                    .power
                } else {
                    others.contains(label) ? .other : .line
                }
            return BoardPin(header: name, number: index + 1, label: label, kind: kind)
        }
    }
}
