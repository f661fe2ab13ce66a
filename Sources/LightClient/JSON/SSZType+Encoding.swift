// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import Ethereum
internal import JSON

extension SSZType {
    /// The value in SSZ that a JSON value stands for, by the canonical mapping of ssz/simple-serialize.md.
    ///
    /// Members of objects that the type doesn't name say nothing, as the Beacon API has it.
    ///
    /// - Throws: `LightClientError` of rule `json`, with the path of the member as place.
    func encode(_ value: JSONValue, _ place: String) throws(LightClientError) -> [UInt8] {
        switch self {
        case .uint(let count): return try Self.integer(value, count, place)
        case .bytes(let count):
            let bytes = try Self.hexadecimal(value, place, countMax: count)
            guard bytes.count == count else {
                throw LightClientError(.json, "\(place): \(bytes.count) bytes, not \(count)")
            }
            return bytes
        case .byteList(let max): return try Self.hexadecimal(value, place, countMax: max)
        case .bits(let count):
            let bytes = try SSZType.bytes((count + 7) / 8).encode(value, place)
            guard count.isMultiple(of: 8) || bytes.last.map({ $0 >> UInt8(count % 8) }) == 0 else {
                throw LightClientError(.json, "\(place): bits beyond \(count)")
            }
            return bytes
        case .vector(let type, let count):
            guard let elements = value.array, elements.count == count else {
                throw LightClientError(.json, "\(place): not an array of \(count)")
            }
            var bytes: [UInt8] = []
            for (index, element) in elements.enumerated() {
                bytes += try type.encode(element, "\(place)[\(index)]")
            }
            return bytes
        case .container(let fields):
            var writer = SSZWriter()
            for field in fields {
                let place = "\(place).\(field.name)"
                guard let member = value[field.name] else {
                    throw LightClientError(.json, "\(place): missing")
                }
                let bytes = try field.type.encode(member, place)
                if field.type.isVariable { writer.variable(bytes) } else { writer.bytes(bytes) }
            }
            return writer.encoded
        }
    }

    private static func integer(
        _ value: JSONValue, _ count: Int, _ place: String
    ) throws(LightClientError) -> [UInt8] {
        // One number has one text: no sign, no zeros in front, no hexadecimal.
        guard let text = value.string, let number = UInt256(text), number.description == text else {
            throw LightClientError(.json, "\(place): not a decimal text")
        }
        let bytes = number.bytes.bytes.reversed()
        guard bytes.dropFirst(count).allSatisfy({ $0 == 0 }) else {
            throw LightClientError(.json, "\(place): more than \(count) bytes")
        }
        return Array(bytes.prefix(count))
    }

    private static func hexadecimal(
        _ value: JSONValue, _ place: String, countMax: Int
    ) throws(LightClientError) -> [UInt8] {
        guard let text = value.string, text.hasPrefix("0x") else {
            throw LightClientError(.json, "\(place): not a text of 0x and digits")
        }
        guard text.utf8.count <= 2 + 2 * countMax else {
            throw LightClientError(.json, "\(place): more than \(countMax) bytes")
        }
        guard let bytes = try? Hex.decode(text) else {
            throw LightClientError(.json, "\(place): not hexadecimal")
        }
        return bytes
    }
}
