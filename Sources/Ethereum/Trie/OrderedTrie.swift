// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// The trie over a list: transactions, receipts and withdrawals of a block, whose keys are the RLP of their places.
public enum OrderedTrie {
    /// The root over `values`.
    ///
    /// - Parameter values: what the leaves hold, by place; none may be empty.
    /// - Returns: the root as a block's header has it.
    public static func root(_ values: [[UInt8]]) -> Bytes32 {
        guard !values.isEmpty else { return MerklePatriciaProof.emptyRoot }
        var entries = values.enumerated().map { place, value in
            var key = RLPEncoder()
            key.integer(UInt64(place))
            return Entry(path: Nibbles(key.bytes), value: value)
        }
        entries.sort { $0.path.values.lexicographicallyPrecedes($1.path.values) }
        return Keccak256.digest(node(entries[...], depth: 0))
    }

    private struct Entry {
        let path: Nibbles
        let value: [UInt8]
    }

    /// The encoding of the node over sorted entries, whose paths agree in their first `depth` nibbles.
    private static func node(_ entries: ArraySlice<Entry>, depth: Int) -> [UInt8] {
        guard let first = entries.first, let last = entries.last else { return [0x80] }
        let rest = first.path.dropFirst(depth)
        if entries.count == 1 {
            return RLPEncoder.list { list in
                list.string(rest.hexPrefix(isLeaf: true))
                list.string(first.value)
            }
        }
        let shared = rest.commonPrefix(last.path.dropFirst(depth))
        if shared > 0 {
            return RLPEncoder.list { list in
                list.string(rest.prefix(shared).hexPrefix(isLeaf: false))
                list.reference(to: node(entries, depth: depth + shared))
            }
        }
        return RLPEncoder.list { list in
            for nibble in 0..<16 {
                let below = entries.filter {
                    $0.path.dropFirst(depth).values.first == UInt8(nibble)
                }
                list.reference(to: node(below[...], depth: depth + 1))
            }
            list.string([])
        }
    }
}

extension RLPEncoder {
    /// Adds what a node says of a child: the child itself if it is short, else its hash.
    fileprivate mutating func reference(to node: [UInt8]) {
        if node.count < Bytes32.count {
            encoded(node)
        } else {
            string(Keccak256.digest(node))
        }
    }
}
