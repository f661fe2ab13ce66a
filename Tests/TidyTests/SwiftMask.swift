// SPDX-License-Identifier: Apache-2.0

/// Blanks Swift's comments and strings: nested comments, raw and multi-line strings, interpolations.
struct SwiftMask {
    /// A place that the text is in; the innermost one is last.
    private enum Place {
        /// Code, inside that many parentheses since the place began.
        case code(parentheses: Int)
        /// A string or extended regex that ends at `end` and `hashes` times `#`.
        case string(end: String, hashes: Int)
    }

    private var text: MaskedText
    private var places: [Place] = []

    init(_ bytes: [UInt8]) { text = MaskedText(bytes) }

    /// The masked text.
    consuming func result() -> [UInt8] {
        while !text.isAtEnd {
            switch places.last ?? .code(parentheses: 0) {
            case .code(let parentheses): code(parentheses)
            case .string(let end, let hashes): string(end, hashes)
            }
        }
        return text.result
    }

    /// Bytes that can begin or end something that is not code; every other byte is kept unseen.
    private static let marks = Set("/#\"()".utf8)

    private mutating func code(_ parentheses: Int) {
        guard let byte = text.current, Self.marks.contains(byte) else { return text.keep() }
        if text.starts(with: "//") { return text.blankLine() }
        if text.starts(with: "/*") { return comment() }
        let hashes = text.hashes
        for end in ["\"\"\"", "\"", "/"] where text.starts(withHashes: hashes, then: end) {
            if end == "/", hashes == 0 { continue }
            text.blank(hashes + end.utf8.count)
            return places.append(.string(end: end, hashes: hashes))
        }
        if places.isEmpty { return text.keep() }
        switch text.current {
        case UInt8(ascii: "("):
            places[places.count - 1] = .code(parentheses: parentheses + 1)
            text.keep()
        case UInt8(ascii: ")") where parentheses == 0:
            places.removeLast()
            text.blank(1)
        case UInt8(ascii: ")"):
            places[places.count - 1] = .code(parentheses: parentheses - 1)
            text.keep()
        default: text.keep()
        }
    }

    private mutating func comment() {
        var depth = 0
        repeat {
            if text.starts(with: "/*") {
                depth += 1
                text.blank(2)
            } else if text.starts(with: "*/") {
                depth -= 1
                text.blank(2)
            } else {
                text.blank(1)
            }
        } while depth > 0 && !text.isAtEnd
    }

    private mutating func string(_ end: String, _ hashes: Int) {
        let closing = end + String(repeating: "#", count: hashes)
        if text.starts(with: closing) {
            text.blank(closing.utf8.count)
            places.removeLast()
        } else if text.current == newline, end == "\"" {
            // Broken source; the compiler says so better.
            places.removeLast()
        } else if text.current == UInt8(ascii: "\\") {
            escape(hashes, interpolates: end != "/")
        } else {
            text.blank(1)
        }
    }

    private mutating func escape(_ hashes: Int, interpolates: Bool) {
        text.blank(1)
        guard text.starts(withHashes: interpolates ? hashes : 0, then: "") else { return }
        if interpolates, text.starts(withHashes: hashes, then: "(") {
            text.blank(hashes + 1)
            places.append(.code(parentheses: 0))
        } else {
            text.blank(interpolates ? hashes + 1 : 1)
        }
    }
}
