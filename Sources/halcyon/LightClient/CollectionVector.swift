// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import JSON
internal import LightClient

/// A case of the official `light_client/data_collection` vectors, from the client's side of them.
///
/// They test what a full node collects. A client takes what it collected: every bootstrap must be of its block, and every
/// update must be accepted by who knows the committee of its period from a bootstrap.
struct CollectionVector {
    private let folder: ReplayFolder
    private let network: Network
    private let steps: [JSONValue]
    /// Objects that were taken before: heads repeat most of them.
    private var seen: Set<String> = []
    /// The first store of each period.
    private var stores: [UInt64: LightClientStore] = [:]
    private var number = 0

    init(_ folder: ReplayFolder) throws {
        // A state begins with the genesis time and the validators' root.
        let state = try folder.object("initial_state", bytesMax: ReplayLimits.stateBytesMax)
        guard let root = Bytes32(state.dropFirst(8).prefix(Bytes32.count)) else {
            throw ReplayError(.vector, "initial_state: \(state.count) bytes")
        }
        network = try VectorNetwork.read(
            config: folder.yaml("config.yaml"), genesisValidatorsRoot: root)
        steps = try folder.yaml("steps.yaml").array ?? []
        self.folder = folder
    }

    mutating func replay(_ report: inout ReplayReport) throws {
        for checks in steps.compactMap({ $0["new_head"]?["checks"] }) {
            for entry in checks["bootstraps"]?.array ?? [] {
                guard let object = entry["bootstrap"] else { continue }
                try bootstrap(object, entry.vectorRoot("block_root"), &report)
            }
            for entry in checks["best_updates"]?.array ?? [] {
                guard let object = entry["update"] else { continue }
                try update(
                    object, .update, period: entry.vectorInteger("period"), "best_update", &report)
            }
            if let object = checks["latest_finality_update"] {
                try update(object, .finality, "finality_update", &report)
            }
            if let object = checks["latest_optimistic_update"] {
                try update(object, .optimistic, "optimistic_update", &report)
            }
        }
    }

    private mutating func bootstrap(
        _ object: JSONValue, _ root: Bytes32, _ report: inout ReplayReport
    ) throws {
        let name = try object.vectorText("data")
        guard seen.insert(name).inserted else { return }
        var step = ReplayStep(number, "bootstrap", name)
        number += 1
        let store = step.attempt {
            let bytes = try folder.object(name, bytesMax: LightClientLimits.objectBytesMax)
            let bootstrap = try LightClientBootstrap(
                ssz: bytes, fork: object.vectorFork("fork_digest", network), network: network)
            return try SyncProtocol.initializeLightClientStore(
                trustedBlockRoot: root, bootstrap: bootstrap, network: network)
        }
        if let store {
            let period = network.syncCommitteePeriod(atSlot: store.finalizedHeader.beacon.slot)
            stores[period] = stores[period] ?? store
        }
        step.note(store)
        try report.add(step)
    }

    private mutating func update(
        _ object: JSONValue, _ kind: LightClientUpdate.Kind, period: UInt64? = nil, _ word: String,
        _ report: inout ReplayReport
    ) throws {
        let name = try object.vectorText("data")
        guard seen.insert(name).inserted else { return }
        var step = ReplayStep(number, word, name)
        number += 1
        var isOnlyRead = false
        var refusal: String?
        _ = step.attempt {
            let bytes = try folder.object(name, bytesMax: LightClientLimits.objectBytesMax)
            let update = try LightClientUpdate(
                ssz: bytes, kind, fork: object.vectorFork("fork_digest", network), network: network)
            let attested = network.syncCommitteePeriod(
                atSlot: update.attestedHeader.beacon.slot)
            guard period == nil || period == attested else {
                throw ReplayError(.check, "period: \(attested)")
            }
            let signed = network.syncCommitteePeriod(atSlot: update.signatureSlot)
            guard var store = stores[signed] else {
                // There was no bootstrap of its period.
                isOnlyRead = true
                return
            }
            // What attests no more than the bootstrap tells nothing to who has that.
            let known = store.finalizedHeader.beacon.slot
            if kind != .update, update.attestedHeader.beacon.slot <= known {
                refusal = LightClientError.Rule.irrelevant.rawValue
            }
            try SyncProtocol.processLightClientUpdate(
                &store, update, currentSlot: update.signatureSlot, network: network)
        }
        step.isOnlyRead = isOnlyRead
        step.refusal = refusal
        try report.add(step)
    }
}
