// SPDX-License-Identifier: Apache-2.0

/// Why something is not a valid attestation, inclusion proof or next link of a chain.
public struct AttestationError: Error, Equatable, Sendable {
    /// The rule that is broken.
    public let rule: Rule
    /// Where: a claim, a record, a part of the message.
    public let place: String
    /// For `Rule.encoding`: what is wrong with the CBOR, with the offset within `place`.
    public let encoding: CBORError?

    /// A broken rule at a place.
    public init(_ rule: Rule, _ place: String) {
        self.rule = rule
        self.place = place
        encoding = nil
    }

    /// CBOR that is wrong at a place.
    init(_ encoding: CBORError, _ place: String) {
        rule = .encoding
        self.place = place
        self.encoding = encoding
    }

    /// The rule in one word for every surface: `signature`, `encoding/duplicate-key`.
    public var code: String {
        guard let encoding else { return rule.rawValue }
        return "\(rule.rawValue)/\(encoding.rule.rawValue)"
    }
}

extension AttestationError: CustomStringConvertible {
    /// Rule and place.
    public var description: String {
        guard let encoding else { return "\(code): \(place)" }
        return "\(code): \(place), byte \(encoding.offset)"
    }
}
