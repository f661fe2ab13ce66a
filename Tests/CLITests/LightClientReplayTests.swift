// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `halcyon light-client replay` on public data, as it is and damaged.
@Suite(.enabled(if: SharedData.isThere, "no ../shared/data beside the project"))
struct LightClientReplayTests {
    private struct Step: Decodable {
        let `case`: String
        let step: Int
        let kind: String
        let accepted: Bool
        let rule: String?
    }

    private static let cases =
        SharedData.folder.path
        + "/light-client/consensus-spec-tests/minimal/deneb/light_client/sync/pyspec_tests"
    private static let mainnet = SharedData.folder.path + "/light-client/mainnet-capella"
    private static let checkpoint =
        "0x15cf56ebf887ede9cf3fc10a26ec83828628932c100e42c98c84f83da710c863"

    private func replay(_ arguments: String...) throws -> (output: String, status: Int32) {
        try DeviceFixture.halcyon(["light-client", "replay"] + arguments)
    }

    /// The steps that are printed; every line must be one.
    private func steps(_ arguments: String...) throws -> (steps: [Step], status: Int32) {
        let (output, status) = try DeviceFixture.halcyon(
            ["light-client", "replay", "--json"] + arguments)
        let steps = try output.split(separator: "\n").filter { $0.hasPrefix("{") }.map {
            #expect($0.contains("\"rule\":"))
            return try JSONDecoder().decode(Step.self, from: Data($0.utf8))
        }
        return (steps, status)
    }

    /// A copy of a folder, with one of its files changed.
    private func copy(
        _ folder: String, _ name: String = "", _ change: (inout Data) -> Void = { _ in }
    ) throws -> TemporaryFolder {
        let copy = try TemporaryFolder()
        for entry in try FileManager.default.contentsOfDirectory(atPath: folder) {
            var bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(entry)"))
            if entry.hasPrefix(name), !name.isEmpty { change(&bytes) }
            try bytes.write(to: URL(filePath: "\(copy.path)/\(entry)"))
        }
        return copy
    }

    @Test("the official vectors hold, all of them with one command")
    func official() throws {
        let all = try replay(Self.cases)
        #expect(all.status == 0, "\(all.output)")
        #expect(all.output.hasSuffix("3 cases, 19 steps, 0 asserted refusals: all hold\n"))
        let (steps, status) = try steps(Self.cases + "/light_client_sync")
        #expect(status == 0 && steps.map(\.step) == Array(0...10))
        #expect(steps.map(\.kind).filter { $0 == "force_update" }.count == 2)
        #expect(
            steps.allSatisfy { $0.accepted && $0.rule == nil && $0.case == "light_client_sync" })
        let spoiled = try replay("--spoil", Self.cases)
        #expect(spoiled.status == 0 && spoiled.output.contains("62 asserted refusals: all hold"))
    }

    private static let generated =
        URL(filePath: #filePath).appending(path: "../../../.build-vectors/minimal")
        .standardizedFileURL.path

    @Test(
        "the vectors of the newest forks hold, spoiled updates are refused by their rules",
        .enabled(
            if: FileManager.default.fileExists(atPath: generated),
            "no .build-vectors: deploy/vectors makes them"))
    func newest() throws {
        let (output, status) = try replay("--spoil", Self.generated)
        #expect(status == 0, "\(output.suffix(2000))")
        let summary = output.split(separator: "\n").last.map(String.init) ?? ""
        print("replay: \(summary)")
        #expect(summary.hasPrefix("41 cases, ") && summary.hasSuffix(": all hold"))
        for fork in ["electra", "fulu", "gloas"] {
            for handler in ["sync", "single_merkle_proof", "update_ranking", "data_collection"] {
                #expect(output.contains("\n\(fork)/light_client/\(handler)/"))
            }
        }
    }

    @Test("mainnet's own answers hold, in SSZ and in JSON")
    func answers() throws {
        let (steps, status) = try steps("--checkpoint", Self.checkpoint, Self.mainnet)
        #expect(status == 0 && steps.map(\.step) == Array(0...25))
        #expect(
            steps.map(\.kind)
                == ["bootstrap"] + Array(repeating: "update", count: 21) + [
                    "finality_update", "optimistic_update", "finality_update", "optimistic_update",
                ])
        let other = try replay(
            "--checkpoint", String(repeating: "ab", count: 32), Self.mainnet)
        #expect(other.status == 1 && other.output.contains("rule trusted-root"))
        let early = try self.steps("--at-slot", "6600000", Self.mainnet)
        #expect(early.status == 1 && early.steps.contains { $0.rule == "future" })
        let foreign = try self.steps("--network", "sepolia", Self.mainnet)
        #expect(
            foreign.status == 1 && !foreign.steps.contains { $0.accepted && $0.kind != "bootstrap" }
        )
    }

    @Test("a network is taken from a file in TOML or JSON")
    func network() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            name = "capella-only"
            chain_id = 1
            genesis_time = 1606824023
            genesis_validators_root = \
            "0x4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95"
            seconds_per_slot = 12
            slots_per_epoch = 32
            epochs_per_sync_committee_period = 256
            sync_committee_size = 512
            [[forks]]
            name = "bellatrix"
            version = "0x02000000"
            epoch = 0
            [[forks]]
            name = "capella"
            version = "0x03000000"
            epoch = 194048
            """, to: "/network.toml")
        let toml = try replay("--network", "\(folder.path)/network.toml", Self.mainnet)
        #expect(toml.status == 0, "\(toml.output)")
        try folder.write("{\"name\": \"x\"}", to: "/network.json")
        let json = try replay("--network", "\(folder.path)/network.json", Self.mainnet)
        #expect(
            json.status == 66 && json.output.contains("network: network.genesis_validators_root"))
        let none = try replay("--network", "atlantis", Self.mainnet)
        #expect(none.status == 66 && none.output.contains("or one of: mainnet, sepolia"))
    }

    /// A file of a vector, what becomes of it, and the rule that refuses the first step that sees it.
    private static let damages: [(String, @Sendable (inout Data) -> Void, String)] = [
        ("update_0xd4ce", { $0[$0.count - 20] ^= 1 }, "execution-branch"),
        ("update_0xd4ce", { $0.removeLast() }, "snappy"),
        ("update_0xd4ce", { $0 = Data([0]) }, "encoding/ssz-length"),
        ("bootstrap", { $0[$0.count - 1] ^= 1 }, "execution-branch"),
        ("steps", { $0.replace("slot: 72", by: "slot: 73") }, "check"),
        ("steps", { $0.replace("current_slot: 89", by: "current_slot: 80") }, "future"),
        ("steps", { $0.replace("0x2cfb9d0a", by: "0x2cfb9d0b") }, "check"),
        ("steps", { $0.replace("0x917dc781", by: "0x917dc782") }, "check"),
        ("steps", { $0.replace("update: update_0xd4ce", by: "update: ../pdate_0xd4ce") }, "file"),
        ("steps", { $0.replace("0x0cbce901", by: "0x0cbce902") }, "vector"),
        ("steps", { $0.replace("process_update", by: "process_nothing") }, "vector"),
        ("steps", { $0 = Data("- {".utf8) }, "yaml"),
        ("meta", { $0.replace("trusted_block_root", by: "trusted") }, "vector"),
        ("meta", { $0.replace("0x0a08c27f", by: "0x0a08c270") }, "vector"),
        ("config", { $0.replace("minimal", by: "maximal") }, "vector"),
        (
            "config", { $0.replace("DENEB_FORK_VERSION: 0x04", by: "DENEB_FORK_VERSION: 0x05") },
            "vector"
        ),
    ]

    @Test("a damaged vector fails by the rule that it breaks", arguments: damages.indices)
    func damaged(index: Int) throws {
        let (name, change, rule) = Self.damages[index]
        let folder = try copy(
            Self.cases + "/advance_finality_without_sync_committee", name, change)
        let (steps, status) = try steps(folder.path)
        #expect(status == 1)
        #expect(steps.first { $0.rule != nil }?.rule == rule, "\(name)")
    }

    @Test("a provider's answers are refused where they were changed")
    func changed() throws {
        let cut = try copy(Self.mainnet, "updates") { $0.removeLast() }
        let (steps, status) = try steps(cut.path)
        #expect(
            status == 1 && steps.contains { $0.kind == "file" && $0.rule == "encoding/ssz-length" })
        let text = try copy(Self.mainnet, "finUpdate.json") {
            $0.replace("\"338774\"", by: "\"338775\"")
        }
        let changed = try self.steps(text.path)
        #expect(changed.status == 1)
        #expect(changed.steps.filter { !$0.accepted }.map(\.rule) == ["signature"])
    }

    @Test("a folder without any of it is said to be so")
    func nothing() throws {
        let folder = try TemporaryFolder()
        let (output, status) = try replay(folder.path)
        #expect(status == 66 && output.contains("no vectors and no files"))
        for name in ["/a", "/b", "/c"] { try folder.link(name, to: ".") }
        #expect(try replay(folder.path).status == 66)
        #expect(try replay("\(folder.path)/missing").status == 66)
        #expect(try replay("--checkpoint", "0x12", folder.path).status == 64)
    }
}

extension Data {
    /// Replaces the first occurrence of a text.
    fileprivate mutating func replace(_ old: String, by new: String) {
        guard let range = range(of: Data(old.utf8)) else {
            Issue.record("there is no \(old)")
            return
        }
        replaceSubrange(range, with: Data(new.utf8))
    }
}
