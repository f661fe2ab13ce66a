// SPDX-License-Identifier: Apache-2.0

import Bytes
import Platform
import Telemetry
import Testing

@testable import Attestation

/// The committed examples: if one of these fails, the format has changed, and devices in the field
/// speak another one.
@Suite struct VectorTests {
    static let folder = "\(File.folder(of: #filePath))/Fixtures"

    /// The examples' names and contents, made anew from the seed 00 01 … 1f.
    static func make() throws -> [(name: String, bytes: [UInt8])] {
        let key = try Sample.key()
        let first = try Attestation.sign(
            Sample.claims(readings: Sample.digest(1...8)), with: key)
        let second = try Attestation.sign(
            Sample.claims(
                sequence: 2, previous: first.hash,
                readings: Sample.digest(12...111, packBytesMax: 0),
                gaps: [Sample.gap(.readings, .storageFull, 9...11)],
                nonce: [UInt8](0xe0...0xef),
                freshness: Freshness(
                    chainID: 100, slot: 12_345_678,
                    blockRoot: try #require(Bytes32([UInt8](repeating: 0xcc, count: 32))))),
            with: key)
        let third = try Attestation.sign(
            Sample.claims(
                sequence: 40,
                gaps: [
                    Sample.gap(.attestations, .journalLost, 3...39),
                    Sample.gap(.readings, .journalLost, 112...5_000),
                ], boot: 4, seed: 0xb1, uptime: 12_000), with: key)
        let proof = try InclusionProof.make(
            of: 77, among: Sample.readings(12...111), attestedBy: second)
        return [
            ("1-pack.cose", first.encoded), ("2-root.cose", second.encoded),
            ("3-restart.cose", third.encoded), ("2-reading-77.proof", proof.encoded),
        ]
    }

    @Test("the committed examples are what is signed today, byte for byte")
    func bytes() throws {
        let made = try Self.make()
        #expect(made.count == 4)
        for (name, bytes) in made {
            #expect(try File.read("\(Self.folder)/\(name)", bytesMax: 70_000) == bytes, "\(name)")
        }
    }

    @Test("the committed examples verify as a chain and a proof from the device's id alone")
    func verify() throws {
        let device = try #require(DeviceID(Self.device))
        var chain = AttestationChain()
        for name in ["1-pack.cose", "2-root.cose", "3-restart.cose"] {
            let bytes = try File.read("\(Self.folder)/\(name)", bytesMax: 70_000)
            try chain.accept(try Attestation.verify(bytes, expected: device))
        }
        #expect(chain.last?.sequence == 40)
        let proof = try InclusionProof.verify(
            File.read("\(Self.folder)/2-reading-77.proof", bytesMax: 70_000), expected: device)
        #expect(proof.reading == (try Sample.readings(12...111))[65])
    }

    /// SHA-256 of the public key of the seed 00 01 … 1f.
    static let device = "56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c"
}
