// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not one item of deterministic CBOR (RFC 8949 §4.2.1).
public struct CBORError: Error, Equatable, Sendable {
    /// The rule that is broken.
    public let rule: Rule
    /// The offset of the first byte of the item that breaks it.
    public let offset: Int

    /// A broken rule at an offset.
    public init(_ rule: Rule, at offset: Int) {
        self.rule = rule
        self.offset = offset
    }

    /// The rules; the raw value is the word for it in every surface.
    public enum Rule: String, Sendable, CaseIterable {
        /// The input has more bytes than the limit.
        case inputTooLarge = "input-too-large"
        /// The input ends where an item or the rest of its head should be.
        case truncated = "truncated"
        /// A string, array or map claims more than the input still holds.
        case lengthBeyondEnd = "length-beyond-end"
        /// Bytes follow the item.
        case trailingBytes = "trailing-bytes"
        /// Additional information 28, 29 or 30, which no item has.
        case reservedHead = "reserved-head"
        /// A string, array or map of indefinite length.
        case indefiniteLength = "indefinite-length"
        /// A break code where an item should be.
        case unexpectedBreak = "unexpected-break"
        /// An integer, length or tag number that a shorter head would hold, or a bignum that a
        /// plain integer or fewer bytes would hold.
        case notShortestInteger = "not-shortest-integer"
        /// A floating-point number that a shorter width would hold.
        case notShortestFloat = "not-shortest-float"
        /// A NaN that is not the half-precision one, f97e00.
        case notCanonicalNaN = "not-canonical-nan"
        /// A simple value below 32 in two bytes.
        case reservedSimple = "reserved-simple"
        /// A text string that is not UTF-8.
        case notUTF8 = "not-utf8"
        /// A key of a map that sorts before the key it follows.
        case keysNotSorted = "keys-not-sorted"
        /// A key that its map already has.
        case duplicateKey = "duplicate-key"
        /// Items nested deeper than the limit.
        case tooDeep = "too-deep"
        /// More items than the limit.
        case tooManyItems = "too-many-items"
    }
}
