// SPDX-License-Identifier: Apache-2.0

internal import BLS
internal import Ethereum

/// The light client's objects of every fork, field for field
/// (consensus-specs v1.7.0-beta.4, `specs/FORK/light-client/sync-protocol.md`, "Containers").
extension SSZType {
    /// `LightClientBootstrap`.
    static func bootstrap(_ fork: ConsensusFork, _ network: Network) -> SSZType {
        .container([
            Field("header", header(fork)),
            Field("current_sync_committee", syncCommittee(network)),
            Field(
                "current_sync_committee_branch", branch(ForkLayout.of(fork).currentSyncCommittee)),
        ])
    }

    /// `LightClientUpdate`, `LightClientFinalityUpdate` or `LightClientOptimisticUpdate`.
    static func update(
        _ kind: LightClientUpdate.Kind, _ fork: ConsensusFork, _ network: Network
    ) -> SSZType {
        let layout = ForkLayout.of(fork)
        var fields = [Field("attested_header", header(fork))]
        if kind == .update {
            fields += [
                Field("next_sync_committee", syncCommittee(network)),
                Field("next_sync_committee_branch", branch(layout.nextSyncCommittee)),
            ]
        }
        if kind != .optimistic {
            fields += [
                Field("finalized_header", header(fork)),
                Field("finality_branch", branch(layout.finalizedRoot)),
            ]
        }
        return .container(
            fields + [
                Field("sync_aggregate", syncAggregate(network)), Field("signature_slot", .uint64),
            ])
    }

    private static func header(_ fork: ConsensusFork) -> SSZType {
        let beacon = Field("beacon", beaconBlockHeader)
        switch ForkLayout.of(fork).execution {
        case .none: return .container([beacon])
        case .payloadHeader:
            return .container([
                beacon, Field("execution", executionPayloadHeader(fork)),
                Field("execution_branch", branch(ForkLayout.executionPayload)),
            ])
        case .blockHash:
            return .container([
                beacon, Field("execution_block_hash", .bytes32),
                Field(
                    "execution_branch", .vector(.bytes32, LightClientHeader.executionBranchDepth)),
            ])
        }
    }

    private static let beaconBlockHeader = SSZType.container([
        Field("slot", .uint64), Field("proposer_index", .uint64), Field("parent_root", .bytes32),
        Field("state_root", .bytes32), Field("body_root", .bytes32),
    ])

    private static func executionPayloadHeader(_ fork: ConsensusFork) -> SSZType {
        let fields = [
            Field("parent_hash", .bytes32), Field("fee_recipient", .bytes(Address.count)),
            Field("state_root", .bytes32), Field("receipts_root", .bytes32),
            Field("logs_bloom", .bytes(256)), Field("prev_randao", .bytes32),
            Field("block_number", .uint64), Field("gas_limit", .uint64),
            Field("gas_used", .uint64), Field("timestamp", .uint64),
            Field("extra_data", .byteList(max: LightClientLimits.extraDataBytesMax)),
            Field("base_fee_per_gas", .uint(bytes: 32)), Field("block_hash", .bytes32),
            Field("transactions_root", .bytes32), Field("withdrawals_root", .bytes32),
        ]
        let blobs = [Field("blob_gas_used", .uint64), Field("excess_blob_gas", .uint64)]
        return .container(fork >= .deneb ? fields + blobs : fields)
    }

    private static func syncCommittee(_ network: Network) -> SSZType {
        let key = SSZType.bytes(PublicKeys.compressedBytes)
        return .container([
            Field("pubkeys", .vector(key, network.syncCommitteeSize)),
            Field("aggregate_pubkey", key),
        ])
    }

    private static func syncAggregate(_ network: Network) -> SSZType {
        .container([
            Field("sync_committee_bits", .bits(network.syncCommitteeSize)),
            Field("sync_committee_signature", .bytes(BLSSignature.bytesCount)),
        ])
    }

    private static func branch(_ index: GeneralizedIndex) -> SSZType {
        .vector(.bytes32, index.depth)
    }
}
