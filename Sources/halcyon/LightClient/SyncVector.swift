// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import JSON
internal import LightClient

/// A case of the official `light_client/sync` vectors (consensus-specs, `tests/formats/light_client/sync.md`).
struct SyncVector {
    let folder: ReplayFolder
    let network: Network
    let trustedBlockRoot: Bytes32
    let bootstrapFork: ConsensusFork
    let steps: [JSONValue]
    /// Whether every update is also offered spoiled.
    let spoils: Bool

    init(_ folder: ReplayFolder, spoils: Bool) throws {
        let meta = try folder.yaml("meta.yaml")
        network = try VectorNetwork.read(
            config: folder.yaml("config.yaml"),
            genesisValidatorsRoot: meta.vectorRoot("genesis_validators_root"))
        trustedBlockRoot = try meta.vectorRoot("trusted_block_root")
        bootstrapFork = try meta.vectorFork("bootstrap_fork_digest", network)
        steps = try folder.yaml("steps.yaml").array ?? []
        self.folder = folder
        self.spoils = spoils
    }

    func replay(_ report: inout ReplayReport) throws {
        var first = ReplayStep(0, "bootstrap")
        var store = first.attempt {
            let bytes = try folder.object("bootstrap", bytesMax: LightClientLimits.objectBytesMax)
            return try SyncProtocol.initializeLightClientStore(
                trustedBlockRoot: trustedBlockRoot,
                bootstrap: LightClientBootstrap(ssz: bytes, fork: bootstrapFork, network: network),
                network: network)
        }
        first.note(store)
        try report.add(first)
        for (index, entry) in steps.enumerated() {
            guard case .object(let members) = entry, members.count == 1,
                let (kind, step) = members.first
            else { throw ReplayError(.vector, "step \(index + 1): not one member") }
            var result = ReplayStep(index + 1, kind, step["update"]?.string)
            // What comes after a bootstrap that is refused can't be tried, and is not passed over.
            guard var next = store else {
                result.fail("there is no store")
                try report.add(result)
                continue
            }
            if kind == "process_update", spoils {
                try offerSpoiled(step, to: next, index + 1, &report)
            }
            _ = result.attempt { try perform(kind, step, &next) }
            result.note(next)
            store = next
            if result.accepted, let place = try mismatch(step, next) { result.fail(place) }
            try report.add(result)
        }
    }

    private func perform(_ kind: String, _ step: JSONValue, _ store: inout LightClientStore) throws
    {
        switch kind {
        case "process_update":
            try SyncProtocol.processLightClientUpdate(
                &store, update(step), currentSlot: step.vectorInteger("current_slot"),
                network: network)
        case "force_update":
            try SyncProtocol.processLightClientStoreForceUpdate(
                &store, currentSlot: step.vectorInteger("current_slot"), network: network)
        case "upgrade_store":
            // A store is kept in the newest layout from the beginning: that the fork is known is all there is to do.
            if step["store_fork_digest"] != nil {
                _ = try step.vectorFork("store_fork_digest", network)
            } else {
                let version = try step.vectorBytes("store_fork_version")
                guard network.forks.contains(where: { $0.version == version }) else {
                    throw ReplayError(.vector, "store_fork_version: no fork has it")
                }
            }
        default: throw ReplayError(.vector, "no step is named \(kind)")
        }
    }

    private func update(_ step: JSONValue) throws -> LightClientUpdate {
        let bytes = try folder.object(
            step.vectorText("update"), bytesMax: LightClientLimits.objectBytesMax)
        return try LightClientUpdate(
            ssz: bytes, fork: step.vectorFork("update_fork_digest", network), network: network)
    }

    /// The first member of the step's checks that is not as the store has it.
    private func mismatch(_ step: JSONValue, _ store: LightClientStore) throws -> String? {
        guard let checks = step["checks"] else { return "no checks" }
        for (name, header) in [
            ("finalized_header", store.finalizedHeader),
            ("optimistic_header", store.optimisticHeader),
        ] {
            guard let check = checks[name] else { return "\(name): missing" }
            let slot = try check.vectorInteger("slot")
            guard slot == header.beacon.slot else {
                return "\(name).slot: \(header.beacon.slot), not \(slot)"
            }
            guard try check.vectorRoot("beacon_root") == header.beacon.root else {
                return "\(name).beacon_root: \(header.beacon.root)"
            }
            // Vectors of forks before capella don't have it.
            guard
                try check["execution_root"] == nil
                    || check.vectorRoot("execution_root") == header.executionRoot(network)
            else { return "\(name).execution_root: \(header.executionRoot(network))" }
        }
        return nil
    }

    private func offerSpoiled(
        _ step: JSONValue, to store: LightClientStore, _ number: Int, _ report: inout ReplayReport
    ) throws {
        var accepted = store
        guard let update = try? update(step), let slot = try? step.vectorInteger("current_slot"),
            (try? SyncProtocol.processLightClientUpdate(
                &accepted, update, currentSlot: slot, network: network)) != nil
        else { return }
        for spoiled in SpoiledUpdate.all(of: update, currentSlot: slot, network) {
            var result = ReplayStep(
                number, "spoiled_update", spoiled.what, refusal: spoiled.rule.rawValue)
            var copy = store
            _ = result.attempt {
                try SyncProtocol.processLightClientUpdate(
                    &copy, spoiled.update(network), currentSlot: slot, network: network)
            }
            if copy.finalizedHeader != store.finalizedHeader
                || copy.optimisticHeader != store.optimisticHeader
                || copy.bestValidUpdate != store.bestValidUpdate
            {
                result.fail("the store changed")
            }
            try report.add(result)
        }
    }
}
