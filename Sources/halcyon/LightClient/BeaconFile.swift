// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LightClient

/// A file with an answer of the Beacon API, known by its name: `bootstrap*`, `update*`, `fin*` and `opt*`, `.ssz` or `.json`.
struct BeaconFile {
    /// What an answer holds, in the order in which a client asks for it.
    enum Kind: Int, CaseIterable {
        case bootstrap
        case updates
        case finality
        case optimistic

        fileprivate var prefix: String {
            switch self {
            case .bootstrap: "bootstrap"
            case .updates: "update"
            case .finality: "fin"
            case .optimistic: "opt"
            }
        }
    }

    let name: String
    let kind: Kind
    private let isJSON: Bool

    /// `nil` for a file that is none.
    init?(_ name: String) {
        guard let kind = Kind.allCases.first(where: { name.hasPrefix($0.prefix) }),
            name.hasSuffix(".json") || name.hasSuffix(".ssz")
        else { return nil }
        self.name = name
        self.kind = kind
        isJSON = name.hasSuffix(".json")
    }

    /// The bootstrap that the file holds.
    func bootstrap(_ folder: ReplayFolder, _ network: Network) throws -> LightClientBootstrap {
        let bytes = try bytes(folder)
        if isJSON { return try LightClientBootstrap(json: json(bytes), network: network) }
        return try LightClientBootstrap(ssz: bytes, network: network)
    }

    /// Ways to read the updates that the file holds, so that each can be refused by itself.
    func updates(
        _ folder: ReplayFolder, _ network: Network
    ) throws -> [() throws -> LightClientUpdate] {
        let bytes = try bytes(folder)
        guard kind == .updates else {
            let kind: LightClientUpdate.Kind = kind == .finality ? .finality : .optimistic
            guard isJSON else {
                return [{ try LightClientUpdate(ssz: bytes, kind, network: network) }]
            }
            return [{ try LightClientUpdate(json: json(bytes), kind, network: network) }]
        }
        guard isJSON else {
            return try UpdateChunk.chunks(bytes).map { chunk in
                { try LightClientUpdate(chunk, network: network) }
            }
        }
        let answer = try json(bytes)
        // Some providers wrap the list, the standard does not.
        let elements = answer.array ?? answer["data"]?.array ?? [answer]
        guard elements.count <= LightClientLimits.updatesMax else {
            throw LightClientError(.json, "\(elements.count) updates")
        }
        return elements.map { element in
            { try LightClientUpdate(json: element, .update, network: network) }
        }
    }

    private func bytes(_ folder: ReplayFolder) throws(ReplayError) -> [UInt8] {
        try folder.bytes(name, bytesMax: ReplayLimits.answerBytesMax)
    }

    private func json(_ bytes: [UInt8]) throws(LightClientError) -> JSONValue {
        do throws(JSONError) {
            return try JSONReader.read(bytes, bytesMax: ReplayLimits.answerBytesMax)
        } catch {
            throw LightClientError(.json, "\(error)")
        }
    }
}
