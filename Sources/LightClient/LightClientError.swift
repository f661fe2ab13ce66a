// SPDX-License-Identifier: Apache-2.0

public import Ethereum

/// Why something is not believed.
public struct LightClientError: Error, Equatable, Sendable {
    /// The rule that is broken.
    public let rule: Rule
    /// Where: a field of the object, with what it says.
    public let place: String
    /// For `Rule.encoding`: what is wrong with the bytes.
    public let encoding: EthereumError?

    /// A broken rule at a place.
    public init(_ rule: Rule, _ place: String) {
        self.rule = rule
        self.place = place
        encoding = nil
    }

    /// Bytes that are wrong at a place.
    public init(_ encoding: EthereumError, _ place: String) {
        rule = .encoding
        self.place = place
        self.encoding = encoding
    }

    /// The rule in one word for every surface: `signature`, `encoding/ssz-length`.
    public var code: String {
        guard let encoding else { return rule.rawValue }
        return "\(rule.rawValue)/\(encoding.rule.rawValue)"
    }

    /// Every rule, in the order in which they are checked.
    public enum Rule: String, CaseIterable, Sendable {
        /// A network's values contradict themselves.
        case network
        /// The bytes are not an object of its fork.
        case encoding
        /// The Beacon API's JSON is not an object of its fork.
        case json
        /// The bootstrap is not of the block that is trusted.
        case trustedRoot = "trusted-root"
        /// The execution layer's block is not in the beacon block, or a fork without one has one.
        case executionBranch = "execution-branch"
        /// The current sync committee is not in the state.
        case currentCommitteeBranch = "current-committee-branch"
        /// Nobody of the committee signed.
        case participants
        /// Signed after now.
        case future
        /// Signed before what it signs, or finalized after it was attested.
        case slotOrder = "slot-order"
        /// Of a period whose committee is not known.
        case period
        /// Tells nothing that is not known.
        case irrelevant
        /// A finalized header without a branch to show it.
        case unprovenFinality = "unproven-finality"
        /// The finalized header is not in the attested state.
        case finalityBranch = "finality-branch"
        /// A next committee without a branch to show it.
        case unprovenCommittee = "unproven-committee"
        /// Another next committee than the one that is known.
        case committeeMismatch = "committee-mismatch"
        /// The next committee is not in the attested state.
        case nextCommitteeBranch = "next-committee-branch"
        /// A key of the committee is not a key.
        case committeeKey = "committee-key"
        /// The signature is not of these members over this header.
        case signature
        /// The update would replace a committee by none.
        case committeeUnknown = "committee-unknown"
    }
}

extension LightClientError: CustomStringConvertible {
    /// Rule and place.
    public var description: String {
        guard let encoding else { return "\(code): \(place)" }
        return "\(code): \(place), \(encoding.place)"
    }
}
