// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// What the state trie holds of an account (Yellow Paper §4.1).
public struct Account: Equatable, Sendable {
    /// Transactions sent, or contracts made.
    public let nonce: UInt64
    /// Coin, in its smallest unit.
    public let balance: UInt256
    /// The root of the account's storage trie.
    public let storageRoot: Bytes32
    /// The Keccak-256 of its code.
    public let codeHash: Bytes32

    /// The code hash of accounts without code.
    public static let emptyCodeHash = Keccak256.digest([UInt8]())

    /// An account that does not exist.
    public static let absent = Account(
        nonce: 0, balance: .zero, storageRoot: MerklePatriciaProof.emptyRoot,
        codeHash: emptyCodeHash)

    /// An account by its parts.
    public init(nonce: UInt64, balance: UInt256, storageRoot: Bytes32, codeHash: Bytes32) {
        self.nonce = nonce
        self.balance = balance
        self.storageRoot = storageRoot
        self.codeHash = codeHash
    }

    /// The account that a leaf of the state trie holds.
    ///
    /// - Throws: `EthereumError` of a rule of RLP.
    public init(encoded: [UInt8]) throws(EthereumError) {
        let fields = try RLPDecoder.decode(encoded).list("account")
        guard fields.count == 4 else {
            throw EthereumError(.wrongLength, "account: \(fields.count) fields, not 4")
        }
        nonce = try fields[0].uint64("nonce")
        balance = try fields[1].uint256("balance")
        storageRoot = try fields[2].bytes32("storage root")
        codeHash = try fields[3].bytes32("code hash")
    }

    /// The account at `address` in the state of `stateRoot`; `absent` where the proof shows that there is none.
    ///
    /// - Parameters:
    ///   - address: whose account.
    ///   - stateRoot: of a block that the caller trusts.
    ///   - proof: `accountProof` of `eth_getProof` (EIP-1186).
    /// - Returns: the account.
    /// - Throws: `EthereumError` of a rule of proofs or RLP.
    public static func proven(
        at address: Address, stateRoot: Bytes32, proof: [[UInt8]]
    ) throws(EthereumError) -> Account {
        guard
            let value = try MerklePatriciaProof.value(
                of: address.path.bytes, root: stateRoot, nodes: proof)
        else { return .absent }
        return try Account(encoded: value)
    }

    /// The word at `slot` of this account's storage; zero where the proof shows that there is none.
    ///
    /// - Parameters:
    ///   - slot: the slot's number, as 32 bytes.
    ///   - proof: `proof` of one entry of `storageProof` of `eth_getProof` (EIP-1186).
    /// - Returns: the word.
    /// - Throws: `EthereumError` of a rule of proofs or RLP.
    public func storage(at slot: Bytes32, proof: [[UInt8]]) throws(EthereumError) -> UInt256 {
        let path = Keccak256.digest(slot).bytes
        guard
            let value = try MerklePatriciaProof.value(of: path, root: storageRoot, nodes: proof)
        else { return .zero }
        let word = try RLPDecoder.decode(value).uint256("slot")
        // Zero is kept by having no leaf.
        guard word != .zero else { throw EthereumError(.proofValue, "slot: a leaf of zero") }
        return word
    }

    /// Checks that `code` is this account's.
    ///
    /// - Throws: `EthereumError` of rule `codeHash` or `limit`.
    public func check(code: [UInt8]) throws(EthereumError) {
        guard code.count <= EthereumLimits.codeBytesMax else {
            throw EthereumError(.limit, "\(code.count) bytes of code")
        }
        guard Keccak256.digest(code) == codeHash else {
            throw EthereumError(.codeHash, "\(code.count) bytes of code")
        }
    }
}
