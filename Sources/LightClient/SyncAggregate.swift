// SPDX-License-Identifier: Apache-2.0

internal import BLS
internal import Ethereum

/// Who of a committee signed, and their one signature (consensus-specs, altair `SyncAggregate`).
public struct SyncAggregate: Equatable, Sendable {
    /// For each member, in order, whether it signed.
    public let participates: [Bool]
    let signature: [UInt8]

    /// How many signed.
    public let participantCount: Int

    init(from reader: inout SSZReader, size: Int) throws(EthereumError) {
        let bits = try reader.bytes((size + 7) / 8)
        participates = (0..<size).map { index in
            bits[bits.startIndex + index / 8] >> UInt8(index % 8) & 1 == 1
        }
        participantCount = participates.count { $0 }
        signature = Array(try reader.bytes(BLSSignature.bytesCount))
    }

    /// Whether at least two thirds signed.
    var hasSupermajority: Bool { participantCount * 3 >= participates.count * 2 }

    func encode(to writer: inout SSZWriter) {
        var bits = [UInt8](repeating: 0, count: (participates.count + 7) / 8)
        for (index, bit) in participates.enumerated() where bit {
            bits[index / 8] |= 1 << UInt8(index % 8)
        }
        writer.bytes(bits)
        writer.bytes(signature)
    }
}
