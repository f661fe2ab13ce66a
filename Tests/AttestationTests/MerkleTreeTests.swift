// SPDX-License-Identifier: Apache-2.0

import Attestation
import Bytes
import Testing

@Suite struct MerkleTreeTests {
    /// The leaves of the reference tests of certificate transparency.
    static let leaves: [[UInt8]] = [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
        [UInt8](0x50...0x57), [UInt8](0x60...0x6f),
    ]

    @Test(
        "the roots are those of certificate transparency's reference trees",
        arguments: [
            (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
            (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
            (4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
            (5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
            (6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
            (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
            (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
        ])
    func roots(count: Int, root: String) {
        var builder = MerkleTree.Builder()
        for leaf in Self.leaves.prefix(count) { builder.add(leaf) }
        #expect(builder.root == Bytes32(hex: root))
        #expect(builder.count == UInt64(count))
    }

    @Test("a path is that of certificate transparency's reference tree")
    func path() throws {
        let expected = [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]
        let path = MerkleTree.path(to: 0, in: Self.leaves.map(MerkleTree.leafHash))
        #expect(path?.map(\.description) == expected)
    }

    @Test("every leaf of every small tree is proved; any other place is refused", arguments: 1...70)
    func proofs(count: Int) throws {
        let hashes = (0..<count).map { MerkleTree.leafHash([UInt8($0)]) }
        var builder = MerkleTree.Builder()
        for leaf in 0..<count { builder.add([UInt8(leaf)]) }
        let root = builder.root
        for index in 0..<count {
            let path = try #require(MerkleTree.path(to: index, in: hashes))
            func rule(
                _ place: Int, _ size: Int, _ path: [Bytes32], leaf: Bytes32? = nil
            ) -> String? {
                Sample.rule {
                    try MerkleTree.verify(
                        leaf: leaf ?? hashes[index], at: UInt64(place), of: UInt64(size),
                        path: path, root: root)
                }
            }
            #expect(rule(index, count, path) == nil)
            #expect(rule(index, count, path, leaf: root) == (count == 1 ? nil : "proof-root"))
            #expect(rule(count, count, path) == "proof-index")
            #expect(rule(index, count, path + [root]) == "proof-path")
            if count > 1 {
                #expect(rule(index, count, path.dropLast()) == "proof-path")
                #expect(rule((index + 1) % count, count, path) != nil)
                var changed = path
                changed[0] = root
                #expect(rule(index, count, changed) == "proof-root")
            }
        }
    }

    @Test("there is no path to a leaf that is not there")
    func noPath() {
        #expect(MerkleTree.path(to: 0, in: []) == nil)
        #expect(MerkleTree.path(to: -1, in: [MerkleTree.emptyRoot]) == nil)
        #expect(MerkleTree.path(to: 1, in: [MerkleTree.emptyRoot]) == nil)
    }

    @Test("an inner node does not pass for a leaf")
    func secondPreimage() {
        let pair = MerkleTree.leafHash([0]).bytes + MerkleTree.leafHash([1]).bytes
        var tree = MerkleTree.Builder()
        tree.add([0])
        tree.add([1])
        #expect(tree.root != MerkleTree.leafHash(pair))
    }
}
