// SPDX-License-Identifier: Apache-2.0

public import Bytes
internal import Ethereum

/// What stands for a beacon block (consensus-specs, phase0 `BeaconBlockHeader`).
public struct BeaconBlockHeader: Hashable, Sendable {
    /// Bytes of its encoding.
    static let encodedBytes = 112

    /// When it was proposed.
    public let slot: UInt64
    /// By whom.
    public let proposerIndex: UInt64
    /// The root of the block before.
    public let parentRoot: Bytes32
    /// The root of the state after the block.
    public let stateRoot: Bytes32
    /// The root of what the block says.
    public let bodyRoot: Bytes32

    /// All zeros, where an object has no header.
    static let empty = BeaconBlockHeader(
        slot: 0, proposerIndex: 0, parentRoot: .zero, stateRoot: .zero, bodyRoot: .zero)

    /// A header by its parts.
    public init(
        slot: UInt64, proposerIndex: UInt64, parentRoot: Bytes32, stateRoot: Bytes32,
        bodyRoot: Bytes32
    ) {
        self.slot = slot
        self.proposerIndex = proposerIndex
        self.parentRoot = parentRoot
        self.stateRoot = stateRoot
        self.bodyRoot = bodyRoot
    }

    init(from reader: inout SSZReader) throws(EthereumError) {
        slot = try reader.uint64()
        proposerIndex = try reader.uint64()
        parentRoot = try reader.bytes32()
        stateRoot = try reader.bytes32()
        bodyRoot = try reader.bytes32()
    }

    func encode(to writer: inout SSZWriter) {
        writer.uint64(slot)
        writer.uint64(proposerIndex)
        writer.bytes32(parentRoot)
        writer.bytes32(stateRoot)
        writer.bytes32(bodyRoot)
    }

    /// `hash_tree_root`: the root by which a block is known.
    public var root: Bytes32 {
        SSZTree.root(
            [SSZTree.chunk(slot), SSZTree.chunk(proposerIndex), parentRoot, stateRoot, bodyRoot],
            limit: 8)
    }
}
