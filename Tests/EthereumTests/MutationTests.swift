// SPDX-License-Identifier: Apache-2.0

import Bytes
import TestSupport
import Testing

@testable import Ethereum

/// Real proofs with one thing changed are refused, always, with a rule.
@Suite(.enabled(if: SharedData.isThere, "no ../shared/data beside the project"))
struct MutationTests {
    private static let folder = "execution/mainnet-21925176"

    private func object(_ file: String) throws -> ChainJSON {
        try ChainJSON(SharedData.json("\(Self.folder)/\(file)"))
    }

    private func rule(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "accepted"
        } catch let error as EthereumError {
            return error.rule.rawValue
        } catch {
            return "\(error)"
        }
    }

    private func report(_ what: String, _ rules: [String], atLeast wanted: Int) {
        let counts = Dictionary(rules.map { ($0, 1) }, uniquingKeysWith: +)
        let words = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        print("\(what): \(rules.count) refused (\(words.joined(separator: ", ")))")
        let known = Set(EthereumError.Rule.allCases.map(\.rawValue))
        for (rule, count) in counts where !known.contains(rule) {
            Issue.record("\(what): \(count) times \(rule)")
        }
        #expect(rules.count >= wanted)
    }

    /// The nodes with one thing changed: a bit, a byte more or less, a node more, less or elsewhere.
    private func mutated(_ nodes: [[UInt8]], _ random: inout TestRandom) -> [[UInt8]] {
        var nodes = nodes
        let place = Int.random(in: nodes.indices, using: &random)
        let byte = Int.random(in: nodes[place].indices, using: &random)
        switch Int.random(in: 0..<12, using: &random) {
        case 0: nodes.remove(at: place)
        case 1: nodes.insert(nodes[place], at: place)
        case 2: nodes.swapAt(place, (place + 1) % nodes.count)
        case 3: nodes[place].remove(at: byte)
        case 4: nodes[place].append(0)
        case 5: nodes.append(nodes[place])
        default: nodes[place][byte] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        return nodes
    }

    @Test(
        "proofs of accounts, changed",
        arguments: ["proof.json", "block_miner_proof.json"])
    func accounts(file: String) throws {
        let root = try object("block.json").bytes32("stateRoot")
        let answer = try object(file)
        let bytes = try answer.bytes("address")
        let address = try #require(Address(bytes))
        let nodes = try answer.nodes("accountProof")
        var random = TestRandom(seed: 61)
        var rules: [String] = []
        for _ in 0..<800 {
            let changed = mutated(nodes, &random)
            guard changed != nodes else { continue }
            rules.append(
                rule { _ = try Account.proven(at: address, stateRoot: root, proof: changed) })
        }
        for bit in 0..<160 {
            // Another account: the way parts from the proven one, and the proof shows nothing of it.
            var other = bytes
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            let address = try #require(Address(other))
            rules.append(
                rule { _ = try Account.proven(at: address, stateRoot: root, proof: nodes) })
        }
        for bit in 0..<256 {
            var other = root.bytes
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            let root = try #require(Bytes32(other))
            rules.append(
                rule { _ = try Account.proven(at: address, stateRoot: root, proof: nodes) })
        }
        report("account of \(file)", rules, atLeast: 1_200)
    }

    @Test("a proof of a slot, changed")
    func slots() throws {
        let root = try object("block.json").bytes32("stateRoot")
        let answer = try object("proof.json")
        let address = try #require(Address(answer.bytes("address")))
        let account = try Account.proven(
            at: address, stateRoot: root, proof: answer.nodes("accountProof"))
        let slot = try ChainJSON(answer.list("storageProof")[0])
        let key = try slot.bytes32("key")
        let nodes = try slot.nodes("proof")
        var random = TestRandom(seed: 62)
        var rules: [String] = []
        for _ in 0..<600 {
            let changed = mutated(nodes, &random)
            guard changed != nodes else { continue }
            rules.append(rule { _ = try account.storage(at: key, proof: changed) })
        }
        for bit in 0..<256 {
            var other = key.bytes
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            let key = try #require(Bytes32(other))
            rules.append(
                rule {
                    // What the proof truly shows of another slot is that it holds nothing.
                    guard try account.storage(at: key, proof: nodes) != .zero else {
                        throw EthereumError(.proofValue, "another slot")
                    }
                })
        }
        report("slot", rules, atLeast: 800)
    }

    @Test("a block's header with one bit or field changed is not the block's")
    func headers() throws {
        let block = try object("block.json")
        let hash = try block.bytes32("hash")
        let encoded = try BlockHeader(block.headerFields).encoded
        var random = TestRandom(seed: 63)
        var rules: [String] = []
        for _ in 0..<600 {
            var changed = encoded
            let place = Int.random(in: changed.indices, using: &random)
            changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            rules.append(rule { try BlockHeader(encoded: changed).check(hash: hash) })
        }
        let fields = try block.headerFields
        for place in fields.indices {
            var changed = fields
            changed.remove(at: place)
            rules.append(rule { try BlockHeader(changed).check(hash: hash) })
            changed = fields
            changed.swapAt(place, (place + 1) % fields.count)
            guard changed != fields else { continue }
            rules.append(rule { try BlockHeader(changed).check(hash: hash) })
        }
        report("header", rules, atLeast: 600)
    }

    @Test("one receipt changed, missing, twice or elsewhere gives another root")
    func receipts() throws {
        let root = try object("block.json").bytes32("receiptsRoot")
        let answers = try #require(SharedData.json("\(Self.folder)/receipts.json") as? [Any])
        let receipts = try answers.map { try ChainJSON($0).receipt }
        var random = TestRandom(seed: 64)
        var rules: [String] = []
        for number in 0..<40 {
            var changed = receipts
            let place = Int.random(in: changed.indices, using: &random)
            let receipt = changed[place]
            var gas = receipt.cumulativeGasUsed
            var logs = receipt.logs
            var outcome = receipt.outcome
            switch number % 5 {
            case 0: gas += 1
            case 1: outcome = .status(hasSucceeded: outcome != .status(hasSucceeded: true))
            case 2:
                logs.append(
                    .init(
                        address: try #require(Address([UInt8](repeating: 1, count: 20))),
                        topics: [], data: []))
            case 3: changed.remove(at: place)
            default: changed.insert(receipt, at: place)
            }
            if number % 5 < 3 {
                changed[place] = try Receipt(
                    type: receipt.type, outcome: outcome, cumulativeGasUsed: gas, logs: logs)
            }
            rules.append(rule { try Receipt.check(changed, root: root) })
        }
        report("receipts", rules, atLeast: 40)
    }
}
