// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// An interlock that does not hold, and why.
public struct InterlockBreach: Hashable, Sendable {
    /// The condition.
    public let interlock: Interlock
    /// Why it does not hold.
    public let cause: Cause

    /// Why an interlock does not hold.
    public enum Cause: Hashable, Sendable {
        /// The point was never read.
        case noReading
        /// The newest reading is older than the interlock allows.
        case stale(ageMilliseconds: Int64)
        /// The newest reading is bad or in doubt.
        case notReliable(Fault)
        /// The value is no number where one is compared, or no state.
        case wrongType
        /// The value is another than it must be.
        case notMet(Value)
    }

    /// A broken interlock.
    public init(interlock: Interlock, cause: Cause) {
        self.interlock = interlock
        self.cause = cause
    }
}

extension InterlockBreach: CustomStringConvertible {
    /// The condition and what was seen instead.
    public var description: String {
        let seen =
            switch cause {
            case .noReading: "never read"
            case .stale(let age): "last read \(age) ms ago"
            case .notReliable(let fault): fault.word
            case .wrongType: "another type of value"
            case .notMet(let value): "is \(value)"
            }
        return "\(interlock): \(seen)"
    }
}
