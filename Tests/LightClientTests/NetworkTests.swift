// SPDX-License-Identifier: Apache-2.0

import Bytes
import JSON
import TestSupport
import Testing

@testable import LightClient

@Suite struct NetworkTests {
    @Test(
        "the networks that are built in are as they were published",
        .enabled(if: SharedData.isThere, "no ../shared/data beside the project"))
    func published() throws {
        let text = try SharedData.bytes("networks/public-networks.json")
        let entries = try #require(JSONReader.read(text).array)
        #expect(entries.count == Network.known.count && Network.known.count == 5)
        for entry in entries {
            let network = try Network(json: entry)
            let known = try #require(Network.named(network.name))
            // The published facts don't tell blobs.
            let silent = try Network(
                name: known.name, chainID: known.chainID, genesisTime: known.genesisTime,
                genesisValidatorsRoot: known.genesisValidatorsRoot,
                secondsPerSlot: known.secondsPerSlot, slotsPerEpoch: known.slotsPerEpoch,
                epochsPerSyncCommitteePeriod: known.epochsPerSyncCommitteePeriod,
                syncCommitteeSize: known.syncCommitteeSize, forks: known.forks)
            #expect(network == silent)
        }
    }

    /// By `compute_fork_digest` of the executable specification, mainnet's configuration.
    static let digests: [(UInt64, String, ConsensusFork)] = [
        (0, "b5303f2a", .phase0), (74_240, "afcaaba0", .altair), (144_896, "4a26c58b", .bellatrix),
        (194_048, "bba4da96", .capella), (269_568, "6a95a1a9", .deneb),
        (364_032, "ad532ceb", .electra), (411_392, "cc2c5cdb", .fulu),
        (412_672, "cb0d1acc", .fulu), (419_072, "8c9f62fe", .fulu), (.max, "8c9f62fe", .fulu),
    ]

    @Test("digests name the forks of mainnet, and since fulu its blobs too", arguments: digests)
    func digest(epoch: UInt64, hex: String, fork: ConsensusFork) throws {
        let network = try #require(Network.named("mainnet"))
        let digest = try Hex.decode(hex)
        #expect(network.forkDigest(atEpoch: epoch) == digest)
        #expect(network.fork(ofDigest: digest) == fork)
        #expect(network.fork(ofDigest: [0, 0, 0, 0]) == nil)
        #expect(network.fork(ofDigest: digest.dropLast()) == nil)
        // Of a network whose blobs nobody told, fulu's digest is not known.
        let sepolia = try #require(Network.named("sepolia"))
        #expect(sepolia.fork(ofDigest: digest) == nil)
        #expect((sepolia.forkDigest(atEpoch: .max) == nil))
    }

    private static let members: [String: JSONValue] = [
        "name": .string("n"), "chain_id": .number("5"), "genesis_time": .number("1"),
        "genesis_validators_root": .string("0x" + String(repeating: "ab", count: 32)),
        "seconds_per_slot": .number("12"), "slots_per_epoch": .number("8"),
        "epochs_per_sync_committee_period": .number("8"), "sync_committee_size": .number("32"),
        "forks": .array([fork("altair", 0), fork("fulu", 3)]),
        "blob_schedule": .array([blobs(3), blobs(9)]),
    ]

    private static func fork(_ name: String, _ epoch: UInt64) -> JSONValue {
        .object([
            "name": .string(name), "version": .string("0x01020304"), "epoch": .number("\(epoch)"),
        ])
    }

    private static func blobs(_ epoch: UInt64) -> JSONValue {
        .object(["epoch": .number("\(epoch)"), "max_blobs_per_block": .number("9")])
    }

    @Test("a network is read from its file")
    func file() throws {
        let network = try Network(json: .object(Self.members))
        #expect(network.chainID == 5 && network.forks.map(\.fork) == [.altair, .fulu])
        #expect(network.blobSchedule.map(\.epoch) == [3, 9])
        #expect(network.fork(ofDigest: try #require(network.forkDigest(atEpoch: 10))) == .fulu)
    }

    static let bad: [(String, JSONValue?)] = [
        ("name", .number("1")), ("chain_id", .string("5")), ("chain_id", .number("-5")),
        ("genesis_validators_root", .string("0xab")), ("genesis_validators_root", nil),
        ("genesis_validators_root", .string(String(repeating: "ab", count: 32))),
        ("seconds_per_slot", .number("0")), ("slots_per_epoch", .number("0")),
        ("slots_per_epoch", .number("1025")), ("epochs_per_sync_committee_period", .number("0")),
        ("sync_committee_size", .number("0")), ("sync_committee_size", .number("33")),
        ("sync_committee_size", .number("18446744073709551615")),
        ("forks", .array([])), ("forks", nil), ("forks", .array([fork("altair", 1)])),
        ("forks", .array([fork("altair", 0), fork("phase0", 3)])),
        ("forks", .array([fork("altair", 0), fork("deneb", 9), fork("electra", 3)])),
        ("forks", .array([fork("atlantis", 0)])),
        ("forks", .array([.object(["name": .string("altair"), "epoch": .number("0")])])),
        (
            "forks",
            .array([
                .object([
                    "name": .string("altair"), "epoch": .number("0"), "version": .string("0x0102"),
                ])
            ])
        ),
        ("forks", .array([JSONValue](repeating: fork("altair", 0), count: 33))),
        ("blob_schedule", .array([blobs(9), blobs(3)])), ("blob_schedule", .number("3")),
        ("blob_schedule", .array([.null])),
    ]

    @Test("a network that contradicts itself, or lacks a value, is refused", arguments: bad)
    func refusal(name: String, value: JSONValue?) {
        var members = Self.members
        members[name] = value
        #expect { try Network(json: .object(members)) } throws: {
            ($0 as? LightClientError)?.rule == .network
        }
    }

    @Test("a committee that serves a single slot is refused, for periods must not run out of bits")
    func shortest() {
        var members = Self.members
        members["slots_per_epoch"] = .number("1")
        members["epochs_per_sync_committee_period"] = .number("1")
        #expect(throws: LightClientError(.network, "a sync committee serves one slot")) {
            try Network(json: .object(members))
        }
    }

    @Test("slots at the limits of 64 bits have epochs, periods and times")
    func limits() throws {
        let network = try #require(Network.named("mainnet"))
        #expect(network.epoch(atSlot: .max) == UInt64.max / 32)
        #expect(network.syncCommitteePeriod(atSlot: .max) == UInt64.max / 8192)
        #expect(network.time(ofSlot: .max) == .max && network.time(ofSlot: 0) == 1_606_824_023)
        #expect(network.slot(atTime: 1_606_824_022) == nil && network.slot(atTime: .max) != nil)
        #expect(network.fork(atSlot: .max) == .fulu)
    }
}
