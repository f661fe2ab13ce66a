// SPDX-License-Identifier: Apache-2.0

/// Words that Swift code of ours does not contain.
enum WordRules {
    /// Ways to end the process where an error should be thrown.
    static let traps: Set<String> = ["fatalError", "preconditionFailure", "abort"]
    /// Ways to write where only a program may.
    static let prints: Set<String> = ["print", "debugPrint", "dump", "puts", "printf"]

    /// `try!` and `as!`; the formatter's rules refuse the force unwrap.
    static func force(_ file: SourceFile) -> [Finding] {
        matches(file) { words, index in
            guard ["try", "as"].contains(words[index].text), index + 1 < words.count,
                words[index + 1].text == "!", !words[index + 1].isSpaced
            else { return nil }
            return "\(words[index].text)!"
        }
    }

    /// Traps in library code and programs alike.
    static func trap(_ file: SourceFile) -> [Finding] {
        guard file.module != nil else { return [] }
        return matches(file) { isCall($0, $1, of: traps) ? "\($0[$1].text)()" : nil }
    }

    /// Printing outside programs.
    static func printing(_ file: SourceFile) -> [Finding] {
        guard let module = file.module, !ImportTable.executables.contains(module) else { return [] }
        return matches(file) { isCall($0, $1, of: prints) ? "\($0[$1].text)()" : nil }
    }

    /// Full Foundation, under any of its names.
    static func foundation(_ file: SourceFile) -> [Finding] {
        guard file.language == .swift, file.module != nil else { return [] }
        let names: Set<String> = [
            "Foundation", "FoundationNetworking", "FoundationXML", "FoundationInternationalization",
        ]
        return ImportScanner.imports(in: file).filter { names.contains($0.module) }
            .map { Finding(file.path, $0.line, "import \($0.module)") }
    }

    /// Concurrency checks switched off without a comment on the line before that says what guards it.
    static func unchecked(_ file: SourceFile) -> [Finding] {
        let lines = file.lines
        return matches(file) { words, index in
            let isUnchecked =
                words[index].text == "unchecked" && index > 0 && words[index - 1].text == "@"
            let isUnsafe =
                words[index].text == "nonisolated" && index + 2 < words.count
                && words[index + 2].text == "unsafe"
            guard isUnchecked || isUnsafe else { return nil }
            let before = words[index].line - 2
            let comment = before >= 0 ? lines[before].drop { $0 == " " } : ""
            return comment.hasPrefix("//")
                ? nil : "\(words[index].text) without a comment before it"
        }
    }

    /// Whether the word at `index` is a call of one of `names`: not a member, not a declaration.
    private static func isCall(_ words: [Word], _ index: Int, of names: Set<String>) -> Bool {
        guard names.contains(words[index].text), index + 1 < words.count,
            words[index + 1].text == "("
        else { return false }
        guard index > 0 else { return true }
        if words[index - 1].text == "." {
            return index > 1 && ["Swift", "Glibc"].contains(words[index - 2].text)
        }
        return words[index - 1].text != "func"
    }

    private static func matches(
        _ file: SourceFile, _ problem: ([Word], Int) -> String?
    ) -> [Finding] {
        guard file.language == .swift else { return [] }
        let words = file.words
        return words.indices.compactMap { index in
            problem(words, index).map { Finding(file.path, words[index].line, $0) }
        }
    }
}
