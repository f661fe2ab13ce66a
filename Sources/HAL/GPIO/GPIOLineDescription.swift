// SPDX-License-Identifier: Apache-2.0

/// What the kernel says of a line.
public struct GPIOLineDescription: Hashable, Sendable {
    /// Its name; empty for none.
    public let name: String
    /// Who has it; empty for nobody, or somebody who gave no name.
    public let consumer: String
    /// Whether somebody has it.
    public let isUsed: Bool
    /// Whether it is an output at present.
    public let isOutput: Bool

    /// A line of that description.
    public init(name: String, consumer: String = "", isUsed: Bool = false, isOutput: Bool = false) {
        self.name = name
        self.consumer = consumer
        self.isUsed = isUsed
        self.isOutput = isOutput
    }
}
