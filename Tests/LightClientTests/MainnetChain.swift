// SPDX-License-Identifier: Apache-2.0

import Bytes
import JSON
import TestSupport
import Testing

@testable import LightClient

/// What a light client has seen of mainnet in the public data: stores, and the objects that led from each to the next.
struct MainnetChain {
    /// An object that was accepted, with the store that it was offered to.
    struct Offer {
        let name: String
        let kind: LightClientUpdate.Kind
        let fork: ConsensusFork
        let ssz: [UInt8]
        let before: LightClientStore
        let update: LightClientUpdate
    }

    struct Start {
        let fork: ConsensusFork
        let ssz: [UInt8]
        let root: Bytes32
    }

    let network: Network
    private(set) var starts: [Start] = []
    private(set) var offers: [Offer] = []

    /// A slot after all of the data.
    static let currentSlot: UInt64 = 20_000_000

    /// Made once for all tests.
    static let shared = Result { try MainnetChain() }

    private init() throws {
        network = try #require(Network.named("mainnet"))
        let capella = "light-client/mainnet-capella"
        var store = try start("\(capella)/bootstrap.ssz", .capella)
        try follow("\(capella)/updates.ssz", &store)
        for (name, kind) in [
            ("finUpdate", LightClientUpdate.Kind.finality), ("optUpdate", .optimistic),
        ] {
            try offer(kind, .capella, SharedData.bytes("\(capella)/\(name).ssz"), name, &store)
        }
        let deneb = "light-client/mainnet-deneb"
        store = try start("\(deneb)/bootstrap-11034656.ssz", .deneb)
        try follow("\(deneb)/updates-1347-1392.ssz", &store)
        try follow("\(deneb)/updates-1393-1406.ssz", &store)
        _ = try start("\(deneb)/bootstrap-11526688.ssz", .deneb)
    }

    private mutating func start(
        _ path: String, _ fork: ConsensusFork
    ) throws -> LightClientStore {
        let ssz = try SharedData.bytes(path)
        let bootstrap = try LightClientBootstrap(ssz: ssz, fork: fork, network: network)
        let root = bootstrap.header.beacon.root
        starts.append(Start(fork: fork, ssz: ssz, root: root))
        return try SyncProtocol.initializeLightClientStore(
            trustedBlockRoot: root, bootstrap: bootstrap, network: network)
    }

    private mutating func follow(_ path: String, _ store: inout LightClientStore) throws {
        for chunk in try UpdateChunk.chunks(SharedData.bytes(path)) {
            let fork = try #require(network.fork(ofDigest: chunk.digest))
            try offer(.update, fork, chunk.ssz, path, &store)
        }
    }

    private mutating func offer(
        _ kind: LightClientUpdate.Kind, _ fork: ConsensusFork, _ ssz: [UInt8], _ name: String,
        _ store: inout LightClientStore
    ) throws {
        let update = try LightClientUpdate(ssz: ssz, kind, fork: fork, network: network)
        offers.append(
            Offer(
                name: name, kind: kind, fork: fork, ssz: ssz, before: store, update: update))
        try SyncProtocol.processLightClientUpdate(
            &store, update, currentSlot: Self.currentSlot, network: network)
    }
}

extension LightClientStore {
    /// Whether both know the same; keys that were read in the meantime count for nothing.
    func knowsTheSame(as other: LightClientStore) -> Bool {
        finalizedHeader == other.finalizedHeader && optimisticHeader == other.optimisticHeader
            && currentSyncCommittee == other.currentSyncCommittee
            && nextSyncCommittee == other.nextSyncCommittee
            && bestValidUpdate == other.bestValidUpdate
            && previousMaxActiveParticipants == other.previousMaxActiveParticipants
            && currentMaxActiveParticipants == other.currentMaxActiveParticipants
    }
}
