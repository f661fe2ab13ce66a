// SPDX-License-Identifier: Apache-2.0

public import JSON

/// Objects of the Beacon API in JSON: `{"version": FORK, "data": OBJECT}`. They become SSZ first, so that nothing is read in two
/// ways.
extension LightClientUpdate {
    /// Reads an object in JSON.
    ///
    /// - Parameters:
    ///   - answer: the answer, or one element of the answer to a request for updates.
    ///   - kind: which object.
    ///   - network: sizes and schedule.
    /// - Throws: `LightClientError` of rule `json` or `encoding`.
    public init(json answer: JSONValue, _ kind: Kind, network: Network) throws(LightClientError) {
        let (fork, data) = try answer.versioned(kind.rawValue)
        let ssz = try SSZType.update(kind, fork, network).encode(data, kind.rawValue)
        try self.init(ssz: ssz, kind, fork: fork, network: network)
    }
}

extension LightClientBootstrap {
    /// Reads a bootstrap in JSON.
    ///
    /// - Throws: `LightClientError` of rule `json` or `encoding`.
    public init(json answer: JSONValue, network: Network) throws(LightClientError) {
        let (fork, data) = try answer.versioned("bootstrap")
        let ssz = try SSZType.bootstrap(fork, network).encode(data, "bootstrap")
        try self.init(ssz: ssz, fork: fork, network: network)
    }
}

extension JSONValue {
    fileprivate func versioned(
        _ place: String
    ) throws(LightClientError) -> (fork: ConsensusFork, data: JSONValue) {
        guard let fork = self["version"]?.string.flatMap(ConsensusFork.init) else {
            throw LightClientError(.json, "\(place): no version that is known")
        }
        guard let data = self["data"] else { throw LightClientError(.json, "\(place): no data") }
        return (fork, data)
    }
}
