// SPDX-License-Identifier: Apache-2.0

/// A text that is walked once, each byte kept or blanked.
struct MaskedText {
    private let bytes: [UInt8]
    private var position = 0
    /// What was walked over so far.
    private(set) var result: [UInt8] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        result.reserveCapacity(bytes.count)
    }

    var isAtEnd: Bool { position >= bytes.count }

    /// The byte at the position, `nil` at the end.
    var current: UInt8? { isAtEnd ? nil : bytes[position] }

    /// Whether the text continues with `word`.
    func starts(with word: String) -> Bool { bytes[position...].starts(with: word.utf8) }

    /// Whether the text continues with `word` after `count` times `#`.
    func starts(withHashes count: Int, then word: String) -> Bool {
        bytes[position...].starts(
            with: Array(repeating: UInt8(ascii: "#"), count: count) + word.utf8)
    }

    /// How many `#` the text continues with.
    var hashes: Int { bytes[position...].prefix { $0 == UInt8(ascii: "#") }.count }

    /// Walks over one byte that is code.
    mutating func keep() {
        result.append(bytes[position])
        position += 1
    }

    /// Walks over bytes that are not code.
    mutating func blank(_ count: Int) {
        for _ in 0..<count where !isAtEnd {
            result.append(bytes[position] == newline ? newline : UInt8(ascii: " "))
            position += 1
        }
    }

    /// Walks to the end of the line.
    mutating func blankLine() {
        while let byte = current, byte != newline { blank(1) }
    }

    /// Walks over a string with backslash escapes. A short quote's string ends with its line at the latest.
    mutating func blankString(until quote: String) {
        blank(quote.utf8.count)
        while let byte = current, !starts(with: quote) {
            if byte == newline, quote.utf8.count == 1 { return }
            blank(byte == UInt8(ascii: "\\") ? 2 : 1)
        }
        blank(quote.utf8.count)
    }
}
