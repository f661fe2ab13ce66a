// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@testable import BLS

/// Signatures that py_ecc made (`G2ProofOfPossession`, secret keys 1000 to 1003, the bytes 0 to 31 as message).
@Suite struct PublicKeysTests {
    private let message = [UInt8](0..<32)
    private let keys: [[UInt8]]

    init() throws {
        keys = try [
            """
            a60e75190e62b6a54142d147289a735c4ce11a9d997543da539a3db57def5ed8\
            3ba40b74e55065f02b35aa1d504c404b
            """,
            """
            ae12039459c60491672b6a6282355d8765ba6272387fb91a3e9604fa2a81450c\
            f16b870bb446fc3a3e0a187fff6f8945
            """,
            """
            947b327c8a15b39634a426af70c062b50632a744eddd41b5a4686414ef4cd974\
            6bb11d0a53c6c2ff21bbcf331e07ac92
            """,
            """
            85fc4ae543ca162474586e76d72c47d0151c3cb7b77e82c87e554abf72548e2e\
            746bc675805b688b5016269e18ff4250
            """,
        ].map { try Hex.decode($0) }
    }

    private enum Signature: String {
        case all = """
            88dd996129229c1572222fdd0e8934b36abf5e7782212c27e3d43f7a0266c7f7\
            85548b8f013ab3d92248cbc3faf043d8023249e60ac4496a434de1614d191c27\
            bcb97f1d63b21c09ebbaea3a6699ebfc2203979906e3e872ff8697a1b8921307
            """
        case firstThree = """
            93f53a47a1aad4481fd9dae68e7c06b152251a337b3bb119f0fda772dcbb4926\
            898f568ba4fe4161e8450f5b782aa37d033f34c09d43f1dcd5d1c3f6592d6530\
            8a2acc6dd76f240b48d05fe5ced35fccce013cec8f9810ef52d176bb2ee87d8a
            """
        case last = """
            a62cc335b6bf8b645f09ad8d9f94b9e5f36f7adf935125b4c12ac5ec9ca42c74\
            5627155f44b1979b7f87040e67a468030fc68bf65f92972d5d76a65b9be50e09\
            4e3a8e7309756d8f8644abeb68bd3904c72d40fbc3289d193664540c552d92b9
            """
        /// The first key's twice and the second's.
        case repeated = """
            ab16071adc8f4aa2bbba7d4cc13122c6fe06e0363401eb99a17a70e24d8d4053\
            fa1fadd5903175a71b22e17af9eb442b1610cbb626409670b914328f513996ee\
            e10107e155953d89edb4fedab35d8f3e58d3613d704ab1b499909748bb8f3d7e
            """

        var value: BLSSignature { get throws { try BLSSignature(Hex.decode(rawValue)) } }
    }

    private func all() throws -> PublicKeys {
        try PublicKeys(compressed: keys.flatMap { $0 })
    }

    private func verify(
        _ keys: PublicKeys, _ signature: Signature, _ bits: [Bool], isSubtracting: Bool
    ) throws -> Bool {
        try keys.verify(
            message, signature.value, participates: bits,
            aggregate: isSubtracting ? keys.aggregate : nil)
    }

    @Test("adding those present and subtracting those absent agree", arguments: [false, true])
    func aggregation(isSubtracting: Bool) throws {
        let keys = try all()
        let cases: [(Signature, [Bool])] = [
            (.all, [true, true, true, true]), (.firstThree, [true, true, true, false]),
            (.last, [false, false, false, true]),
        ]
        for (signature, bits) in cases {
            #expect(try verify(keys, signature, bits, isSubtracting: isSubtracting))
            for place in bits.indices {
                var others = bits
                others[place].toggle()
                #expect(try !verify(keys, signature, others, isSubtracting: isSubtracting))
            }
        }
    }

    @Test("a key that occurs twice counts twice", arguments: [false, true])
    func repeated(isSubtracting: Bool) throws {
        let committee = try PublicKeys(compressed: keys[0] + keys[1] + keys[0] + keys[3])
        let bits = [true, true, true, false]
        #expect(try verify(committee, .repeated, bits, isSubtracting: isSubtracting))
        #expect(
            try !verify(
                committee, .repeated, [true, true, false, false], isSubtracting: isSubtracting))
        // The same point added to itself is a doubling, which plain addition gets wrong.
        let twice = try PublicKeys(compressed: keys[0] + keys[0])
        let doubled = try PublicKeys(compressed: twice.aggregate.compressed + keys[1])
        #expect(try verify(doubled, .repeated, [true, true], isSubtracting: isSubtracting))
    }

    @Test("nobody's signature, and that of a sum that vanishes, are refused")
    func nobody() throws {
        let keys = try all()
        let none = [Bool](repeating: false, count: 4)
        #expect(try !verify(keys, .all, none, isSubtracting: false))
        #expect(try !verify(keys, .all, none, isSubtracting: true))
        #expect(try !verify(keys, .all, [true], isSubtracting: false))
        // A key and its negative: the third most significant bit tells the sign.
        var negative = self.keys[0]
        negative[0] ^= 0x20
        let cancelled = try PublicKeys(compressed: self.keys[0] + negative)
        #expect(try !verify(cancelled, .all, [true, true], isSubtracting: false))
        #expect(try !verify(cancelled, .all, [true, true], isSubtracting: true))
    }

    @Test("keys kept as coordinates verify as before, and damage to them is noticed")
    func affine() throws {
        let keys = try all()
        let kept = try PublicKeys(affine: keys.affine)
        #expect(try verify(kept, .all, [true, true, true, true], isSubtracting: true))
        var damaged = keys.affine
        damaged[95] ^= 1
        #expect(throws: BLSError.encoding) { try PublicKeys(affine: damaged) }
        #expect(throws: BLSError.length) { try PublicKeys(affine: damaged.dropLast()) }
    }

    static let badKeys: [(String, BLSError)] = [
        // Infinity, and infinity with something more.
        ("c0" + String(repeating: "00", count: 47), .infinity),
        ("c0" + String(repeating: "00", count: 46) + "01", .encoding),
        // x = 4 is on the curve, but not in the group; x = 1 is not on the curve.
        ("80" + String(repeating: "00", count: 46) + "04", .subgroup),
        ("80" + String(repeating: "00", count: 46) + "01", .encoding),
        // Not compressed; beyond the field; all ones; empty.
        ("00" + String(repeating: "00", count: 47), .encoding),
        ("9a" + String(repeating: "ff", count: 47), .encoding),
        (String(repeating: "ff", count: 48), .encoding),
        ("80", .length),
    ]

    @Test("what is no key is refused wherever it stands", arguments: badKeys)
    func keys(hex: String, rule: BLSError) throws {
        let bad = try Hex.decode(hex)
        #expect(throws: rule) { try PublicKeys(compressed: bad) }
        #expect(throws: rule) { try PublicKeys(compressed: keys[0] + bad) }
    }

    static let badSignatures: [(String, BLSError)] = [
        ("c0" + String(repeating: "00", count: 95), .infinity),
        ("a0" + String(repeating: "00", count: 94) + "02", .subgroup),
        (String(repeating: "00", count: 96), .encoding),
        (String(repeating: "ff", count: 96), .encoding),
        ("a0", .length),
    ]

    @Test("what is no signature is refused", arguments: badSignatures)
    func signatures(hex: String, rule: BLSError) throws {
        let bytes = try Hex.decode(hex)
        #expect(throws: rule) { try BLSSignature(bytes) }
    }
}
