// SPDX-License-Identifier: Apache-2.0

/// A value bound to a parameter of a statement.
enum SQLValue: Equatable {
    case integer(Int64)
    case text(String)
    case blob([UInt8])
    case null

    /// A position of a log; positions stay below `JournalLimits.positionMax`.
    static func position(_ position: UInt64) -> SQLValue { .integer(Int64(clamping: position)) }
}

extension SQLValue: ExpressibleByIntegerLiteral {
    init(integerLiteral value: Int64) { self = .integer(value) }
}
