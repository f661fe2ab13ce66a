// SPDX-License-Identifier: Apache-2.0

internal import LightClient

/// What the folders of an official vector say of it: `PRESET/FORK/light_client/HANDLER/SUITE/CASE`.
struct VectorPlace {
    let preset: String
    let fork: ConsensusFork
    let suite: String
    let name: String

    init(_ folder: ReplayFolder) throws(ReplayError) {
        let parts = folder.parts
        guard parts.count >= 6, let fork = ConsensusFork(rawValue: parts[parts.count - 5]) else {
            throw ReplayError(.vector, "no folder above is named for a fork")
        }
        preset = parts[parts.count - 6]
        self.fork = fork
        suite = parts[parts.count - 2]
        name = parts[parts.count - 1]
    }

    /// A network of that preset and fork.
    var network: Network { get throws { try VectorNetwork.only(fork, preset: preset) } }
}
