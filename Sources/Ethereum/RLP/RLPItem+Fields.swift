// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// What a field of an object takes from an item. `place` names the field in errors.
extension RLPItem {
    /// The bytes of a string.
    ///
    /// - Throws: `EthereumError` of rule `wrongKind`.
    public func string(_ place: String) throws(EthereumError) -> ArraySlice<UInt8> {
        guard case .string(let bytes) = self else { throw EthereumError(.wrongKind, place) }
        return bytes
    }

    /// The items of a list.
    ///
    /// - Throws: `EthereumError` of rule `wrongKind`.
    public func list(_ place: String) throws(EthereumError) -> [RLPItem] {
        guard case .list(let items) = self else { throw EthereumError(.wrongKind, place) }
        return items
    }

    /// The bytes of a string of exactly `count` bytes.
    ///
    /// - Throws: `EthereumError` of rule `wrongKind` or `wrongLength`.
    public func bytes(_ count: Int, _ place: String) throws(EthereumError) -> [UInt8] {
        let bytes = try string(place)
        guard bytes.count == count else {
            throw EthereumError(.wrongLength, "\(place): \(bytes.count) bytes, not \(count)")
        }
        return Array(bytes)
    }

    /// Thirty-two bytes.
    ///
    /// - Throws: `EthereumError` of rule `wrongKind` or `wrongLength`.
    public func bytes32(_ place: String) throws(EthereumError) -> Bytes32 {
        guard let value = Bytes32(try string(place)) else {
            throw EthereumError(.wrongLength, "\(place): not 32 bytes")
        }
        return value
    }

    /// An address of 20 bytes.
    ///
    /// - Throws: `EthereumError` of rule `wrongKind` or `wrongLength`.
    public func address(_ place: String) throws(EthereumError) -> Address {
        guard let value = Address(try string(place)) else {
            throw EthereumError(.wrongLength, "\(place): not 20 bytes")
        }
        return value
    }

    /// An integer of at most 256 bits.
    ///
    /// - Throws: `EthereumError` of rule `wrongKind`, `leadingZero` or `tooWide`.
    public func uint256(_ place: String) throws(EthereumError) -> UInt256 {
        let bytes = try string(place)
        guard bytes.first != 0 else { throw EthereumError(.leadingZero, place) }
        guard let value = UInt256(bigEndian: bytes) else { throw EthereumError(.tooWide, place) }
        return value
    }

    /// An integer of at most 64 bits.
    ///
    /// - Throws: `EthereumError` of rule `wrongKind`, `leadingZero` or `tooWide`.
    public func uint64(_ place: String) throws(EthereumError) -> UInt64 {
        guard let value = try uint256(place).uint64 else { throw EthereumError(.tooWide, place) }
        return value
    }
}
