// SPDX-License-Identifier: Apache-2.0

internal import HAL

/// A board's headers as text, at most 80 columns wide.
struct BoardDrawing {
    /// Columns of a terminal that every terminal has.
    static let columnsMax = 80
    /// Longest name of a point beside its pin; the list below has all of it.
    static let pointColumnsMax = 24

    let layout: BoardLayout
    /// Whether to use colours.
    let isColored: Bool

    /// Which side of the middle a pin stands on.
    private enum Side {
        case left
        case right
    }

    /// How wide the parts of a pin's text are.
    private struct Widths {
        let number: Int
        let label: Int
        let function: Int
        let point: Int
    }

    /// The drawing: headers, then points and conflicts in full.
    var lines: [String] {
        var lines: [String] = []
        for (header, slots) in zip(layout.board.headers, layout.headers) {
            if !lines.isEmpty { lines.append("") }
            lines += draw(header, slots)
        }
        let notes = layout.headers.flatMap { $0 }.flatMap(notes(of:))
        if !notes.isEmpty { lines += [""] + notes }
        for point in layout.unplaced {
            lines += Self.wrapped("  \(point.point) is on \(point.line), which is on no header")
        }
        return lines
    }

    private func draw(_ header: BoardHeader, _ slots: [BoardLayout.Slot]) -> [String] {
        let hasTwo = header.columns == 2
        let widths = widths(of: slots, columns: header.columns)
        let half = widths.point + widths.function + widths.label + widths.number + 5
        let title = isColored ? Style.bold.wrap(header.name) : header.name
        let indent = hasTwo ? max(0, half + 1 - header.name.count / 2) : 0
        var lines = [String(repeating: " ", count: indent) + title]
        for row in stride(from: 0, to: slots.count, by: header.columns) {
            let line =
                hasTwo
                ? text(of: slots[row], .left, widths) + " │ "
                    + text(of: slots[row + 1], .right, widths)
                : text(of: slots[row], .right, widths)
            lines.append(Self.trimmed(line))
        }
        return lines
    }

    private func widths(of slots: [BoardLayout.Slot], columns: Int) -> Widths {
        let number = "\(slots.count)".count
        let label = slots.map(\.pin.label.count).max() ?? 0
        let function = slots.map { $0.functions.first?.count ?? 0 }.max() ?? 0
        // Between the four parts and the arrow stands a blank each; between two columns, a line.
        let side = columns == 2 ? (Self.columnsMax - 3) / 2 : Self.columnsMax
        let longest = slots.map { name(of: $0).count }.max() ?? 0
        let room = side - number - label - function - 5
        return Widths(
            number: number, label: label, function: function,
            point: max(0, min(longest, min(room, Self.pointColumnsMax))))
    }

    private func name(of slot: BoardLayout.Slot) -> String {
        switch slot.points.count {
        case 0: ""
        case 1: Output.safe(slot.points[0].point)
        default: "\(slot.points.count) points"
        }
    }

    private func text(of slot: BoardLayout.Slot, _ side: Side, _ widths: Widths) -> String {
        var name = name(of: slot)
        if name.count > widths.point { name = name.prefix(widths.point - 1) + "…" }
        let parts = [
            (name, widths.point, slot.conflict == nil ? Style.bold : .red),
            (arrow(of: slot, side), 1, slot.conflict == nil ? .bold : .red),
            (slot.functions.first ?? "", widths.function, .cyan),
            (slot.pin.label, widths.label, Style(slot.pin.kind)),
            ("\(slot.pin.number)", widths.number, .plain),
        ]
        // Numbers stand at the middle, right-aligned on both sides of it.
        let cells = parts.enumerated().map { index, part in
            let blanks = String(repeating: " ", count: max(0, part.1 - part.0.count))
            let text = isColored ? part.2.wrap(part.0) : part.0
            return side == .left || index == 4 ? blanks + text : text + blanks
        }
        return (side == .left ? cells : cells.reversed()).joined(separator: " ")
    }

    /// The way the signal goes: from the pin for an input, to it for an output.
    private func arrow(of slot: BoardLayout.Slot, _ side: Side) -> String {
        guard let point = slot.points.first else { return "" }
        if slot.conflict != nil { return "!" }
        return point.isOutput == (side == .left) ? "→" : "←"
    }

    /// The points of a pin in full, and what is wrong with them.
    private func notes(of slot: BoardLayout.Slot) -> [String] {
        let pin = "\(slot.pin.header) pin \(slot.pin.number), \(slot.pin.label)"
        let points = slot.points.flatMap { point in
            Self.wrapped(
                "  \(pin): \(Output.safe(point.point)) (\(point.isOutput ? "output" : "input"))")
        }
        guard let conflict = slot.conflict else { return points }
        return points
            + Self.wrapped("! \(pin): \(Output.safe(conflict))").map {
                isColored ? Style.red.wrap($0) : $0
            }
    }

    /// Lines of a text that is broken at blanks, the second and further ones indented.
    static func wrapped(_ text: String) -> [String] {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        var lines = [String(words.first ?? "")]
        for word in words.dropFirst() {
            let line = lines[lines.count - 1]
            if line.count + 1 + word.count > columnsMax {
                lines.append("      \(word)")
            } else {
                lines[lines.count - 1] = "\(line) \(word)"
            }
        }
        return lines
    }

    private static func trimmed(_ text: String) -> String {
        String(text.reversed().drop { $0 == " " }.reversed())
    }
}
