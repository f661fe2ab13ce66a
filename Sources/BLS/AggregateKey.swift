// SPDX-License-Identifier: Apache-2.0

internal import CBlst

/// The sum of the public keys of a committee.
public struct AggregateKey: Sendable {
    let point: blst_p1

    /// The key in the 48 bytes of a compressed point.
    public var compressed: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: PublicKeys.compressedBytes)
        withUnsafePointer(to: point) { blst_p1_compress(&bytes, $0) }
        return bytes
    }
}
