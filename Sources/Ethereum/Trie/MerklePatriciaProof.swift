// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// Checks that a trie holds a value at a key, or holds none (Yellow Paper, appendix D).
public enum MerklePatriciaProof {
    /// The root of a trie without keys: the Keccak-256 of the empty string's RLP.
    public static let emptyRoot = Keccak256.digest([0x80])

    /// The value at `key` in the trie of `root`, or `nil` where the proof shows that there is none.
    ///
    /// - Parameters:
    ///   - key: the key as the trie has it: in a state trie already hashed.
    ///   - root: the root that the caller trusts.
    ///   - nodes: the encoded nodes from the root down, as `eth_getProof` gives them: those of less than 32
    ///     bytes are within their parents.
    /// - Returns: the value's bytes, themselves RLP in all of Ethereum's tries.
    /// - Throws: `EthereumError` of a rule of proofs or RLP, with the node as place.
    public static func value(
        of key: [UInt8], root: Bytes32, nodes: [[UInt8]]
    ) throws(EthereumError) -> [UInt8]? {
        guard nodes.count <= EthereumLimits.proofNodesMax else {
            throw EthereumError(.limit, "\(nodes.count) nodes")
        }
        if nodes.isEmpty {
            guard root == emptyRoot else { throw EthereumError(.proofTooShort, "no nodes") }
            return nil
        }
        var walk = Walk(nodes: nodes, path: Nibbles(key))
        let value = try walk.value(below: .hash(root))
        guard walk.used == nodes.count else {
            throw EthereumError(.proofTooLong, "node \(walk.used)")
        }
        return value
    }

    /// The way down along the key.
    private struct Walk {
        let nodes: [[UInt8]]
        var path: Nibbles
        var used = 0

        mutating func value(below start: TrieNode.Reference) throws(EthereumError) -> [UInt8]? {
            var reference = start
            var isAfterExtension = false
            while let node = try node(at: reference) {
                let place = "node \(used - 1)"
                switch node {
                case .leaf(let rest, let value):
                    guard !isAfterExtension else { throw EthereumError(.nodeShape, place) }
                    guard rest.count == path.count else {
                        throw EthereumError(.nodePath, "\(place): \(rest.count) nibbles")
                    }
                    return rest == path ? Array(value) : nil
                case .branchAfter(let shared, let child):
                    guard !isAfterExtension else { throw EthereumError(.nodeShape, place) }
                    guard shared.count < path.count else {
                        throw EthereumError(.nodePath, "\(place): \(shared.count) nibbles")
                    }
                    guard path.drop(shared) else { return nil }
                    reference = child
                    isAfterExtension = true
                case .branch(let ways):
                    guard let way = path.next() else { throw EthereumError(.nodePath, place) }
                    reference = ways[way]
                    isAfterExtension = false
                }
            }
            return nil
        }

        /// The node that a reference means; `nil` where it says that there is none.
        private mutating func node(
            at reference: TrieNode.Reference
        ) throws(EthereumError) -> TrieNode? {
            switch reference {
            case .none: return nil
            case .inline(let item): return try TrieNode(item, "node \(used - 1), inner")
            case .hash(let hash):
                let place = "node \(used)"
                guard used < nodes.count else { throw EthereumError(.proofTooShort, place) }
                guard Keccak256.digest(nodes[used]) == hash else {
                    throw EthereumError(.nodeHash, place)
                }
                let item = try RLPDecoder.decode(
                    nodes[used], bytesMax: EthereumLimits.proofNodeBytesMax)
                used += 1
                return try TrieNode(item, place)
            }
        }
    }
}
