// SPDX-License-Identifier: Apache-2.0

import Attestation
import Bytes
import Testing

@Suite struct CBORTests {
    /// RFC 8949 Appendix A: every example that is in deterministic form.
    static let examples: [(String, CBORValue)] =
        wholeNumbers + numbers + simple + tags + strings + containers

    static let wholeNumbers: [(String, CBORValue)] = [
        ("00", .unsigned(0)), ("01", .unsigned(1)), ("0a", .unsigned(10)), ("17", .unsigned(23)),
        ("1818", .unsigned(24)), ("1819", .unsigned(25)), ("1864", .unsigned(100)),
        ("1903e8", .unsigned(1000)), ("1a000f4240", .unsigned(1_000_000)),
        ("1b000000e8d4a51000", .unsigned(1_000_000_000_000)),
        ("1bffffffffffffffff", .unsigned(.max)), ("3bffffffffffffffff", .negative(.max)),
        ("20", .integer(-1)), ("29", .integer(-10)), ("3863", .integer(-100)),
        ("3903e7", .integer(-1000)),
    ]
    static let numbers: [(String, CBORValue)] = [
        ("f90000", .float(0)), ("f98000", .float(-0.0)), ("f93c00", .float(1)),
        ("fb3ff199999999999a", .float(1.1)), ("f93e00", .float(1.5)), ("f97bff", .float(65504)),
        ("fa47c35000", .float(100_000)), ("fa7f7fffff", .float(3.4028234663852886e+38)),
        ("fb7e37e43c8800759c", .float(1.0e+300)), ("f90001", .float(5.960464477539063e-8)),
        ("f90400", .float(0.00006103515625)), ("f9c400", .float(-4)),
        ("fbc010666666666666", .float(-4.1)), ("f97c00", .float(.infinity)),
        ("f9fc00", .float(-.infinity)),
    ]
    static let simple: [(String, CBORValue)] = [
        ("f4", .boolean(false)), ("f5", .boolean(true)), ("f6", .null), ("f7", .simple(23)),
        ("f0", .simple(16)), ("f8ff", .simple(255)),
    ]
    static let tags: [(String, CBORValue)] = [
        ("c249010000000000000000", .tag(2, .bytes([1, 0, 0, 0, 0, 0, 0, 0, 0]))),
        ("c349010000000000000000", .tag(3, .bytes([1, 0, 0, 0, 0, 0, 0, 0, 0]))),
        (
            "c074323031332d30332d32315432303a30343a30305a",
            .tag(0, .text("2013-03-21T20:04:00Z"))
        ),
        ("c11a514b67b0", .tag(1, .unsigned(1_363_896_240))),
        ("c1fb41d452d9ec200000", .tag(1, .float(1_363_896_240.5))),
        ("d74401020304", .tag(23, .bytes([1, 2, 3, 4]))),
        ("d818456449455446", .tag(24, .bytes([0x64, 0x49, 0x45, 0x54, 0x46]))),
        (
            "d82076687474703a2f2f7777772e6578616d706c652e636f6d",
            .tag(32, .text("http://www.example.com"))
        ),
    ]
    static let strings: [(String, CBORValue)] = [
        ("40", .bytes([])), ("4401020304", .bytes([1, 2, 3, 4])), ("60", .text("")),
        ("6161", .text("a")), ("6449455446", .text("IETF")), ("62225c", .text("\"\\")),
        ("62c3bc", .text("\u{fc}")), ("63e6b0b4", .text("\u{6c34}")),
        ("64f0908591", .text("\u{10151}")),
    ]
    static let containers: [(String, CBORValue)] = [
        ("80", .array([])), ("83010203", .array([.unsigned(1), .unsigned(2), .unsigned(3)])),
        (
            "8301820203820405",
            .array([
                .unsigned(1), .array([.unsigned(2), .unsigned(3)]),
                .array([.unsigned(4), .unsigned(5)]),
            ])
        ),
        (
            "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
            .array((1...25).map { .unsigned($0) })
        ),
        ("a0", .map([])),
        (
            "a201020304",
            .map([.init(.unsigned(1), .unsigned(2)), .init(.unsigned(3), .unsigned(4))])
        ),
        (
            "a26161016162820203",
            .map([
                .init(.text("a"), .unsigned(1)),
                .init(.text("b"), .array([.unsigned(2), .unsigned(3)])),
            ])
        ),
        (
            "826161a161626163",
            .array([.text("a"), .map([.init(.text("b"), .text("c"))])])
        ),
        (
            "a56161614161626142616361436164614461656145",
            .map(["a", "b", "c", "d", "e"].map { .init(.text($0), .text($0.uppercased())) })
        ),
    ]

    @Test("the examples of RFC 8949 are read and written byte for byte", arguments: examples)
    func example(hex: String, value: CBORValue) throws {
        let bytes = try Hex.decode(hex)
        #expect(try CBORDecoder.decode(bytes) == value)
        #expect(try CBOREncoder.encode(value) == bytes)
    }

    @Test("the one NaN is read and written")
    func notANumber() throws {
        guard case .float(let value) = try CBORDecoder.decode([0xf9, 0x7e, 0x00]) else {
            Issue.record("not a float")
            return
        }
        #expect(value.isNaN)
        #expect(try CBOREncoder.encode(.float(-.nan)) == [0xf9, 0x7e, 0x00])
    }

    @Test("every half-precision number is read, and written in the same three bytes")
    func halves() throws {
        for bits in UInt16.min...UInt16.max where bits & 0x7c00 != 0x7c00 || bits & 0x3ff == 0 {
            let bytes = [0xf9, UInt8(bits >> 8), UInt8(bits & 0xff)]
            guard try CBOREncoder.encode(CBORDecoder.decode(bytes)) == bytes else {
                Issue.record("half \(bits)")
                continue
            }
        }
    }

    /// Inputs with one fault each, the rule, and the offset of the item at fault.
    static let refusals: [(String, CBORError.Rule, Int)] = [
        ("", .truncated, 0), ("18", .truncated, 0), ("1900", .truncated, 0),
        ("820119", .truncated, 2), ("82011900", .truncated, 2), ("810100", .trailingBytes, 2),
        ("0000", .trailingBytes, 1), ("f6f6", .trailingBytes, 1),
        ("1817", .notShortestInteger, 0), ("1900ff", .notShortestInteger, 0),
        ("1a0000ffff", .notShortestInteger, 0), ("1b00000000ffffffff", .notShortestInteger, 0),
        ("3817", .notShortestInteger, 0), ("5800", .notShortestInteger, 0),
        ("780161", .notShortestInteger, 0), ("980100", .notShortestInteger, 0),
        ("b8010000", .notShortestInteger, 0), ("d81200", .notShortestInteger, 0),
        ("c240", .notShortestInteger, 0), ("c24101", .notShortestInteger, 0),
        ("c249000000000000000001", .notShortestInteger, 0),
        ("c348ffffffffffffffff", .notShortestInteger, 0),
        ("fa3fc00000", .notShortestFloat, 0), ("fb3ff8000000000000", .notShortestFloat, 0),
        ("fb40f86a0000000000", .notShortestFloat, 0), ("fa7f800000", .notShortestFloat, 0),
        ("fbfff0000000000000", .notShortestFloat, 0), ("fa33800000", .notShortestFloat, 0),
        ("f97e01", .notCanonicalNaN, 0), ("f9fe00", .notCanonicalNaN, 0),
        ("f97c01", .notCanonicalNaN, 0), ("fa7fc00000", .notCanonicalNaN, 0),
        ("fb7ff8000000000000", .notCanonicalNaN, 0),
        ("f800", .reservedSimple, 0), ("f814", .reservedSimple, 0), ("f81f", .reservedSimple, 0),
        ("5f42010243030405ff", .indefiniteLength, 0), ("7f6161ff", .indefiniteLength, 0),
        ("9fff", .indefiniteLength, 0), ("bfff", .indefiniteLength, 0),
        ("819f01ff", .indefiniteLength, 1), ("ff", .unexpectedBreak, 0),
        ("8201ff", .unexpectedBreak, 2), ("1c", .reservedHead, 0), ("1f", .reservedHead, 0),
        ("3f", .reservedHead, 0), ("5d", .reservedHead, 0), ("df00", .reservedHead, 0),
        ("fc", .reservedHead, 0), ("fe", .reservedHead, 0),
        ("62c328", .notUTF8, 0), ("63eda080", .notUTF8, 0), ("62c080", .notUTF8, 0),
        ("61ff", .notUTF8, 0), ("8161c3", .notUTF8, 1),
        ("a203040102", .keysNotSorted, 3), ("a2616200616100", .keysNotSorted, 4),
        ("a220000100", .keysNotSorted, 3), ("a262616100616200", .keysNotSorted, 5),
        ("a201000100", .duplicateKey, 3), ("a2616100616100", .duplicateKey, 4),
        ("4401", .lengthBeyondEnd, 0), ("61", .lengthBeyondEnd, 0), ("8201", .lengthBeyondEnd, 0),
        ("a101", .lengthBeyondEnd, 0),
        ("5a40000000", .lengthBeyondEnd, 0), ("7a40000000", .lengthBeyondEnd, 0),
        ("9a40000000", .lengthBeyondEnd, 0), ("ba40000000", .lengthBeyondEnd, 0),
        ("5bffffffffffffffff", .lengthBeyondEnd, 0), ("9bffffffffffffffff", .lengthBeyondEnd, 0),
        ("bbffffffffffffffff", .lengthBeyondEnd, 0), ("81bb8000000000000000", .lengthBeyondEnd, 1),
    ]

    @Test("whatever is not deterministic is refused by its rule, where it is", arguments: refusals)
    func refusal(hex: String, rule: CBORError.Rule, offset: Int) throws {
        let bytes = try Hex.decode(hex)
        #expect(throws: CBORError(rule, at: offset)) { try CBORDecoder.decode(bytes) }
    }

    @Test("every rule of the decoder has a refusal here")
    func complete() {
        let limits: Set<CBORError.Rule> = [.inputTooLarge, .tooDeep, .tooManyItems]
        let tested = Set(Self.refusals.map(\.1)).union(limits)
        #expect(tested == Set(CBORError.Rule.allCases))
    }

    @Test("an input at a limit is read, one over it refused")
    func limits() throws {
        let nested = [UInt8](repeating: 0x81, count: 3) + [0]
        #expect(throws: Never.self) { try CBORDecoder.decode(nested, depthMax: 3) }
        #expect(throws: CBORError(.tooDeep, at: 3)) { try CBORDecoder.decode(nested, depthMax: 2) }
        #expect(throws: Never.self) { try CBORDecoder.decode(nested, itemsMax: 4) }
        #expect(throws: CBORError(.tooManyItems, at: 3)) {
            try CBORDecoder.decode(nested, itemsMax: 3)
        }
        #expect(throws: Never.self) { try CBORDecoder.decode(nested, bytesMax: 4) }
        #expect(throws: CBORError(.inputTooLarge, at: 0)) {
            try CBORDecoder.decode(nested, bytesMax: 3)
        }
        let deep = [UInt8](repeating: 0xc1, count: 60_000) + [0]
        #expect(throws: CBORError(.tooDeep, at: 9)) { try CBORDecoder.decode(deep) }
    }

    @Test("a map is written in the order of its encoded keys, and not with a key twice")
    func sorting() throws {
        let keys: [CBORValue] = [
            .boolean(false), .array([.integer(-1)]), .text("aa"), .text("z"), .integer(-1),
            .unsigned(100), .unsigned(10),
        ]
        // RFC 8949 §4.2.1's own example of the order.
        let map = CBORValue.map(keys.map { .init($0, .null) })
        let hex = "a70af61864f620f6617af6626161f68120f6f4f6"
        #expect(try CBOREncoder.encode(map) == Hex.decode(hex))
        #expect(throws: CBORError(.duplicateKey, at: 3)) {
            try CBOREncoder.encode(.map([.init(.null, .null), .init(.null, .unsigned(1))]))
        }
    }
}
