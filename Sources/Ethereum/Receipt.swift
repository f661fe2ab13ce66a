// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// What a transaction left behind (Yellow Paper §4.3.1; EIP-658, EIP-2718).
public struct Receipt: Equatable, Sendable {
    /// The transaction's type: 0 legacy, 1 EIP-2930, 2 EIP-1559, 3 EIP-4844, 4 EIP-7702.
    public let type: UInt8
    /// How it ended.
    public let outcome: Outcome
    /// Gas used by this and the transactions before it in the block.
    public let cumulativeGasUsed: UInt64
    /// What its contracts told.
    public let logs: [Log]

    /// One event of a contract.
    public struct Log: Equatable, Sendable {
        /// The contract.
        public let address: Address
        /// Up to four words to search by; the first names the event.
        public let topics: [Bytes32]
        /// The rest, by the ABI.
        public let data: [UInt8]

        /// A log by its parts.
        public init(address: Address, topics: [Bytes32], data: [UInt8]) {
            self.address = address
            self.topics = topics
            self.data = data
        }
    }

    /// How a transaction ended.
    public enum Outcome: Equatable, Sendable {
        /// Whether it did what it should rather than revert.
        case status(hasSucceeded: Bool)
        /// The state after it: blocks before Byzantium say no more.
        case stateRoot(Bytes32)
    }

    /// The highest type that exists.
    public static let typeMax: UInt8 = 4

    /// A receipt by its parts.
    ///
    /// - Throws: `EthereumError` of rule `receiptType`.
    public init(
        type: UInt8, outcome: Outcome, cumulativeGasUsed: UInt64, logs: [Log]
    ) throws(EthereumError) {
        guard type <= Self.typeMax else { throw EthereumError(.receiptType, "type \(type)") }
        self.type = type
        self.outcome = outcome
        self.cumulativeGasUsed = cumulativeGasUsed
        self.logs = logs
    }

    /// The receipt as the block's trie of receipts holds it.
    public var encoded: [UInt8] {
        let body = RLPEncoder.list { list in
            switch outcome {
            case .status(let hasSucceeded): list.integer(hasSucceeded ? 1 : 0)
            case .stateRoot(let root): list.string(root)
            }
            list.integer(cumulativeGasUsed)
            list.string(bloom)
            list.list { logs in
                for log in self.logs { logs.log(log) }
            }
        }
        return type == 0 ? body : [type] + body
    }

    /// The filter of 2,048 bits over addresses and topics (Yellow Paper §4.3.1, function M).
    public var bloom: [UInt8] {
        var bits = [UInt8](repeating: 0, count: 256)
        for log in logs {
            for part in [log.address.bytes] + log.topics.map(\.bytes) {
                let hash = Keccak256.digest(part).bytes
                for pair in 0..<3 {
                    let bit = (Int(hash[2 * pair]) << 8 | Int(hash[2 * pair + 1])) & 2047
                    bits[255 - bit / 8] |= 1 << (bit % 8)
                }
            }
        }
        return bits
    }

    /// Checks that these are all the receipts of a block, in order.
    ///
    /// - Throws: `EthereumError` of rule `receiptsRoot` or `limit`.
    public static func check(_ receipts: [Receipt], root: Bytes32) throws(EthereumError) {
        guard receipts.count <= EthereumLimits.receiptsMax else {
            throw EthereumError(.limit, "\(receipts.count) receipts")
        }
        guard OrderedTrie.root(receipts.map(\.encoded)) == root else {
            throw EthereumError(.receiptsRoot, "\(receipts.count) receipts")
        }
    }
}

extension RLPEncoder {
    fileprivate mutating func log(_ log: Receipt.Log) {
        list { list in
            list.string(log.address.bytes)
            list.list { topics in
                for topic in log.topics { topics.string(topic) }
            }
            list.string(log.data)
        }
    }
}
