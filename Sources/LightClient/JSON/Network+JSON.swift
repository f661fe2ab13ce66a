// SPDX-License-Identifier: Apache-2.0

internal import Bytes
public import JSON

/// A network in JSON, with the consensus specification's names in lower case.
extension Network {
    /// Reads a network.
    ///
    /// `forks` is a list of `name`, `version` (four bytes) and `epoch`; `blob_schedule` one of `epoch` and
    /// `max_blobs_per_block`, electra's first, and may be left out.
    ///
    /// - Throws: `LightClientError` of rule `network`, with the member as place.
    public init(json value: JSONValue) throws(LightClientError) {
        let reader = NetworkReader(value: value, place: "network")
        guard let root = Bytes32(try reader.bytes("genesis_validators_root")) else {
            throw LightClientError(.network, "genesis_validators_root: not 32 bytes")
        }
        let size = try reader.integer("sync_committee_size")
        guard size <= UInt64(LightClientLimits.syncCommitteeSizeMax) else {
            throw LightClientError(.network, "sync_committee_size: \(size)")
        }
        var forks: [Fork] = []
        for entry in try reader.list("forks") {
            let name = try entry.text("name")
            guard let fork = ConsensusFork(rawValue: name) else {
                throw LightClientError(.network, "\(entry.place): no fork is named \(name)")
            }
            forks.append(
                Fork(fork, version: try entry.bytes("version"), epoch: try entry.integer("epoch")))
        }
        var blobs: [BlobParameters] = []
        for entry in value["blob_schedule"] == nil ? [] : try reader.list("blob_schedule") {
            blobs.append(
                BlobParameters(
                    epoch: try entry.integer("epoch"),
                    maxBlobsPerBlock: try entry.integer("max_blobs_per_block")))
        }
        try self.init(
            name: try reader.text("name"), chainID: try reader.integer("chain_id"),
            genesisTime: try reader.integer("genesis_time"), genesisValidatorsRoot: root,
            secondsPerSlot: try reader.integer("seconds_per_slot"),
            slotsPerEpoch: try reader.integer("slots_per_epoch"),
            epochsPerSyncCommitteePeriod: try reader.integer("epochs_per_sync_committee_period"),
            syncCommitteeSize: Int(size), forks: forks, blobSchedule: blobs)
    }
}

/// The members of one object of a network's file.
private struct NetworkReader {
    let value: JSONValue
    let place: String

    func text(_ name: String) throws(LightClientError) -> String {
        guard let text = value[name]?.string, text.utf8.count <= 128 else {
            throw LightClientError(.network, "\(place).\(name): not a short text")
        }
        return text
    }

    func integer(_ name: String) throws(LightClientError) -> UInt64 {
        guard let number = value[name]?.uint64 else {
            throw LightClientError(.network, "\(place).\(name): not a whole number")
        }
        return number
    }

    func bytes(_ name: String) throws(LightClientError) -> [UInt8] {
        guard let text = try? self.text(name), text.hasPrefix("0x"),
            let bytes = try? Hex.decode(text)
        else { throw LightClientError(.network, "\(place).\(name): not 0x and digits") }
        return bytes
    }

    func list(_ name: String) throws(LightClientError) -> [NetworkReader] {
        guard let elements = value[name]?.array, elements.count <= LightClientLimits.forksMax else {
            throw LightClientError(.network, "\(place).\(name): not a short list")
        }
        return elements.enumerated().map {
            NetworkReader(value: $1, place: "\(place).\(name)[\($0)]")
        }
    }
}
