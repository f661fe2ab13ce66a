// SPDX-License-Identifier: Apache-2.0

/// Modbus frames as slaves make them, written independently of the driver.
enum Frames {
    /// What every scripted slave holds at a holding register.
    static func value(at address: Int) -> UInt16 { UInt16(truncatingIfNeeded: address &* 3 &+ 7) }

    /// Function, byte count and the registers that a request's PDU (function, address, count)
    /// asks for.
    static func answer(toPDU pdu: [UInt8]) -> [UInt8] {
        let first = Int(pdu[1]) << 8 | Int(pdu[2])
        let count = Int(pdu[3]) << 8 | Int(pdu[4])
        var answer = [pdu[0], UInt8(2 * count)]
        for address in first..<(first + count) {
            answer.append(UInt8(value(at: address) >> 8))
            answer.append(UInt8(value(at: address) & 0xff))
        }
        return answer
    }

    /// How many bytes a TCP request has of which these are there.
    static func tcpRequestLength(_ bytes: [UInt8]) -> Int {
        bytes.count < 6 ? 6 : 6 + (Int(bytes[4]) << 8 | Int(bytes[5]))
    }

    /// How many bytes an RTU request has of which these are there.
    static func rtuRequestLength(_ bytes: [UInt8]) -> Int {
        guard bytes.count >= 2 else { return 2 }
        switch bytes[1] {
        case 15, 16: return bytes.count < 7 ? 7 : 9 + Int(bytes[6])
        case 17: return 4
        case 22: return 10
        case 43: return 7
        default: return 8
        }
    }

    /// The answer to a TCP request, with parts replaced on demand.
    static func tcp(
        _ request: [UInt8], pdu: [UInt8]? = nil, transaction: UInt16? = nil, unit: UInt8? = nil,
        length: Int? = nil, protocolID: UInt8 = 0
    ) -> [UInt8] {
        let pdu = pdu ?? answer(toPDU: Array(request[7...]))
        let length = length ?? pdu.count + 1
        let id = transaction.map { [UInt8($0 >> 8), UInt8($0 & 0xff)] } ?? Array(request[0..<2])
        return id + [protocolID, protocolID, UInt8(length >> 8), UInt8(length & 0xff)]
            + [unit ?? request[6]] + pdu
    }

    /// The answer to an RTU request, with parts replaced on demand.
    static func rtu(_ request: [UInt8], pdu: [UInt8]? = nil, unit: UInt8? = nil) -> [UInt8] {
        let body = [unit ?? request[0]] + (pdu ?? answer(toPDU: Array(request[1..<6])))
        let checksum = crc(body)
        return body + [UInt8(checksum & 0xff), UInt8(checksum >> 8)]
    }

    /// CRC-16 bit by bit (Modbus over Serial Line V1.02 §6.2.2).
    static func crc(_ bytes: [UInt8]) -> UInt16 {
        var crc: UInt16 = 0xffff
        for byte in bytes {
            crc ^= UInt16(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xa001 : crc >> 1 }
        }
        return crc
    }
}
