// SPDX-License-Identifier: Apache-2.0

/// IEEE 754 binary16 by bits: `Float16` needs run-time functions that older toolchains' C
/// libraries lack.
enum CBORHalf {
    /// The pattern of the one NaN that deterministic CBOR allows.
    static let nan: UInt16 = 0x7e00

    /// The bits of exactly that number; `nil` if half precision does not hold it, or for NaN.
    static func bits(of value: Double) -> UInt16? {
        let single = Float(value)
        guard Double(single) == value else { return nil }
        let sign = UInt16(truncatingIfNeeded: single.bitPattern >> 16) & 0x8000
        let fraction = single.bitPattern & 0x7f_ffff
        let exponent = Int(single.bitPattern >> 23 & 0xff) - 127
        switch exponent {
        case -127 where fraction == 0: return sign
        case 128: return sign | 0x7c00
        case -14...15 where fraction & 0x1fff == 0:
            return sign | UInt16(exponent + 15) << 10 | UInt16(fraction >> 13)
        case -24 ... -15:
            let whole = fraction | 0x80_0000
            let shift = UInt32(-1 - exponent)
            guard whole & (1 << shift - 1) == 0 else { return nil }
            return sign | UInt16(whole >> shift)
        default: return nil
        }
    }

    /// The number of that pattern.
    static func value(of bits: UInt16) -> Double {
        let sign: FloatingPointSign = bits & 0x8000 == 0 ? .plus : .minus
        let fraction = Double(bits & 0x3ff)
        switch Int(bits >> 10 & 0x1f) {
        case 0: return Double(sign: sign, exponent: -24, significand: fraction)
        case 31: return fraction != 0 ? .nan : sign == .plus ? .infinity : -.infinity
        case let exponent:
            return Double(sign: sign, exponent: exponent - 25, significand: fraction + 1024)
        }
    }
}
