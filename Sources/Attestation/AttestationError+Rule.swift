// SPDX-License-Identifier: Apache-2.0

extension AttestationError {
    /// The rules of the profile (PROFILE.md); the raw value is the word for it in every surface.
    public enum Rule: String, Sendable, CaseIterable {
        // The message.

        /// The bytes are not deterministic CBOR; `AttestationError.encoding` says why.
        case encoding
        /// More bytes than an attestation may have.
        case size
        /// Not tagged 18, or not an array of the four parts of a COSE_Sign1.
        case envelope
        /// The unprotected header is not an empty map.
        case unprotectedHeader = "unprotected-header"
        /// The protected header is not a map of exactly the keys 1, 3 and 4.
        case protectedHeader = "protected-header"
        /// The algorithm is not EdDSA.
        case algorithm
        /// The content type is not `application/eat+cwt`.
        case contentType = "content-type"
        /// The key identifier is not 32 bytes.
        case keyID = "key-id"
        /// The signature is not 64 bytes.
        case signatureLength = "signature-length"
        /// Signed by another device than the expected one.
        case foreignDevice = "foreign-device"
        /// The signature is not the key's signature of this content.
        case signature
        /// The signer could not sign.
        case signing

        // The claims.

        /// The payload is not a map of integer keys.
        case claims
        /// A claim that the profile does not have.
        case claimUnknown = "claim-unknown"
        /// A claim that the profile demands is not there.
        case claimMissing = "claim-missing"
        /// A claim's value has the wrong type.
        case claimType = "claim-type"
        /// A claim's value is outside what the profile allows.
        case claimValue = "claim-value"
        /// The profile's name is not ours.
        case profile
        /// The device id in the claims is not the one of the signing key.
        case ueid
        /// The times in seconds do not agree with the clock pair.
        case clock
        /// The first attestation names a previous one.
        case previous
        /// Readings without a root, a root or pack without readings, or a range that is not one.
        case readings
        /// Positions within the range of readings are neither readings nor declared lost.
        case readingsMissing = "readings-missing"
        /// A gap record is malformed.
        case gap
        /// The gap records are not in order, or one is there twice.
        case gapOrder = "gap-order"

        // The records.

        /// A record is not one of the profile's SenML records.
        case record
        /// A record is not the one encoding of its reading.
        case recordForm = "record-form"
        /// The records' identifiers do not ascend.
        case recordOrder = "record-order"
        /// A record was taken in a later boot than the one that signed it.
        case recordBoot = "record-boot"
        /// The pack does not have the range and count that the claims state.
        case packRange = "pack-range"
        /// The pack's tree root is not the one that the claims state.
        case packRoot = "pack-root"

        // The inclusion proof.

        /// The file is not an inclusion proof of the profile.
        case proof
        /// The tree size is not the attestation's count of readings.
        case proofSize = "proof-size"
        /// The leaf's index is not below the tree's size.
        case proofIndex = "proof-index"
        /// The path has fewer or more hashes than that index and size demand.
        case proofPath = "proof-path"
        /// The path does not lead to the attested root.
        case proofRoot = "proof-root"
        /// The reading's identifier does not fit the range or the index.
        case proofReading = "proof-reading"

        // The chain.

        /// The attestation is of another device than those before.
        case chainDevice = "chain-device"
        /// The sequence number is not above the last one: reordered or repeated.
        case chainOrder = "chain-order"
        /// An attestation between the last one and this one is missing.
        case chainMissing = "chain-missing"
        /// The hash of the previous attestation is not that of the last one.
        case chainPrevious = "chain-previous"
        /// The chain begins again without a record of a lost journal that covers the jump.
        case chainRestart = "chain-restart"
        /// The boot count went back.
        case chainBootCount = "chain-boot-count"
        /// The boot seed changed without the boot count.
        case chainBootSeed = "chain-boot-seed"
        /// The uptime went back within one boot.
        case chainUptime = "chain-uptime"
        /// Readings that an earlier attestation already covers.
        case chainReadingsOverlap = "chain-readings-overlap"
        /// Readings between the last range and this one are neither attested nor declared lost.
        case chainReadingsMissing = "chain-readings-missing"
        /// More separate ranges of lost readings than a verifier remembers.
        case chainRanges = "chain-ranges"
    }
}
