// SPDX-License-Identifier: Apache-2.0

/// One import declaration.
struct Import: Equatable {
    /// The module, without a submodule or declaration.
    let module: String
    /// The access level in front of it, empty if there is none.
    let access: String
    /// Its line, from 1.
    let line: Int
}

/// Finds the imports of Swift source.
enum ImportScanner {
    private static let levels: Set<String> = [
        "public", "package", "internal", "fileprivate", "private",
    ]
    private static let kinds: Set<String> = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
    ]

    /// The imports of a file in their order, those in `#if` branches included.
    static func imports(in file: SourceFile) -> [Import] {
        file.codeLines.enumerated().compactMap { index, line -> Import? in
            var words = line.split { " \t;".contains($0) }.map(String.init)[...]
            var access = ""
            while let word = words.first, word.hasPrefix("@") || levels.contains(word) {
                if levels.contains(word) { access = word }
                words.removeFirst()
            }
            guard words.popFirst() == "import" else { return nil }
            if let word = words.first, kinds.contains(word) { words.removeFirst() }
            guard let module = words.first?.split(separator: ".").first else { return nil }
            return Import(module: String(module), access: access, line: index + 1)
        }
    }
}
