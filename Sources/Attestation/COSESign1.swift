// SPDX-License-Identifier: Apache-2.0

internal import Bytes

/// The COSE_Sign1 message of the profile (RFC 9052 §4.2): tag 18, EdDSA, no unprotected header.
struct COSESign1 {
    let publicKey: Bytes32
    let payload: [UInt8]
    let signature: [UInt8]

    private static let tag: UInt64 = 18
    private static let algorithm: Int64 = -8
    /// `application/eat+cwt` (RFC 9782) in the registry of CoAP content formats.
    private static let contentFormat: UInt64 = 263

    /// The protected header of that key's messages.
    static func protectedHeader(_ publicKey: Bytes32) -> [UInt8] {
        var encoder = CBOREncoder()
        encoder.map(3)
        encoder.unsigned(1)
        encoder.integer(algorithm)
        encoder.unsigned(3)
        encoder.unsigned(contentFormat)
        encoder.unsigned(4)
        encoder.byteString(publicKey.bytes)
        return encoder.bytes
    }

    /// What is signed: the Sig_structure of RFC 9052 §4.4 with empty external data.
    static func signatureInput(_ publicKey: Bytes32, _ payload: [UInt8]) -> [UInt8] {
        var encoder = CBOREncoder(capacity: payload.count + 80)
        encoder.array(4)
        encoder.text("Signature1")
        encoder.byteString(protectedHeader(publicKey))
        encoder.byteString([])
        encoder.byteString(payload)
        return encoder.bytes
    }

    /// The message.
    var encoded: [UInt8] {
        var encoder = CBOREncoder(capacity: payload.count + 128)
        encoder.tag(Self.tag)
        encoder.array(4)
        encoder.byteString(Self.protectedHeader(publicKey))
        encoder.map(0)
        encoder.byteString(payload)
        encoder.byteString(signature)
        return encoder.bytes
    }

    /// Takes a message apart and checks everything but the signature and the payload's content.
    ///
    /// - Throws: `AttestationError`.
    static func decode(_ bytes: [UInt8]) throws(AttestationError) -> COSESign1 {
        guard bytes.count <= AttestationLimits.attestationBytesMax else {
            throw AttestationError(.size, "\(bytes.count) bytes")
        }
        guard case .tag(tag, .array(let parts)) = try cbor(bytes, "message"), parts.count == 4,
            let header = parts[0].byteString, case .map(let unprotected) = parts[1],
            let payload = parts[2].byteString, let signature = parts[3].byteString
        else { throw AttestationError(.envelope, "message") }
        guard unprotected.isEmpty else {
            throw AttestationError(.unprotectedHeader, "\(unprotected.count) entries")
        }
        let publicKey = try key(ofHeader: header)
        guard signature.count == Ed25519.signatureCount else {
            throw AttestationError(.signatureLength, "\(signature.count) bytes")
        }
        return COSESign1(publicKey: publicKey, payload: payload, signature: signature)
    }

    private static func key(ofHeader bytes: [UInt8]) throws(AttestationError) -> Bytes32 {
        let place = "protected header"
        guard case .map(let entries) = try cbor(bytes, place),
            entries.map(\.key) == [.unsigned(1), .unsigned(3), .unsigned(4)]
        else { throw AttestationError(.protectedHeader, place) }
        guard entries[0].value == .integer(algorithm) else {
            throw AttestationError(.algorithm, place)
        }
        guard entries[1].value == .unsigned(contentFormat) else {
            throw AttestationError(.contentType, place)
        }
        guard let publicKey = entries[2].value.byteString.flatMap({ Bytes32($0) }) else {
            throw AttestationError(.keyID, place)
        }
        return publicKey
    }

    private static func cbor(
        _ bytes: [UInt8], _ place: String
    ) throws(AttestationError) -> CBORValue {
        do throws(CBORError) {
            return try CBORDecoder.decode(bytes)
        } catch {
            throw AttestationError(error, place)
        }
    }
}
