// SPDX-License-Identifier: Apache-2.0

import Attestation
import Bytes
import FoundationEssentials
import Platform
import Telemetry
import TestSupport
import Testing

@testable import halcyon

/// What a stranger may sign and send, shown to a person.
@Suite struct HostileSignerTests {
    private let folder: TemporaryFolder
    private let key: DeviceKey

    init() throws {
        folder = try TemporaryFolder()
        key = try DeviceKey.create(at: folder.path + "/key")
    }

    private func readings(_ times: [Timestamp], name: String = "a") throws -> [StoredReading] {
        let point = Point(id: try #require(PointID(name)), unit: .count)
        return times.enumerated().map { index, time in
            StoredReading(
                id: UInt64(index + 1), boot: 1,
                reading: Reading(
                    point: point, outcome: .good(.text("\u{2066}\u{9B}2J")), time: time))
        }
    }

    private func attestation(_ time: Timestamp, _ readings: [StoredReading]) throws -> Attestation {
        var builder = ReadingsDigest.Builder()
        for reading in readings { try builder.add(reading) }
        let claims = AttestationClaims(
            time: time, boot: 1,
            bootSeed: try #require(Bytes32([UInt8](repeating: 1, count: 32))),
            softwareVersion: "0", sequence: 1, previous: nil, readings: builder.finish())
        return try Attestation.sign(claims, with: key)
    }

    private static let moments = [Int64.max, Int64.max - 1, 253_402_300_800_000, 0, .min].map {
        Timestamp(wallMilliseconds: $0, uptimeMilliseconds: $0)
    }

    @Test("the latest times that can be signed are verified and shown, with or without JSON")
    func times() throws {
        let readings = try readings(Self.moments)
        for (number, moment) in Self.moments.enumerated() {
            let signed = try attestation(moment, readings)
            let proof = try InclusionProof.make(of: 1, among: readings, attestedBy: signed)
            let files = ["\(folder.path)/\(number).cose", "\(folder.path)/\(number).proof"]
            try File.write(signed.encoded, to: files[0], mode: 0o600)
            try File.write(proof.encoded, to: files[1], mode: 0o600)
            for options in [[], ["--json"]] {
                let shown = try DeviceFixture.halcyon(["attestation", "verify"] + options + files)
                #expect(shown.status == 0, "\(moment): \(shown.output)")
                #expect(!shown.output.contains("\u{2066}"))
                #expect(!shown.output.contains("\u{9B}"))
                let escaped = options.isEmpty ? "\\u{2066}\\u{9b}2J" : "\\u2066\\u009b2J"
                #expect(shown.output.contains(escaped), "\(shown.output)")
            }
        }
    }

    @Test(
        "a time is shown as such from 1970 to 9999 and otherwise named",
        arguments: [
            (Int64.max, "beyond year 9999"), (253_402_300_800_000, "beyond year 9999"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (0, "1970-01-01T00:00:00.000Z"),
            (-1, "before 1970"), (1_790_000_840_123, "2026-09-21T14:27:20.123Z"),
            (.min, "before 1970"),
        ])
    func time(milliseconds: Int64, text: String) throws {
        #expect(Format.time(milliseconds) == text)
        _ = Format.duration(milliseconds: milliseconds)
        let view = AttestationView(
            try attestation(
                Timestamp(wallMilliseconds: milliseconds, uptimeMilliseconds: milliseconds), []))
        #expect(view.signedAt == (milliseconds < 0 ? Format.time(0) : text))
        #expect(view.uptimeMilliseconds == max(0, milliseconds))
    }

    @Test(
        "what turns the direction of text, ends a line or commands a terminal is shown as its number",
        arguments: [0x1B, 0x85, 0x9B, 0x61C, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF]
            + Array(0x202A...0x202E) + Array(0x2066...0x2069))
    func safe(number: Int) throws {
        let scalar = try #require(Unicode.Scalar(UInt32(number)))
        #expect(Output.safe("ä\(scalar)→") == "ä\\u{\(String(number, radix: 16))}→")
    }

    @Test("a failure's message is made safe, too")
    func message() throws {
        let shown = try DeviceFixture.halcyon(
            ["status", "--config", folder.path + "/\u{202E}\u{9B}2J.toml"])
        #expect(shown.status != 0 && shown.output.contains("\\u{202e}\\u{9b}2J"), "\(shown.output)")
    }
}
