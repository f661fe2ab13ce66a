// SPDX-License-Identifier: Apache-2.0

/// A function with a body, and how long it is.
struct FunctionSpan: Equatable {
    /// Its name; `init`, `deinit` and `subscript` stand for themselves.
    let name: String
    /// The line of its keyword, from 1.
    let line: Int
    /// Lines from its keyword to the end of its body.
    let lineCount: Int
}

/// Finds functions by their braces, or by indentation where the language has none.
///
/// What it does not see: closures outside functions, C functions whose head is a macro, a shell
/// function that does not read `name() {` … `}` at one indentation.
enum FunctionScanner {
    /// The functions of a file, in the order in which they begin.
    static func functions(in file: SourceFile) -> [FunctionSpan] {
        switch file.language {
        case .swift: swift(file)
        case .c: c(file)
        case .python, .vyper: indented(file)
        case .shell: shell(file)
        case .other: []
        }
    }

    private static func swift(_ file: SourceFile) -> [FunctionSpan] {
        let words = file.words
        return words.indices.compactMap { index -> FunctionSpan? in
            guard let name = declaredName(words, index),
                let opening = bodyStart(
                    words, after: index, isVariable: words[index].text == "var"),
                let closing = Word.closing(words, opening)
            else { return nil }
            let count = words[closing].line - words[index].line + 1
            return FunctionSpan(name: name, line: words[index].line, lineCount: count)
        }
    }

    /// The name of the function or computed property whose keyword is at `index`.
    private static func declaredName(_ words: [Word], _ index: Int) -> String? {
        guard index + 1 < words.count, index == 0 || words[index - 1].text != "." else {
            return nil
        }
        let next = words[index + 1].text
        switch words[index].text {
        case "func", "var": return next
        case "init": return ["(", "?", "!", "<"].contains(next) ? "init" : nil
        case "deinit": return next == "{" ? "deinit" : nil
        case "subscript": return ["(", "<"].contains(next) ? "subscript" : nil
        default: return nil
        }
    }

    /// Words that begin another declaration: the one before them has no body.
    private static let declarations: Set<String> = [
        "func", "var", "let", "init", "deinit", "subscript", "case", "associatedtype", "struct",
        "enum", "extension", "import", "typealias", "return", "if", "for", "while", "guard",
    ]

    private static func bodyStart(_ words: [Word], after keyword: Int, isVariable: Bool) -> Int? {
        var depth = 0
        var index = keyword + 2
        if words[keyword].text.hasSuffix("init") || words[keyword].text == "subscript" {
            index -= 1
        }
        while index < words.count {
            switch words[index].text {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{" where depth == 0: return index
            case "}" where depth == 0: return nil
            case "=" where isVariable && depth == 0: return nil
            case let text where depth == 0 && declarations.contains(text): return nil
            default: break
            }
            if depth < 0 { return nil }
            index += 1
        }
        return nil
    }

    /// A brace after a parenthesis, in no other function, is a function's.
    private static func c(_ file: SourceFile) -> [FunctionSpan] {
        let words = file.words
        let qualifiers: Set<String> = ["const", "noexcept", "override", "final"]
        var spans: [FunctionSpan] = []
        var index = 0
        while index < words.count {
            defer { index += 1 }
            guard words[index].text == "{",
                let end = words[..<index].lastIndex(where: { !qualifiers.contains($0.text) }),
                words[end].text == ")",
                let opening = Word.opening(words, end), opening > 0,
                let closing = Word.closing(words, index)
            else { continue }
            let head = words[opening - 1]
            let count = words[closing].line - head.line + 1
            spans.append(FunctionSpan(name: head.text, line: head.line, lineCount: count))
            index = closing
        }
        return spans
    }

    private static func indented(_ file: SourceFile) -> [FunctionSpan] {
        var open: [(name: String, indent: Int, line: Int, last: Int)] = []
        var spans: [FunctionSpan] = []
        var depth = 0
        for (index, line) in (file.codeLines + ["end"]).enumerated() {
            let code = line.drop { $0 == " " }
            guard !code.allSatisfy({ $0 == " " }) else { continue }
            let indent = line.count - code.count
            if depth == 0 {
                while let function = open.last, indent <= function.indent {
                    let count = function.last - function.line + 1
                    spans.append(
                        FunctionSpan(name: function.name, line: function.line, lineCount: count))
                    open.removeLast()
                }
                let words = code.split(whereSeparator: { " (:".contains($0) })
                if let at = words.firstIndex(of: "def"), at <= 1, at + 1 < words.count {
                    open.append((String(words[at + 1]), indent, index + 1, index + 1))
                }
            }
            for at in open.indices { open[at].last = index + 1 }
            depth += code.count { "([{".contains($0) } - code.count { ")]}".contains($0) }
        }
        return spans.sorted { $0.line < $1.line }
    }

    private static func shell(_ file: SourceFile) -> [FunctionSpan] {
        let lines = file.lines
        return lines.indices.compactMap { start -> FunctionSpan? in
            let parts = lines[start].split(separator: "()", maxSplits: 1)
            guard parts.count == 2, parts[1].hasPrefix(" {"),
                parts[0].allSatisfy({ $0.isLetter || $0.isNumber || "_- ".contains($0) })
            else { return nil }
            let name = parts[0].drop { $0 == " " }
            let end = String(repeating: " ", count: parts[0].count - name.count) + "}"
            let isOneLine = lines[start].hasSuffix("}")
            guard let last = isOneLine ? start : lines[start...].firstIndex(of: end) else {
                return nil
            }
            return FunctionSpan(name: String(name), line: start + 1, lineCount: last - start + 1)
        }
    }
}
