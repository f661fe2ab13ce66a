// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// A block's header, of any fork since the beginning; its hash is the block's.
///
/// Source: the executable execution specification, `Header` of each fork.
public struct BlockHeader: Equatable, Sendable {
    /// How many fields headers have: frontier 15, London 16, Shanghai 17, Cancun 20, Prague 21, Amsterdam 23.
    public static let fieldCounts: Set<Int> = [15, 16, 17, 20, 21, 23]

    /// The hash of the block before.
    public let parentHash: Bytes32
    /// The root of the state after the block.
    public let stateRoot: Bytes32
    /// The root of the trie of its transactions.
    public let transactionsRoot: Bytes32
    /// The root of the trie of its receipts.
    public let receiptsRoot: Bytes32
    /// Its place in the chain.
    public let number: UInt64
    /// Gas that it may use.
    public let gasLimit: UInt64
    /// Gas that it used.
    public let gasUsed: UInt64
    /// Seconds since 1970.
    public let timestamp: UInt64
    /// Smallest units a unit of gas, burned (EIP-1559); `nil` before London.
    public let baseFeePerGas: UInt256?
    /// The root of the beacon block before (EIP-4788); `nil` before Cancun.
    public let parentBeaconBlockRoot: Bytes32?
    /// All the fields as they were encoded.
    private let fields: [RLPItem]

    /// The header that bytes encode.
    ///
    /// - Throws: `EthereumError` of a rule of RLP or `headerFields`.
    public init(encoded: [UInt8]) throws(EthereumError) {
        try self.init(
            RLPDecoder.decode(encoded, bytesMax: EthereumLimits.headerBytesMax).list("header"))
    }

    /// The header of those fields, in the order of the encoding.
    ///
    /// - Throws: `EthereumError` of a rule of RLP or `headerFields`.
    public init(_ fields: [RLPItem]) throws(EthereumError) {
        guard Self.fieldCounts.contains(fields.count) else {
            throw EthereumError(.headerFields, "\(fields.count) fields")
        }
        parentHash = try fields[0].bytes32("parent hash")
        _ = try fields[1].bytes32("ommers hash")
        _ = try fields[2].address("coinbase")
        stateRoot = try fields[3].bytes32("state root")
        transactionsRoot = try fields[4].bytes32("transactions root")
        receiptsRoot = try fields[5].bytes32("receipts root")
        _ = try fields[6].bytes(256, "bloom")
        _ = try fields[7].uint256("difficulty")
        number = try fields[8].uint64("number")
        gasLimit = try fields[9].uint64("gas limit")
        gasUsed = try fields[10].uint64("gas used")
        timestamp = try fields[11].uint64("timestamp")
        _ = try fields[12].string("extra data")
        _ = try fields[13].bytes32("mix hash")
        _ = try fields[14].bytes(8, "nonce")
        baseFeePerGas = fields.count > 15 ? try fields[15].uint256("base fee per gas") : nil
        if fields.count > 16 { _ = try fields[16].bytes32("withdrawals root") }
        if fields.count > 17 {
            _ = try fields[17].uint64("blob gas used")
            _ = try fields[18].uint64("excess blob gas")
        }
        parentBeaconBlockRoot =
            fields.count > 17 ? try fields[19].bytes32("parent beacon block root") : nil
        if fields.count > 20 { _ = try fields[20].bytes32("requests hash") }
        if fields.count > 21 {
            _ = try fields[21].bytes32("block access list hash")
            _ = try fields[22].uint64("slot number")
        }
        self.fields = fields
    }

    /// The header in RLP.
    public var encoded: [UInt8] {
        var encoder = RLPEncoder()
        encoder.item(.list(fields))
        return encoder.bytes
    }

    /// The block's hash: the Keccak-256 of the header in RLP.
    public var hash: Bytes32 { Keccak256.digest(encoded) }

    /// Checks that this is the header of the block of that hash.
    ///
    /// - Throws: `EthereumError` of rule `headerHash`.
    public func check(hash expected: Bytes32) throws(EthereumError) {
        guard hash == expected else { throw EthereumError(.headerHash, "block \(number)") }
    }
}
