// SPDX-License-Identifier: Apache-2.0

internal import Bytes

/// The 1,600 bits of Keccak-f and its permutation, unrolled over named lanes.
///
/// Arrays, and loops over lanes, are two to three times slower: the compiler keeps named lanes in registers.
struct KeccakState {
    private var rows = (
        KeccakPlane(), KeccakPlane(), KeccakPlane(), KeccakPlane(), KeccakPlane()
    )

    /// Takes in one block of 136 bytes.
    @inline(__always)
    mutating func absorb(_ block: UnsafeRawBufferPointer) {
        func lane(_ index: Int) -> UInt64 {
            UInt64(littleEndian: block.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
        }
        rows.0.xor(lane(0), lane(1), lane(2), lane(3), lane(4))
        rows.1.xor(lane(5), lane(6), lane(7), lane(8), lane(9))
        rows.2.xor(lane(10), lane(11), lane(12), lane(13), lane(14))
        rows.3.xor(lane(15), lane(16), 0, 0, 0)
        permute()
    }

    /// What is given out as a digest.
    var first32Bytes: Bytes32 {
        Bytes32 { output in
            let raw = UnsafeMutableRawPointer(output)
            raw.storeBytes(of: rows.0.a.littleEndian, toByteOffset: 0, as: UInt64.self)
            raw.storeBytes(of: rows.0.b.littleEndian, toByteOffset: 8, as: UInt64.self)
            raw.storeBytes(of: rows.0.c.littleEndian, toByteOffset: 16, as: UInt64.self)
            raw.storeBytes(of: rows.0.d.littleEndian, toByteOffset: 24, as: UInt64.self)
        }
    }

    private mutating func permute() {
        var (y0, y1, y2, y3, y4) = rows
        for constant in Self.roundConstants {
            // θ: every lane takes up the parity of two columns.
            let parity = y0.sum(y1, y2, y3, y4)
            let mask = parity.neighbours
            y0.xor(mask)
            y1.xor(mask)
            y2.xor(mask)
            y3.xor(mask)
            y4.xor(mask)
            // ρ and π: lanes turn and change places.
            let z0 = KeccakPlane(
                y0.a, y1.b.turned(44), y2.c.turned(43),
                y3.d.turned(21), y4.e.turned(14))
            let z1 = KeccakPlane(
                y0.d.turned(28), y1.e.turned(20), y2.a.turned(3),
                y3.b.turned(45), y4.c.turned(61))
            let z2 = KeccakPlane(
                y0.b.turned(1), y1.c.turned(6), y2.d.turned(25),
                y3.e.turned(8), y4.a.turned(18))
            let z3 = KeccakPlane(
                y0.e.turned(27), y1.a.turned(36), y2.b.turned(10),
                y3.c.turned(15), y4.d.turned(56))
            let z4 = KeccakPlane(
                y0.c.turned(62), y1.d.turned(55), y2.e.turned(39),
                y3.a.turned(41), y4.b.turned(2))
            // χ: the step that is not linear; ι: the round's constant.
            y0 = z0.mixed
            y1 = z1.mixed
            y2 = z2.mixed
            y3 = z3.mixed
            y4 = z4.mixed
            y0.a ^= constant
        }
        rows = (y0, y1, y2, y3, y4)
    }

    private static let roundConstants: [UInt64] = [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A,
        0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008A,
        0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089,
        0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800A, 0x800000008000000A, 0x8000000080008081,
        0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ]
}
