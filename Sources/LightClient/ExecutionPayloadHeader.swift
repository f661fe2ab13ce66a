// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import Ethereum

/// The header of an execution payload as capella to fulu put it into a light client's header.
///
/// Only the block's hash is kept of it, with its branch within the payload's tree: of all its other fields the block's own
/// header, which hashes to that, tells as much. A field that is changed changes the branch.
struct ExecutionPayloadHeader {
    let blockHash: Bytes32
    /// The hashes beside the block hash on its way to the payload's root, lowest first.
    let blockHashBranch: [Bytes32]
    /// Whether nothing but zeros was encoded.
    let isEmpty: Bool
    /// Whether the fields of EIP-4844, which older blocks do not have, are zero.
    let hasNoBlobs: Bool

    /// The place of the block hash among the fields.
    private static let blockHashField = 12

    /// Reads a payload's header of `fork`, as the block of `blockFork` has it: objects of newer forks carry older blocks.
    init(
        _ bytes: ArraySlice<UInt8>, fork: ConsensusFork, blockFork: ConsensusFork
    ) throws(EthereumError) {
        let place = "execution"
        var reader = SSZReader(bytes, place)
        var fields = [try reader.bytes32()]
        fields.append(SSZTree.root(ofBytes: try reader.bytes(Address.count)))
        for _ in 0..<2 { fields.append(try reader.bytes32()) }
        fields.append(SSZTree.root(ofBytes: try reader.bytes(256)))
        fields.append(try reader.bytes32())
        for _ in 0..<4 { fields.append(SSZTree.chunk(try reader.uint64())) }
        try reader.offset()
        fields.append(SSZTree.chunk(try reader.uint256()))
        for _ in 0..<3 { fields.append(try reader.bytes32()) }
        if fork >= .deneb {
            for _ in 0..<2 { fields.append(SSZTree.chunk(try reader.uint64())) }
        }
        let extraData = try reader.variableParts()[0]
        guard extraData.count <= LightClientLimits.extraDataBytesMax else {
            throw EthereumError(.sszLimit, "\(place): \(extraData.count) bytes of extra data")
        }
        isEmpty =
            extraData.isEmpty
            && fields.enumerated().allSatisfy { index, field in
                field == (index == 4 ? Self.emptyBloomRoot : .zero)
            }
        fields.insert(
            SSZTree.root(
                SSZTree.root(
                    ofBytes: extraData, limitBytes: LightClientLimits.extraDataBytesMax),
                count: extraData.count), at: 10)
        hasNoBlobs = fields.dropFirst(15).allSatisfy { $0 == .zero }
        if blockFork < .deneb { fields = Array(fields.prefix(15)) }
        blockHash = fields[Self.blockHashField]
        blockHashBranch = SSZTree.branch(to: Self.blockHashField, in: fields)
    }

    private static let emptyBloomRoot = SSZTree.root(ofBytes: [UInt8](repeating: 0, count: 256))

    /// The root of a payload's header that is all zeros, which stands for genesis.
    static func emptyRoot(_ fork: ConsensusFork) -> Bytes32 {
        var fields = [Bytes32](repeating: .zero, count: fork >= .deneb ? 17 : 15)
        fields[4] = emptyBloomRoot
        fields[10] = SSZTree.root(.zero, count: 0)
        return SSZTree.root(fields)
    }
}
