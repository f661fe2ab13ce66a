// SPDX-License-Identifier: Apache-2.0

/// A board's headers with what is configured at their pins.
public struct BoardLayout: Hashable, Sendable {
    /// A pin with what is there.
    public struct Slot: Hashable, Sendable {
        /// The pin.
        public let pin: BoardPin
        /// What it can be instead of input or output, the likeliest first.
        public let functions: [String]
        /// The points on it; more than one is a conflict.
        public let points: [BoardPoint]
        /// Why what is configured there can't all work; `nil` if it can.
        public let conflict: String?
    }

    /// The board.
    public let board: BoardDefinition
    /// The pins of each header, in the order of their numbers.
    public let headers: [[Slot]]
    /// Points on lines that are on no header.
    public let unplaced: [BoardPoint]

    /// Puts points on the pins of a board.
    ///
    /// - Parameters:
    ///   - board: the board.
    ///   - points: the configured points that are GPIO lines.
    ///   - uses: the interfaces in use.
    public init(board: BoardDefinition, points: [BoardPoint] = [], uses: [BoardUse] = []) {
        self.board = board
        var placed: [BoardPin: [BoardPoint]] = [:]
        var unplaced: [BoardPoint] = []
        for point in points {
            if let pin = board.pin(ofLine: point.line) {
                placed[pin, default: []].append(point)
            } else {
                unplaced.append(point)
            }
        }
        self.unplaced = unplaced
        headers = board.headers.map { header in
            header.pins.map { pin in
                let points = placed[pin] ?? []
                return Slot(
                    pin: pin, functions: pin.kind == .line ? board.functions(of: pin.label) : [],
                    points: points,
                    conflict: points.isEmpty
                        ? nil : Self.conflict(pin, points, board: board, uses: uses))
            }
        }
    }

    private static func conflict(
        _ pin: BoardPin, _ points: [BoardPoint], board: BoardDefinition, uses: [BoardUse]
    ) -> String? {
        if points.count > 1 {
            return "\(points.count) points are on one line: "
                + points.map(\.point).joined(separator: ", ")
        }
        for use in uses {
            if let function = use.interface.function(of: pin.label) {
                return "the pin is \(function), in use by \(use.user)"
            }
        }
        let wired = board.interfaces.first {
            $0.kind == .onboard && $0.function(of: pin.label) != nil
        }
        return wired.map { "the board itself uses the pin: \($0.name)" }
    }
}
