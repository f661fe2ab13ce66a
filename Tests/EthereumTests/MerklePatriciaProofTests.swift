// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@testable import Ethereum

/// Tries made by hand over the key 0x1234, whose nibbles are 1, 2, 3 and 4.
@Suite struct MerklePatriciaProofTests {
    private typealias Nodes = TrieNodes
    private static let key: [UInt8] = [0x12, 0x34]
    private static let long = [UInt8](repeating: 0xAB, count: 40)
    /// Another child, so that a branch is one.
    private static let other = Nodes.leaf([9, 9, 9], long)

    private func value(_ nodes: [[UInt8]], key: [UInt8] = key) throws -> [UInt8]? {
        try MerklePatriciaProof.value(of: key, root: Keccak256.digest(nodes[0]), nodes: nodes)
    }

    @Test("a value is found below branches and extensions, in nodes of their own and inline")
    func presence() throws {
        let leaf = Nodes.leaf([2, 3, 4], Self.long)
        #expect(try value([Nodes.branch([1: leaf, 9: Self.other]), leaf]) == Self.long)
        let inner = Nodes.branch([3: Nodes.leaf([4], Self.long), 5: Self.other])
        let top = Nodes.branchAfter([1, 2], inner)
        #expect(try value([top, inner, Nodes.leaf([4], Self.long)]) == Self.long)
        // A leaf of a few bytes stands within its parent, and that again within its own.
        let short = Nodes.leaf([4], [7])
        let small = Nodes.branch([3: short, 5: Nodes.leaf([1], [8])])
        #expect(small.count < 32)
        #expect(
            try value([Nodes.branch([9: Self.other, 1: Nodes.branchAfter([2], small)])]) == [7])
    }

    @Test("absence is shown by an empty trie, an empty way, another leaf and another extension")
    func absence() throws {
        #expect(
            try MerklePatriciaProof.value(
                of: Self.key, root: MerklePatriciaProof.emptyRoot, nodes: []) == nil)
        #expect(try value([Nodes.branch([2: Self.other, 9: Self.other])]) == nil)
        let leaf = Nodes.leaf([2, 3, 5], Self.long)
        #expect(try value([Nodes.branch([1: leaf, 9: Self.other]), leaf]) == nil)
        let inner = Nodes.branch([3: Self.other, 5: Self.other])
        #expect(try value([Nodes.branchAfter([1, 3], inner)]) == nil)
        #expect(try value([Nodes.leaf([1, 2, 3, 5], Self.long)]) == nil)
    }

    private static let leaf = Nodes.leaf([2, 3, 4], long)
    private static let root = Nodes.branch([1: leaf, 9: other])
    private static let inner = Nodes.branch([1: other, 2: other])

    /// A proof that lies, and the rule that it breaks.
    struct Lie: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let nodes: [[UInt8]]
        let rule: EthereumError.Rule

        init(_ what: String, _ nodes: [[UInt8]], _ rule: EthereumError.Rule) {
            testDescription = what
            self.nodes = nodes
            self.rule = rule
        }
    }

    static let lies: [Lie] = [
        Lie("no nodes below the branch", [root], .proofTooShort),
        Lie("a node too many", [root, leaf, leaf], .proofTooLong),
        Lie(
            "a node too many below an empty way", [Nodes.branch([2: leaf, 9: other]), leaf],
            .proofTooLong
        ),
        Lie("another node below the branch", [root, other], .nodeHash),
        Lie("a node twice", [root, root], .nodeHash),
        Lie("a leaf whose path is too short", [Nodes.leaf([1, 2, 3], long)], .nodePath),
        Lie("a leaf whose path is too long", [Nodes.leaf([1, 2, 3, 4, 5], long)], .nodePath),
        Lie("a leaf that holds nothing", [Nodes.leaf([1, 2, 3, 4], [])], .nodeShape),
        Lie(
            "an extension to the end of the key", [Nodes.branchAfter([1, 2, 3, 4], inner)],
            .nodePath
        ),
        Lie("an extension beyond the key", [Nodes.branchAfter([1, 2, 3, 4, 5], inner)], .nodePath),
        Lie("an extension of nothing", [Nodes.branchAfter([], inner)], .nodePath),
        Lie("an extension to nowhere", [Nodes.pair([0x00, 0x12]) { $0.string([]) }], .nodeShape),
        Lie(
            "an extension to a leaf", [Nodes.branchAfter([1], leaf), leaf], .nodeShape
        ),
        Lie(
            "an extension to an extension",
            [
                Nodes.branchAfter([1], Nodes.branchAfter([2], inner)),
                Nodes.branchAfter([2], inner),
            ], .nodeShape
        ),
        Lie("a branch with one way", [Nodes.branch([1: leaf])], .nodeShape),
        Lie("a branch without ways", [Nodes.branch([:])], .nodeShape),
        Lie(
            "a branch that holds a value", [Nodes.branch([1: leaf, 9: other], value: [1])],
            .nodeShape
        ),
        Lie(
            "branches beyond the key",
            [
                Nodes.branchAfter([1, 2, 3], Nodes.branch([4: inner, 9: other])),
                Nodes.branch([4: inner, 9: other]), inner,
            ], .nodePath
        ),
        Lie("flags that nobody has", [Nodes.pair([0x40, 0x12]) { $0.string(long) }], .nodePath),
        Lie("padding that is not zero", [Nodes.pair([0x21, 0x12]) { $0.string(long) }], .nodePath),
        Lie("a path of no bytes", [Nodes.pair([]) { $0.string(long) }], .nodePath),
        Lie(
            "a path that is a list",
            [
                RLPEncoder.list {
                    $0.list { _ in }; $0.string(long)
                }
            ], .nodeShape
        ),
        Lie("a node of three items", [RLPEncoder.list { $0.encoded([1, 2, 3]) }], .nodeShape),
        Lie("a node that is a string", [[0x83, 1, 2, 3]], .nodeShape),
        Lie(
            "a child of 31 bytes",
            [Nodes.pair([0x11]) { $0.string([UInt8](repeating: 1, count: 31)) }], .nodeShape
        ),
        Lie("a large child inline", [Nodes.pair([0x11]) { $0.encoded(inner) }], .nodeShape),
        Lie("bytes after the node", [root + [0]], .trailing),
        Lie(
            "a node that is too large",
            [Nodes.leaf([1, 2, 3, 4], [UInt8](repeating: 1, count: 1024))], .limit
        ),
        Lie("more nodes than a path has", [[UInt8]](repeating: root, count: 66), .limit),
    ]

    @Test("nodes that lie are refused, though every hash is right", arguments: lies)
    func refusal(lie: Lie) {
        #expect { try value(lie.nodes) } throws: { ($0 as? EthereumError)?.rule == lie.rule }
    }

    @Test("no nodes, and another root, prove nothing")
    func roots() {
        #expect(throws: EthereumError(.proofTooShort, "no nodes")) {
            try MerklePatriciaProof.value(of: Self.key, root: .zero, nodes: [])
        }
        #expect(throws: EthereumError(.nodeHash, "node 0")) {
            try MerklePatriciaProof.value(of: Self.key, root: .zero, nodes: [Self.root, Self.leaf])
        }
    }

    @Test("a list's trie leads to each of its values", arguments: [1, 2, 17, 130])
    func ordered(count: Int) throws {
        let values = (0..<count).map { [UInt8](repeating: UInt8($0 & 0xFF), count: 40) }
        let root = OrderedTrie.root(values)
        #expect(OrderedTrie.root(values) == root)
        var others = values
        others[count / 2][0] ^= 1
        #expect(OrderedTrie.root(others) != root)
        if count > 1 {
            others = values
            others.swapAt(0, 1)
            #expect(OrderedTrie.root(others) != root)
        }
        #expect(OrderedTrie.root([]) == MerklePatriciaProof.emptyRoot)
    }
}
