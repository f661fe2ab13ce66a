// SPDX-License-Identifier: Apache-2.0

internal import BLS
public import Bytes
internal import Ethereum

/// The keys that sign for a period (consensus-specs, altair `SyncCommittee`).
public struct SyncCommittee: Equatable, Sendable {
    /// The members' keys, 48 bytes each, repeated where a validator serves twice.
    let pubkeys: [UInt8]
    /// Their sum as the chain has it. Signatures are checked by a sum of our own.
    let aggregatePubkey: [UInt8]

    init(pubkeys: [UInt8], aggregatePubkey: [UInt8]) {
        self.pubkeys = pubkeys
        self.aggregatePubkey = aggregatePubkey
    }

    init(from reader: inout SSZReader, size: Int) throws(EthereumError) {
        pubkeys = Array(try reader.bytes(size * PublicKeys.compressedBytes))
        aggregatePubkey = Array(try reader.bytes(PublicKeys.compressedBytes))
    }

    /// Whether all is zero, where an object has no committee.
    var isEmpty: Bool {
        pubkeys.allSatisfy { $0 == 0 } && aggregatePubkey.allSatisfy { $0 == 0 }
    }

    /// How many members it has.
    public var size: Int { pubkeys.count / PublicKeys.compressedBytes }

    /// No committee of that size.
    static func empty(size: Int) -> SyncCommittee {
        SyncCommittee(
            pubkeys: Array(repeating: 0, count: size * PublicKeys.compressedBytes),
            aggregatePubkey: Array(repeating: 0, count: PublicKeys.compressedBytes))
    }

    func encode(to writer: inout SSZWriter) {
        writer.bytes(pubkeys)
        writer.bytes(aggregatePubkey)
    }

    /// `hash_tree_root`.
    public var root: Bytes32 {
        let leaves = stride(from: 0, to: pubkeys.count, by: PublicKeys.compressedBytes).map {
            SSZTree.root(ofBytes: pubkeys[$0..<$0 + PublicKeys.compressedBytes])
        }
        return SSZTree.root([SSZTree.root(leaves), SSZTree.root(ofBytes: aggregatePubkey)])
    }
}
