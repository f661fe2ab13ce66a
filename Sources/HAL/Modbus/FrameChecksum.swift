// SPDX-License-Identifier: Apache-2.0

/// The checksum of RTU frames (Modbus over Serial Line V1.02 §6.2.2).
enum FrameChecksum {
    /// CRC-16 with the polynomial 0xA001, to be sent with its low byte first.
    static func crc16(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var crc: UInt16 = 0xffff
        for byte in bytes {
            crc ^= UInt16(byte)
            for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xa001 }
        }
        return crc
    }
}
