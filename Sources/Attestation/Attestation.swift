// SPDX-License-Identifier: Apache-2.0

public import Bytes
public import Telemetry

/// A signed statement of a device about itself and its readings: a COSE_Sign1 (RFC 9052) over an
/// Entity Attestation Token (RFC 9711), as PROFILE.md defines it.
///
/// A value exists only if its signature and every rule of the profile hold.
public struct Attestation: Hashable, Sendable {
    /// What it says.
    public let claims: AttestationClaims
    /// The key that signed it.
    public let publicKey: Bytes32
    /// The device that signed it.
    public let device: DeviceID
    /// The message, at most `AttestationLimits.attestationBytesMax` bytes.
    public let encoded: [UInt8]

    /// The SHA-256 digest of `encoded`, by which the next attestation names this one.
    public var hash: Bytes32 { SHA256.digest(encoded) }

    /// The readings, if it has them in it and not just their root.
    public var records: [StoredReading]? { claims.readings?.pack?.records }

    /// Signs `claims`.
    ///
    /// - Parameters:
    ///   - claims: what to say; they must keep the rules that `verify` checks.
    ///   - signer: the device's key.
    /// - Returns: the attestation.
    /// - Throws: `AttestationError`, the rule that the claims break, or `signing`.
    public static func sign(
        _ claims: AttestationClaims, with signer: some Signer
    ) throws(AttestationError) -> Attestation {
        try claims.validate()
        let device = signer.deviceID
        let publicKey = signer.publicKey
        let payload = claims.encoded(device: device)
        let signature = try signer.sign(COSESign1.signatureInput(publicKey, payload))
        guard signature.count == Ed25519.signatureCount else {
            throw AttestationError(.signing, "\(signature.count) bytes of signature")
        }
        let message = COSESign1(publicKey: publicKey, payload: payload, signature: signature)
        let encoded = message.encoded
        guard encoded.count <= AttestationLimits.attestationBytesMax else {
            throw AttestationError(.size, "\(encoded.count) bytes")
        }
        return Attestation(
            claims: claims, publicKey: publicKey, device: device, encoded: encoded)
    }

    /// Verifies a message: form, key, signature, and then what it says.
    ///
    /// - Parameters:
    ///   - bytes: the message, whole.
    ///   - expected: the device that must have signed it; `nil` for any.
    /// - Returns: the attestation.
    /// - Throws: `AttestationError`, the first rule that is broken.
    public static func verify(
        _ bytes: [UInt8], expected: DeviceID?
    ) throws(AttestationError) -> Attestation {
        let message = try COSESign1.decode(bytes)
        let device = DeviceID(publicKey: message.publicKey)
        guard expected == nil || expected == device else {
            throw AttestationError(.foreignDevice, "device \(device)")
        }
        let input = COSESign1.signatureInput(message.publicKey, message.payload)
        guard Ed25519.isValid(message.signature, of: input, by: message.publicKey) else {
            throw AttestationError(.signature, "message")
        }
        return Attestation(
            claims: try AttestationClaims.decode(message.payload, device: device),
            publicKey: message.publicKey, device: device, encoded: bytes)
    }

    private init(
        claims: AttestationClaims, publicKey: Bytes32, device: DeviceID, encoded: [UInt8]
    ) {
        self.claims = claims
        self.publicKey = publicKey
        self.device = device
        self.encoded = encoded
    }
}
