// SPDX-License-Identifier: Apache-2.0

/// Why an output was not written, or not with success.
public enum OutputRefusal: Error, Hashable, Sendable {
    /// There is no output of that name.
    case unknownOutput
    /// A state where a level is needed, or the other way round, or neither.
    case type
    /// A level outside the range that is allowed.
    case range(ClosedRange<Double>)
    /// A level between two steps of this size.
    case step(Double)
    /// The last change is too recent.
    case tooSoon(retryAfterMilliseconds: Int64)
    /// There were so many changes within an hour already.
    case tooOften(changesPerHourMax: Int, retryAfterMilliseconds: Int64)
    /// A condition that the output depends on does not hold.
    case interlock(InterlockBreach)
    /// Nobody, or somebody else, holds the output.
    case noLease
    /// The lease ran out.
    case leaseExpired
    /// A lease of that length can't be had: not positive, or longer than the output allows.
    case leaseLength(millisecondsMax: Int64)
    /// The holder's name is empty, too long or not plain.
    case holderName
    /// Somebody else holds the output.
    case heldBy(holder: String, expiresUptimeMilliseconds: Int64)
    /// The output is on its way to the safe state and does not show it yet.
    case returningToSafe(SafeReason)
    /// Another write is under way.
    case busy
    /// The hardware did not take it; the output returns to its safe state.
    case failed(WriteFailure)
    /// The safe state came first; what was written, if anything, is overwritten by it.
    case overridden(SafeReason)
    /// The command could not be made durable, so it was not carried out.
    case notRecorded
    /// The output is no longer for use.
    case closed

    /// The word for it in every surface.
    public var word: String {
        switch self {
        case .unknownOutput: "unknown-output"
        case .type: "type"
        case .range: "range"
        case .step: "step"
        case .tooSoon: "too-soon"
        case .tooOften: "too-often"
        case .interlock: "interlock"
        case .noLease: "no-lease"
        case .leaseExpired: "lease-expired"
        case .leaseLength: "lease-length"
        case .holderName: "holder-name"
        case .heldBy: "held"
        case .returningToSafe: "returning-to-safe"
        case .busy: "busy"
        case .failed: "failed"
        case .overridden: "overridden"
        case .notRecorded: "not-recorded"
        case .closed: "closed"
        }
    }
}

extension OutputRefusal: CustomStringConvertible {
    /// The word, and what would have been right or what happened.
    public var description: String {
        switch self {
        case .range(let range): "\(word): \(range.lowerBound) to \(range.upperBound)"
        case .step(let step): "\(word): only multiples of \(step) above the least value"
        case .tooSoon(let pause): "\(word): in \(pause) ms at the earliest"
        case .tooOften(let most, let pause):
            "\(word): \(most) changes within an hour; in \(pause) ms at the earliest"
        case .interlock(let breach): "\(word): \(breach)"
        case .leaseLength(let most): "\(word): from 0.001 to \(Double(most) / 1000) s"
        case .heldBy(let holder, _): "\(word): by \(holder)"
        case .returningToSafe(let reason): "\(word): \(reason)"
        case .failed(let failure): "\(word): \(failure)"
        case .overridden(let reason): "\(word): \(reason)"
        case .type: "\(word): a state is true or false, a level is a number"
        case .holderName:
            "\(word): 1 to \(HALLimits.holderBytesMax) printable ASCII characters"
        default: word
        }
    }
}
