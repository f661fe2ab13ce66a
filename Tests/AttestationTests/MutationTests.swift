// SPDX-License-Identifier: Apache-2.0

import Bytes
import Telemetry
import Testing

@testable import Attestation

/// Every change of one attestation that has every claim is refused, each with a rule.
@Suite struct MutationTests {
    let key: DeviceKey
    let original: Attestation
    let payload: CBORValue

    init() throws {
        key = try Sample.key()
        original = try Sample.full()
        payload = try CBORDecoder.decode(COSESign1.decode(original.encoded).payload)
    }

    func rule(_ bytes: [UInt8]) -> String? {
        Sample.rule { _ = try Attestation.verify(bytes, expected: original.device) }
    }

    @Test("each single bit that changes is refused")
    func bits() throws {
        var rules: [String: Int] = [:]
        var bytes = original.encoded
        for bit in 0..<bytes.count * 8 {
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            // Without an expected device, so that only form and signature can tell.
            let rule = Sample.rule { _ = try Attestation.verify(bytes, expected: nil) }
            rules[rule ?? "accepted at bit \(bit)", default: 0] += 1
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        let words = Set(AttestationError.Rule.allCases.map(\.rawValue))
        for (rule, count) in rules {
            #expect(words.contains(String(rule.prefix { $0 != "/" })), "\(count) times \(rule)")
        }
        #expect(rules.values.reduce(0, +) == original.encoded.count * 8)
        #expect(original.encoded.count * 8 >= 5_000)
    }

    @Test("each truncation and each appended byte is refused")
    func length() {
        for count in original.encoded.indices {
            let rule = rule(Array(original.encoded.prefix(count)))
            #expect(rule == "encoding/truncated" || rule == "encoding/length-beyond-end")
        }
        for byte in UInt8.min...UInt8.max {
            #expect(rule(original.encoded + [byte]) == "encoding/trailing-bytes")
        }
        let large = [UInt8](repeating: 0, count: AttestationLimits.attestationBytesMax + 1)
        #expect(rule(large) == "size")
    }

    static let expected: [(LooseEncoder.Fault, [String])] = [
        (.longHead, ["not-shortest-integer"]),
        (.indefinite, ["indefinite-length"]),
        (.hugeLength, ["length-beyond-end"]),
        (.reservedHead, ["reserved-head"]),
        (.swappedEntries, ["keys-not-sorted"]),
        (.repeatedEntry, ["duplicate-key"]),
        (.wideFloat, ["not-shortest-float"]),
    ]

    @Test("each item of a signed payload, encoded otherwise, is refused", arguments: expected)
    func payloadForm(fault: LooseEncoder.Fault, rules: [String]) throws {
        var tried = 0
        for item in 0..<LooseEncoder.count(payload) {
            guard let changed = try LooseEncoder.encode(payload, fault: fault, at: item) else {
                continue
            }
            tried += 1
            let rule = rule(try Sample.signed(changed, by: key))
            #expect(
                rules.map { "encoding/\($0)" }.contains(rule ?? ""), "item \(item): \(rule ?? "")")
        }
        #expect(tried >= (fault == .wideFloat ? 1 : 5))
    }

    @Test("each item of the message, encoded otherwise, is refused", arguments: expected)
    func messageForm(fault: LooseEncoder.Fault, rules: [String]) throws {
        let message = try CBORDecoder.decode(original.encoded)
        for item in 0..<LooseEncoder.count(message) {
            guard let changed = try LooseEncoder.encode(message, fault: fault, at: item) else {
                continue
            }
            let rule = rule(changed)
            #expect(
                rules.map { "encoding/\($0)" }.contains(rule ?? ""), "item \(item): \(rule ?? "")")
        }
    }

    /// The payload with one claim's value replaced, or added, or (`nil`) removed; signed again.
    func rule(_ claim: Int64, _ value: CBORValue?) throws -> String? {
        guard case .map(var entries) = payload else { return "no map" }
        entries.removeAll { $0.key == .integer(claim) }
        if let value { entries.append(.init(.integer(claim), value)) }
        return rule(try Sample.signed(CBOREncoder.encode(.map(entries)), by: key))
    }

    @Test("each claim is refused when it has another type", arguments: Claim.allCases)
    func types(claim: Claim) throws {
        let others: [CBORValue] = [
            .unsigned(1), .integer(-1), .bytes([1]), .text("x"), .array([]),
            .array([.unsigned(1), .text("x"), .unsigned(1)]), .map([]), .boolean(true), .null,
            .float(1.5), .tag(1, .unsigned(1)), .simple(23),
        ]
        for value in others {
            // Null is how `previous` says that there is none.
            guard claim != .previous || value != .null else { continue }
            #expect(try rule(claim.rawValue, value) != nil, "\(claim) as \(value)")
        }
        let removed = try rule(claim.rawValue, nil)
        switch claim {
        case .nonce, .pack, .gaps, .freshness: #expect(removed == nil)
        case .readings, .root: #expect(removed == "readings")
        default: #expect(removed == "claim-missing")
        }
    }

    @Test(
        "a claim that the profile does not have is refused",
        arguments: [1, 2, 3, 4, 5, 7, 257, 266, 272, -1, -70_000, -70_009, .max, .min])
    func unknown(key: Int64) throws {
        #expect(try rule(key, .unsigned(1)) == "claim-unknown")
    }

    static let digest = CBORValue.bytes([UInt8](repeating: 9, count: 32))
    static let values: [(Claim, CBORValue, String)] = [
        (.issuedAt, .unsigned(1_790_000_841), "clock"), (.uptime, .unsigned(901), "clock"),
        (.clock, .array([.unsigned(.max), .unsigned(0)]), "claim-value"),
        (.clock, .array([.unsigned(1), .unsigned(2)]), "clock"),
        (.nonce, .bytes([UInt8](0..<7)), "claim-value"),
        (.nonce, .bytes([UInt8](0..<65)), "claim-value"),
        (.ueid, .bytes([1] + [UInt8](repeating: 0, count: 32)), "ueid"),
        (.profile, .text("urn:uuid:00000000-0000-4000-8000-000000000000"), "profile"),
        (.bootCount, .unsigned(1 << 32), "claim-value"), (.bootCount, .unsigned(2), "record-boot"),
        (.bootSeed, .bytes([UInt8](0..<31)), "claim-value"),
        (.softwareName, .text("other"), "claim-value"),
        (.softwareVersion, .array([.text("")]), "claim-value"),
        (.softwareVersion, .array([.text(String(repeating: "1", count: 65))]), "claim-value"),
        (.softwareVersion, .array([.text("1"), .unsigned(1)]), "claim-type"),
        (.sequence, .unsigned(0), "claim-value"), (.sequence, .unsigned(1), "previous"),
        (.previous, .bytes([UInt8](0..<33)), "claim-value"),
        (.readings, .array([.unsigned(1), .unsigned(5), .unsigned(4)]), "pack-range"),
        (.readings, .array([.unsigned(1), .unsigned(4), .unsigned(3)]), "pack-range"),
        (.root, digest, "pack-root"), (.pack, .array([]), "record"),
        (.pack, .array([.unsigned(1)]), "record"),
        (.gaps, .array([]), "gap"), (.gaps, .array([.array([])]), "gap"),
        (.gaps, gap(9, 1, 1, 2), "gap"), (.gaps, gap(1, 9, 1, 2), "gap"),
        (.gaps, gap(1, 1, 3, 2), "gap"), (.gaps, gap(1, 1, 0, 2), "gap"),
        (.gaps, gap(257, 1, 1, 2), "gap"),
        (.freshness, .array([.unsigned(1), .unsigned(1), .bytes([1])]), "claim-value"),
        (.freshness, .array([.unsigned(1), .unsigned(1)]), "claim-type"),
    ]

    static func gap(_ numbers: UInt64...) -> CBORValue {
        .array([.array(numbers.map { .unsigned($0) })])
    }

    @Test("a value outside the profile is refused by its rule", arguments: values)
    func value(claim: Claim, value: CBORValue, expected: String) throws {
        #expect(try rule(claim.rawValue, value) == expected)
    }

    @Test("records swapped, repeated, left out or changed are refused")
    func records() throws {
        guard case .map(let entries) = payload,
            case .array(let records)? = entries.first(where: {
                $0.key == .integer(Claim.pack.rawValue)
            })?.value
        else {
            Issue.record("no pack")
            return
        }
        func rule(_ records: [CBORValue]) throws -> String? {
            try self.rule(Claim.pack.rawValue, .array(records))
        }
        #expect(try rule(records) == nil)
        #expect(try rule(records.reversed()) == "record-order")
        #expect(try rule(records + [records[3]]) == "record-order")
        #expect(try rule(records.dropLast()) == "pack-range")
        let other = try CBORDecoder.decode(SenMLRecord.encode(Sample.readings(2...4)[0]))
        #expect(try rule([records[0], other] + records[2...]) == "pack-root")
    }

    @Test("gap records out of order are refused")
    func gapOrder() throws {
        let gaps = CBORValue.array([
            .array([.unsigned(2), .unsigned(1), .unsigned(1), .unsigned(2)]),
            .array([.unsigned(1), .unsigned(1), .unsigned(1), .unsigned(2)]),
        ])
        #expect(try rule(Claim.gaps.rawValue, gaps) == "gap-order")
    }

    @Test("payloads that are no claims are refused")
    func payloads() throws {
        for (hex, expected) in [
            ("80", "claims"), ("f6", "claims"), ("a0", "claim-missing"),
            ("a1616100", "claims"), ("", "encoding/truncated"),
        ] {
            #expect(rule(try Sample.signed(Hex.decode(hex), by: key)) == expected)
        }
    }

    @Test("a message of another shape or header is refused")
    func envelope() throws {
        guard case .tag(_, .array(let parts)) = try CBORDecoder.decode(original.encoded),
            case .bytes(let header) = parts[0]
        else { return }
        func rule(_ parts: [CBORValue], tag: UInt64 = 18) throws -> String? {
            self.rule(try CBOREncoder.encode(.tag(tag, .array(parts))))
        }
        func rule(header: String) throws -> String? {
            try rule([.bytes(try Hex.decode(header))] + parts[1...])
        }
        #expect(try rule(parts) == nil)
        #expect(try rule(parts, tag: 17) == "envelope")
        #expect(self.rule(try CBOREncoder.encode(.array(parts))) == "envelope")
        #expect(try rule(parts.dropLast()) == "envelope")
        #expect(try rule(parts + [.null]) == "envelope")
        #expect(try rule([parts[0], parts[1], .null, parts[3]]) == "envelope")
        let entry = CBORValue.map([.init(.unsigned(4), .bytes([1]))])
        #expect(try rule([parts[0], entry, parts[2], parts[3]]) == "unprotected-header")
        let short = CBORValue.bytes([UInt8](repeating: 1, count: 63))
        #expect(try rule(parts.dropLast() + [short]) == "signature-length")
        let id = Hex.encode(header.dropFirst(10))
        #expect(try rule(header: "a30127031901070458" + "20" + id) == nil)
        #expect(try rule(header: "a30126031901070458" + "20" + id) == "algorithm")
        #expect(try rule(header: "a301383203190107045820" + id) == "algorithm")
        #expect(try rule(header: "a3012703183d045820" + id) == "content-type")
        #expect(try rule(header: "a301270319010704581f" + id.dropLast(2)) == "key-id")
        #expect(try rule(header: "a2012704" + "5820" + id) == "protected-header")
        #expect(try rule(header: "a4012703190107045820" + id + "1864f6") == "protected-header")
        #expect(try rule(header: "80") == "protected-header")
        #expect(try rule(header: "") == "encoding/truncated")
    }

    @Test("another attestation's signature, another device's key and its own claims are refused")
    func foreign() throws {
        let other = try Attestation.sign(Sample.claims(sequence: 1), with: key)
        let swapped = original.encoded.dropLast(64) + other.encoded.suffix(64)
        #expect(rule(Array(swapped)) == "signature")
        let stranger = try Sample.key(100)
        let foreign = try Attestation.sign(original.claims, with: stranger)
        #expect(rule(foreign.encoded) == "foreign-device")
        // A stranger who puts our device's name into a payload of its own.
        let body = try COSESign1.decode(original.encoded).payload
        let claimed = try Sample.signed(body, by: stranger)
        #expect(Sample.rule { _ = try Attestation.verify(claimed, expected: nil) } == "ueid")
    }
}
