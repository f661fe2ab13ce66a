// SPDX-License-Identifier: Apache-2.0

/// A word or a single mark of masked source text.
struct Word: Equatable {
    /// Letters, digits and underscores, or one other character.
    let text: String
    /// Its line, from 1.
    let line: Int
    /// Whether white space is between it and the word before.
    let isSpaced: Bool

    /// The words of a text.
    static func words(of bytes: [UInt8]) -> [Word] {
        var words: [Word] = []
        var line = 1
        var index = 0
        var isSpaced = true
        while index < bytes.count {
            let start = index
            index += 1
            if bytes[start] <= UInt8(ascii: " ") {
                if bytes[start] == newline { line += 1 }
                isSpaced = true
                continue
            }
            if isLetter(bytes[start]) {
                while index < bytes.count, isLetter(bytes[index]) { index += 1 }
            }
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            words.append(Word(text: text, line: line, isSpaced: isSpaced))
            isSpaced = false
        }
        return words
    }

    /// The index of the mark that closes the one at `opening`.
    static func closing(_ words: [Word], _ opening: Int) -> Int? {
        partner(words, opening, step: 1, plus: ["{", "(", "["], minus: ["}", ")", "]"])
    }

    /// The index of the mark that opens the one at `closing`.
    static func opening(_ words: [Word], _ closing: Int) -> Int? {
        partner(words, closing, step: -1, plus: ["}", ")", "]"], minus: ["{", "(", "["])
    }

    private static func partner(
        _ words: [Word], _ start: Int, step: Int, plus: Set<String>, minus: Set<String>
    ) -> Int? {
        var depth = 0
        var index = start
        while words.indices.contains(index) {
            if plus.contains(words[index].text) { depth += 1 }
            if minus.contains(words[index].text) { depth -= 1 }
            if depth == 0 { return index }
            index += step
        }
        return nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
