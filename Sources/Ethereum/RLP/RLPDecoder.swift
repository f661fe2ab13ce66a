// SPDX-License-Identifier: Apache-2.0

/// Decodes RLP strictly: every item has exactly one encoding, and nothing else passes.
public struct RLPDecoder {
    private let bytes: [UInt8]
    private var itemsLeft = EthereumLimits.rlpItemsMax

    /// The one item that the bytes hold.
    ///
    /// - Parameters:
    ///   - bytes: the whole encoding.
    ///   - bytesMax: how many bytes are taken at most.
    /// - Returns: the item; its strings share the bytes' storage.
    /// - Throws: `EthereumError` of a rule of RLP, with the offset as place, or of rule `limit`.
    public static func decode(
        _ bytes: [UInt8], bytesMax: Int = EthereumLimits.rlpBytesMax
    ) throws(EthereumError) -> RLPItem {
        guard bytes.count <= bytesMax else {
            throw EthereumError(.limit, "\(bytes.count) bytes, at most \(bytesMax)")
        }
        var decoder = RLPDecoder(bytes: bytes)
        var offset = 0
        let item = try decoder.item(at: &offset, until: bytes.count, depth: 0)
        guard offset == bytes.count else { throw EthereumError(.trailing, "byte \(offset)") }
        return item
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func item(
        at offset: inout Int, until end: Int, depth: Int
    ) throws(EthereumError) -> RLPItem {
        guard itemsLeft > 0, depth <= EthereumLimits.rlpDepthMax else {
            throw EthereumError(.limit, "byte \(offset): depth \(depth)")
        }
        itemsLeft -= 1
        let head = try header(at: offset, until: end)
        offset = head.payload.upperBound
        guard head.isList else { return .string(bytes[head.payload]) }
        var items: [RLPItem] = []
        var place = head.payload.lowerBound
        while place < head.payload.upperBound {
            items.append(try item(at: &place, until: head.payload.upperBound, depth: depth + 1))
        }
        return .list(items)
    }

    /// Where the payload of the item at `offset` lies, within `end`.
    private func header(
        at offset: Int, until end: Int
    ) throws(EthereumError) -> (isList: Bool, payload: Range<Int>) {
        guard offset < end else { throw EthereumError(.truncated, "byte \(offset)") }
        let first = bytes[offset]
        if first < 0x80 {
            return (false, offset..<offset + 1)
        }
        let isList = first >= 0xC0
        let short = Int(first) - (isList ? 0xC0 : 0x80)
        guard short > 55 else {
            let payload = try range(from: offset + 1, count: short, until: end)
            if !isList, short == 1, bytes[offset + 1] < 0x80 {
                throw EthereumError(.notMinimal, "byte \(offset)")
            }
            return (isList, payload)
        }
        let lengthBytes = try range(from: offset + 1, count: short - 55, until: end)
        var count = 0
        for byte in bytes[lengthBytes] {
            // No text has more than `rlpBytesMax` bytes, so a longer count is beyond its end.
            guard count < 1 << 40 else { throw EthereumError(.truncated, "byte \(offset)") }
            count = count << 8 | Int(byte)
        }
        guard bytes[offset + 1] != 0, count > 55 else {
            throw EthereumError(.notMinimal, "byte \(offset)")
        }
        return (isList, try range(from: lengthBytes.upperBound, count: count, until: end))
    }

    private func range(
        from start: Int, count: Int, until end: Int
    ) throws(EthereumError) -> Range<Int> {
        guard count <= end - start else { throw EthereumError(.truncated, "byte \(start)") }
        return start..<start + count
    }
}
