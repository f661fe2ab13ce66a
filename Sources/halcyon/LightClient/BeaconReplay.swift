// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import LightClient

/// Replays a folder of answers of the Beacon API as a client would have asked for them: the earliest bootstrap, or the one of
/// the checkpoint, all updates by the names of their files, finality, optimism. Later bootstraps must tell the committee that
/// the updates led to.
struct BeaconReplay {
    let folder: ReplayFolder
    let network: Network
    let currentSlot: UInt64
    let checkpoint: Bytes32?

    func replay(_ report: inout ReplayReport) throws {
        let files = folder.names.compactMap(BeaconFile.init).sorted {
            ($0.kind.rawValue, $0.name.utf8.count, $0.name)
                < ($1.kind.rawValue, $1.name.utf8.count, $1.name)
        }
        var number = 0
        var bootstraps: [(file: BeaconFile, bootstrap: LightClientBootstrap)] = []
        for file in files where file.kind == .bootstrap {
            var step = ReplayStep(number, "bootstrap", file.name)
            if let bootstrap = step.attempt({ try file.bootstrap(folder, network) }) {
                bootstraps.append((file, bootstrap))
            } else {
                try report.add(step)
                number += 1
            }
        }
        bootstraps.sort { $0.bootstrap.header.beacon.slot < $1.bootstrap.header.beacon.slot }
        var store = try initialize(&bootstraps, &number, &report)
        var latest: [Object] = []
        for file in files where file.kind != .bootstrap {
            let objects = try read(file, &number, &report)
            if file.kind == .updates {
                for object in objects { try process(object, &store, &number, &report) }
            } else {
                latest += objects
            }
        }
        // These were asked for again and again: a client saw them in the order of their slots.
        latest.sort { ($0.slot, $0.file.kind.rawValue) < ($1.slot, $1.file.kind.rawValue) }
        for object in latest { try process(object, &store, &number, &report) }
        for (file, bootstrap) in bootstraps {
            try compare(bootstrap, file, store, &number, &report)
        }
    }

    /// An update of a file, or why it is none.
    private struct Object {
        let file: BeaconFile
        let name: String
        let update: Result<LightClientUpdate, any Error>

        /// When it was made; what can't be read comes first.
        var slot: UInt64 { (try? update.get().attestedHeader.beacon.slot) ?? 0 }

        var kind: String {
            switch file.kind {
            case .finality: "finality_update"
            case .optimistic: "optimistic_update"
            default: "update"
            }
        }
    }

    /// Takes the bootstrap where trust starts out of the list.
    private func initialize(
        _ bootstraps: inout [(file: BeaconFile, bootstrap: LightClientBootstrap)],
        _ number: inout Int, _ report: inout ReplayReport
    ) throws -> LightClientStore? {
        let trusted = bootstraps.firstIndex { $0.bootstrap.header.beacon.root == checkpoint } ?? 0
        guard bootstraps.indices.contains(trusted) else { return nil }
        let (file, bootstrap) = bootstraps.remove(at: trusted)
        var step = ReplayStep(number, "bootstrap", file.name)
        let store = step.attempt {
            try SyncProtocol.initializeLightClientStore(
                trustedBlockRoot: checkpoint ?? bootstrap.header.beacon.root, bootstrap: bootstrap,
                network: network)
        }
        step.note(store)
        try report.add(step)
        number += 1
        return store
    }

    private func read(
        _ file: BeaconFile, _ number: inout Int, _ report: inout ReplayReport
    ) throws -> [Object] {
        var step = ReplayStep(number, "file", file.name)
        guard let updates = step.attempt({ try file.updates(folder, network) }) else {
            number += 1
            try report.add(step)
            return []
        }
        return updates.enumerated().map { index, read in
            let name = updates.count > 1 ? "\(file.name)[\(index)]" : file.name
            return Object(file: file, name: name, update: Result { try read() })
        }
    }

    private func process(
        _ object: Object, _ store: inout LightClientStore?, _ number: inout Int,
        _ report: inout ReplayReport
    ) throws {
        var step = ReplayStep(number, object.kind, object.name)
        number += 1
        if var next = store {
            _ = step.attempt {
                try SyncProtocol.processLightClientUpdate(
                    &next, object.update.get(), currentSlot: currentSlot, network: network)
            }
            store = next
            step.note(next)
        } else {
            step.fail("there is no store")
        }
        try report.add(step)
    }

    private func compare(
        _ bootstrap: LightClientBootstrap, _ file: BeaconFile, _ store: LightClientStore?,
        _ number: inout Int, _ report: inout ReplayReport
    ) throws {
        var step = ReplayStep(number, "bootstrap", file.name)
        number += 1
        _ = step.attempt {
            try SyncProtocol.initializeLightClientStore(
                trustedBlockRoot: bootstrap.header.beacon.root, bootstrap: bootstrap,
                network: network)
        }
        if step.accepted, let store {
            switch store.agrees(with: bootstrap, network: network) {
            case true: break
            case false: step.fail("another committee than the updates led to")
            case nil:
                let slot = bootstrap.header.beacon.slot
                step.fail("no committee is known of the period of slot \(slot)")
            }
        }
        step.note(store)
        try report.add(step)
    }
}
