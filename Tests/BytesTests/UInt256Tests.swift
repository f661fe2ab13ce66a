// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@Suite struct UInt256Tests {
    private static let largest =
        "115792089237316195423570985008687907853269984665640564039457584007913129639935"

    @Test(
        "numbers are written as they were read",
        arguments: ["0", "1", "18446744073709551616", "10000000000000000000", largest])
    func texts(text: String) throws {
        let value = try #require(UInt256(text))
        #expect(value.description == text)
        #expect(UInt256("0x" + Hex.encode(value.bytes.bytes)) == value)
        #expect(UInt256(value.bytes) == value)
        #expect(UInt256(bigEndian: value.minimalBytes) == value)
        #expect(UInt256(littleEndian: value.bytes.bytes.reversed()) == value)
    }

    @Test(
        "other texts are no numbers",
        arguments: [
            "", "-1", "+1", " 1", "1 ", "1e3", "0x", "0xg", "1_000", "٣",
            "115792089237316195423570985008687907853269984665640564039457584007913129639936",
            "0x1" + String(repeating: "0", count: 64), String(repeating: "9", count: 79),
        ])
    func refusals(text: String) {
        #expect(UInt256(text) == nil)
    }

    @Test("arithmetic says when a result does not fit")
    func overflow() throws {
        let one = UInt256(1)
        #expect(UInt256.max.adding(one) == nil)
        #expect(UInt256.max.adding(.zero) == .max)
        #expect(UInt256.zero.subtracting(one) == nil)
        #expect(UInt256.max.multiplied(by: 2) == nil)
        #expect(UInt256.max.divided(by: 0) == nil)
        #expect(UInt256(bigEndian: [UInt8](repeating: 0, count: 33)) == nil)
        // Carries run through all four words.
        let words = try #require(UInt256("0x" + String(repeating: "ff", count: 24)))
        #expect(words.adding(one)?.subtracting(one) == words)
        let (quotient, remainder) = try #require(UInt256.max.divided(by: 10))
        #expect(remainder == 5)
        #expect(quotient.multiplied(by: 10)?.adding(UInt256(remainder)) == .max)
        #expect(words < .max && !(words < words))
    }
}
