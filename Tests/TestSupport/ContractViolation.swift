// SPDX-License-Identifier: Apache-2.0

/// A promise of a seam that a conformer did not keep.
public struct ContractViolation: Error, Hashable, Sendable, CustomStringConvertible {
    /// The promise.
    public let promise: Promise
    /// What was done and seen instead.
    public let seen: String

    /// What every driver promises.
    public enum Promise: String, Sendable, CaseIterable {
        /// Its devices keep the scheduler's rules.
        case validDescription
        /// One outcome per requested point.
        case oneOutcomePerPoint
        /// Outcomes stand in the order that was asked for, also when a point is asked for twice.
        case orderAsAsked
        /// A device or point that does not exist is `.bad(.missing)`.
        case unknownIndexIsMissing
        /// Numbers are finite and texts within their limit.
        case admissibleValues
        /// Faults of the scheduler (back-off, clock) never come from a driver.
        case ownFaultsOnly
        /// A read takes no longer than it may.
        case boundedTime
        /// A read after `close` opens again.
        case reopens
        /// Absent hardware is bad quality.
        case absentIsBad
        /// What was written, once or twice, is what is read.
        case readsBack
        /// To write where no output is, is `.missing`.
        case unknownOutputIsMissing
        /// A value that the output can't take is refused with the right fault and changes nothing.
        case refusesValue
        /// A write whose permit has ended leaves the hardware alone; any other uses it.
        case asksForLeave
        /// Writes at the same time take turns: each succeeds, and one of them was the last.
        case writesTakeTurns
        /// Absent hardware can't be written, and a typed failure says so.
        case absentFails
    }

    /// A broken promise.
    public init(_ promise: Promise, _ seen: String) {
        self.promise = promise
        self.seen = seen
    }

    /// Promise and observation.
    public var description: String { "\(promise.rawValue): \(seen)" }
}
