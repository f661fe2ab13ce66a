// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// The Merkle tree of RFC 9162 §2.1 with SHA-256.
///
/// Leaves and inner nodes are hashed under different prefixes, so that neither passes for the other.
public enum MerkleTree {
    static let leafPrefix: UInt8 = 0x00
    static let nodePrefix: UInt8 = 0x01

    /// The root of the tree without leaves.
    public static var emptyRoot: Bytes32 { SHA256.digest([]) }

    /// The hash of one leaf: SHA-256(0x00 || leaf).
    public static func leafHash(_ leaf: [UInt8]) -> Bytes32 {
        SHA256.digest(leaf, after: leafPrefix)
    }

    /// The hash of an inner node: SHA-256(0x01 || left || right).
    static func nodeHash(_ left: Bytes32, _ right: Bytes32) -> Bytes32 {
        SHA256.digest(left.bytes + right.bytes, after: nodePrefix)
    }

    /// The root over leaves of these hashes (RFC 9162 §2.1.1).
    static func root(_ hashes: ArraySlice<Bytes32>) -> Bytes32 {
        switch hashes.count {
        case 0: return emptyRoot
        case 1: return hashes[hashes.startIndex]
        default:
            let middle = hashes.startIndex + split(hashes.count)
            return nodeHash(root(hashes[..<middle]), root(hashes[middle...]))
        }
    }

    /// The largest power of two below `count`, which is at least 2.
    static func split(_ count: Int) -> Int {
        1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }
}
