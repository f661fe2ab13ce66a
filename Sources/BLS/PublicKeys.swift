// SPDX-License-Identifier: Apache-2.0

internal import CBlst

/// Public keys that sign together, checked once and kept as affine points: 96 bytes each.
///
/// Deciding whether a point is in the group takes nine tenths of reading a key, so this is made once for each committee.
public struct PublicKeys: Sendable {
    /// Bytes of a key as it is sent: a compressed point (draft-irtf-cfrg-bls-signature, minimal-pubkey-size).
    public static let compressedBytes = 48
    /// Bytes of a key as it is kept: both coordinates.
    public static let affineBytes = 96

    private let points: [blst_p1_affine]

    /// How many keys there are, repeated ones included.
    public var count: Int { points.count }

    /// The keys of `compressed`, 48 bytes each, in order; a key may occur more than once.
    ///
    /// - Throws: `BLSError`, of the first key that is wrong.
    public init(compressed: [UInt8]) throws(BLSError) {
        guard compressed.count.isMultiple(of: Self.compressedBytes) else { throw .length }
        var points: [blst_p1_affine] = []
        points.reserveCapacity(compressed.count / Self.compressedBytes)
        for start in stride(from: 0, to: compressed.count, by: Self.compressedBytes) {
            points.append(try Self.point(compressed[start..<start + Self.compressedBytes]))
        }
        self.points = points
    }

    /// The keys that `affine` kept. They are known to be in the group, and only the curve is checked again.
    ///
    /// - Throws: `BLSError`.
    public init(affine: [UInt8]) throws(BLSError) {
        guard affine.count.isMultiple(of: Self.affineBytes) else { throw .length }
        var points: [blst_p1_affine] = []
        points.reserveCapacity(affine.count / Self.affineBytes)
        for start in stride(from: 0, to: affine.count, by: Self.affineBytes) {
            var point = blst_p1_affine()
            let result = affine[start..<start + Self.affineBytes].withUnsafeBufferPointer {
                blst_p1_deserialize(&point, $0.baseAddress)
            }
            guard result == BLST_SUCCESS else { throw .encoding }
            guard !blst_p1_affine_is_inf(&point) else { throw .infinity }
            points.append(point)
        }
        self.points = points
    }

    /// The keys as 96 bytes each: both coordinates, big-endian.
    public var affine: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: points.count * Self.affineBytes)
        bytes.withUnsafeMutableBufferPointer { buffer in
            for (index, point) in points.enumerated() {
                withUnsafePointer(to: point) {
                    blst_p1_affine_serialize(
                        buffer.baseAddress?.advanced(by: index * Self.affineBytes), $0)
                }
            }
        }
        return bytes
    }

    /// The sum of all keys: the aggregate that a sync committee carries.
    public var aggregate: AggregateKey { AggregateKey(point: sum(of: points.indices)) }

    /// Checks one signature by those of the keys that `participates` names over one message: `FastAggregateVerify`.
    ///
    /// - Parameters:
    ///   - message: the signing root.
    ///   - signature: 96 bytes, compressed.
    ///   - participates: for each key, whether it signed.
    ///   - aggregate: the sum of all keys, where the caller knows it: then absent keys are subtracted when
    ///     they are the fewer.
    /// - Returns: whether it holds; never for no keys.
    public func verify(
        _ message: [UInt8], _ signature: BLSSignature, participates: [Bool],
        aggregate: AggregateKey? = nil
    ) -> Bool {
        guard participates.count == points.count else { return false }
        let present = participates.indices.filter { participates[$0] }
        guard !present.isEmpty else { return false }
        var sum = blst_p1()
        if let aggregate, 2 * present.count > points.count {
            var absent = self.sum(of: participates.indices.filter { !participates[$0] })
            blst_p1_cneg(&absent, true)
            var all = aggregate.point
            blst_p1_add_or_double(&sum, &all, &absent)
        } else {
            sum = self.sum(of: present)
        }
        guard !blst_p1_is_inf(&sum) else { return false }
        var key = blst_p1_affine()
        blst_p1_to_affine(&key, &sum)
        return signature.verify(message, key)
    }

    private func sum(of indices: some Collection<Int>) -> blst_p1 {
        var sum = blst_p1()
        guard !indices.isEmpty else { return sum }
        points.withUnsafeBufferPointer { points in
            let chosen = indices.map { points.baseAddress?.advanced(by: $0) }
            blst_p1s_add(&sum, chosen, chosen.count)
        }
        return sum
    }

    private static func point(_ bytes: ArraySlice<UInt8>) throws(BLSError) -> blst_p1_affine {
        var point = blst_p1_affine()
        let result = bytes.withUnsafeBufferPointer { blst_p1_uncompress(&point, $0.baseAddress) }
        guard result == BLST_SUCCESS else { throw .encoding }
        guard !blst_p1_affine_is_inf(&point) else { throw .infinity }
        guard blst_p1_affine_in_g1(&point) else { throw .subgroup }
        return point
    }
}
