// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@Suite struct HexTests {
    @Test("every byte survives the way to text and back")
    func roundTrip() throws {
        let bytes = [UInt8](0...255)
        let text = Hex.encode(bytes)
        #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
        #expect(try Hex.decode(text) == bytes)
        #expect(try Hex.decode("0x" + text.uppercased()) == bytes)
    }

    @Test(
        "a text that is not hexadecimal is refused where it goes wrong",
        arguments: [
            ("0", HexError.oddCount(1)), ("0g", .notADigit(at: 1)), ("0xzz", .notADigit(at: 2)),
            ("+1", .notADigit(at: 0)), ("é", .notADigit(at: 0)),
        ])
    func refusal(text: String, error: HexError) {
        #expect(throws: error) { try Hex.decode(text) }
    }

    @Test("thirty-two bytes keep their order, equality and hash")
    func bytes32() throws {
        let bytes = [UInt8](1...32)
        let value = try #require(Bytes32(bytes))
        #expect(value.bytes == bytes)
        #expect(value == Bytes32(hex: Hex.encode(bytes)))
        #expect(Set([value, value]).count == 1)
        #expect(Bytes32([UInt8](1...31)) == nil)
        #expect(Bytes32([UInt8](1...33)) == nil)
        #expect(Bytes32 { $0.update(from: bytes, count: 32) } == value)
        var changed = bytes
        changed[31] ^= 1
        #expect(Bytes32(changed) != value)
    }

    @Test("constant-time comparison agrees with plain comparison")
    func constantTime() {
        #expect(ConstantTime.equal([1, 2, 3], [1, 2, 3]))
        #expect(!ConstantTime.equal([1, 2, 3], [1, 2, 4]))
        #expect(!ConstantTime.equal([1, 2, 3], [1, 2]))
        #expect(ConstantTime.equal([], []))
    }
}
