// SPDX-License-Identifier: Apache-2.0

/// One CBOR data item (RFC 8949 §3).
public enum CBORValue: Equatable, Sendable {
    /// Major type 0.
    case unsigned(UInt64)
    /// Major type 1: the integer −1 − n.
    case negative(UInt64)
    /// Major type 2.
    case bytes([UInt8])
    /// Major type 3.
    case text(String)
    /// Major type 4.
    case array([CBORValue])
    /// Major type 5, in the order of the encoded keys.
    case map([Entry])
    /// Major type 6.
    indirect case tag(UInt64, CBORValue)
    /// Major type 7, simple values 20 and 21.
    case boolean(Bool)
    /// Major type 7, simple value 22.
    case null
    /// Any other simple value: 0…19, 23 (undefined) and 32…255.
    case simple(UInt8)
    /// A floating-point number; the width is no part of the value.
    case float(Double)

    /// One key of a map with its value.
    public struct Entry: Equatable, Sendable {
        /// The key.
        public let key: CBORValue
        /// Its value.
        public let value: CBORValue

        /// `key` with `value`.
        public init(_ key: CBORValue, _ value: CBORValue) {
            self.key = key
            self.value = value
        }
    }

    /// The item of a whole number.
    public static func integer(_ value: Int64) -> CBORValue {
        value >= 0 ? .unsigned(UInt64(value)) : .negative(UInt64(bitPattern: ~value))
    }

    /// The number, if this is a whole number within `Int64`.
    public var int64: Int64? {
        switch self {
        case .unsigned(let value): Int64(exactly: value)
        case .negative(let value): Int64(exactly: value).map { ~$0 }
        default: nil
        }
    }

    /// The number, if this is a whole number of major type 0.
    public var uint64: UInt64? {
        if case .unsigned(let value) = self { value } else { nil }
    }

    /// The bytes, if this is a byte string.
    var byteString: [UInt8]? {
        if case .bytes(let value) = self { value } else { nil }
    }

    /// The elements, if this is an array.
    var elements: [CBORValue]? {
        if case .array(let value) = self { value } else { nil }
    }
}
