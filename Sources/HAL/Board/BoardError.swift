// SPDX-License-Identifier: Apache-2.0

/// A board's definition that breaks a rule.
public struct BoardError: Error, Hashable, Sendable {
    /// The rule that was broken.
    public let rule: Rule
    /// Which part of the definition breaks it.
    public let part: Part
    /// What is wrong, with the offending text.
    public let detail: String

    /// What a definition must keep to.
    public enum Rule: String, Sendable, CaseIterable {
        /// Two headers, or two interfaces of a kind, have the same name.
        case duplicateName = "duplicate-name"
        /// A header has not as many pins as its rows and columns say, too many or no such columns.
        case pinCount = "pin-count"
        /// A label is empty, or too long to be drawn.
        case labelLength = "label-length"
        /// Two pins carry the same line.
        case duplicatePin = "duplicate-pin"
        /// A pin's label is no line, power, ground or one of the header's `other`.
        case unknownLabel = "unknown-label"
        /// Two lines have the same label, kernel name or address.
        case duplicateLine = "duplicate-line"
        /// A line is on no header.
        case lineWithoutPin = "line-without-pin"
        /// An interface names a line that is on no pin.
        case unknownLine = "unknown-line"
        /// A device file's path does not begin with `/dev/`.
        case devicePath = "device-path"
        /// A string of `compatible` is empty or given twice.
        case compatible = "compatible"
    }

    /// A part of a definition.
    public enum Part: Hashable, Sendable {
        /// The board as a whole.
        case board
        /// The lines.
        case lines
        /// A header by its place in the list.
        case header(Int)
        /// An interface by its place in the list.
        case interface(Int)
    }

    /// A broken rule.
    public init(_ rule: Rule, _ part: Part, _ detail: String) {
        self.rule = rule
        self.part = part
        self.detail = detail
    }
}

extension BoardError: CustomStringConvertible {
    /// The rule and what breaks it.
    public var description: String { "\(rule.rawValue): \(detail)" }
}
