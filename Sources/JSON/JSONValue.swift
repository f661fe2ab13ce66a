// SPDX-License-Identifier: Apache-2.0

/// A JSON text's value (RFC 8259).
public indirect enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// A number as it was spelt: amounts need more digits than a floating-point number has.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// Members by name; a name that occurs twice is refused when reading.
    case object([String: JSONValue])

    /// The member of an object; `nil` for other values, and where there is none.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// The text of a string.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The elements of an array.
    public var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// A number that is a whole one of at most 64 bits.
    public var uint64: UInt64? {
        guard case .number(let text) = self else { return nil }
        return UInt64(text)
    }
}
