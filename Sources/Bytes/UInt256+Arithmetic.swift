// SPDX-License-Identifier: Apache-2.0

/// Arithmetic that says when a result does not fit, and never wraps silently.
extension UInt256 {
    /// The sum; `nil` if it needs more than 256 bits.
    public func adding(_ other: UInt256) -> UInt256? {
        var carry = false
        func add(_ left: UInt64, _ right: UInt64) -> UInt64 {
            let (sum, first) = left.addingReportingOverflow(right)
            let (result, second) = sum.addingReportingOverflow(carry ? 1 : 0)
            carry = first || second
            return result
        }
        let result = UInt256(
            limbs: (
                add(limbs.0, other.limbs.0), add(limbs.1, other.limbs.1),
                add(limbs.2, other.limbs.2), add(limbs.3, other.limbs.3)
            ))
        return carry ? nil : result
    }

    /// The difference; `nil` if `other` is the larger.
    public func subtracting(_ other: UInt256) -> UInt256? {
        var borrow = false
        func subtract(_ left: UInt64, _ right: UInt64) -> UInt64 {
            let (difference, first) = left.subtractingReportingOverflow(right)
            let (result, second) = difference.subtractingReportingOverflow(borrow ? 1 : 0)
            borrow = first || second
            return result
        }
        let result = UInt256(
            limbs: (
                subtract(limbs.0, other.limbs.0), subtract(limbs.1, other.limbs.1),
                subtract(limbs.2, other.limbs.2), subtract(limbs.3, other.limbs.3)
            ))
        return borrow ? nil : result
    }

    /// The product with a 64-bit number; `nil` if it needs more than 256 bits.
    public func multiplied(by factor: UInt64) -> UInt256? {
        var carry: UInt64 = 0
        func multiply(_ limb: UInt64) -> UInt64 {
            let (high, low) = limb.multipliedFullWidth(by: factor)
            let (result, overflow) = low.addingReportingOverflow(carry)
            carry = high + (overflow ? 1 : 0)
            return result
        }
        let result = UInt256(
            limbs: (multiply(limbs.0), multiply(limbs.1), multiply(limbs.2), multiply(limbs.3)))
        return carry == 0 ? result : nil
    }

    /// Quotient and remainder by a 64-bit number that is not zero; `nil` for zero.
    public func divided(by divisor: UInt64) -> (quotient: UInt256, remainder: UInt64)? {
        divisor == 0 ? nil : dividedBySmall(divisor)
    }

    func dividedBySmall(_ divisor: UInt64) -> (quotient: UInt256, remainder: UInt64) {
        var remainder: UInt64 = 0
        func divide(_ limb: UInt64) -> UInt64 {
            let (quotient, rest) = divisor.dividingFullWidth((remainder, limb))
            remainder = rest
            return quotient
        }
        let high = divide(limbs.3)
        let upper = divide(limbs.2)
        let lower = divide(limbs.1)
        let low = divide(limbs.0)
        return (UInt256(limbs: (low, lower, upper, high)), remainder)
    }

    /// The number that 1 to 78 decimal digits, or `0x` and 1 to 64 hexadecimal ones, spell; `nil` for anything else, and
    /// for what needs more than 256 bits.
    public init?(_ text: String) {
        if text.hasPrefix("0x") {
            let digits = text.dropFirst(2)
            guard (1...64).contains(digits.count),
                let bytes = try? Hex.decode(digits.count.isMultiple(of: 2) ? text : "0x0" + digits)
            else { return nil }
            self.init(bigEndian: bytes)
            return
        }
        guard (1...78).contains(text.utf8.count) else { return nil }
        var value = UInt256.zero
        for character in text.utf8 {
            guard (0x30...0x39).contains(character),
                let next = value.multiplied(by: 10)?.adding(UInt256(UInt64(character - 0x30)))
            else { return nil }
            value = next
        }
        self = value
    }
}
