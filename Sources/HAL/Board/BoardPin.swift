// SPDX-License-Identifier: Apache-2.0

/// A pin of a header.
public struct BoardPin: Hashable, Sendable {
    /// What a pin is for.
    public enum Kind: String, Sendable {
        /// Ground.
        case ground
        /// A supply voltage.
        case power
        /// A GPIO line.
        case line
        /// Anything else: a reset, an analogue input, not connected.
        case other
    }

    /// The header's name.
    public let header: String
    /// The number printed beside it, the first being 1.
    public let number: Int
    /// What it carries: a line's label, `3V3`, `GND`.
    public let label: String
    /// What it is for.
    public let kind: Kind

    /// Labels of ground pins.
    static let grounds: Set<String> = ["GND", "AGND"]
    /// Labels of supply pins.
    static let supplies: Set<String> = ["1V8", "3V3", "5V", "12V"]
}
