// SPDX-License-Identifier: Apache-2.0

/// What a point was seen to be, in the point's unit.
public enum Value: Hashable, Sendable {
    /// A whole number, kept exactly.
    case integer(Int64)
    /// A finite floating-point number; drivers turn NaN and infinity into bad quality.
    case number(Double)
    /// A state.
    case boolean(Bool)
    /// A text of at most `TelemetryLimits.textValueBytesMax` bytes of UTF-8.
    case text(String)
}

extension Value: CustomStringConvertible {
    /// The value for a reader, without its unit.
    public var description: String {
        switch self {
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .boolean(let value): "\(value)"
        case .text(let value): value
        }
    }
}
