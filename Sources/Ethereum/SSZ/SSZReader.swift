// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// Reads one SSZ container, field after field (consensus specification, ssz/simple-serialize.md).
///
/// Fields of fixed size are taken in order; for those of variable size `offset` is called in their place, and after the
/// last field `variableParts` gives their bytes. Nothing is copied but what a field keeps.
public struct SSZReader {
    private let bytes: ArraySlice<UInt8>
    private let place: String
    private var position: Int
    private var offsets: [Int] = []

    /// A reader of the container that `bytes` hold; `place` names it in errors.
    public init(_ bytes: ArraySlice<UInt8>, _ place: String) {
        self.bytes = bytes
        self.place = place
        position = bytes.startIndex
    }

    /// The next `count` bytes.
    ///
    /// - Throws: `EthereumError` of rule `sszLength`.
    public mutating func bytes(_ count: Int) throws(EthereumError) -> ArraySlice<UInt8> {
        guard count <= bytes.endIndex - position else {
            throw EthereumError(.sszLength, "\(place): \(bytes.count) bytes are too few")
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// An unsigned integer of 64 bits.
    ///
    /// - Throws: `EthereumError` of rule `sszLength`.
    public mutating func uint64() throws(EthereumError) -> UInt64 {
        try bytes(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// An unsigned integer of 256 bits.
    ///
    /// - Throws: `EthereumError` of rule `sszLength`.
    public mutating func uint256() throws(EthereumError) -> UInt256 {
        UInt256(littleEndian: try bytes(32)) ?? .zero
    }

    /// Thirty-two bytes.
    ///
    /// - Throws: `EthereumError` of rule `sszLength`.
    public mutating func bytes32() throws(EthereumError) -> Bytes32 {
        Bytes32(try bytes(Bytes32.count)) ?? .zero
    }

    /// A vector of 32-byte values, such as a Merkle branch.
    ///
    /// - Throws: `EthereumError` of rule `sszLength`.
    public mutating func vector(_ count: Int) throws(EthereumError) -> [Bytes32] {
        var values: [Bytes32] = []
        values.reserveCapacity(count)
        for _ in 0..<count {
            values.append(try bytes32())
        }
        return values
    }

    /// Notes that a field of variable size stands here.
    ///
    /// - Throws: `EthereumError` of rule `sszLength`.
    public mutating func offset() throws(EthereumError) {
        let value = try bytes(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        offsets.append(value)
    }

    /// Ends a container that has fields of fixed size only.
    ///
    /// - Throws: `EthereumError` of rule `sszLength` if bytes are left.
    public func end() throws(EthereumError) {
        guard position == bytes.endIndex else {
            throw EthereumError(.sszLength, "\(place): \(bytes.endIndex - position) bytes too many")
        }
    }

    /// Ends a container with fields of variable size: the bytes of each, in order, without gaps or overlaps.
    ///
    /// - Throws: `EthereumError` of rule `sszOffset`.
    public func variableParts() throws(EthereumError) -> [ArraySlice<UInt8>] {
        let start = bytes.startIndex
        guard offsets.first == position - start else {
            throw EthereumError(
                .sszOffset, "\(place): first at \(offsets.first ?? -1), not \(position - start)")
        }
        var parts: [ArraySlice<UInt8>] = []
        for (index, begin) in offsets.enumerated() {
            let end = index + 1 < offsets.count ? offsets[index + 1] : bytes.count
            guard begin <= end, end <= bytes.count else {
                throw EthereumError(.sszOffset, "\(place): \(begin) to \(end) of \(bytes.count)")
            }
            parts.append(bytes[start + begin..<start + end])
        }
        return parts
    }
}
