// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not the Ethereum object that they should be, or don't prove what they should.
public struct EthereumError: Error, Equatable, Sendable {
    /// The rule that is broken.
    public let rule: Rule
    /// Where: a field, an offset, a node of a proof.
    public let place: String

    /// A broken rule at a place.
    public init(_ rule: Rule, _ place: String) {
        self.rule = rule
        self.place = place
    }

    /// Every rule, with the word that surfaces show.
    public enum Rule: String, CaseIterable, Sendable {
        // RLP (Yellow Paper, appendix B)
        /// The text ends before an item does.
        case truncated = "rlp-truncated"
        /// Bytes follow the item.
        case trailing = "rlp-trailing"
        /// A shorter encoding of the same item exists.
        case notMinimal = "rlp-not-minimal"
        /// An integer begins with zeros.
        case leadingZero = "rlp-leading-zero"
        /// An integer needs more bits than its field has.
        case tooWide = "rlp-too-wide"
        /// A list where a string should be, or the other way round.
        case wrongKind = "rlp-wrong-kind"
        /// A string or a list of another length than its field has.
        case wrongLength = "rlp-wrong-length"
        /// A bound of `EthereumLimits` is exceeded.
        case limit

        // Merkle-Patricia proofs (Yellow Paper, appendix D)
        /// A node does not hash to what its parent, or the root, says.
        case nodeHash = "proof-node-hash"
        /// A node has neither two nor seventeen items, or children that are neither hash nor node.
        case nodeShape = "proof-node-shape"
        /// A path in a node is not in hex-prefix form, is empty or leads beyond the key.
        case nodePath = "proof-node-path"
        /// The proof ends before it shows presence or absence.
        case proofTooShort = "proof-too-short"
        /// Nodes follow the one that ends the path.
        case proofTooLong = "proof-too-long"
        /// A proven value is not what the answer claims.
        case proofValue = "proof-value"

        // Objects
        /// A block header has a count of fields that no fork has.
        case headerFields = "header-fields"
        /// A header does not hash to the block's hash.
        case headerHash = "header-hash"
        /// Code does not hash to the account's code hash.
        case codeHash = "code-hash"
        /// The receipts of a block do not give its receipts root.
        case receiptsRoot = "receipts-root"
        /// A transaction type that no fork has.
        case receiptType = "receipt-type"
        /// An address' capitals are not its checksum (EIP-55).
        case addressChecksum = "address-checksum"
        /// A text that is not an address.
        case address

        // SSZ (consensus specification, ssz/simple-serialize.md)
        /// Fewer or more bytes than the type has.
        case sszLength = "ssz-length"
        /// An offset that points elsewhere than the layout demands.
        case sszOffset = "ssz-offset"
        /// A list longer than its type allows.
        case sszLimit = "ssz-limit"
        /// Bits set beyond the length of a bit vector.
        case sszBits = "ssz-bits"
        /// A Merkle branch does not lead to the root.
        case branch = "ssz-branch"
    }
}

extension EthereumError: CustomStringConvertible {
    /// Rule and place.
    public var description: String { "\(rule.rawValue): \(place)" }
}
