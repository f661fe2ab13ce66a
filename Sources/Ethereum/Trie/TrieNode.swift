// SPDX-License-Identifier: Apache-2.0

internal import Bytes

/// A node of a Merkle-Patricia trie (Yellow Paper, appendix D), in its only canonical form.
enum TrieNode {
    /// A value and the rest of its key.
    case leaf(Nibbles, ArraySlice<UInt8>)
    /// A part of the path that all keys below share.
    case branchAfter(Nibbles, Reference)
    /// A way for each nibble. Keys of one trie have one length, or none begins another: branches hold no values.
    case branch([Reference])

    /// What a node says of a child.
    enum Reference {
        case none
        /// The Keccak-256 of a child of 32 bytes or more.
        case hash(Bytes32)
        /// A child of fewer bytes, in place.
        case inline(RLPItem)
    }

    /// The node that an item spells.
    ///
    /// - Throws: `EthereumError` of rule `nodeShape` or `nodePath`.
    init(_ item: RLPItem, _ place: String) throws(EthereumError) {
        guard case .list(let items) = item, items.count == 2 || items.count == 17 else {
            throw EthereumError(.nodeShape, place)
        }
        if items.count == 17 {
            self = .branch(try Self.ways(items, place))
            return
        }
        guard case .string(let encoded) = items[0] else {
            throw EthereumError(.nodeShape, "\(place): path")
        }
        let (path, isLeaf) = try Nibbles.decode(hexPrefix: encoded, place)
        if isLeaf {
            guard case .string(let value) = items[1], !value.isEmpty else {
                throw EthereumError(.nodeShape, "\(place): value")
            }
            self = .leaf(path, value)
        } else {
            guard !path.isEmpty else { throw EthereumError(.nodePath, "\(place): empty") }
            let child = try Self.reference(items[1], place)
            if case .none = child { throw EthereumError(.nodeShape, "\(place): no child") }
            self = .branchAfter(path, child)
        }
    }

    private static func ways(
        _ items: [RLPItem], _ place: String
    ) throws(EthereumError) -> [Reference] {
        guard items[16] == .string([]) else { throw EthereumError(.nodeShape, "\(place): value") }
        var ways: [Reference] = []
        var used = 0
        for item in items.prefix(16) {
            let way = try reference(item, place)
            if case .none = way {} else { used += 1 }
            ways.append(way)
        }
        guard used >= 2 else { throw EthereumError(.nodeShape, "\(place): \(used) ways") }
        return ways
    }

    private static func reference(
        _ item: RLPItem, _ place: String
    ) throws(EthereumError) -> Reference {
        switch item {
        case .string([]): return .none
        case .string(let bytes):
            guard let hash = Bytes32(bytes) else {
                throw EthereumError(.nodeShape, "\(place): child of \(bytes.count) bytes")
            }
            return .hash(hash)
        case .list:
            var encoder = RLPEncoder()
            encoder.item(item)
            guard encoder.bytes.count < Bytes32.count else {
                throw EthereumError(.nodeShape, "\(place): child of \(encoder.bytes.count) bytes")
            }
            return .inline(item)
        }
    }
}
