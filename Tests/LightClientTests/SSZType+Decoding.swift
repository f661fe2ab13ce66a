// SPDX-License-Identifier: Apache-2.0

import Bytes
import JSON

@testable import LightClient

/// The way back from SSZ, which only tests need: where every value stands, and what it is in JSON.
extension SSZType {
    /// A value without parts, and where it stands.
    struct Leaf {
        /// Names and places, `sync_committee.pubkeys[3]`.
        let path: String
        let range: Range<Int>

        /// The path without places in vectors.
        var field: String {
            var isInside = false
            return path.filter { character in
                if character == "[" { isInside = true }
                defer { if character == "]" { isInside = false } }
                return !isInside
            }
        }
    }

    /// How long a value of fixed size is; an offset for others.
    var fixedBytes: Int {
        if isVariable { return 4 }
        switch self {
        case .uint(let bytes): return bytes
        case .bytes(let count): return count
        case .byteList: return 4
        case .bits(let count): return (count + 7) / 8
        case .vector(let type, let count): return type.fixedBytes * count
        case .container(let fields): return fields.reduce(0) { $0 + $1.type.fixedBytes }
        }
    }

    /// All leaves of a value that is well-formed.
    func leaves(_ bytes: [UInt8]) -> [Leaf] { leaves(bytes[...], "") }

    private func leaves(_ bytes: ArraySlice<UInt8>, _ path: String) -> [Leaf] {
        switch self {
        case .vector(let type, let count):
            let size = type.fixedBytes
            return (0..<count).flatMap { index in
                let start = bytes.startIndex + index * size
                return type.leaves(bytes[start..<start + size], "\(path)[\(index)]")
            }
        case .container(let fields):
            return Self.parts(fields, bytes).flatMap { field, part in
                field.type.leaves(part, path.isEmpty ? field.name : "\(path).\(field.name)")
            }
        default: return [Leaf(path: path, range: bytes.indices)]
        }
    }

    /// A value that is well-formed, in JSON.
    func json(_ bytes: ArraySlice<UInt8>) -> JSONValue {
        switch self {
        case .uint: .string(UInt256(littleEndian: bytes).map(\.description) ?? "")
        case .bytes, .byteList, .bits: .string("0x" + Hex.encode(bytes))
        case .vector(let type, let count):
            .array(
                (0..<count).map { index in
                    let start = bytes.startIndex + index * type.fixedBytes
                    return type.json(bytes[start..<start + type.fixedBytes])
                })
        case .container(let fields):
            .object(
                Dictionary(
                    uniqueKeysWithValues: Self.parts(fields, bytes).map { field, part in
                        (field.name, field.type.json(part))
                    }))
        }
    }

    private static func parts(
        _ fields: [Field], _ bytes: ArraySlice<UInt8>
    ) -> [(field: Field, bytes: ArraySlice<UInt8>)] {
        var place = bytes.startIndex
        var found: [(field: Field, bytes: ArraySlice<UInt8>)] = []
        var open: Int?
        for field in fields {
            let range = place..<place + field.type.fixedBytes
            place = range.upperBound
            guard field.type.isVariable else {
                found.append((field, bytes[range]))
                continue
            }
            let start =
                bytes.startIndex + bytes[range].reversed().reduce(0) { $0 << 8 | Int($1) }
            if let open { found[open].bytes = found[open].bytes.prefix(upTo: start) }
            open = found.count
            found.append((field, bytes[start...]))
        }
        return found
    }
}
