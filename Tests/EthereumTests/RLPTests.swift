// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@testable import Ethereum

@Suite struct RLPTests {
    @Test(
        "an item has one encoding, and is read back from it",
        arguments: [
            ("00", RLPItem.string([0])), ("7f", .string([0x7F])), ("80", .string([])),
            ("8180", .string([0x80])), ("c0", .list([])),
            ("c3c0c180", .list([.list([]), .list([.string([])])])),
            ("83646f67", .string([0x64, 0x6F, 0x67])),
            (
                "b838" + String(repeating: "aa", count: 56),
                .string([UInt8](repeating: 0xAA, count: 56)[...])
            ),
        ])
    func items(hex: String, item: RLPItem) throws {
        let bytes = try Hex.decode(hex)
        #expect(try RLPDecoder.decode(bytes) == item)
        var encoder = RLPEncoder()
        encoder.item(item)
        #expect(encoder.bytes == bytes)
    }

    static let refusals: [(String, EthereumError.Rule)] = [
        ("", .truncated), ("81", .truncated), ("830102", .truncated), ("c1", .truncated),
        ("c28301", .truncated), ("b8", .truncated), ("b840aa", .truncated),
        ("c3b840aa", .truncated),
        ("bfffffffffffffffff", .truncated), ("ffffffffffffffffff", .truncated),
        ("bf7fffffffffffffff", .truncated), ("f90400", .truncated),
        ("8100", .notMinimal), ("817f", .notMinimal), ("c2817f", .notMinimal),
        ("b801aa", .notMinimal), ("b837" + String(repeating: "aa", count: 55), .notMinimal),
        ("b90038" + String(repeating: "aa", count: 56), .notMinimal),
        ("f800", .notMinimal), ("f837" + String(repeating: "80", count: 55), .notMinimal),
        ("0000", .trailing), ("8000", .trailing), ("c000", .trailing), ("c0c0", .trailing),
    ]

    @Test("what is not the one encoding of an item is refused", arguments: refusals)
    func refusal(hex: String, rule: EthereumError.Rule) throws {
        let bytes = try Hex.decode(hex)
        #expect { try RLPDecoder.decode(bytes) } throws: { ($0 as? EthereumError)?.rule == rule }
    }

    @Test("depth, items and bytes are bounded")
    func limits() {
        var deep: [UInt8] = [0xC0]
        for _ in 0...EthereumLimits.rlpDepthMax { deep = RLPEncoder.list { $0.encoded(deep) } }
        let flat = RLPEncoder.list {
            $0.encoded([UInt8](repeating: 0x80, count: EthereumLimits.rlpItemsMax))
        }
        for text in [deep, flat] {
            #expect { try RLPDecoder.decode(text) } throws: {
                ($0 as? EthereumError)?.rule == .limit
            }
        }
        #expect(throws: EthereumError(.limit, "3 bytes, at most 2")) {
            try RLPDecoder.decode([0xC2, 0, 0], bytesMax: 2)
        }
    }

    @Test("fields take what their type holds, and nothing else")
    func fields() throws {
        let wide = RLPItem.string([UInt8](repeating: 1, count: 33)[...])
        #expect(throws: EthereumError(.tooWide, "x")) { try wide.uint256("x") }
        let nine = RLPItem.string([UInt8](repeating: 1, count: 9)[...])
        #expect(throws: EthereumError(.tooWide, "x")) { try nine.uint64("x") }
        #expect(throws: EthereumError(.leadingZero, "x")) { try RLPItem.string([0]).uint64("x") }
        #expect(throws: EthereumError(.leadingZero, "x")) {
            try RLPItem.string([0, 1]).uint256("x")
        }
        #expect(throws: EthereumError(.wrongKind, "x")) { try RLPItem.list([]).uint64("x") }
        #expect(throws: EthereumError(.wrongKind, "x")) { try RLPItem.string([]).list("x") }
        #expect(throws: EthereumError(.wrongLength, "x: not 32 bytes")) { try nine.bytes32("x") }
        #expect(throws: EthereumError(.wrongLength, "x: not 20 bytes")) { try nine.address("x") }
        #expect(try RLPItem.string([]).uint64("x") == 0)
        #expect(try RLPItem.string([UInt8](repeating: 0xFF, count: 8)[...]).uint64("x") == .max)
    }
}
