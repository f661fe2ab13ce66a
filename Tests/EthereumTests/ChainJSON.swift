// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@testable import Ethereum

/// An object of JSON-RPC in tests.
struct ChainJSON {
    let object: [String: Any]

    init(_ value: Any) throws {
        object = try #require(value as? [String: Any])
    }

    func text(_ key: String) throws -> String { try #require(object[key] as? String) }

    func bytes(_ key: String) throws -> [UInt8] { try Hex.decode(text(key)) }

    func bytes32(_ key: String) throws -> Bytes32 { try #require(Bytes32(bytes(key))) }

    func integer(_ key: String) throws -> UInt256 {
        let value = try text(key)
        return try #require(UInt256(value))
    }

    func list(_ key: String) throws -> [Any] { try #require(object[key] as? [Any]) }

    func nodes(_ key: String) throws -> [[UInt8]] {
        try list(key).map { try Hex.decode(#require($0 as? String)) }
    }

    /// The header's fields in the order of their encoding.
    var headerFields: [RLPItem] {
        get throws {
            var fields: [RLPItem] = []
            let names: [(name: String, isInteger: Bool)] = [
                ("parentHash", false), ("sha3Uncles", false), ("miner", false),
                ("stateRoot", false), ("transactionsRoot", false), ("receiptsRoot", false),
                ("logsBloom", false), ("difficulty", true), ("number", true),
                ("gasLimit", true), ("gasUsed", true), ("timestamp", true),
                ("extraData", false), ("mixHash", false), ("nonce", false),
                ("baseFeePerGas", true), ("withdrawalsRoot", false), ("blobGasUsed", true),
                ("excessBlobGas", true), ("parentBeaconBlockRoot", false),
                ("requestsHash", false),
            ]
            for (name, isInteger) in names where object[name] != nil {
                let bytes = isInteger ? try integer(name).minimalBytes : try bytes(name)
                fields.append(.string(bytes[...]))
            }
            return fields
        }
    }

    var receipt: Receipt {
        get throws {
            let logs = try list("logs").map { value in
                let log = try ChainJSON(value)
                return Receipt.Log(
                    address: try #require(Address(log.bytes("address"))),
                    topics: try log.nodes("topics").map { try #require(Bytes32($0)) },
                    data: try log.bytes("data"))
            }
            let outcome: Receipt.Outcome =
                object["root"] is String
                ? .stateRoot(try bytes32("root"))
                : .status(hasSucceeded: try integer("status") == UInt256(1))
            let type = object["type"] is String ? try #require(integer("type").uint64) : 0
            return try Receipt(
                type: UInt8(type), outcome: outcome,
                cumulativeGasUsed: try #require(integer("cumulativeGasUsed").uint64), logs: logs)
        }
    }
}
