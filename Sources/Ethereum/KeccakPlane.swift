// SPDX-License-Identifier: Apache-2.0

/// Five lanes of Keccak's state with the same y.
struct KeccakPlane {
    var a: UInt64
    var b: UInt64
    var c: UInt64
    var d: UInt64
    var e: UInt64

    @inline(__always)
    init(_ a: UInt64 = 0, _ b: UInt64 = 0, _ c: UInt64 = 0, _ d: UInt64 = 0, _ e: UInt64 = 0) {
        self.a = a
        self.b = b
        self.c = c
        self.d = d
        self.e = e
    }

    @inline(__always)
    mutating func xor(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64, _ e: UInt64) {
        self.a ^= a
        self.b ^= b
        self.c ^= c
        self.d ^= d
        self.e ^= e
    }

    @inline(__always)
    mutating func xor(_ other: KeccakPlane) {
        xor(other.a, other.b, other.c, other.d, other.e)
    }

    /// The parity of each column.
    @inline(__always)
    func sum(
        _ p: KeccakPlane, _ q: KeccakPlane, _ r: KeccakPlane, _ s: KeccakPlane
    ) -> KeccakPlane {
        KeccakPlane(
            a ^ p.a ^ q.a ^ r.a ^ s.a, b ^ p.b ^ q.b ^ r.b ^ s.b, c ^ p.c ^ q.c ^ r.c ^ s.c,
            d ^ p.d ^ q.d ^ r.d ^ s.d, e ^ p.e ^ q.e ^ r.e ^ s.e)
    }

    /// For each column, the one before it and the one after it, turned by a bit.
    @inline(__always)
    var neighbours: KeccakPlane {
        KeccakPlane(
            e ^ b.turned(1), a ^ c.turned(1), b ^ d.turned(1), c ^ e.turned(1), d ^ a.turned(1))
    }

    /// χ of the row.
    @inline(__always)
    var mixed: KeccakPlane {
        KeccakPlane(a ^ ~b & c, b ^ ~c & d, c ^ ~d & e, d ^ ~e & a, e ^ ~a & b)
    }
}

extension UInt64 {
    @inline(__always)
    func turned(_ count: UInt64) -> UInt64 { self &<< count | self &>> (64 - count) }
}
