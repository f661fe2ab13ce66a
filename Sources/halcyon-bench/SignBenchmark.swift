// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import Bytes
internal import Telemetry

/// Signatures per second against libsodium alone, and what a whole attestation takes.
enum SignBenchmark {
    /// What is signed of an attestation of a minute's readings that are stated by their root.
    private static let messageBytes = 500
    private static let rounds = 101
    private static let millisecondsPerRound = 30
    private static let readings = 50

    static func run(_ arguments: BenchmarkArguments) async throws -> [Measurement] {
        try await Processor.pinned { try await measure() }
    }

    private static func measure() async throws -> [Measurement] {
        let scratch = try Scratch()
        let key = try DeviceKey.create(at: "\(scratch.path)/device.key")
        let message = (0..<messageBytes).map { UInt8(truncatingIfNeeded: $0) }
        let plain = try await signatures(key, against: "plain")
        let stored = try sample()
        let whole = try await Samples.interleaved(
            rounds: rounds, { 1e6 / (try perSecond { _ = try attestation(of: stored, key) }) },
            against: { 1e6 / (try perSecond { _ = try key.sign(message) }) })
        return [
            plain.measurement("signatures", "signatures/s", .atLeast(0.9)),
            whole.measurement("attestation of \(readings) readings, to a signature", "µs"),
        ]
    }

    /// Signatures of the product, and of C with the key in `memory`.
    private static func signatures(
        _ key: DeviceKey, against memory: String
    ) async throws -> Samples {
        let message = (0..<messageBytes).map { UInt8(truncatingIfNeeded: $0) }
        return try await Samples.interleaved(
            rounds: rounds, { try perSecond { _ = try key.sign(message) } },
            against: {
                try Program.number(
                    "halcyon-peer",
                    ["sign", memory, "\(millisecondsPerRound)", "\(messageBytes)"])
            })
    }

    private static func perSecond(_ body: () throws -> Void) rethrows -> Double {
        let watch = Stopwatch()
        var count = 0
        var now = 0.0
        while now < Double(millisecondsPerRound) / 1000 {
            try body()
            count += 1
            now = watch.seconds
        }
        return Double(count) / now
    }

    private static func attestation(
        of readings: [StoredReading], _ key: DeviceKey
    ) throws -> Attestation {
        var builder = ReadingsDigest.Builder()
        for reading in readings { try builder.add(reading) }
        return try Attestation.sign(
            AttestationClaims(
                time: Timestamp(
                    wallMilliseconds: 1_785_000_060_000, uptimeMilliseconds: 3_600_000),
                boot: 7, bootSeed: SHA256.digest([]), softwareVersion: "0.1.0", sequence: 60,
                previous: SHA256.digest([]),
                readings: builder.finish()),
            with: key)
    }

    private static func sample() throws -> [StoredReading] {
        try (1...readings).map { index in
            guard let id = PointID("meter/quantity\(index)"), let unit = Unit("W") else {
                throw BenchmarkError.badReading("\(index)")
            }
            let time = Timestamp(
                wallMilliseconds: 1_785_000_000_000, uptimeMilliseconds: 3_540_000)
            return StoredReading(
                id: UInt64(index), boot: 7,
                reading: Reading(
                    point: Point(id: id, unit: unit),
                    outcome: .good(.number(2000.1 + Double(index) * 0.37)), time: time))
        }
    }
}
