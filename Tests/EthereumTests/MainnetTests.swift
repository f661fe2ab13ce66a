// SPDX-License-Identifier: Apache-2.0

import Bytes
import TestSupport
import Testing

@testable import Ethereum

@Suite(.enabled(if: SharedData.isThere, "no ../shared/data beside the project"))
struct MainnetTests {
    private static let folder = "execution/mainnet-21925176"

    private func object(_ file: String) throws -> ChainJSON {
        try ChainJSON(SharedData.json("\(Self.folder)/\(file)"))
    }

    @Test(
        "a block's header hashes to the block's hash",
        arguments: [
            "execution/mainnet-21925176/block.json",
            "light-client/mainnet-capella/executionBlockHeader.json",
        ])
    func header(file: String) throws {
        let block = try ChainJSON(SharedData.json(file))
        let header = try BlockHeader(block.headerFields)
        #expect(header.hash == (try block.bytes32("hash")))
        #expect(try BlockHeader(encoded: header.encoded) == header)
        #expect(header.stateRoot == (try block.bytes32("stateRoot")))
    }

    @Test(
        "an account is proven under the state's root",
        arguments: ["proof.json", "block_miner_proof.json"])
    func account(file: String) throws {
        let root = try object("block.json").bytes32("stateRoot")
        let answer = try object(file)
        let address = try #require(Address(answer.bytes("address")))
        let account = try Account.proven(
            at: address, stateRoot: root, proof: answer.nodes("accountProof"))
        #expect(account.balance == (try answer.integer("balance")))
        #expect(UInt256(account.nonce) == (try answer.integer("nonce")))
        #expect(account.codeHash == (try answer.bytes32("codeHash")))
        #expect(account.storageRoot == (try answer.bytes32("storageHash")))
    }

    @Test("a slot is proven under the account's storage root, and the code by its hash")
    func slot() throws {
        let root = try object("block.json").bytes32("stateRoot")
        let answer = try object("proof.json")
        let address = try #require(Address(answer.bytes("address")))
        let account = try Account.proven(
            at: address, stateRoot: root, proof: answer.nodes("accountProof"))
        let slot = try ChainJSON(answer.list("storageProof")[0])
        let word = try account.storage(at: slot.bytes32("key"), proof: slot.nodes("proof"))
        #expect(word == (try slot.integer("value")))
        try account.check(code: object("account.json").bytes("code"))
    }

    @Test("the receipts of a block give its receipts root, and with one changed don't")
    func receipts() throws {
        let root = try object("block.json").bytes32("receiptsRoot")
        let answers = try #require(SharedData.json("\(Self.folder)/receipts.json") as? [Any])
        var receipts = try answers.map { try ChainJSON($0).receipt }
        #expect(receipts.count == 202)
        try Receipt.check(receipts, root: root)
        receipts.swapAt(3, 4)
        #expect(throws: EthereumError(.receiptsRoot, "202 receipts")) {
            try Receipt.check(receipts, root: root)
        }
    }
}
