// SPDX-License-Identifier: Apache-2.0

/// Finds the line of every key of a TOML text that is known to be well formed.
///
/// Paths read `device[0].point[2].unit`. Anything it does not understand it skips: the price is a
/// message that names the line of the enclosing table.
struct TOMLLocator {
    private let text: [UInt8]
    private var position = 0
    private var line = 1
    private var lines: [String: Int] = [:]
    /// How many elements each array of tables has so far, by its path.
    private var counts: [String: Int] = [:]

    /// The line of every key and array element, by path.
    static func lines(of text: String) -> [String: Int] {
        var locator = TOMLLocator(text: Array(text.utf8))
        locator.scan()
        return locator.lines
    }

    /// The path of `key` in the table at `parent`.
    static func path(_ parent: String, _ key: String) -> String {
        parent.isEmpty ? key : "\(parent).\(key)"
    }

    private init(text: [UInt8]) { self.text = text }

    private var current: UInt8? { position < text.count ? text[position] : nil }

    private mutating func advance() {
        if current == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private mutating func skip(_ isSkipped: (UInt8) -> Bool) {
        while let byte = current, isSkipped(byte) { advance() }
    }

    private mutating func skipBlank() {
        while let byte = current {
            if byte == UInt8(ascii: "#") {
                skip { $0 != UInt8(ascii: "\n") }
            } else if byte == 32 || byte == 9 || byte == 10 || byte == 13 {
                advance()
            } else {
                return
            }
        }
    }

    private mutating func scan() {
        var table = ""
        while true {
            skipBlank()
            guard let byte = current else { return }
            if byte == UInt8(ascii: "[") {
                table = header()
            } else {
                pair(in: table)
            }
        }
    }

    /// Reads `[a.b]` or `[[a.b]]`: the path of the table that it opens.
    private mutating func header() -> String {
        let start = line
        advance()
        let isElement = current == UInt8(ascii: "[")
        if isElement { advance() }
        let keys = dottedKeys()
        skip { $0 == UInt8(ascii: "]") }
        var path = ""
        for (index, key) in keys.enumerated() {
            path = Self.path(path, key)
            if isElement && index == keys.count - 1 {
                let count = counts[path, default: 0]
                counts[path] = count + 1
                path += "[\(count)]"
            } else if let count = counts[path] {
                path += "[\(count - 1)]"
            }
        }
        lines[path] = start
        return path
    }

    /// Reads `key = value` of the table at `table`.
    private mutating func pair(in table: String) {
        let start = line
        let before = position
        var path = table
        for key in dottedKeys() {
            path = Self.path(path, key)
            if lines[path] == nil { lines[path] = start }
        }
        skip { $0 == 32 || $0 == 9 }
        if current == UInt8(ascii: "=") {
            advance()
            value(path)
        }
        if position == before { advance() }
    }

    private mutating func dottedKeys() -> [String] {
        var keys: [String] = []
        while true {
            skip { $0 == 32 || $0 == 9 }
            guard let byte = current else { return keys }
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                let start = position + 1
                string()
                keys.append(String(decoding: text[start..<max(start, position - 1)], as: UTF8.self))
            } else {
                let start = position
                skip { !Array(" \t.=]\n#".utf8).contains($0) }
                guard position > start else { return keys }
                keys.append(String(decoding: text[start..<position], as: UTF8.self))
            }
            skip { $0 == 32 || $0 == 9 }
            guard current == UInt8(ascii: ".") else { return keys }
            advance()
        }
    }

    private mutating func value(_ path: String) {
        skip { $0 == 32 || $0 == 9 }
        switch current {
        case UInt8(ascii: "["): array(path)
        case UInt8(ascii: "{"): inlineTable(path)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): string()
        default: skip { !Array(",]}\n#".utf8).contains($0) }
        }
    }

    private mutating func array(_ path: String) {
        advance()
        var count = 0
        while true {
            skipBlank()
            guard let byte = current else { return }
            if byte == UInt8(ascii: "]") { return advance() }
            if byte == UInt8(ascii: ",") {
                advance()
                continue
            }
            lines["\(path)[\(count)]"] = line
            let before = position
            value("\(path)[\(count)]")
            if position == before { advance() }
            count += 1
        }
    }

    private mutating func inlineTable(_ path: String) {
        advance()
        while true {
            skipBlank()
            guard let byte = current else { return }
            if byte == UInt8(ascii: "}") { return advance() }
            if byte == UInt8(ascii: ",") {
                advance()
                continue
            }
            pair(in: path)
        }
    }

    /// Skips a string of any of TOML's four kinds.
    private mutating func string() {
        guard let quote = current else { return }
        let isMultiline =
            position + 2 < text.count && text[position + 1] == quote && text[position + 2] == quote
        for _ in 0..<(isMultiline ? 3 : 1) { advance() }
        while let byte = current {
            if byte == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"") {
                advance()
                advance()
            } else if byte == quote {
                guard isMultiline else { return advance() }
                let run = text[position...].prefix { $0 == quote }.count
                for _ in 0..<run { advance() }
                if run >= 3 { return }
            } else {
                advance()
            }
        }
    }
}
