// SPDX-License-Identifier: Apache-2.0

internal import BLS
public import Bytes

/// A node of an SSZ tree: the root is 1, the children of n are 2n and 2n + 1
/// (consensus specification, ssz/merkle-proofs.md).
public struct GeneralizedIndex: Hashable, Sendable {
    /// The number.
    public let value: UInt64

    /// The node of that number, which is at least 1; `nil` for 0.
    public init?(_ value: UInt64) {
        guard value > 0 else { return nil }
        self.value = value
    }

    /// The root itself.
    public static let root = GeneralizedIndex(root: 1)

    private init(root value: UInt64) {
        self.value = value
    }

    /// How far from the root: the count of hashes in a branch.
    public var depth: Int { 63 - value.leadingZeroBitCount }

    /// The place among the nodes of that depth: `get_subtree_index`.
    public var subtreeIndex: UInt64 { value - 1 << UInt64(depth) }

    /// The root that a leaf and the siblings on its way up give.
    ///
    /// - Parameters:
    ///   - leaf: the node at this index.
    ///   - branch: the siblings, lowest first: `depth` of them.
    /// - Returns: the root, or `nil` if the branch has another length.
    public func root(leaf: Bytes32, branch: some Collection<Bytes32>) -> Bytes32? {
        guard branch.count == depth else { return nil }
        var node = leaf
        for (level, sibling) in branch.enumerated() {
            let isRight = subtreeIndex >> UInt64(level) & 1 == 1
            node = isRight ? SHA256.digest(sibling, node) : SHA256.digest(node, sibling)
        }
        return node
    }

    /// Checks a branch that may be longer than the index is deep: `is_valid_normalized_merkle_branch`. What is too
    /// much stands first and is zero.
    ///
    /// - Parameters:
    ///   - leaf: the node at this index.
    ///   - branch: the siblings, lowest first.
    ///   - root: the root that the caller trusts.
    ///   - place: names the branch in errors.
    /// - Throws: `EthereumError` of rule `branch`.
    public func check(
        leaf: Bytes32, branch: some Collection<Bytes32>, root: Bytes32, _ place: String
    ) throws(EthereumError) {
        let extra = max(branch.count - depth, 0)
        guard branch.prefix(extra).allSatisfy({ $0 == .zero }),
            self.root(leaf: leaf, branch: branch.dropFirst(extra)) == root
        else {
            throw EthereumError(.branch, place)
        }
    }
}
