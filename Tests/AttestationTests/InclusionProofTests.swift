// SPDX-License-Identifier: Apache-2.0

import Bytes
import Telemetry
import Testing

@testable import Attestation

@Suite struct InclusionProofTests {
    let readings: [StoredReading]
    let attestation: Attestation

    init() throws {
        readings = try Sample.readings(101...143)
        attestation = try Attestation.sign(
            Sample.claims(readings: Sample.digest(101...143, packBytesMax: 0)), with: Sample.key())
    }

    func rule(_ bytes: [UInt8]) -> String? {
        Sample.rule { _ = try InclusionProof.verify(bytes, expected: attestation.device) }
    }

    @Test("each reading of a batch is proved from the device's id alone")
    func all() throws {
        for reading in readings {
            let proof = try InclusionProof.make(
                of: reading.id, among: readings, attestedBy: attestation)
            let verified = try InclusionProof.verify(
                proof.encoded, expected: attestation.device)
            #expect(verified == proof)
            #expect(verified.reading.id == reading.id && verified.index == reading.id - 101)
        }
    }

    @Test("no proof is made of a reading that is not there, or from other readings")
    func notThere() throws {
        func rule(_ id: UInt64, _ readings: [StoredReading]) -> String? {
            Sample.rule {
                _ = try InclusionProof.make(of: id, among: readings, attestedBy: attestation)
            }
        }
        #expect(rule(144, readings) == "proof-reading")
        #expect(rule(102, readings.dropLast()) == "proof-size")
        #expect(rule(102, try Sample.readings(102...144)) == "proof-root")
        let empty = try Attestation.sign(Sample.claims(), with: Sample.key())
        #expect(
            Sample.rule {
                _ = try InclusionProof.make(of: 102, among: readings, attestedBy: empty)
            } == "proof-size")
    }

    @Test("each single bit of a proof that changes is refused")
    func bits() throws {
        var bytes = try InclusionProof.make(of: 120, among: readings, attestedBy: attestation)
            .encoded
        for bit in 0..<bytes.count * 8 {
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            if rule(bytes) == nil { Issue.record("bit \(bit) is accepted") }
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        #expect(rule(bytes) == nil)
    }

    @Test("a proof of another shape is refused by its rule")
    func shapes() throws {
        let proof = try InclusionProof.make(of: 120, among: readings, attestedBy: attestation)
        let path = proof.path.map { CBORValue.bytes($0.bytes) }
        func rule(
            profile: String = Claim.profileText, message: [UInt8]? = nil, size: UInt64 = 43,
            index: UInt64 = 19, path: [CBORValue], leaf: [UInt8]? = nil
        ) throws -> String? {
            let record = SenMLRecord.encode(proof.reading)
            return self.rule(
                try CBOREncoder.encode(
                    .map([
                        .init(.unsigned(0), .text(profile)),
                        .init(.unsigned(1), .bytes(message ?? attestation.encoded)),
                        .init(.unsigned(2), .bytes(leaf ?? record)),
                        .init(
                            .unsigned(3),
                            .array([.unsigned(size), .unsigned(index), .array(path)])),
                    ])))
        }
        #expect(try rule(path: path) == nil)
        #expect(try rule(profile: "x", path: path) == "proof")
        #expect(try rule(message: [0], path: path) == "envelope")
        #expect(try rule(size: 44, path: path) == "proof-size")
        #expect(try rule(index: 43, path: path) == "proof-index")
        #expect(try rule(index: 18, path: path) == "proof-root")
        #expect(try rule(path: path.dropLast()) == "proof-path")
        #expect(try rule(path: path + path) == "proof-path")
        #expect(try rule(path: Array(repeating: path[0], count: 65)) == "proof-path")
        #expect(try rule(path: path.reversed()) == "proof-root")
        #expect(try rule(path: [.bytes([1])]) == "proof")
        #expect(try rule(path: path, leaf: []) == "proof-root")
        #expect(self.rule([0x80]) == "proof")
        #expect(
            self.rule([0x9b, 255, 255, 255, 255, 255, 255, 255, 255])
                == "encoding/length-beyond-end")
        let stranger = try Attestation.sign(attestation.claims, with: Sample.key(100))
        #expect(try rule(message: stranger.encoded, path: path) == "foreign-device")
    }

    @Test("a leaf that is no record, or whose id does not fit its place, is refused")
    func leaves() throws {
        // Signed by the device itself, over a tree that nobody but a broken device would make.
        let records = try [Sample.readings(1...1)[0], Sample.readings(5...5)[0]]
            .map { SenMLRecord.encode($0) }
        func rule(_ leaves: [[UInt8]], range: [UInt64]) throws -> String? {
            var tree = MerkleTree.Builder()
            for leaf in leaves { tree.add(leaf) }
            let digest = ReadingsDigest(
                first: range[0], last: range[1], count: 2, root: tree.root, pack: nil)
            let signed = try Attestation.sign(
                Sample.claims(readings: digest), with: Sample.key())
            return self.rule(
                try CBOREncoder.encode(
                    .map([
                        .init(.unsigned(0), .text(Claim.profileText)),
                        .init(.unsigned(1), .bytes(signed.encoded)),
                        .init(.unsigned(2), .bytes(leaves[1])),
                        .init(
                            .unsigned(3),
                            .array([
                                .unsigned(2), .unsigned(1),
                                .array([.bytes(MerkleTree.leafHash(leaves[0]).bytes)]),
                            ])),
                    ])))
        }
        #expect(try rule(records, range: [4, 5]) == nil)
        #expect(try rule(records, range: [5, 6]) == "proof-reading")
        #expect(try rule(records, range: [1, 2]) == "proof-reading")
        #expect(try rule([records[0], [0x80]], range: [4, 5]) == "record")
    }

    @Test("a proof over an attestation with a pack is as good as over one with just the root")
    func packed() throws {
        let few = try Sample.readings(1...4)
        let packed = try Sample.full()
        let proof = try InclusionProof.make(of: 3, among: few, attestedBy: packed)
        #expect(packed.records != nil && proof.reading == few[2])
        #expect(try InclusionProof.verify(proof.encoded, expected: packed.device) == proof)
    }

    @Test("a reading of a later boot than the one that signed is refused")
    func laterBoot() throws {
        let signed = try Attestation.sign(
            Sample.claims(readings: Sample.digest(101...143, packBytesMax: 0), boot: 2),
            with: Sample.key())
        let rule = Sample.rule {
            _ = try InclusionProof.make(of: 120, among: readings, attestedBy: signed)
        }
        #expect(rule == "record-boot")
    }
}
