// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not a JSON text.
public struct JSONError: Error, Equatable, Sendable {
    /// The rule that is broken.
    public let rule: Rule
    /// The byte at which it is.
    public let offset: Int

    /// A broken rule at a byte.
    public init(rule: Rule, offset: Int) {
        self.rule = rule
        self.offset = offset
    }

    /// Every rule.
    public enum Rule: String, CaseIterable, Sendable {
        /// The text ends within a value.
        case truncated
        /// Something else stands where a value, a comma, a colon or an end should.
        case unexpected
        /// Something follows the value.
        case trailing
        /// A number in a form that RFC 8259 does not have.
        case number
        /// An escape that is none, or half of a pair.
        case escape
        /// A control character in a string, or bytes that are not UTF-8.
        case character
        /// A member's name occurs twice.
        case duplicateName = "duplicate-name"
        /// Too long, too deep, or too many values.
        case limit
    }
}

extension JSONError: CustomStringConvertible {
    /// Rule and place.
    public var description: String { "JSON \(rule.rawValue), byte \(offset)" }
}
