// SPDX-License-Identifier: Apache-2.0

import Bytes
import TestSupport
import Testing

@testable import halcyon

@Suite struct SnappyBlockTests {
    @Test(
        "literals and copies of every kind are read",
        arguments: [
            ("00", ""), ("0208aabb", nil), ("0204aabb", "aabb"),
            // A copy that overlaps itself: one byte seven times. Then one of two bytes, one of four.
            ("0800aa0d01", "aaaaaaaaaaaaaaaa"), ("0404aabb060200", "aabbaabb"),
            ("0404aabb0702000000", "aabbaabb"),
            // A literal whose length follows in a byte.
            ("02f001aabb", "aabb"), ("02f40100aabb", "aabb"), ("02fc01000000aabb", "aabb"),
        ])
    func known(block: String, content: String?) throws {
        let bytes = try Hex.decode(block)
        guard let content else {
            #expect(throws: ReplayError.self) { try SnappyBlock.decode(bytes, bytesMax: 100) }
            return
        }
        #expect(try Hex.encode(SnappyBlock.decode(bytes, bytesMax: 100)) == content)
    }

    @Test(
        "blocks that lie are refused, before anything is allocated for them",
        arguments: [
            "", "80", "8080808080", "ffffffff7f", "ffffffffff01", "65", "01", "0100", "0200aa",
            "0100aabb", "0104aabb", "01f0", "01f4ff", "01fcffffffff", "0404aabb060000",
            "0404aabb060300", "0404aabb07ffffffff", "0404aabb0a0200", "04020100", "0405",
        ])
    func refusal(block: String) throws {
        let bytes = try Hex.decode(block)
        #expect { try SnappyBlock.decode(bytes, bytesMax: 100) } throws: {
            ($0 as? ReplayError)?.rule == .snappy
        }
    }

    @Test("random bytes, and real blocks that are cut, end in a refusal or in bytes")
    func random() throws {
        var random = TestRandom(seed: 71)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0..<40, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            let content = try? SnappyBlock.decode(bytes, bytesMax: 1000)
            #expect(content.map { $0.count <= 1000 } ?? true)
        }
    }
}
