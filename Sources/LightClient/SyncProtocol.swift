// SPDX-License-Identifier: Apache-2.0

internal import BLS
public import Bytes
internal import Ethereum

// The functions of the specification, in its order and with its names in Swift's case:
// consensus-specs v1.7.0-beta.4, `specs/altair/light-client/sync-protocol.md` as changed up to gloas.
// Time comes in as a slot; nothing here knows a clock, a network or a disk.

/// The light client's side of Ethereum's sync protocol.
public enum SyncProtocol {
    static let minSyncCommitteeParticipants = 1
    /// `DOMAIN_SYNC_COMMITTEE`.
    static let domainSyncCommittee: [UInt8] = [7, 0, 0, 0]

    /// `initialize_light_client_store`.
    ///
    /// - Parameters:
    ///   - trustedBlockRoot: the root of the beacon block where trust starts.
    ///   - bootstrap: what a provider says of that block.
    ///   - network: which network it is of.
    /// - Returns: a store that knows that block and its committee.
    /// - Throws: `LightClientError`.
    public static func initializeLightClientStore(
        trustedBlockRoot: Bytes32, bootstrap: LightClientBootstrap, network: Network
    ) throws(LightClientError) -> LightClientStore {
        try bootstrap.header.check(network, "bootstrap")
        guard bootstrap.header.beacon.root == trustedBlockRoot else {
            throw LightClientError(.trustedRoot, "root \(bootstrap.header.beacon.root)")
        }
        try check(
            leaf: bootstrap.currentSyncCommittee.root,
            branch: bootstrap.currentSyncCommitteeBranch, \.currentSyncCommittee,
            of: bootstrap.header, network, .currentCommitteeBranch)
        var store = LightClientStore(
            finalizedHeader: bootstrap.header,
            currentSyncCommittee: bootstrap.currentSyncCommittee, nextSyncCommittee: nil,
            bestValidUpdate: nil, optimisticHeader: bootstrap.header,
            previousMaxActiveParticipants: 0, currentMaxActiveParticipants: 0)
        // A committee with a key that is none can't sign: better known now than with the first update.
        _ = try store.keys.of(bootstrap.currentSyncCommittee)
        return store
    }

    /// `validate_light_client_update`. Only the cache of keys changes in the store.
    ///
    /// - Throws: `LightClientError`.
    static func validateLightClientUpdate(
        _ store: inout LightClientStore, _ update: LightClientUpdate, currentSlot: UInt64,
        network: Network
    ) throws(LightClientError) {
        try checkTimes(store, update, currentSlot, network)
        try checkFinality(update, network)
        try checkNextSyncCommittee(store, update, network)
        try checkSignature(&store, update, network)
    }

    private static func checkTimes(
        _ store: LightClientStore, _ update: LightClientUpdate, _ currentSlot: UInt64,
        _ network: Network
    ) throws(LightClientError) {
        let count = update.syncAggregate.participantCount
        guard count >= minSyncCommitteeParticipants else {
            throw LightClientError(.participants, "\(count) of a committee")
        }
        try update.attestedHeader.check(network, "attested header")
        let attestedSlot = update.attestedHeader.beacon.slot
        guard currentSlot >= update.signatureSlot else {
            throw LightClientError(.future, "signature slot \(update.signatureSlot)")
        }
        guard update.signatureSlot > attestedSlot,
            attestedSlot >= update.finalizedHeader.beacon.slot
        else {
            throw LightClientError(
                .slotOrder,
                "signature \(update.signatureSlot), attested \(attestedSlot), finalized "
                    + "\(update.finalizedHeader.beacon.slot)")
        }
        let storePeriod = network.syncCommitteePeriod(atSlot: store.finalizedHeader.beacon.slot)
        let signaturePeriod = network.syncCommitteePeriod(atSlot: update.signatureSlot)
        let isNext = store.isNextSyncCommitteeKnown && signaturePeriod == storePeriod + 1
        guard signaturePeriod == storePeriod || isNext else {
            throw LightClientError(
                .period, "signed in period \(signaturePeriod), known is \(storePeriod)")
        }
        let attestedPeriod = network.syncCommitteePeriod(atSlot: attestedSlot)
        let hasNextSyncCommittee =
            !store.isNextSyncCommitteeKnown && update.isSyncCommitteeUpdate
            && attestedPeriod == storePeriod
        guard attestedSlot > store.finalizedHeader.beacon.slot || hasNextSyncCommittee else {
            throw LightClientError(.irrelevant, "attested slot \(attestedSlot)")
        }
    }

    private static func checkFinality(
        _ update: LightClientUpdate, _ network: Network
    ) throws(LightClientError) {
        let header = update.finalizedHeader
        guard update.isFinalityUpdate else {
            guard header == .empty else {
                throw LightClientError(.unprovenFinality, "finalized slot \(header.beacon.slot)")
            }
            return
        }
        var root = Bytes32.zero
        if header.beacon.slot == 0 {
            guard header == .empty else {
                throw LightClientError(.unprovenFinality, "finalized slot 0")
            }
        } else {
            try header.check(network, "finalized header")
            root = header.beacon.root
        }
        try check(
            leaf: root, branch: update.finalityBranch, \.finalizedRoot,
            of: update.attestedHeader, network, .finalityBranch)
    }

    private static func checkNextSyncCommittee(
        _ store: LightClientStore, _ update: LightClientUpdate, _ network: Network
    ) throws(LightClientError) {
        guard update.isSyncCommitteeUpdate else {
            guard update.nextSyncCommittee == nil else {
                throw LightClientError(.unprovenCommittee, "next sync committee")
            }
            return
        }
        let attestedPeriod = network.syncCommitteePeriod(
            atSlot: update.attestedHeader.beacon.slot)
        let storePeriod = network.syncCommitteePeriod(atSlot: store.finalizedHeader.beacon.slot)
        if attestedPeriod == storePeriod, let known = store.nextSyncCommittee,
            known != update.nextSyncCommittee
        {
            throw LightClientError(.committeeMismatch, "period \(attestedPeriod + 1)")
        }
        let committee = update.nextSyncCommittee ?? .empty(size: network.syncCommitteeSize)
        try check(
            leaf: committee.root, branch: update.nextSyncCommitteeBranch, \.nextSyncCommittee,
            of: update.attestedHeader, network, .nextCommitteeBranch)
    }

    private static func checkSignature(
        _ store: inout LightClientStore, _ update: LightClientUpdate, _ network: Network
    ) throws(LightClientError) {
        let signaturePeriod = network.syncCommitteePeriod(atSlot: update.signatureSlot)
        let storePeriod = network.syncCommitteePeriod(atSlot: store.finalizedHeader.beacon.slot)
        let committee =
            signaturePeriod == storePeriod ? store.currentSyncCommittee : store.nextSyncCommittee
        guard let committee else {
            throw LightClientError(.period, "no committee of period \(signaturePeriod)")
        }
        let signature: BLSSignature
        do throws(BLSError) {
            signature = try BLSSignature(update.syncAggregate.signature)
        } catch {
            throw LightClientError(.signature, error.rawValue)
        }
        let entry = try store.keys.of(committee)
        let version = network.fork(
            atEpoch: network.epoch(atSlot: max(update.signatureSlot, 1) - 1)
        ).version
        let root = signingRoot(update.attestedHeader.beacon, version, network)
        guard
            entry.keys.verify(
                root.bytes, signature, participates: update.syncAggregate.participates,
                aggregate: entry.aggregate)
        else {
            throw LightClientError(
                .signature, "\(update.syncAggregate.participantCount) signers")
        }
    }

    /// `compute_signing_root` over `compute_domain`.
    private static func signingRoot(
        _ header: BeaconBlockHeader, _ forkVersion: [UInt8], _ network: Network
    ) -> Bytes32 {
        let version = SSZTree.root(ofBytes: forkVersion)
        let forkDataRoot = SHA256.digest(version, network.genesisValidatorsRoot)
        let domain = Bytes32(domainSyncCommittee + forkDataRoot.bytes.prefix(28)) ?? .zero
        return SHA256.digest(header.root, domain)
    }

    /// `is_valid_normalized_merkle_branch` against the state of a header, by the layout of its slot.
    private static func check(
        leaf: Bytes32, branch: [Bytes32], _ index: KeyPath<ForkLayout, GeneralizedIndex>,
        of header: LightClientHeader, _ network: Network, _ rule: LightClientError.Rule
    ) throws(LightClientError) {
        let layout = ForkLayout.of(network.fork(atSlot: header.beacon.slot))
        do throws(EthereumError) {
            try layout[keyPath: index].check(
                leaf: leaf, branch: branch, root: header.beacon.stateRoot, "state")
        } catch {
            throw LightClientError(rule, "state of slot \(header.beacon.slot)")
        }
    }
}
