// SPDX-License-Identifier: Apache-2.0

/// Blanks comments and strings out of source text, so that what remains is code.
///
/// Line ends stay where they are, every other masked byte becomes a space. Code inside a Swift
/// interpolation stays. Not understood: Swift's bare regex literals (`/…/`; extended ones are),
/// Python's replacement fields in f-strings (masked whole), and shell, which is returned as it is.
struct CodeMask {
    /// The text of that language, masked.
    static func mask(_ bytes: [UInt8], _ language: Language) -> [UInt8] {
        switch language {
        case .swift: SwiftMask(bytes).result()
        case .c: mask(bytes, comment: "//", quotes: ["\"", "'"])
        case .python, .vyper: mask(bytes, comment: "#", quotes: ["\"\"\"", "'''", "\"", "'"])
        case .shell, .other: bytes
        }
    }

    /// Masks a language whose strings end at their opening quote's like and nest nothing.
    private static func mask(_ bytes: [UInt8], comment: String, quotes: [String]) -> [UInt8] {
        var text = MaskedText(bytes)
        while !text.isAtEnd {
            if text.starts(with: comment) {
                text.blankLine()
            } else if comment == "//", text.starts(with: "/*") {
                text.blank(2)
                while !text.isAtEnd, !text.starts(with: "*/") { text.blank(1) }
                text.blank(2)
            } else if let quote = quotes.first(where: { text.starts(with: $0) }) {
                text.blankString(until: quote)
            } else {
                text.keep()
            }
        }
        return text.result
    }
}
