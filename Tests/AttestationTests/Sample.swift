// SPDX-License-Identifier: Apache-2.0

import Bytes
import Telemetry
import Testing

@testable import Attestation

/// Keys, readings and attestations to test with, always the same.
enum Sample {
    /// The key of the seed `first`, `first + 1` … `first + 31`.
    static func key(_ first: UInt8 = 0) throws -> DeviceKey {
        try DeviceKey(seed: [UInt8](first..<first + 32))
    }

    /// One reading of every kind of outcome and value, then integers.
    static func outcome(_ index: Int) throws -> Outcome {
        let outcomes: [Outcome] = [
            .good(.number(21.5)), .good(.integer(-3)), .good(.boolean(true)),
            .good(.text("ok")), .uncertain(.number(0.1), .outOfRange), .bad(.timeout),
            .uncertain(.integer(7), .clockNotSet),
        ]
        return index < outcomes.count ? outcomes[index] : .good(.integer(Int64(index)))
    }

    /// Readings of these ids, the sixth with a clock that was not set.
    static func readings(_ ids: ClosedRange<UInt64>) throws -> [StoredReading] {
        let point = Point(
            id: try #require(PointID("meter/active_power")), unit: try #require(Unit("W")))
        return try ids.enumerated().map { index, id in
            let wall = index == 5 ? 1_000 : 1_790_000_000_000 + Int64(id) * 1_001
            return StoredReading(
                id: id, boot: 3,
                reading: Reading(
                    point: point, outcome: try outcome(index),
                    time: Timestamp(
                        wallMilliseconds: wall, uptimeMilliseconds: 60_000 + Int64(id) * 1_001)))
        }
    }

    static func digest(
        _ ids: ClosedRange<UInt64>, packBytesMax: Int = AttestationLimits.packBytesMax
    ) throws -> ReadingsDigest {
        var builder = ReadingsDigest.Builder(packBytesMax: packBytesMax)
        for reading in try readings(ids) { try builder.add(reading) }
        return try #require(builder.finish())
    }

    static func claims(
        sequence: UInt64 = 1, previous: Bytes32? = nil, readings: ReadingsDigest? = nil,
        gaps: [Gap] = [], boot: UInt32 = 3, seed: UInt8 = 0xb0, uptime: Int64 = 900_250,
        nonce: [UInt8]? = nil, freshness: Freshness? = nil
    ) throws -> AttestationClaims {
        AttestationClaims(
            time: Timestamp(wallMilliseconds: 1_790_000_840_123, uptimeMilliseconds: uptime),
            nonce: nonce, boot: boot,
            bootSeed: try #require(Bytes32([UInt8](repeating: seed, count: 32))),
            softwareVersion: "0.1.0", sequence: sequence, previous: previous,
            readings: readings, gaps: gaps, freshness: freshness)
    }

    static func gap(
        _ kind: Gap.Kind, _ reason: Gap.Reason, _ range: ClosedRange<UInt64>
    ) throws -> Gap {
        try #require(
            Gap(kind: kind, reason: reason, first: range.lowerBound, last: range.upperBound))
    }

    /// An attestation with every claim that there is.
    static func full() throws -> Attestation {
        try Attestation.sign(
            try claims(
                sequence: 7, previous: Bytes32([UInt8](repeating: 0xaa, count: 32)),
                readings: try digest(1...4),
                gaps: [
                    try gap(.readings, .quota, 100...200),
                    try gap(.attestations, .retention, 1...2),
                ],
                nonce: [UInt8](0..<8),
                freshness: Freshness(
                    chainID: 100, slot: 12_345_678,
                    blockRoot: try #require(Bytes32([UInt8](repeating: 0xcc, count: 32))))),
            with: try key())
    }

    /// A message of that payload with a valid signature, whatever the payload is.
    static func signed(_ payload: [UInt8], by key: DeviceKey) throws -> [UInt8] {
        COSESign1(
            publicKey: key.publicKey, payload: payload,
            signature: try key.sign(COSESign1.signatureInput(key.publicKey, payload))
        ).encoded
    }

    /// The rule by which `body` is refused; `nil` if it is not.
    static func rule(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch let error as AttestationError {
            return error.code
        } catch {
            return "\(error)"
        }
    }
}
