// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import JSON

/// What an SSZ value is made of (ssz/simple-serialize.md), as far as light-client objects need it.
///
/// A value of it for every object and fork turns the Beacon API's JSON into the bytes of the same object in SSZ, so that
/// both are read and verified by the same code.
indirect enum SSZType: Equatable, Sendable {
    /// An unsigned integer of so many bytes; a decimal text in JSON.
    case uint(bytes: Int)
    /// `ByteVector[count]`; hexadecimal in JSON, like all bytes.
    case bytes(Int)
    /// `ByteList[max]`.
    case byteList(max: Int)
    /// `Bitvector[count]`.
    case bits(Int)
    /// `Vector[type, count]` of elements of fixed size.
    case vector(SSZType, Int)
    /// Fields, in the order of their encoding.
    case container([Field])

    struct Field: Equatable, Sendable {
        let name: String
        let type: SSZType

        init(_ name: String, _ type: SSZType) {
            self.name = name
            self.type = type
        }
    }

    static let uint64 = SSZType.uint(bytes: 8)
    static let bytes32 = SSZType.bytes(Bytes32.count)

    /// Whether a container holds an offset in its place.
    var isVariable: Bool {
        switch self {
        case .byteList: true
        case .container(let fields): fields.contains { $0.type.isVariable }
        default: false
        }
    }
}
