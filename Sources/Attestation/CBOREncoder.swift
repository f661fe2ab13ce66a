// SPDX-License-Identifier: Apache-2.0

/// Writes deterministic CBOR (RFC 8949 §4.2.1) item by item.
///
/// Whoever writes a map item by item writes its keys in the order of their encodings; `value`
/// sorts them itself.
public struct CBOREncoder: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []

    /// An encoder with nothing written and room for `capacity` bytes.
    public init(capacity: Int = 64) {
        bytes.reserveCapacity(capacity)
    }

    /// Writes a whole number of major type 0.
    public mutating func unsigned(_ value: UInt64) { head(0, value) }

    /// Writes a whole number.
    public mutating func integer(_ value: Int64) {
        if value >= 0 { head(0, UInt64(value)) } else { head(1, UInt64(bitPattern: ~value)) }
    }

    /// Writes a byte string.
    public mutating func byteString(_ value: some Collection<UInt8>) {
        head(2, UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// Writes a text string.
    public mutating func text(_ value: String) {
        let utf8 = value.utf8
        head(3, UInt64(utf8.count))
        bytes.append(contentsOf: utf8)
    }

    /// Begins an array: `count` items follow.
    public mutating func array(_ count: Int) { head(4, UInt64(count)) }

    /// Begins a map: `count` keys, each with its value, follow.
    public mutating func map(_ count: Int) { head(5, UInt64(count)) }

    /// Begins a tagged item: the item follows.
    public mutating func tag(_ number: UInt64) { head(6, number) }

    /// Writes `true` or `false`.
    public mutating func boolean(_ value: Bool) { bytes.append(value ? 0xf5 : 0xf4) }

    /// Writes `null`.
    public mutating func null() { bytes.append(0xf6) }

    /// Writes a floating-point number in the shortest width that holds it.
    public mutating func float(_ value: Double) {
        if value.isNaN {
            bytes.append(0xf9)
            append(CBORHalf.nan)
        } else if let half = CBORHalf.bits(of: value) {
            bytes.append(0xf9)
            append(half)
        } else if Double(Float(value)) == value {
            bytes.append(0xfa)
            append(Float(value).bitPattern)
        } else {
            bytes.append(0xfb)
            append(value.bitPattern)
        }
    }

    /// Writes items that are already encoded.
    public mutating func encoded(_ items: some Collection<UInt8>) {
        bytes.append(contentsOf: items)
    }

    /// Writes any item, a map in the order of its encoded keys.
    ///
    /// - Throws: `CBORError` of rule `duplicateKey` if a map has one key twice.
    public mutating func value(_ value: CBORValue) throws(CBORError) {
        switch value {
        case .unsigned(let number): head(0, number)
        case .negative(let number): head(1, number)
        case .bytes(let string): byteString(string)
        case .text(let string): text(string)
        case .array(let elements):
            array(elements.count)
            for element in elements { try self.value(element) }
        case .map(let entries): try sorted(entries)
        case .tag(let number, let item):
            tag(number)
            try self.value(item)
        case .boolean(let value): boolean(value)
        case .null: null()
        case .simple(let number): head(7, UInt64(number))
        case .float(let number): float(number)
        }
    }

    private mutating func sorted(_ entries: [CBORValue.Entry]) throws(CBORError) {
        var encoded: [(key: [UInt8], value: [UInt8])] = []
        for entry in entries {
            encoded.append((try Self.encode(entry.key), try Self.encode(entry.value)))
        }
        encoded.sort { $0.key.lexicographicallyPrecedes($1.key) }
        map(encoded.count)
        for (index, entry) in encoded.enumerated() {
            guard index == 0 || encoded[index - 1].key != entry.key else {
                throw CBORError(.duplicateKey, at: bytes.count)
            }
            bytes += entry.key
            bytes += entry.value
        }
    }

    /// The encoding of one item.
    ///
    /// - Throws: `CBORError` of rule `duplicateKey` if a map has one key twice.
    public static func encode(_ value: CBORValue) throws(CBORError) -> [UInt8] {
        var encoder = CBOREncoder()
        try encoder.value(value)
        return encoder.bytes
    }

    /// Major type and argument in the fewest bytes (§4.2.1, first rule).
    private mutating func head(_ major: UInt8, _ argument: UInt64) {
        let type = major << 5
        switch argument {
        case 0..<24: bytes.append(type | UInt8(argument))
        case 24...0xff:
            bytes.append(type | 24)
            bytes.append(UInt8(argument))
        case 0x100...0xffff:
            bytes.append(type | 25)
            append(UInt16(argument))
        case 0x1_0000...0xffff_ffff:
            bytes.append(type | 26)
            append(UInt32(argument))
        default:
            bytes.append(type | 27)
            append(argument)
        }
    }

    private mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
