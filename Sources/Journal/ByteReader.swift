// SPDX-License-Identifier: Apache-2.0

/// Reads bytes in order and refuses to read past their end.
struct ByteReader {
    private let bytes: [UInt8]
    private let end: Int
    private(set) var offset: Int

    /// A reader of `bytes[offset..<end]`.
    init(_ bytes: [UInt8], from offset: Int = 0, to end: Int) {
        self.bytes = bytes
        self.offset = offset
        self.end = end
    }

    var isAtEnd: Bool { offset == end }

    mutating func byte() throws(SegmentError) -> UInt8 {
        guard offset < end else { throw .truncated(at: offset) }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func varint() throws(SegmentError) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            let byte = try byte()
            if shift == 63, byte > 1 { break }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 {
                if byte == 0, shift > 0 { break }
                return value
            }
        }
        throw .number(at: start)
    }

    mutating func zigzag() throws(SegmentError) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1 ^ (0 &- (value & 1)))
    }

    mutating func littleEndian<Number: FixedWidthInteger & UnsignedInteger>(
        _: Number.Type
    ) throws(SegmentError) -> Number {
        var value: Number = 0
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            value |= Number(try byte()) << shift
        }
        return value
    }

    mutating func take(_ count: Int) throws(SegmentError) -> ArraySlice<UInt8> {
        guard count <= end - offset else { throw .truncated(at: offset) }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }
}
