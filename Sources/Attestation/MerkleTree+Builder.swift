// SPDX-License-Identifier: Apache-2.0

public import Bytes

extension MerkleTree {
    /// Computes a root from leaves as they come, in memory logarithmic to their count.
    public struct Builder: Sendable {
        /// How many leaves were added.
        public private(set) var count: UInt64 = 0

        /// The roots of the complete subtrees that the leaves make up, largest first: one for
        /// each bit of `count` that is set.
        private var roots: [Bytes32] = []

        /// A tree without leaves.
        public init() {}

        /// Adds a leaf to the right.
        public mutating func add(_ leaf: [UInt8]) {
            var hash = MerkleTree.leafHash(leaf)
            var rest = count
            while rest & 1 == 1, let left = roots.popLast() {
                hash = MerkleTree.nodeHash(left, hash)
                rest >>= 1
            }
            roots.append(hash)
            count += 1
        }

        /// The root over all leaves so far (RFC 9162 §2.1.1).
        public var root: Bytes32 {
            guard let last = roots.last else { return emptyRoot }
            return roots.dropLast().reversed().reduce(last) { MerkleTree.nodeHash($1, $0) }
        }
    }
}
