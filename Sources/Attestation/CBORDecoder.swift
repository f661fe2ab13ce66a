// SPDX-License-Identifier: Apache-2.0

/// Reads one item of deterministic CBOR (RFC 8949 §4.2.1) and refuses everything else.
///
/// Each valid input is the only encoding of its value. A claimed length is compared with the bytes
/// that are there before anything is allocated.
public struct CBORDecoder {
    private let bytes: [UInt8]
    private let depthMax: Int
    private let itemsMax: Int
    private var offset = 0
    private var items = 0

    /// The one item that `bytes` holds.
    ///
    /// - Parameters:
    ///   - bytes: the input, whole.
    ///   - bytesMax: the most bytes that the input may have.
    ///   - depthMax: how many arrays, maps and tags may be nested.
    ///   - itemsMax: how many items there may be in all.
    /// - Returns: the item.
    /// - Throws: `CBORError`, the first broken rule from the left.
    public static func decode(
        _ bytes: [UInt8], bytesMax: Int = AttestationLimits.attestationBytesMax,
        depthMax: Int = AttestationLimits.nestingDepthMax,
        itemsMax: Int = AttestationLimits.itemsMax
    ) throws(CBORError) -> CBORValue {
        guard bytes.count <= bytesMax else { throw CBORError(.inputTooLarge, at: 0) }
        var decoder = CBORDecoder(bytes: bytes, depthMax: depthMax, itemsMax: itemsMax)
        let value = try decoder.item(depth: 0)
        guard decoder.offset == bytes.count else {
            throw CBORError(.trailingBytes, at: decoder.offset)
        }
        return value
    }

    private init(bytes: [UInt8], depthMax: Int, itemsMax: Int) {
        self.bytes = bytes
        self.depthMax = depthMax
        self.itemsMax = itemsMax
    }

    /// A major type with its argument (§3).
    private struct Head {
        let start: Int
        let major: UInt8
        let information: UInt8
        let argument: UInt64
    }

    private mutating func item(depth: Int) throws(CBORError) -> CBORValue {
        let head = try self.head()
        items += 1
        guard items <= itemsMax else { throw CBORError(.tooManyItems, at: head.start) }
        guard depth <= depthMax else { throw CBORError(.tooDeep, at: head.start) }
        switch head.major {
        case 0: return .unsigned(head.argument)
        case 1: return .negative(head.argument)
        case 2: return .bytes(Array(try string(head)))
        case 3:
            guard let text = String(validating: try string(head), as: UTF8.self) else {
                throw CBORError(.notUTF8, at: head.start)
            }
            return .text(text)
        case 4: return try array(head, depth)
        case 5: return try map(head, depth)
        case 6: return try tagged(head, depth)
        default: return try simpleOrFloat(head)
        }
    }

    private mutating func head() throws(CBORError) -> Head {
        let start = offset
        guard start < bytes.count else { throw CBORError(.truncated, at: start) }
        let major = bytes[start] >> 5
        let information = bytes[start] & 0x1f
        offset += 1
        switch information {
        case 0..<24:
            return Head(
                start: start, major: major, information: information,
                argument: UInt64(information))
        case 24...27: break
        case 28...30: throw CBORError(.reservedHead, at: start)
        default:
            throw CBORError(Self.rule(ofIndefinite: major), at: start)
        }
        let width = 1 << Int(information - 24)
        guard bytes.count - offset >= width else { throw CBORError(.truncated, at: start) }
        var argument: UInt64 = 0
        for byte in bytes[offset..<offset + width] { argument = argument << 8 | UInt64(byte) }
        offset += width
        // What is the least argument that needs this width: 24, 2^8, 2^16, 2^32.
        let least: UInt64 = width == 1 ? 24 : 1 << UInt64(4 * width)
        guard major == 7 || argument >= least else {
            throw CBORError(.notShortestInteger, at: start)
        }
        return Head(start: start, major: major, information: information, argument: argument)
    }

    private static func rule(ofIndefinite major: UInt8) -> CBORError.Rule {
        switch major {
        case 2...5: .indefiniteLength
        case 7: .unexpectedBreak
        default: .reservedHead
        }
    }

    private mutating func string(_ head: Head) throws(CBORError) -> ArraySlice<UInt8> {
        guard head.argument <= UInt64(bytes.count - offset) else {
            throw CBORError(.lengthBeyondEnd, at: head.start)
        }
        defer { offset += Int(head.argument) }
        return bytes[offset..<offset + Int(head.argument)]
    }

    private mutating func array(_ head: Head, _ depth: Int) throws(CBORError) -> CBORValue {
        // An item has at least one byte, so a count above the rest of the input is false.
        guard head.argument <= UInt64(bytes.count - offset) else {
            throw CBORError(.lengthBeyondEnd, at: head.start)
        }
        var elements: [CBORValue] = []
        for _ in 0..<Int(head.argument) { elements.append(try item(depth: depth + 1)) }
        return .array(elements)
    }

    private mutating func map(_ head: Head, _ depth: Int) throws(CBORError) -> CBORValue {
        guard head.argument <= UInt64((bytes.count - offset) / 2) else {
            throw CBORError(.lengthBeyondEnd, at: head.start)
        }
        var entries: [CBORValue.Entry] = []
        var previous: ArraySlice<UInt8>?
        for _ in 0..<Int(head.argument) {
            let start = offset
            let key = try item(depth: depth + 1)
            let encoded = bytes[start..<offset]
            if let previous, !previous.lexicographicallyPrecedes(encoded) {
                let rule: CBORError.Rule = previous == encoded ? .duplicateKey : .keysNotSorted
                throw CBORError(rule, at: start)
            }
            previous = encoded
            entries.append(CBORValue.Entry(key, try item(depth: depth + 1)))
        }
        return .map(entries)
    }

    private mutating func tagged(_ head: Head, _ depth: Int) throws(CBORError) -> CBORValue {
        let item = try item(depth: depth + 1)
        // A bignum has no leading zeros and does not fit major types 0 and 1 (§3.4.3).
        if head.argument == 2 || head.argument == 3, case .bytes(let number) = item,
            number.count <= 8 || number.first == 0
        {
            throw CBORError(.notShortestInteger, at: head.start)
        }
        return .tag(head.argument, item)
    }

    private func simpleOrFloat(_ head: Head) throws(CBORError) -> CBORValue {
        switch head.information {
        case 20: return .boolean(false)
        case 21: return .boolean(true)
        case 22: return .null
        case 24:
            guard head.argument >= 32 else { throw CBORError(.reservedSimple, at: head.start) }
            return .simple(UInt8(truncatingIfNeeded: head.argument))
        case 25:
            let bits = UInt16(truncatingIfNeeded: head.argument)
            let value = CBORHalf.value(of: bits)
            guard !value.isNaN || bits == CBORHalf.nan else {
                throw CBORError(.notCanonicalNaN, at: head.start)
            }
            return .float(value)
        case 26:
            let value = Double(Float(bitPattern: UInt32(truncatingIfNeeded: head.argument)))
            guard !value.isNaN else { throw CBORError(.notCanonicalNaN, at: head.start) }
            guard CBORHalf.bits(of: value) == nil else {
                throw CBORError(.notShortestFloat, at: head.start)
            }
            return .float(value)
        case 27:
            let value = Double(bitPattern: head.argument)
            guard !value.isNaN else { throw CBORError(.notCanonicalNaN, at: head.start) }
            guard Double(Float(value)) != value else {
                throw CBORError(.notShortestFloat, at: head.start)
            }
            return .float(value)
        default: return .simple(head.information)
        }
    }
}
