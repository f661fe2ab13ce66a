// SPDX-License-Identifier: Apache-2.0

/// What a machine's device tree says of the board.
public enum BoardDetection: Hashable, Sendable {
    /// It is that board, by its most specific string that any board claims.
    case found(BoardDefinition, by: String)
    /// There is a device tree, of a board that is not known.
    case unknown(compatible: [String])
    /// Several boards claim the most specific string that is claimed at all.
    case ambiguous(names: [String], by: String)
    /// There is no device tree: a PC, or a container that hides it.
    case noDeviceTree

    /// The board, if it was recognised.
    public var board: BoardDefinition? {
        if case .found(let board, _) = self { board } else { nil }
    }
}
