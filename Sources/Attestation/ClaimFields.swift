// SPDX-License-Identifier: Apache-2.0

internal import Bytes

/// The claims of a payload by key, each checked for its type when taken.
struct ClaimFields {
    private var values: [Claim: CBORValue] = [:]

    /// Sorts out the claims of a payload.
    ///
    /// - Throws: `AttestationError` of rule `claims`, `claimUnknown` or `claimMissing`.
    init(_ payload: CBORValue) throws(AttestationError) {
        guard case .map(let entries) = payload else { throw AttestationError(.claims, "payload") }
        for entry in entries {
            guard let key = entry.key.int64 else {
                throw AttestationError(.claims, "payload: a key is no integer")
            }
            guard let claim = Claim(rawValue: key) else {
                throw AttestationError(.claimUnknown, "claim \(key)")
            }
            values[claim] = entry.value
        }
        for claim in Claim.allCases where claim.isMandatory && values[claim] == nil {
            throw AttestationError(.claimMissing, claim.place)
        }
    }

    /// The value of a claim, if it is there.
    subscript(_ claim: Claim) -> CBORValue? { values[claim] }

    func unsigned(_ claim: Claim) throws(AttestationError) -> UInt64 {
        guard let number = values[claim]?.uint64 else { throw Self.wrongType(claim) }
        return number
    }

    func bytes(_ claim: Claim) throws(AttestationError) -> [UInt8] {
        guard let bytes = values[claim]?.byteString else { throw Self.wrongType(claim) }
        return bytes
    }

    func digest(_ claim: Claim) throws(AttestationError) -> Bytes32 {
        guard let digest = Bytes32(try bytes(claim)) else {
            throw AttestationError(.claimValue, claim.place)
        }
        return digest
    }

    func text(_ claim: Claim) throws(AttestationError) -> String {
        guard case .text(let text) = values[claim] else { throw Self.wrongType(claim) }
        return text
    }

    /// An array of exactly `count` whole numbers.
    func numbers(_ claim: Claim, count: Int) throws(AttestationError) -> [UInt64] {
        guard let elements = values[claim]?.elements else { throw Self.wrongType(claim) }
        let numbers = elements.compactMap(\.uint64)
        guard numbers.count == count, elements.count == count else { throw Self.wrongType(claim) }
        return numbers
    }

    static func wrongType(_ claim: Claim) -> AttestationError {
        AttestationError(.claimType, claim.place)
    }
}
