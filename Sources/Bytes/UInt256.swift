// SPDX-License-Identifier: Apache-2.0

/// An unsigned integer of 256 bits: an amount of the smallest coin, a word of contract storage.
public struct UInt256: Hashable, Sendable {
    /// Nothing.
    public static let zero = UInt256(0)
    /// 2²⁵⁶ − 1.
    public static let max = UInt256(limbs: (.max, .max, .max, .max))

    /// Sixty-four bits each, least significant first.
    let limbs: (UInt64, UInt64, UInt64, UInt64)

    init(limbs: (UInt64, UInt64, UInt64, UInt64)) {
        self.limbs = limbs
    }

    /// The value of a 64-bit integer.
    public init(_ value: UInt64) {
        limbs = (value, 0, 0, 0)
    }

    /// The value of at most 32 bytes, most significant first; `nil` for more.
    public init?(bigEndian bytes: some Collection<UInt8>) {
        guard bytes.count <= 32 else { return nil }
        var limbs: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in bytes.enumerated() {
            let place = bytes.count - 1 - index
            limbs[place / 8] |= UInt64(byte) << UInt64(place % 8 * 8)
        }
        self.limbs = (limbs[0], limbs[1], limbs[2], limbs[3])
    }

    /// The value of at most 32 bytes, least significant first; `nil` for more.
    public init?(littleEndian bytes: some BidirectionalCollection<UInt8>) {
        self.init(bigEndian: bytes.reversed())
    }

    /// The value of 32 bytes, most significant first.
    public init(_ bytes: Bytes32) {
        limbs = bytes.withUnsafeBytes { raw in
            func limb(_ offset: Int) -> UInt64 {
                UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            }
            return (limb(24), limb(16), limb(8), limb(0))
        }
    }

    /// All 32 bytes, most significant first.
    public var bytes: Bytes32 {
        Bytes32 { output in
            let raw = UnsafeMutableRawPointer(output)
            raw.storeBytes(of: limbs.3.bigEndian, toByteOffset: 0, as: UInt64.self)
            raw.storeBytes(of: limbs.2.bigEndian, toByteOffset: 8, as: UInt64.self)
            raw.storeBytes(of: limbs.1.bigEndian, toByteOffset: 16, as: UInt64.self)
            raw.storeBytes(of: limbs.0.bigEndian, toByteOffset: 24, as: UInt64.self)
        }
    }

    /// The bytes without leading zeros, most significant first: none for zero.
    public var minimalBytes: [UInt8] { Array(bytes.bytes.drop { $0 == 0 }) }

    /// The value as a 64-bit integer; `nil` if it needs more.
    public var uint64: UInt64? {
        limbs.1 | limbs.2 | limbs.3 == 0 ? limbs.0 : nil
    }

    /// Whether both are the same number.
    public static func == (left: UInt256, right: UInt256) -> Bool {
        left.limbs == right.limbs
    }

    /// Feeds the number to `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes)
    }
}

extension UInt256: Comparable {
    /// Whether the left number is the smaller.
    public static func < (left: UInt256, right: UInt256) -> Bool {
        (left.limbs.3, left.limbs.2, left.limbs.1, left.limbs.0)
            < (right.limbs.3, right.limbs.2, right.limbs.1, right.limbs.0)
    }
}

extension UInt256: CustomStringConvertible {
    /// The number in decimal.
    public var description: String {
        var rest = self
        var groups: [String] = []
        repeat {
            let (quotient, remainder) = rest.dividedBySmall(10_000_000_000_000_000_000)
            groups.append(String(remainder))
            rest = quotient
        } while rest != .zero
        let lower = groups.dropLast().reversed().map {
            String(repeating: "0", count: 19 - $0.count) + $0
        }
        return (groups.suffix(1) + lower).joined()
    }
}
