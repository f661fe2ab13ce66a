// SPDX-License-Identifier: Apache-2.0

/// How long characters and silences last on a serial line (Modbus over Serial Line V1.02 §2.5.1.1).
struct FrameTiming: Hashable, Sendable {
    /// The silence before every frame: 3.5 characters, or 1750 µs above 19200 bit/s.
    let silenceMicroseconds: Int64
    /// One character: start bit, data bits, parity bit, stop bits; rounded up.
    let characterMicroseconds: Int64

    private let directionMicroseconds: Int64
    private let characterBits: Int64
    private let baud: Int64

    init(_ line: ModbusSerialLine) {
        baud = Int64(line.baud)
        characterBits = Int64(1 + line.dataBits + (line.parity == .none ? 0 : 1) + line.stopBits)
        characterMicroseconds = Self.ceiling(characterBits * 1_000_000, baud)
        directionMicroseconds =
            1000
            * Int64(line.rs485.map { $0.delayBeforeMilliseconds + $0.delayAfterMilliseconds } ?? 0)
        silenceMicroseconds =
            baud > 19_200 ? 1750 : Self.ceiling(characterBits * 3_500_000, baud)
    }

    /// How long `count` characters without a pause take.
    func microseconds(characters count: Int) -> Int64 {
        Self.ceiling(Int64(count) * characterBits * 1_000_000, baud)
    }

    /// How long silence, a request and its answer of so many characters together take, with what
    /// the direction control waits around the request.
    func exchangeMicroseconds(characters count: Int) -> Int64 {
        silenceMicroseconds + directionMicroseconds + microseconds(characters: count)
    }

    private static func ceiling(_ dividend: Int64, _ divisor: Int64) -> Int64 {
        (dividend + divisor - 1) / divisor
    }
}
