// SPDX-License-Identifier: Apache-2.0

/// Hexadecimal text.
public enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Two lower-case digits a byte, without a prefix.
    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that `text` spells, with or without a leading `0x`, in either case.
    ///
    /// - Throws: `HexError` at the first character that is wrong.
    public static func decode(_ text: String) throws(HexError) -> [UInt8] {
        var digits = Array(text.utf8)[...]
        if digits.starts(with: [UInt8(ascii: "0"), UInt8(ascii: "x")]) {
            digits = digits.dropFirst(2)
        }
        guard digits.count.isMultiple(of: 2) else { throw .oddCount(digits.count) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var index = digits.startIndex
        while index < digits.endIndex {
            bytes.append(try value(digits, index) << 4 | value(digits, index + 1))
            index += 2
        }
        return bytes
    }

    private static func value(_ text: ArraySlice<UInt8>, _ index: Int) throws(HexError) -> UInt8 {
        switch text[index] {
        case let digit where digit >= 0x30 && digit <= 0x39: return digit - 0x30
        case let digit where digit >= 0x41 && digit <= 0x46: return digit - 0x41 + 10
        case let digit where digit >= 0x61 && digit <= 0x66: return digit - 0x61 + 10
        default: throw .notADigit(at: index)
        }
    }
}
