// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// Why an output returns to its safe state.
public enum SafeReason: Hashable, Sendable {
    /// The agent has started: nobody knows what was left behind.
    case start
    /// The holder gave the lease back.
    case released
    /// The lease ran out.
    case leaseExpired
    /// A condition that the output depends on no longer holds.
    case interlock(InterlockBreach)
    /// A write failed: what the hardware shows is not known.
    case writeFailed(WriteFailure)
    /// The hardware shows a value that nobody wrote.
    case drifted(Value)
    /// A person asked for it.
    case asked
    /// The output is no longer configured, or otherwise.
    case reconfigured
    /// The agent stops.
    case stopped

    /// The word for it in every surface.
    public var word: String {
        switch self {
        case .start: "start"
        case .released: "released"
        case .leaseExpired: "lease-expired"
        case .interlock: "interlock"
        case .writeFailed: "write-failed"
        case .drifted: "drifted"
        case .asked: "asked"
        case .reconfigured: "reconfigured"
        case .stopped: "stopped"
        }
    }

    /// Whether no one may take the output any more.
    var isFinal: Bool { self == .stopped || self == .reconfigured }
}

extension SafeReason: CustomStringConvertible {
    /// The word, and what is known beyond it.
    public var description: String {
        switch self {
        case .interlock(let breach): "\(word): \(breach)"
        case .writeFailed(let failure): "\(word): \(failure)"
        case .drifted(let value): "\(word): shows \(value)"
        default: word
        }
    }
}
