// SPDX-License-Identifier: Apache-2.0

import Bytes
import Telemetry
import Testing

@testable import Attestation

/// Attestations and proofs, good and bad, each signed so that only its content can be refused.
struct AgreementCases {
    /// One file.
    struct Case {
        let name: String
        let bytes: [UInt8]
        /// Whether it must be accepted, where that is not left to the two verifiers.
        var isValid: Bool?
    }

    private var cases: [Case] = []
    private let key: DeviceKey
    private let original: Attestation
    private let payload: CBORValue

    static func all() throws -> [Case] {
        var made = try AgreementCases()
        try made.addEncodings()
        try made.addClaims()
        try made.addHeaders()
        try made.addPoints()
        try made.addRecords()
        try made.addWords()
        try made.addProofs()
        return made.cases
    }

    private init() throws {
        key = try Sample.key()
        original = try Sample.full()
        payload = try CBORDecoder.decode(COSESign1.decode(original.encoded).payload)
    }

    private mutating func add(_ name: String, _ bytes: [UInt8], isValid: Bool? = nil) {
        cases.append(Case(name: name, bytes: bytes, isValid: isValid))
    }

    private func with(_ changes: [Claim: CBORValue?]) throws -> [UInt8] {
        guard case .map(var entries) = payload else { return [] }
        for (claim, value) in changes {
            entries.removeAll { $0.key == .integer(claim.rawValue) }
            if let value { entries.append(.init(.integer(claim.rawValue), value)) }
        }
        return try Sample.signed(CBOREncoder.encode(.map(entries)), by: key)
    }

    /// Every item of payload, message and proof in other encodings; cuts; single bits.
    private mutating func addEncodings() throws {
        add("the original", original.encoded, isValid: true)
        let message = try CBORDecoder.decode(original.encoded)
        for fault in LooseEncoder.Fault.allCases {
            for item in 0..<LooseEncoder.count(payload) {
                if let changed = try LooseEncoder.encode(payload, fault: fault, at: item) {
                    add("\(fault) at \(item)", try Sample.signed(changed, by: key), isValid: false)
                }
            }
            for item in 0..<LooseEncoder.count(message) {
                if let changed = try LooseEncoder.encode(message, fault: fault, at: item) {
                    add("message \(fault) at \(item)", changed, isValid: false)
                }
            }
        }
        for count in stride(from: 0, to: original.encoded.count, by: 13) {
            add("cut at \(count)", Array(original.encoded.prefix(count)), isValid: false)
        }
        for bit in stride(from: 0, to: original.encoded.count * 8, by: 29) {
            var bytes = original.encoded
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            add("bit \(bit)", bytes, isValid: false)
        }
        add("a byte more", original.encoded + [0], isValid: false)
        add("deep", [UInt8](repeating: 0x81, count: 60_000), isValid: false)
        for hex in ["80", "f6", "a0", "a1616100", ""] {
            add("payload \(hex)", try Sample.signed(Hex.decode(hex), by: key), isValid: false)
        }
    }

    /// Every claim with other types and values, left out, and claims that there are not.
    private mutating func addClaims() throws {
        let others: [CBORValue] = [
            .unsigned(0), .unsigned(1), .integer(-1), .unsigned(.max), .bytes([1]), .text("x"),
            .text(""), .array([]), .array([.unsigned(1), .text("x"), .unsigned(1)]), .map([]),
            .boolean(true), .null, .float(1.5), .float(3), .tag(1, .unsigned(1)), .simple(23),
            .tag(2, .bytes([UInt8](repeating: 1, count: 9))),
        ]
        for claim in Claim.allCases {
            for value in others { add("\(claim) as \(value)", try with([claim: value])) }
            add("no \(claim)", try with([claim: nil]))
        }
        for (claim, value, rule) in MutationTests.values {
            add("\(claim) by rule \(rule)", try with([claim: value]), isValid: false)
        }
        guard case .map(let entries) = payload else { return }
        for key in [1, 2, 5, 257, 266, 272, -1, -70_000, -70_009, Int64.max, .min] {
            let more = entries + [.init(.integer(key), .unsigned(1))]
            let bytes = try Sample.signed(CBOREncoder.encode(.map(more)), by: self.key)
            add("claim \(key)", bytes, isValid: false)
        }
    }

    /// Protected headers that equal the right one by value but not by type, and others.
    private mutating func addHeaders() throws {
        let id = "5820" + key.publicKey.description
        let body = try COSESign1.decode(original.encoded).payload
        for (header, isValid) in [
            ("a3012703190107" + "04" + id, true),
            ("a301f9c80003190107" + "04" + id, false),  // -8.0
            ("a3012703f95c1c" + "04" + id, false),  // 263.0
            ("a3012603190107" + "04" + id, false),
            ("a301383203190107" + "04" + id, false),
            ("a30127031903" + "e7" + "04" + id, false),
            ("a2012704" + id, false),
            ("a4012703190107" + "04" + id + "1864f6", false),
            ("80", false), ("", false),
        ] {
            let bytes = try Hex.decode(header)
            let input = try CBOREncoder.encode(
                .array([.text("Signature1"), .bytes(bytes), .bytes([]), .bytes(body)]))
            let message = try CBOREncoder.encode(
                .tag(
                    18,
                    .array([
                        .bytes(bytes), .map([]), .bytes(body), .bytes(try key.sign(input)),
                    ])))
            add("header \(header)", message, isValid: isValid)
        }
    }

    /// Keys of small order, for which the identity and the scalar 0 sign everything.
    private mutating func addPoints() throws {
        let orderEight = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03"
        let zeros = String(repeating: "0", count: 62)
        let points =
            [
                "01" + zeros, "00" + zeros, "ec" + String(repeating: "f", count: 60) + "7f",
                "ee" + String(repeating: "f", count: 60) + "7f", orderEight + "7a",
                orderEight + "fa",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            ]
        for point in points {
            let publicKey = try #require(Bytes32(try Hex.decode(point)))
            let device = DeviceID(publicKey: publicKey)
            let identity = [UInt8(1)] + [UInt8](repeating: 0, count: 63)
            // Of a key of order 8, every eighth message or so is signed by the identity.
            for sequence in UInt64(2)...12 {
                let claims = try Sample.claims(sequence: sequence)
                let message = COSESign1(
                    publicKey: publicKey, payload: claims.encoded(device: device),
                    signature: identity)
                add("key \(point)", message.encoded, isValid: false)
            }
        }
    }

    private func entries(_ changes: [(CBORValue, CBORValue?)]) throws -> [UInt8] {
        let first = try Sample.readings(1...1)[0]
        guard case .map(var entries) = try CBORDecoder.decode(SenMLRecord.encode(first)) else {
            return []
        }
        for (label, value) in changes {
            entries.removeAll { $0.key == label }
            if let value { entries.append(.init(label, value)) }
        }
        return try CBOREncoder.encode(.map(entries))
    }

    /// An attestation that has just this record in its pack, and a proof of it by its root.
    private mutating func add(
        record: [UInt8], _ name: String, id: CBORValue = .unsigned(1), isValid: Bool
    ) throws {
        let root = CBORValue.bytes(MerkleTree.leafHash(record).bytes)
        let range = CBORValue.array([id, id, .unsigned(1)])
        let packed = try with([
            .readings: range, .root: root, .pack: .array([try CBORDecoder.decode(record)]),
        ])
        add("packed \(name)", packed, isValid: isValid)
        let bare = try with([.readings: range, .root: root, .pack: nil])
        for message in [bare, packed] {
            add(
                "proof of \(name)",
                try Self.proof(message, record, size: .unsigned(1), index: .unsigned(0), path: []),
                isValid: isValid)
        }
    }

    private static func proof(
        _ message: [UInt8], _ record: [UInt8], size: CBORValue, index: CBORValue,
        path: [CBORValue], profile: String = Claim.profileText
    ) throws -> [UInt8] {
        try CBOREncoder.encode(
            .map([
                .init(.unsigned(0), .text(profile)), .init(.unsigned(1), .bytes(message)),
                .init(.unsigned(2), .bytes(record)),
                .init(.unsigned(3), .array([size, index, .array(path)])),
            ]))
    }

    /// Records that break one rule each.
    private mutating func addRecords() throws {
        let (name, unit, value, text) = (0, 1, 2, 3)
        func label(_ number: Int) -> CBORValue { .unsigned(UInt64(number)) }
        func long(_ count: Int) -> CBORValue { .text(String(repeating: "a", count: count)) }
        let bad: [[(CBORValue, CBORValue?)]] = [
            [(label(name), .text(""))], [(label(name), .text("-a"))],
            [(label(name), .text("a b"))], [(label(name), .text("a\n"))],
            [(label(name), .text("é"))], [(label(name), .text("٣"))], [(label(name), long(97))],
            [(label(name), .bytes([97]))], [(label(name), nil)],
            [(label(unit), .text("furlong"))], [(label(unit), .text("w"))],
            [(label(unit), .text(""))], [(label(unit), nil)], [(label(unit), .unsigned(1))],
            [(label(value), .text("1"))], [(label(value), .boolean(true))], [(label(value), nil)],
            [(label(value), .float(.nan))], [(label(value), .float(.infinity))],
            [(label(value), .unsigned(1 << 63))], [(label(value), .null)],
            [(label(value), .tag(1, .unsigned(1)))],
            [(label(value), .tag(2, .bytes([UInt8](repeating: 1, count: 9))))],
            [(label(text), .text("x"))], [(label(value), nil), (label(text), long(257))],
            [(label(4), .boolean(true))], [(label(value), nil), (label(4), .unsigned(1))],
            [(label(5), .unsigned(1))], [(.text("x"), .unsigned(1))], [(.integer(-1), .null)],
            [(label(6), .float(1))], [(label(6), .unsigned(1_790_000_000))],
            [(label(6), .float(1_790_000_000.0005))], [(label(6), .float(1e12))],
            [(label(6), .float(.nan))], [(label(6), .float(-1_790_000_000.5))],
            [(.text("b"), .unsigned(4))], [(.text("b"), .unsigned(1 << 32))],
            [(.text("b"), .float(3))], [(.text("b"), nil)], [(.text("m"), nil)],
            [(.text("m"), .unsigned(1 << 63))], [(.text("m"), .integer(-1))],
            [(.text("q"), .unsigned(0))], [(.text("q"), .unsigned(3))],
            [(.text("q"), .unsigned(1))], [(.text("q"), .unsigned(2))],
            [(.text("q"), .boolean(true)), (.text("qc"), .text("timeout"))],
            [(.text("q"), .float(1)), (.text("qc"), .text("timeout"))],
            [(.text("qc"), .text("timeout"))],
            [(.text("q"), .unsigned(1)), (.text("qc"), .text("bored"))],
            [(.text("q"), .unsigned(1)), (.text("qc"), .unsigned(1))],
            [(label(value), nil), (label(text), .text("bored")), (.text("q"), .unsigned(2))],
            [(label(value), nil), (label(text), .text("")), (.text("q"), .unsigned(2))],
            [
                (label(value), nil), (label(text), .text("timeout")), (.text("q"), .unsigned(2)),
                (.text("qc"), .text("timeout")),
            ],
        ]
        for changes in bad {
            try add(record: entries(changes), "record \(changes)", isValid: false)
        }
        for id in [CBORValue.unsigned(0), .float(1), .text("1")] {
            try add(
                record: entries([(.text("i"), id)]), "record of id \(id)", id: id, isValid: false)
        }
        let good: [[(CBORValue, CBORValue?)]] = [
            [], [(label(name), long(96))], [(label(6), nil)], [(label(value), .float(-0.0))],
            [(label(value), .integer(.min))], [(.text("m"), .unsigned(UInt64(Int64.max)))],
            [(label(6), .float(253_402_300_799.999))], [(.text("b"), .unsigned(0))],
            [(label(value), nil), (label(text), long(256))],
            [(label(value), nil), (label(text), .text("\u{202E}\u{0}"))],
        ]
        for changes in good {
            try add(record: entries(changes), "record \(changes)", isValid: true)
        }
    }

    /// Every unit and fault word.
    private mutating func addWords() throws {
        for symbol in Unit.symbols {
            try add(record: entries([(.unsigned(1), .text(symbol))]), symbol, isValid: true)
        }
        for fault in Fault.allCases {
            let bad = try entries([
                (.unsigned(2), nil), (.unsigned(3), .text(fault.word)),
                (.text("q"), .unsigned(2)),
            ])
            try add(record: bad, "bad \(fault)", isValid: true)
            let uncertain = try entries([
                (.text("q"), .unsigned(1)), (.text("qc"), .text(fault.word)),
            ])
            try add(record: uncertain, "uncertain \(fault)", isValid: true)
        }
    }

    /// Proofs of one of many readings, of other shapes and places.
    private mutating func addProofs() throws {
        let readings = try Sample.readings(101...143)
        let attestation = try Attestation.sign(
            Sample.claims(readings: Sample.digest(101...143, packBytesMax: 0)), with: key)
        let good = try InclusionProof.make(of: 120, among: readings, attestedBy: attestation)
        add("a proof", good.encoded, isValid: true)
        let record = SenMLRecord.encode(good.reading)
        let path = good.path.map { CBORValue.bytes($0.bytes) }
        let (size, index) = (CBORValue.unsigned(43), CBORValue.unsigned(19))
        for (size, index, path) in [
            (.unsigned(44), index, path), (.unsigned(.max), index, path),
            (.float(43), index, path), (size, .unsigned(18), path), (size, .unsigned(43), path),
            (size, .boolean(true), path), (size, index, path.dropLast()),
            (size, index, path + [path[0]]), (size, index, path.reversed()), (size, index, []),
            (size, index, Array(repeating: path[0], count: 65)), (size, index, [.bytes([1])]),
            (size, index, [.null]),
        ] as [(CBORValue, CBORValue, [CBORValue])] {
            add(
                "proof \(size) \(index) \(path.count)",
                try Self.proof(
                    attestation.encoded, record, size: size, index: index, path: path),
                isValid: false)
        }
        for (message, record, profile) in [
            ([0], record, Claim.profileText), (attestation.encoded, [], Claim.profileText),
            (attestation.encoded, record, "x"),
            (try Attestation.sign(Sample.claims(), with: key).encoded, record, Claim.profileText),
        ] {
            add(
                "proof of another message",
                try Self.proof(
                    message, record, size: size, index: index, path: path, profile: profile),
                isValid: false)
        }
        for bit in stride(from: 0, to: good.encoded.count * 8, by: 37) {
            var bytes = good.encoded
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            add("proof bit \(bit)", bytes, isValid: false)
        }
    }
}
