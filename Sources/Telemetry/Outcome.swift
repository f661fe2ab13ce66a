// SPDX-License-Identifier: Apache-2.0

/// How one attempt to read a point ended: a value, a value with a doubt, or the cause of failure.
///
/// A failed read is an outcome like any other; it never repeats the last value.
public enum Outcome: Hashable, Sendable {
    /// Read as asked.
    case good(Value)
    /// Read, but not to be relied on, and why.
    case uncertain(Value, Fault)
    /// Not read, and why.
    case bad(Fault)

    /// The value, if one was read.
    public var value: Value? {
        switch self {
        case .good(let value), .uncertain(let value, _): value
        case .bad: nil
        }
    }

    /// The cause of doubt or failure, if there is one.
    public var fault: Fault? {
        switch self {
        case .good: nil
        case .uncertain(_, let fault), .bad(let fault): fault
        }
    }

    /// The quality in one word.
    public var quality: Quality {
        switch self {
        case .good: .good
        case .uncertain: .uncertain
        case .bad: .bad
        }
    }
}
