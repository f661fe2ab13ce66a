// SPDX-License-Identifier: Apache-2.0

/// One value of a TOML document with the line that it stands on.
struct TOMLNode: Sendable {
    /// The value.
    let value: TOMLContent
    /// Its line, the first being 1.
    let line: Int
}

/// What a TOML value can be. Dates and times have no use here and count as `other`.
enum TOMLContent: Sendable {
    case table([String: TOMLNode])
    case array([TOMLNode])
    case text(String)
    case integer(Int64)
    case number(Double)
    case boolean(Bool)
    case other

    /// The kind of value in a reader's words.
    var kind: String {
        switch self {
        case .table: "a table"
        case .array: "an array"
        case .text: "a text"
        case .integer: "a whole number"
        case .number: "a number"
        case .boolean: "true or false"
        case .other: "a date or time"
        }
    }
}
