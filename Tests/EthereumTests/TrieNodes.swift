// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@testable import Ethereum

/// Nodes of a trie made by hand, so that they can lie.
enum TrieNodes {
    static func leaf(_ nibbles: [UInt8], _ value: [UInt8]) -> [UInt8] {
        pair(prefix(nibbles, flags: 2)) { $0.string(value) }
    }

    static func branchAfter(_ nibbles: [UInt8], _ child: [UInt8]) -> [UInt8] {
        pair(prefix(nibbles, flags: 0)) { $0.encoded(reference(child)) }
    }

    static func branch(_ ways: [Int: [UInt8]], value: [UInt8] = []) -> [UInt8] {
        RLPEncoder.list { list in
            for way in 0..<16 { list.encoded(ways[way].map(reference) ?? [0x80]) }
            list.string(value)
        }
    }

    static func pair(_ path: [UInt8], _ second: (inout RLPEncoder) -> Void) -> [UInt8] {
        RLPEncoder.list { list in
            list.string(path)
            second(&list)
        }
    }

    static func reference(_ node: [UInt8]) -> [UInt8] {
        guard node.count >= 32 else { return node }
        var encoder = RLPEncoder()
        encoder.string(Keccak256.digest(node))
        return encoder.bytes
    }

    static func prefix(_ nibbles: [UInt8], flags: UInt8) -> [UInt8] {
        let padded = nibbles.count.isMultiple(of: 2) ? [flags, 0] + nibbles : [flags + 1] + nibbles
        return stride(from: 0, to: padded.count, by: 2).map { padded[$0] << 4 | padded[$0 + 1] }
    }
}
