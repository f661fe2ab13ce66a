// SPDX-License-Identifier: Apache-2.0

import Bytes
import TestSupport
import Testing

@testable import LightClient

@Suite(.enabled(if: SharedData.isThere, "no ../shared/data beside the project"))
struct MainnetTests {
    /// Chunks of a Beacon API answer: 8 bytes of length, 4 of fork digest, the object.
    static func updates(_ path: String) throws -> [(digest: [UInt8], ssz: [UInt8])] {
        var bytes = try SharedData.bytes(path)[...]
        var updates: [(digest: [UInt8], ssz: [UInt8])] = []
        while !bytes.isEmpty {
            let count = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            let chunk = bytes.dropFirst(8).prefix(count)
            updates.append((Array(chunk.prefix(4)), Array(chunk.dropFirst(4))))
            bytes = bytes.dropFirst(8 + count)
        }
        return updates
    }

    @Test("sixty periods of mainnet lead from one checkpoint to the next")
    func deneb() throws {
        let network = try #require(Network.named("mainnet"))
        let folder = "light-client/mainnet-deneb"
        let bootstrap = try LightClientBootstrap(
            ssz: SharedData.bytes("\(folder)/bootstrap-11034656.ssz"), fork: .deneb,
            network: network)
        let root = try #require(
            Bytes32(hex: "2e522016a5ac7d8d57d758b633a25491a43d12750db8f417fd6cf264b7ec5650"))
        var store = try SyncProtocol.initializeLightClientStore(
            trustedBlockRoot: root, bootstrap: bootstrap, network: network)
        var count = 0
        for file in ["updates-1347-1392.ssz", "updates-1393-1406.ssz"] {
            for (digest, ssz) in try Self.updates("\(folder)/\(file)") {
                let fork: ConsensusFork = digest[0] == 0xAD ? .electra : .deneb
                let update = try LightClientUpdate(ssz: ssz, fork: fork, network: network)
                try SyncProtocol.processLightClientUpdate(
                    &store, update, currentSlot: 20_000_000, network: network)
                count += 1
            }
        }
        #expect(count == 60)
        let later = try LightClientBootstrap(
            ssz: SharedData.bytes("\(folder)/bootstrap-11526688.ssz"), fork: .deneb,
            network: network)
        #expect(store.nextSyncCommittee == later.currentSyncCommittee)
    }
}
