// SPDX-License-Identifier: Apache-2.0

import Bytes
import Ethereum
import TestSupport
import Testing

@testable import LightClient

/// Updates that are made to hurt: numbers at their limits, streams that lie, committees that are none.
@Suite(.enabled(if: SharedData.isThere, "no ../shared/data beside the project"))
struct HostileUpdateTests {
    private let chain: MainnetChain
    private let offer: MainnetChain.Offer

    init() throws {
        chain = try MainnetChain.shared.get()
        offer = try #require(chain.offers.first { $0.kind == .update && $0.fork == .deneb })
    }

    private func rule(
        _ ssz: [UInt8], at slot: UInt64 = MainnetChain.currentSlot,
        _ fork: ConsensusFork = .gloas
    ) -> LightClientError.Rule? {
        var store = offer.before
        do throws(LightClientError) {
            let update = try LightClientUpdate(ssz: ssz, fork: fork, network: chain.network)
            try SyncProtocol.processLightClientUpdate(
                &store, update, currentSlot: slot, network: chain.network)
            return nil
        } catch {
            return error.rule
        }
    }

    /// The update in the newest layout, where every field has its place.
    private var newest: [UInt8] { offer.update.encoded(chain.network) }

    /// Where a field of the newest layout stands.
    private func range(_ path: String) throws -> Range<Int> {
        let leaves = SSZType.update(.update, .gloas, chain.network).leaves(newest)
        return try #require(leaves.first { $0.path == path }).range
    }

    private func setting(_ path: String, to value: [UInt8], in ssz: [UInt8]) throws -> [UInt8] {
        var ssz = ssz
        ssz.replaceSubrange(try range(path), with: value)
        return ssz
    }

    @Test("slots at the limits of 64 bits, in every place, are refused and never trap")
    func slots() throws {
        let limits: [UInt64] = [0, 1, 8191, 8192, 1 << 63, .max - 8192, .max - 1, .max]
        var refused = 0
        for attested in limits {
            for finalized in limits {
                for signature in limits {
                    var ssz = newest
                    for (path, slot) in [
                        ("attested_header.beacon.slot", attested),
                        ("finalized_header.beacon.slot", finalized), ("signature_slot", signature),
                    ] {
                        ssz = try setting(path, to: slot.littleEndianBytes, in: ssz)
                    }
                    for now in [0, MainnetChain.currentSlot, .max] {
                        #expect(rule(ssz, at: now) != nil)
                        refused += 1
                    }
                }
            }
        }
        #expect(refused == 1536)
    }

    @Test("participation of nobody, of all, and of others than those who signed is refused")
    func participation() throws {
        let path = "sync_aggregate.sync_committee_bits"
        let bits = Array(newest[try range(path)])
        let none = try setting(path, to: [UInt8](repeating: 0, count: 64), in: newest)
        #expect(rule(none) == .participants)
        for other in [
            [UInt8](repeating: 0xFF, count: 64), bits.reversed(), bits.map { ~$0 },
            [1] + [UInt8](repeating: 0, count: 63),
        ] where other != bits {
            #expect(rule(try setting(path, to: other, in: newest)) == .signature)
        }
    }

    static let badSignatures: [[UInt8]] = [
        [0xC0] + [UInt8](repeating: 0, count: 95), [UInt8](repeating: 0, count: 96),
        [UInt8](repeating: 0xFF, count: 96), [0xA0] + [UInt8](repeating: 0, count: 94) + [2],
    ]

    @Test(
        "a signature at infinity, outside the group, or none at all is refused",
        arguments: badSignatures)
    func signature(bytes: [UInt8]) throws {
        let ssz = try setting(
            "sync_aggregate.sync_committee_signature", to: bytes, in: newest)
        #expect(rule(ssz) == .signature)
    }

    static let badKeys: [(String, [UInt8])] = [
        ("infinity", [0xC0] + [UInt8](repeating: 0, count: 47)),
        ("outside the group", [0x80] + [UInt8](repeating: 0, count: 46) + [4]),
        ("no point", [0x80] + [UInt8](repeating: 0, count: 46) + [1]),
        ("zeros", [UInt8](repeating: 0, count: 48)),
        ("ones", [UInt8](repeating: 0xFF, count: 48)),
    ]

    @Test(
        "a committee with a key that is none is refused even where its branch is right",
        arguments: badKeys)
    func committee(_: String, key: [UInt8]) throws {
        let start = try #require(chain.starts.first)
        let bootstrap = try LightClientBootstrap(
            ssz: start.ssz, fork: start.fork, network: chain.network)
        var keys = bootstrap.currentSyncCommittee.pubkeys
        keys.replaceSubrange(480..<528, with: key)
        var cache = CommitteeKeys()
        #expect {
            try cache.of(
                SyncCommittee(
                    pubkeys: keys, aggregatePubkey: bootstrap.currentSyncCommittee.aggregatePubkey))
        } throws: {
            ($0 as? LightClientError)?.rule == .committeeKey
        }
    }

    @Test("a bootstrap of another block than the trusted one is refused")
    func bootstrap() throws {
        let network = chain.network
        for start in chain.starts {
            let bootstrap = try LightClientBootstrap(
                ssz: start.ssz, fork: start.fork, network: network)
            for other in chain.starts where other.root != start.root {
                #expect {
                    try SyncProtocol.initializeLightClientStore(
                        trustedBlockRoot: other.root, bootstrap: bootstrap, network: network)
                } throws: {
                    ($0 as? LightClientError)?.rule == .trustedRoot
                }
            }
        }
    }

    @Test("of another genesis, or by another schedule, the same update is not signed")
    func networks() throws {
        let mainnet = chain.network
        func network(root: Bytes32, version: UInt8) throws -> Network {
            try Network(
                name: "other", chainID: 1, genesisTime: mainnet.genesisTime,
                genesisValidatorsRoot: root, secondsPerSlot: 12, slotsPerEpoch: 32,
                epochsPerSyncCommitteePeriod: 256, syncCommitteeSize: 512,
                forks: mainnet.forks.map {
                    Network.Fork(
                        $0.fork, version: $0.version.dropLast() + [version], epoch: $0.epoch)
                })
        }
        for (other, isSame) in [
            (try network(root: mainnet.genesisValidatorsRoot, version: 0), true),
            (try network(root: .zero, version: 0), false),
            (try network(root: mainnet.genesisValidatorsRoot, version: 1), false),
        ] {
            var store = offer.before
            let result = Result {
                try SyncProtocol.processLightClientUpdate(
                    &store, offer.update, currentSlot: MainnetChain.currentSlot, network: other)
            }
            switch result {
            case .success: #expect(isSame)
            case .failure(let error):
                #expect(!isSame && (error as? LightClientError)?.rule == .signature)
            }
        }
    }

    @Test("a stream of updates is cut where its lengths say, and nowhere else")
    func stream() throws {
        let good = try SharedData.bytes("light-client/mainnet-capella/updates.ssz")
        let chunks = try UpdateChunk.chunks(good)
        #expect(chunks.count == 21)
        #expect(try UpdateChunk.chunks([]) == [])
        let tiny: [UInt8] = [4, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]
        #expect(try UpdateChunk.chunks(tiny) == [UpdateChunk(digest: [1, 2, 3, 4], ssz: [])])
        for bad in [
            Array(good.dropLast()), good + [0], Array(good.dropFirst()), [1],
            [3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3], [UInt8](repeating: 0xFF, count: 20),
            [0, 0, 0, 0, 0, 0, 0, 0],
            [5, 0, 1, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 65_541),
            Array([[UInt8]](repeating: tiny, count: 129).joined()),
        ] {
            #expect { try UpdateChunk.chunks(bad) } throws: {
                ($0 as? LightClientError)?.rule == .encoding
            }
        }
    }

    @Test("a digest that lies about the fork makes no object of another layout")
    func digests() throws {
        let network = chain.network
        for (digest, isRight) in [("6a95a1a9", true), ("bba4da96", false), ("ad532ceb", false)] {
            let chunk = UpdateChunk(digest: try Hex.decode(digest), ssz: offer.ssz)
            #expect(
                (try? LightClientUpdate(chunk, network: network)) == (isRight ? offer.update : nil))
        }
        // An unknown one leaves it to the slot.
        let chunk = UpdateChunk(digest: [9, 9, 9, 9], ssz: offer.ssz)
        #expect(try LightClientUpdate(chunk, network: network) == offer.update)
    }

    @Test("an object is read by the layout of its own slot, or not at all")
    func layouts() {
        for ssz in [
            [], [0], [UInt8](repeating: 0, count: 64 << 10),
            [UInt8](repeating: 0xFF, count: 30_000),
        ] {
            #expect { try LightClientUpdate(ssz: ssz, .update, network: chain.network) } throws: {
                ($0 as? LightClientError)?.rule == .encoding
            }
        }
        let large = [UInt8](repeating: 0, count: LightClientLimits.objectBytesMax + 1)
        #expect(rule(large) == .encoding)
    }

    @Test("a forced update waits for a period without finality, and for an update")
    func forced() throws {
        var store = offer.before
        try SyncProtocol.processLightClientStoreForceUpdate(
            &store, currentSlot: .max, network: chain.network)
        #expect(store.knowsTheSame(as: offer.before))
    }
}

extension UInt64 {
    fileprivate var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian, Array.init) }
}
