// SPDX-License-Identifier: Apache-2.0

public import Bytes
internal import Ethereum

/// A beacon block's header and, since capella, the execution layer's block that it carries, with the branch that shows it.
///
/// Objects of all forks are kept in the newest layout: `upgrade_lc_header_to_FORK` of the specification is what reading does.
public struct LightClientHeader: Hashable, Sendable {
    /// The beacon block.
    public let beacon: BeaconBlockHeader
    /// The hash of the execution layer's block; zero before capella. From gloas on that is the block before the one of the
    /// same slot, whose payload comes apart.
    public let executionBlockHash: Bytes32
    /// From the beacon block's body to the hash, filled up with zeros in front.
    let executionBranch: [Bytes32]

    static let executionBranchDepth = 11

    /// Where an object has no header: `LightClientHeader.empty()`.
    static let empty = LightClientHeader(
        beacon: .empty, executionBlockHash: .zero,
        executionBranch: Array(repeating: .zero, count: executionBranchDepth))

    init(beacon: BeaconBlockHeader, executionBlockHash: Bytes32, executionBranch: [Bytes32]) {
        self.beacon = beacon
        self.executionBlockHash = executionBlockHash
        self.executionBranch = executionBranch
    }

    /// Reads a header as objects of `fork` have it; in forks before capella and since gloas it has a fixed size.
    init(
        _ bytes: ArraySlice<UInt8>, fork: ConsensusFork, network: Network, _ place: String
    ) throws(EthereumError) {
        var reader = SSZReader(bytes, place)
        let beacon = try BeaconBlockHeader(from: &reader)
        switch ForkLayout.of(fork).execution {
        case .none:
            try reader.end()
            self.init(
                beacon: beacon, executionBlockHash: .zero,
                executionBranch: Self.empty.executionBranch)
        case .blockHash:
            let hash = try reader.bytes32()
            let branch = try reader.vector(Self.executionBranchDepth)
            try reader.end()
            self.init(beacon: beacon, executionBlockHash: hash, executionBranch: branch)
        case .payloadHeader:
            try reader.offset()
            let outer = try reader.vector(ForkLayout.executionPayload.depth)
            let part = try reader.variableParts()[0]
            let blockFork = min(network.fork(atSlot: beacon.slot), fork)
            let payload = try ExecutionPayloadHeader(part, fork: fork, blockFork: blockFork)
            try self.init(beacon, payload, outer, blockFork, place)
        }
    }

    private init(
        _ beacon: BeaconBlockHeader, _ payload: ExecutionPayloadHeader, _ outer: [Bytes32],
        _ blockFork: ConsensusFork, _ place: String
    ) throws(EthereumError) {
        let hasBranch = outer.contains { $0 != .zero }
        if blockFork < .capella || (beacon == .empty && payload.isEmpty && !hasBranch) {
            guard payload.isEmpty, !hasBranch else {
                throw EthereumError(.branch, "\(place): an execution block before capella")
            }
            self.init(
                beacon: beacon, executionBlockHash: .zero,
                executionBranch: Self.empty.executionBranch)
            return
        }
        guard blockFork >= .deneb || payload.hasNoBlobs else {
            throw EthereumError(.branch, "\(place): blobs before deneb")
        }
        let branch = payload.blockHashBranch + outer
        self.init(
            beacon: beacon, executionBlockHash: payload.blockHash,
            executionBranch: branch.normalized(to: Self.executionBranchDepth))
    }

    /// `is_valid_light_client_header`.
    ///
    /// - Throws: `LightClientError` of rule `executionBranch`.
    func check(_ network: Network, _ place: String) throws(LightClientError) {
        let layout = ForkLayout.of(network.fork(atSlot: beacon.slot))
        guard let index = layout.executionBlockHash else {
            guard executionBlockHash == .zero, executionBranch == Self.empty.executionBranch else {
                throw LightClientError(.executionBranch, "\(place): a block before capella")
            }
            return
        }
        do throws(EthereumError) {
            try index.check(
                leaf: executionBlockHash, branch: executionBranch, root: beacon.bodyRoot, place)
        } catch {
            throw LightClientError(.executionBranch, place)
        }
    }

    /// `get_lc_execution_root`: what the official test vectors compare.
    public func executionRoot(_ network: Network) -> Bytes32 {
        let fork = network.fork(atSlot: beacon.slot)
        switch ForkLayout.of(fork).execution {
        case .none: return .zero
        case .blockHash: return executionBlockHash
        case .payloadHeader:
            guard beacon.slot > 0 else { return ExecutionPayloadHeader.emptyRoot(fork) }
            // The hash is the field of number 12 of the payload's header, which has 16 or 32 places.
            let index = GeneralizedIndex(fork >= .deneb ? 32 + 12 : 16 + 12) ?? .root
            let inner = executionBranch.dropLast(ForkLayout.executionPayload.depth)
            return index.root(leaf: executionBlockHash, branch: inner.suffix(index.depth)) ?? .zero
        }
    }

    func encode(to writer: inout SSZWriter) {
        beacon.encode(to: &writer)
        writer.bytes32(executionBlockHash)
        writer.vector(executionBranch)
    }
}

extension [Bytes32] {
    /// `normalize_merkle_branch`: zeros in front up to `depth`.
    func normalized(to depth: Int) -> [Bytes32] {
        Array(repeating: .zero, count: Swift.max(depth - count, 0)) + self
    }
}
