// SPDX-License-Identifier: Apache-2.0

extension Array<UInt8> {
    /// Appends seven bits a byte, lowest first, the top bit set on all but the last.
    mutating func append(varint value: UInt64) {
        var value = value
        while value >= 0x80 {
            append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        append(UInt8(value))
    }

    /// Appends a signed number as a varint in which small magnitudes are short.
    mutating func append(zigzag value: Int64) {
        append(varint: Self.zigzag(value))
    }

    /// Appends a fixed-width number, lowest byte first.
    mutating func append(littleEndian value: some FixedWidthInteger) {
        for shift in stride(from: 0, to: value.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    static func zigzag(_ value: Int64) -> UInt64 {
        UInt64(bitPattern: value << 1 ^ value >> 63)
    }
}
