// SPDX-License-Identifier: Apache-2.0

/// A configured point that is a GPIO line.
public struct BoardPoint: Hashable, Sendable {
    /// The point's name.
    public let point: String
    /// The line as the configuration gives it: a label, kernel name or address.
    public let line: String
    /// Whether the line is driven rather than read.
    public let isOutput: Bool

    /// A point on a line.
    public init(point: String, line: String, isOutput: Bool) {
        self.point = point
        self.line = line
        self.isOutput = isOutput
    }
}
