// SPDX-License-Identifier: Apache-2.0

/// One file of the project.
struct SourceFile: Sendable {
    /// Its path from the root, `/` between parts.
    let path: String
    /// Its content.
    let bytes: [UInt8]
    /// What it is written in.
    let language: Language
    /// Its content with comments and strings blanked out.
    let code: [UInt8]
    /// The words of its code; none of a file that is in no language with rules.
    let words: [Word]

    init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
        language = Language(path: path, bytes: bytes)
        code = CodeMask.mask(bytes, language)
        words = language == .other ? [] : Word.words(of: code)
    }

    /// A sample for a rule's own test.
    init(_ path: String, _ text: String) {
        self.init(path: path, bytes: Array(text.utf8))
    }

    /// The last part of the path.
    var name: String { String(path.split(separator: "/").last ?? "") }

    /// The module whose folder it lies in, if it is one of `Sources/…`.
    var module: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }

    /// The content, line by line, without the line ends.
    var lines: [String] { Self.lines(of: bytes) }

    /// The content with comments and strings blanked out, line by line.
    var codeLines: [String] { Self.lines(of: code) }

    /// How many lines the file has.
    var lineCount: Int {
        bytes.count { $0 == newline } + (bytes.last == newline || bytes.isEmpty ? 0 : 1)
    }

    private static func lines(of bytes: [UInt8]) -> [String] {
        bytes.split(separator: newline, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}

/// The byte that ends a line.
let newline = UInt8(ascii: "\n")
