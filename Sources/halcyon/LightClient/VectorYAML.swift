// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// Reads the part of YAML 1.2 that consensus test vectors are written in: mappings and sequences in block and flow style, plain
/// scalars and those in single quotes, comments.
///
/// Scalars become texts, whatever they look like, and `null` becomes null. Anything else of YAML is refused.
struct VectorYAML {
    private let text: [UInt8]
    private var offset = 0
    private var valuesLeft = ReplayLimits.yamlValuesMax

    /// The value of a text.
    ///
    /// - Throws: `ReplayError` of rule `yaml`, with the line as place.
    static func read(_ text: [UInt8]) throws(ReplayError) -> JSONValue {
        guard text.count <= ReplayLimits.textBytesMax else {
            throw ReplayError(.yaml, "\(text.count) bytes")
        }
        var reader = VectorYAML(text: text)
        try reader.skipToContent()
        guard !reader.isAtEnd else { return .null }
        let value = try reader.block(column: reader.column, depth: 0)
        try reader.skipToContent()
        guard reader.isAtEnd else { throw reader.error("something follows the value") }
        return value
    }

    private init(text: [UInt8]) {
        self.text = text
    }

    // MARK: Block style

    /// The value that begins here; its lines begin at `column`.
    private mutating func block(column: Int, depth: Int) throws(ReplayError) -> JSONValue {
        try enter(depth)
        if isAtDash { return try sequence(column: column, depth: depth) }
        if peek == UInt8(ascii: "{") || peek == UInt8(ascii: "[") {
            let value = try flow(depth: depth)
            try endLine()
            return value
        }
        let first = try scalar(isKey: true)
        guard take(":") else {
            try endLine()
            return first
        }
        return try mapping(column: column, first, depth: depth)
    }

    private mutating func sequence(column: Int, depth: Int) throws(ReplayError) -> JSONValue {
        var elements: [JSONValue] = []
        while !isAtEnd, self.column == column, isAtDash {
            offset += 1
            elements.append(try member(beyond: column, allowsDash: false, depth: depth))
            try skipToContent()
        }
        return .array(elements)
    }

    private mutating func mapping(
        column: Int, _ first: JSONValue, depth: Int
    ) throws(ReplayError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        var key = first
        while true {
            let name = key.string ?? "null"
            let value = try member(beyond: column, allowsDash: true, depth: depth)
            guard members.updateValue(value, forKey: name) == nil else {
                throw error("\(name) occurs twice")
            }
            try skipToContent()
            guard !isAtEnd, self.column == column, !isAtDash else { return .object(members) }
            key = try scalar(isKey: true)
            guard take(":") else { throw error("a key without a colon") }
        }
    }

    /// What follows a dash or a colon: on the same line, or on the next ones further to the right.
    private mutating func member(
        beyond column: Int, allowsDash: Bool, depth: Int
    ) throws(ReplayError) -> JSONValue {
        guard peek == nil || peek == 0x20 || peek == 0x0A else { throw error("no space") }
        let line = offset
        try skipToContent()
        let isSameLine = !text[line..<offset].contains(0x0A)
        // The elements of a sequence may stand right below the key that they belong to.
        let isInside = self.column > column || (allowsDash && self.column == column && isAtDash)
        guard !isAtEnd, isInside else { return .null }
        if isSameLine, allowsDash {
            let value = try flowOrScalar(depth: depth + 1)
            try endLine()
            return value
        }
        return try block(column: self.column, depth: depth + 1)
    }

    // MARK: Flow style

    private mutating func flowOrScalar(depth: Int) throws(ReplayError) -> JSONValue {
        if peek == UInt8(ascii: "{") || peek == UInt8(ascii: "[") { return try flow(depth: depth) }
        try enter(depth)
        return try scalar(isKey: false)
    }

    private mutating func flow(depth: Int) throws(ReplayError) -> JSONValue {
        try enter(depth)
        let isObject = take("{")
        guard isObject || take("[") else { return try scalar(isKey: true, isFlow: true) }
        let end: Unicode.Scalar = isObject ? "}" : "]"
        var members: [String: JSONValue] = [:]
        var elements: [JSONValue] = []
        try skipToContent()
        while !take(end) {
            if isObject {
                let name = try scalar(isKey: true, isFlow: true).string ?? "null"
                try skipToContent()
                guard take(":") else { throw error("a key without a colon") }
                try skipToContent()
                let value = try flow(depth: depth + 1)
                guard members.updateValue(value, forKey: name) == nil else {
                    throw error("\(name) occurs twice")
                }
            } else {
                elements.append(try flow(depth: depth + 1))
            }
            try skipToContent()
            guard take(",") || peek == UInt8(end.value) else { throw error("no comma or end") }
            try skipToContent()
        }
        return isObject ? .object(members) : .array(elements)
    }

    // MARK: Scalars

    private mutating func scalar(
        isKey: Bool, isFlow: Bool = false
    ) throws(ReplayError) -> JSONValue {
        if take("'") { return .string(try quoted()) }
        guard let first = peek, !Self.reserved.contains(first) else {
            throw error("not a scalar that vectors have")
        }
        let start = offset
        while let byte = peek, byte != 0x0A {
            if isFlow, Self.flowMarks.contains(byte) { break }
            let next = offset + 1 < text.count ? text[offset + 1] : 0x0A
            if isKey, byte == UInt8(ascii: ":"), next == 0x20 || next == 0x0A { break }
            if byte == 0x20, next == UInt8(ascii: "#") { break }
            guard byte >= 0x20 else { throw error("a control character") }
            offset += 1
        }
        var bytes = text[start..<offset]
        while bytes.last == 0x20 { bytes.removeLast() }
        guard !bytes.isEmpty, let word = String(validating: bytes, as: UTF8.self) else {
            throw error("not UTF-8")
        }
        return word == "null" ? .null : .string(word)
    }

    /// What stands before the closing quote; two of them mean one.
    private mutating func quoted() throws(ReplayError) -> String {
        var bytes: [UInt8] = []
        while let byte = peek, byte >= 0x20 {
            offset += 1
            if byte == UInt8(ascii: "'"), !take("'") {
                guard let word = String(validating: bytes, as: UTF8.self) else { break }
                return word
            }
            bytes.append(byte)
        }
        throw error("a text without an end")
    }

    private static let reserved = Set("&*!|>%@`\"{}[],#?".utf8)
    private static let flowMarks = Set(",{}[]".utf8)

    // MARK: Places

    private var isAtEnd: Bool { offset == text.count }
    private var peek: UInt8? { offset < text.count ? text[offset] : nil }

    /// How many characters stand before this one on its line.
    private var column: Int {
        offset - (text[..<offset].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0)
    }

    private var isAtDash: Bool {
        guard peek == UInt8(ascii: "-") else { return false }
        let next = offset + 1 < text.count ? text[offset + 1] : 0x0A
        return next == 0x20 || next == 0x0A
    }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard let byte = peek, UInt32(byte) == mark.value else { return false }
        offset += 1
        return true
    }

    private mutating func enter(_ depth: Int) throws(ReplayError) {
        guard depth < ReplayLimits.yamlDepthMax, valuesLeft > 0 else {
            throw error("too deep or too long")
        }
        valuesLeft -= 1
    }

    /// Skips space, ends of lines and comments.
    private mutating func skipToContent() throws(ReplayError) {
        while let byte = peek {
            switch byte {
            case 0x20, 0x0A: offset += 1
            case UInt8(ascii: "#"): while let other = peek, other != 0x0A { offset += 1 }
            case 0x09, 0x0D: throw error("a tabulator or a carriage return")
            default: return
            }
        }
    }

    /// Skips what may stand behind a value on its line.
    private mutating func endLine() throws(ReplayError) {
        while take(" ") {}
        guard peek == nil || peek == 0x0A || peek == UInt8(ascii: "#") else {
            throw error("something follows a value")
        }
    }

    private func error(_ what: String) -> ReplayError {
        let line = text[..<offset].count { $0 == 0x0A } + 1
        return ReplayError(.yaml, "line \(line): \(what)")
    }
}
