// SPDX-License-Identifier: Apache-2.0

internal import CBlst

/// A signature over BLS12-381 in the form of Ethereum's consensus: a point of G2, hashed to by the proof-of-possession
/// suite (draft-irtf-cfrg-bls-signature §4.2.3).
public struct BLSSignature: Sendable {
    /// Bytes of a compressed point.
    public static let bytesCount = 96

    private static let domain = Array("BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_".utf8)

    private let point: blst_p2_affine

    /// The signature that 96 bytes encode, checked to be in the group.
    ///
    /// - Throws: `BLSError`.
    public init(_ bytes: [UInt8]) throws(BLSError) {
        guard bytes.count == Self.bytesCount else { throw .length }
        var point = blst_p2_affine()
        guard blst_p2_uncompress(&point, bytes) == BLST_SUCCESS else { throw .encoding }
        // The point at infinity signs nothing that is ever asked for: no key here is at infinity.
        guard !blst_p2_affine_is_inf(&point) else { throw .infinity }
        guard blst_p2_affine_in_g2(&point) else { throw .subgroup }
        self.point = point
    }

    /// Whether e(key, H(message)) = e(generator, signature).
    func verify(_ message: [UInt8], _ key: blst_p1_affine) -> Bool {
        var hashed = blst_p2()
        blst_hash_to_g2(
            &hashed, message, message.count, Self.domain, Self.domain.count, nil, 0)
        var hash = blst_p2_affine()
        blst_p2_to_affine(&hash, &hashed)
        var left = blst_fp12()
        withUnsafePointer(to: key) { blst_miller_loop(&left, &hash, $0) }
        var right = blst_fp12()
        withUnsafePointer(to: point) {
            blst_miller_loop(&right, $0, blst_p1_affine_generator())
        }
        return blst_fp12_finalverify(&left, &right)
    }
}
