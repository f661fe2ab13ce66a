// SPDX-License-Identifier: Apache-2.0

public import Bytes

extension MerkleTree {
    /// The hashes that, with the leaf at `index`, give the root: PATH of RFC 9162 §2.1.3.1,
    /// nearest the leaf first; `nil` if there is no such leaf.
    ///
    /// - Parameters:
    ///   - index: which leaf, from 0.
    ///   - hashes: `leafHash` of every leaf.
    /// - Returns: at most 64 hashes.
    public static func path(to index: Int, in hashes: [Bytes32]) -> [Bytes32]? {
        guard hashes.indices.contains(index) else { return nil }
        var path: [Bytes32] = []
        var slice = hashes[...]
        while slice.count > 1 {
            let middle = slice.startIndex + split(slice.count)
            if index < middle {
                path.append(root(slice[middle...]))
                slice = slice[..<middle]
            } else {
                path.append(root(slice[..<middle]))
                slice = slice[middle...]
            }
        }
        return path.reversed()
    }

    /// Checks that the leaf of that hash is in the tree of that root (RFC 9162 §2.1.3.2).
    ///
    /// - Parameters:
    ///   - leaf: `leafHash` of the leaf.
    ///   - index: its place, from 0.
    ///   - size: the count of leaves in the tree.
    ///   - path: the hashes of `path(to:in:)`.
    ///   - root: the root of the tree.
    /// - Throws: `AttestationError` of rule `proofIndex`, `proofPath` or `proofRoot`.
    public static func verify(
        leaf: Bytes32, at index: UInt64, of size: UInt64, path: [Bytes32], root: Bytes32
    ) throws(AttestationError) {
        guard index < size else { throw AttestationError(.proofIndex, "leaf \(index) of \(size)") }
        var node = index
        var last = size - 1
        var hash = leaf
        for sibling in path {
            guard last > 0 else {
                throw AttestationError(.proofPath, "\(path.count) hashes: too many")
            }
            if node & 1 == 1 || node == last {
                hash = nodeHash(sibling, hash)
                while node & 1 == 0 && node > 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = nodeHash(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else {
            throw AttestationError(.proofPath, "\(path.count) hashes: too few")
        }
        guard hash == root else { throw AttestationError(.proofRoot, "path of leaf \(index)") }
    }
}
