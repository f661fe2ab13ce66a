// SPDX-License-Identifier: Apache-2.0

import Bytes
import Telemetry
import Testing

@testable import Attestation

@Suite struct AttestationTests {
    @Test("what is signed is what is verified, claim by claim")
    func roundTrip() throws {
        let signed = try Sample.full()
        let verified = try Attestation.verify(signed.encoded, expected: signed.device)
        #expect(verified == signed)
        #expect(verified.records == (try Sample.readings(1...4)))
        #expect(verified.hash == SHA256.digest(signed.encoded))
        #expect(try Attestation.verify(signed.encoded, expected: nil) == signed)
        #expect(verified.device.description == SHA256.digest(verified.publicKey.bytes).description)
    }

    @Test("one with the least claims, and one whose clock was not set, are valid")
    func least() throws {
        let claims = AttestationClaims(
            time: Timestamp(wallMilliseconds: -5, uptimeMilliseconds: 0), boot: 0,
            bootSeed: MerkleTree.emptyRoot, softwareVersion: "0", sequence: 1, previous: nil,
            readings: nil)
        let signed = try Attestation.sign(claims, with: Sample.key())
        let verified = try Attestation.verify(signed.encoded, expected: signed.device)
        #expect(verified.claims.time.wallMilliseconds == 0)
        #expect(verified.records == nil)
    }

    @Test("records go along up to the pack limit and not beyond")
    func packLimit() throws {
        let whole = try #require(try Sample.digest(1...30).pack)
        #expect(whole.records.count == 30 && whole.encoded.prefix(2) == [0x98, 30])
        let exact = try Sample.digest(1...30, packBytesMax: whole.encoded.count)
        #expect(exact.pack == whole)
        let over = try Sample.digest(1...30, packBytesMax: whole.encoded.count - 1)
        #expect(over.pack == nil)
        #expect(over.root == exact.root && over.count == 30 && over.last == 30)
        #expect(ReadingsDigest.Builder().finish() == nil)
        let large = try Sample.digest(1...200)
        #expect(large.pack == nil)
        let signed = try Attestation.sign(Sample.claims(readings: large), with: Sample.key())
        #expect(try Attestation.verify(signed.encoded, expected: nil) == signed)
    }

    @Test("readings whose ids do not ascend are refused when they are added")
    func order() throws {
        var builder = ReadingsDigest.Builder()
        let readings = try Sample.readings(1...2)
        try builder.add(readings[1])
        #expect(Sample.rule { try builder.add(readings[1]) } == "record-order")
        #expect(Sample.rule { try builder.add(readings[0]) } == "record-order")
        #expect(builder.count == 1)
    }

    @Test("claims that break a rule are not signed")
    func refusedClaims() throws {
        let key = try Sample.key()
        func rule(_ claims: AttestationClaims) -> String? {
            Sample.rule { _ = try Attestation.sign(claims, with: key) }
        }
        let hash = MerkleTree.emptyRoot
        #expect(rule(try Sample.claims(sequence: 0)) == "claim-value")
        #expect(rule(try Sample.claims(sequence: 1, previous: hash)) == "previous")
        #expect(rule(try Sample.claims(nonce: [UInt8](0..<7))) == "claim-value")
        #expect(rule(try Sample.claims(nonce: [UInt8](0..<65))) == "claim-value")
        #expect(rule(try Sample.claims(nonce: [UInt8](0..<64))) == nil)
        let gap = try Sample.gap(.readings, .quota, 1...2)
        #expect(rule(try Sample.claims(gaps: [gap, gap])) == "gap-order")
        #expect(rule(try Sample.claims(gaps: [Sample.gap(.readings, .quota, 0...2)])) == "gap")
        let many = try (1...65).map { try Sample.gap(.readings, .quota, $0...$0) }
        #expect(rule(try Sample.claims(gaps: many)) == "gap")
        #expect(rule(try Sample.claims(gaps: many.dropLast().reversed())) == nil)
        #expect(rule(try Sample.claims(readings: Sample.digest(1...4), boot: 2)) == "record-boot")
        let huge = try Sample.digest(1...1500, packBytesMax: 100_000)
        #expect(rule(try Sample.claims(readings: huge)) == "size")
    }

    @Test("readings with a hole need a gap record for exactly that hole", arguments: [4096, 0])
    func holes(packBytesMax: Int) throws {
        var builder = ReadingsDigest.Builder(packBytesMax: packBytesMax)
        for reading in try Sample.readings(1...9) where !(4...6).contains(reading.id) {
            try builder.add(reading)
        }
        let digest = try #require(builder.finish())
        func rule(_ gaps: [ClosedRange<UInt64>]) -> String? {
            Sample.rule {
                let gaps = try gaps.map { try Sample.gap(.readings, .storageFull, $0) }
                let signed = try Attestation.sign(
                    Sample.claims(readings: digest, gaps: gaps), with: Sample.key())
                _ = try Attestation.verify(signed.encoded, expected: nil)
            }
        }
        #expect(rule([]) == "readings-missing")
        #expect(rule([4...5]) == "readings-missing")
        #expect(rule([20...30]) == "readings-missing")
        #expect(rule([4...6]) == nil)
        #expect(rule([4...5, 5...6]) == nil)
        #expect(rule([1...20]) == nil)
    }
}
