// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import JSON
internal import LightClient

/// The networks of the official test vectors.
enum VectorNetwork {
    private static let never = UInt64.max

    /// The network of a case: its `config.yaml`, and what its texts say of the genesis.
    static func read(
        config: JSONValue, genesisValidatorsRoot: Bytes32
    ) throws -> Network {
        var forks: [Network.Fork] = []
        for fork in ConsensusFork.allCases {
            let prefix = fork == .phase0 ? "GENESIS" : fork.rawValue.uppercased()
            let epoch =
                fork == .phase0
                ? 0 : try config.vectorInteger("\(prefix)_FORK_EPOCH", orElse: never)
            guard epoch != never else { continue }
            let version = try config.vectorBytes("\(prefix)_FORK_VERSION")
            forks.append(Network.Fork(fork, version: version, epoch: epoch))
        }
        var blobs: [Network.BlobParameters] = []
        if let electra = forks.first(where: { $0.fork == .electra }) {
            let count = try config.vectorInteger("MAX_BLOBS_PER_BLOCK_ELECTRA", orElse: 9)
            blobs.append(.init(epoch: electra.epoch, maxBlobsPerBlock: count))
        }
        for entry in config["BLOB_SCHEDULE"]?.array ?? [] {
            let epoch = try entry.vectorInteger("EPOCH")
            // A schedule may begin with electra itself, or repeat it.
            blobs.removeAll { $0.epoch == epoch }
            blobs.append(
                .init(
                    epoch: epoch, maxBlobsPerBlock: try entry.vectorInteger("MAX_BLOBS_PER_BLOCK")))
        }
        return try preset(
            config["PRESET_BASE"]?.string ?? "", genesisValidatorsRoot, forks: forks,
            blobs.sorted { $0.epoch < $1.epoch })
    }

    /// The network of a case without a configuration: of one preset, and of one fork since genesis.
    static func only(_ fork: ConsensusFork, preset: String) throws -> Network {
        let forks = ConsensusFork.allCases.filter { $0 <= fork }.map {
            Network.Fork($0, version: [0, 0, 0, 0], epoch: 0)
        }
        return try self.preset(preset, .zero, forks: forks, [])
    }

    private static func preset(
        _ name: String, _ root: Bytes32, forks: [Network.Fork], _ blobs: [Network.BlobParameters]
    ) throws -> Network {
        let sizes: (slots: UInt64, epochs: UInt64, keys: Int)
        switch name {
        case "minimal": sizes = (8, 8, 32)
        case "mainnet": sizes = (32, 256, 512)
        default: throw ReplayError(.vector, "preset \"\(name)\"")
        }
        return try Network(
            name: name, chainID: 0, genesisTime: 0, genesisValidatorsRoot: root, secondsPerSlot: 1,
            slotsPerEpoch: sizes.slots, epochsPerSyncCommitteePeriod: sizes.epochs,
            syncCommitteeSize: sizes.keys, forks: forks, blobSchedule: blobs)
    }
}

/// Members of vectors' texts: numbers, and bytes as `0x` and digits, are texts here.
extension JSONValue {
    func vectorText(_ name: String) throws(ReplayError) -> String {
        guard let text = self[name]?.string else { throw ReplayError(.vector, "\(name): missing") }
        return text
    }

    func vectorInteger(_ name: String, orElse value: UInt64? = nil) throws(ReplayError) -> UInt64 {
        if let value, self[name] == nil { return value }
        guard let number = UInt64(try vectorText(name)) else {
            throw ReplayError(.vector, "\(name): not a whole number")
        }
        return number
    }

    func vectorBytes(_ name: String) throws(ReplayError) -> [UInt8] {
        guard let bytes = try? Hex.decode(vectorText(name)) else {
            throw ReplayError(.vector, "\(name): not 0x and digits")
        }
        return bytes
    }

    func vectorRoot(_ name: String) throws(ReplayError) -> Bytes32 {
        guard let root = Bytes32(try vectorBytes(name)) else {
            throw ReplayError(.vector, "\(name): not 32 bytes")
        }
        return root
    }

    /// The fork that a digest among the members names.
    func vectorFork(_ name: String, _ network: Network) throws(ReplayError) -> ConsensusFork {
        let digest = try vectorBytes(name)
        guard let fork = network.fork(ofDigest: digest) else {
            throw ReplayError(.vector, "\(name): no fork of the configuration has it")
        }
        return fork
    }
}
