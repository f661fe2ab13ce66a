// SPDX-License-Identifier: Apache-2.0

import BLS
import Bytes
import Testing

@testable import Ethereum

@Suite struct SSZTests {
    private func parts(_ hex: String) throws -> [[UInt8]] {
        let bytes = try Hex.decode(hex)
        var reader = SSZReader(bytes[...], "x")
        _ = try reader.bytes(1)
        try reader.offset()
        try reader.offset()
        return try reader.variableParts().map(Array.init)
    }

    @Test("fields of variable size lie without gaps behind those of fixed size")
    func container() throws {
        #expect(try parts("ff090000000a000000aabbcc") == [[0xAA], [0xBB, 0xCC]])
        #expect(try parts("ff0900000009000000") == [[], []])
        var writer = SSZWriter()
        writer.bytes([0xFF])
        writer.variable([0xAA])
        writer.variable([0xBB, 0xCC])
        #expect(Hex.encode(writer.encoded) == "ff090000000a000000aabbcc")
    }

    static let refusals: [(String, EthereumError.Rule)] = [
        ("", .sszLength), ("ff0900", .sszLength), ("ff09000000", .sszLength),
        // A gap, an overlap with the fixed part, backwards, beyond the end, and the largest numbers.
        ("ff0a0000000a000000aabb", .sszOffset), ("ff080000000a000000aa", .sszOffset),
        ("ff0900000008000000aa", .sszOffset), ("ff090000000b000000aa", .sszOffset),
        ("ff09000000ffffffffaa", .sszOffset), ("ffffffffffffffffffaa", .sszOffset),
        ("ff0000000000000000", .sszOffset),
    ]

    @Test("other offsets, and too few bytes, are refused", arguments: refusals)
    func refusal(hex: String, rule: EthereumError.Rule) {
        #expect { try parts(hex) } throws: { ($0 as? EthereumError)?.rule == rule }
    }

    @Test("bytes that are left over are refused")
    func leftOver() throws {
        var reader = SSZReader([1, 2, 3, 4, 5, 6, 7, 8, 9], "x")
        #expect(try reader.uint64() == 0x0807_0605_0403_0201)
        #expect(throws: EthereumError(.sszLength, "x: 1 bytes too many")) { try reader.end() }
    }

    @Test("integers of every width are little-endian")
    func integers() throws {
        var writer = SSZWriter()
        writer.uint64(.max - 1)
        writer.uint256(UInt256(258))
        var reader = SSZReader(writer.encoded[...], "x")
        #expect(try reader.uint64() == .max - 1)
        #expect(try reader.uint256() == UInt256(258))
        #expect(Hex.encode(writer.encoded.dropFirst(8).prefix(3)) == "020100")
    }

    private let leaves = (1...8).compactMap { Bytes32([UInt8](repeating: $0, count: 32)) }

    @Test("a branch leads from every leaf to the root", arguments: 0..<8)
    func branches(place: Int) throws {
        let root = SSZTree.root(leaves)
        let index = try #require(GeneralizedIndex(UInt64(8 + place)))
        let branch = SSZTree.branch(to: place, in: leaves)
        #expect(index.depth == 3 && index.subtreeIndex == UInt64(place))
        #expect(index.root(leaf: leaves[place], branch: branch) == root)
        // Padding in front must be zero, and nothing may be missing.
        try index.check(leaf: leaves[place], branch: [.zero, .zero] + branch, root: root, "x")
        for wrong in [
            [leaves[0]] + branch, branch + [.zero], Array(branch.dropFirst()), branch.reversed(),
        ] {
            #expect(throws: EthereumError(.branch, "x")) {
                try index.check(leaf: leaves[place], branch: wrong, root: root, "x")
            }
        }
        let neighbour = try #require(GeneralizedIndex(UInt64(8 + place ^ 1)))
        #expect(neighbour.root(leaf: leaves[place], branch: branch) != root)
    }

    @Test("the root itself has no branch, and nothing has number 0")
    func root() {
        #expect(GeneralizedIndex(0) == nil)
        #expect(GeneralizedIndex.root.depth == 0)
        #expect(GeneralizedIndex.root.root(leaf: leaves[0], branch: []) == leaves[0])
        #expect(GeneralizedIndex.root.root(leaf: leaves[0], branch: [.zero]) == nil)
        #expect(GeneralizedIndex(.max)?.depth == 63)
    }

    @Test("lists mix in their count, so that zeros at the end are seen")
    func lists() {
        let short = SSZTree.root(SSZTree.root(ofBytes: [1], limitBytes: 32), count: 1)
        let long = SSZTree.root(SSZTree.root(ofBytes: [1, 0], limitBytes: 32), count: 2)
        #expect(short != long)
    }
}
