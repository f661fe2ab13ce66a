// SPDX-License-Identifier: Apache-2.0

/// Reads JSON (RFC 8259) from somebody who is not trusted: strictly, and at a bounded cost.
///
/// FoundationEssentials reads JSON too, for three megabytes of memory more on every board.
public struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var offset = 0
    private var valuesLeft = JSONLimits.valuesMax

    /// The value of a JSON text.
    ///
    /// - Parameters:
    ///   - text: UTF-8.
    ///   - bytesMax: how long it may be.
    /// - Returns: the one value.
    /// - Throws: `JSONError`.
    public static func read(
        _ text: [UInt8], bytesMax: Int = JSONLimits.bytesMax
    ) throws(JSONError) -> JSONValue {
        guard text.count <= bytesMax else { throw JSONError(rule: .limit, offset: bytesMax) }
        let result = text.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(bytes: buffer)
            return Result { () throws(JSONError) in try reader.text() }
        }
        return try result.get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private mutating func text() throws(JSONError) -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard offset == bytes.count else { throw error(.trailing) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        skipSpace()
        guard depth < JSONLimits.depthMax, valuesLeft > 0 else { throw error(.limit) }
        valuesLeft -= 1
        switch peek {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case .some: return .number(try number())
        case nil: throw error(.truncated)
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        offset += 1
        guard !take("}") else { return members }
        repeat {
            skipSpace()
            let place = offset
            guard peek == UInt8(ascii: "\"") else { throw error(.unexpected) }
            let name = try string()
            guard take(":") else { throw error(.unexpected) }
            let member = try value(depth: depth + 1)
            guard members.updateValue(member, forKey: name) == nil else {
                throw JSONError(rule: .duplicateName, offset: place)
            }
        } while take(",")
        guard take("}") else { throw error(.unexpected) }
        return members
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        var elements: [JSONValue] = []
        offset += 1
        guard !take("]") else { return elements }
        repeat {
            elements.append(try value(depth: depth + 1))
        } while take(",")
        guard take("]") else { throw error(.unexpected) }
        return elements
    }

    private mutating func word(
        _ word: StaticString, _ value: JSONValue
    ) throws(JSONError) -> JSONValue {
        let matches = word.withUTF8Buffer { word in
            bytes.count - offset >= word.count
                && bytes[offset..<offset + word.count].elementsEqual(word)
        }
        guard matches else { throw error(.unexpected) }
        offset += word.utf8CodeUnitCount
        return value
    }

    private mutating func number() throws(JSONError) -> String {
        let start = offset
        _ = skip("-")
        let whole = skipDigits()
        guard whole > 0 else { throw JSONError(rule: .unexpected, offset: start) }
        guard whole == 1 || bytes[offset - whole] != UInt8(ascii: "0") else { throw error(.number) }
        if skip(".") {
            guard skipDigits() > 0 else { throw error(.number) }
        }
        if skip("e") || skip("E") {
            if !skip("-") { _ = skip("+") }
            guard skipDigits() > 0 else { throw error(.number) }
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func string() throws(JSONError) -> String {
        offset += 1
        var text: [UInt8] = []
        var start = offset
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                text.append(contentsOf: bytes[start..<offset])
                guard let result = String(validating: text, as: UTF8.self) else {
                    throw JSONError(rule: .character, offset: start)
                }
                offset += 1
                return result
            case UInt8(ascii: "\\"):
                text.append(contentsOf: bytes[start..<offset])
                text.append(contentsOf: String(try escape()).utf8)
                start = offset
            case 0..<0x20: throw error(.character)
            default: offset += 1
            }
        }
        throw error(.truncated)
    }

    private mutating func escape() throws(JSONError) -> Character {
        offset += 1
        guard let byte = peek else { throw error(.truncated) }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return Character(Unicode.Scalar(byte))
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return Character(try scalar())
        default: throw error(.escape)
        }
    }

    /// What four digits, or two times four that make a pair, mean.
    private mutating func scalar() throws(JSONError) -> Unicode.Scalar {
        let first = try unit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, skip("\\"), skip("u") else { throw error(.escape) }
        let second = try unit()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw error(.escape) }
        return scalar
    }

    private mutating func unit() throws(JSONError) -> UInt32 {
        guard bytes.count - offset >= 4 else { throw error(.truncated) }
        let digits = bytes[offset..<offset + 4]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error(.escape) }
        offset += 4
        return value
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private func error(_ rule: JSONError.Rule) -> JSONError {
        JSONError(rule: peek == nil && rule == .unexpected ? .truncated : rule, offset: offset)
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let byte = peek, UInt32(byte) == character.value else { return false }
        offset += 1
        return true
    }

    /// Skips a mark and the space before it, if it is next.
    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        skipSpace()
        return skip(mark)
    }

    private mutating func skipDigits() -> Int {
        let start = offset
        while let byte = peek, (0x30...0x39).contains(byte) { offset += 1 }
        return offset - start
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            offset += 1
        }
    }
}
