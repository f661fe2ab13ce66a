// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import Attestation
internal import Bytes
internal import HAL
internal import Journal
internal import Platform
internal import Synchronization
internal import Telemetry

/// What 50 points, each read once a second, cost in bytes written to the disk.
///
/// Two hours and more of simulated time go through driver, journal and attestation. The kernel
/// counts (`write_bytes` of /proc/self/io) the 4 KiB pages that this process dirties between two
/// syncs, which is what goes to the block layer; the file system's own metadata is not in it.
enum FlashBenchmark {
    private static let simulatedSeconds = 3 * 3600
    private static let points = 50
    private static let attestationSeconds = 60

    static func run(_ arguments: BenchmarkArguments) async throws -> [Measurement] {
        var measurements: [Measurement] = []
        for (commitSeconds, most) in [(1, 200.0), (10, 60.0)] {
            let result = try await simulate(commitSeconds: commitSeconds)
            measurements.append(
                Measurement(
                    "written per reading, commit every \(commitSeconds) s", result.written, "B",
                    .atMost(most)))
            if commitSeconds == 10 {
                measurements.append(Measurement("kept per reading", result.kept, "B"))
            }
        }
        return measurements
    }

    /// Bytes per reading: written, and in the file at the end.
    private static func simulate(commitSeconds: Int) async throws -> (written: Double, kept: Double)
    {
        let site = try Site(simulated: points, modbus: 0)
        let time = SimulatedTime()
        let file = "\(site.scratch.path)/journal.sqlite"
        let bootID = try SystemClock.bootID()
        let key = try DeviceKey.load(at: "\(site.scratch.path)/device.key")
        guard let driver = try site.buses().first?.makeDriver(clock: time) else {
            throw BenchmarkError.badReading("no bus")
        }
        let (journal, _) = try Journal.open(at: file, now: time.now(), bootID: bootID)
        let before = try written()
        for second in 1...simulatedSeconds {
            time.advance(milliseconds: 1000)
            await journal.record(await readings(of: driver, time))
            if second.isMultiple(of: commitSeconds) { try await journal.commit(now: time.now()) }
            if second.isMultiple(of: attestationSeconds) {
                try await attest(journal, with: key, at: time.now())
            }
        }
        let bytes = try written() - before
        await journal.close()
        let count = Double(points * simulatedSeconds)
        return (Double(bytes) / count, Double(try Scratch.bytes(of: file)) / count)
    }

    /// One reading of every point. Each device answers a few milliseconds after the one before it.
    private static func readings(of driver: any Driver, _ time: SimulatedTime) async -> [Reading] {
        var readings: [Reading] = []
        let start = time.now()
        for (index, device) in driver.devices.enumerated() {
            let indices = Array(device.points.indices)
            let outcomes = await driver.read(device: index, points: indices)
            let delay = Int64(index) + start.uptimeMilliseconds / 1000 % 3
            let moment = Timestamp(
                wallMilliseconds: start.wallMilliseconds + delay,
                uptimeMilliseconds: start.uptimeMilliseconds + delay)
            for (point, outcome) in zip(device.points, outcomes) {
                readings.append(Reading(point: point.point, outcome: outcome, time: moment))
            }
        }
        return readings
    }

    /// Signs what is not attested, as the agent does.
    private static func attest(
        _ journal: Journal, with key: DeviceKey, at time: Timestamp
    ) async throws {
        let open = try await journal.unattested(limit: 65_536)
        guard let range = open.readings else { return }
        let empty = ReadingsDigest.Builder(packBytesMax: AttestationLimits.packBytesMax)
        let digest = try await journal.reduce(range, into: empty) { builder, reading in
            // Positions rise, which is all that could be wrong; the count below shows it.
            try? builder.add(reading)
        }.result
        guard digest.count == UInt64(open.count) else {
            throw BenchmarkError.badReading("not attested")
        }
        let claims = AttestationClaims(
            time: time, boot: 1, bootSeed: SHA256.digest([]), softwareVersion: Daemon.version,
            sequence: open.head.sequence + 1, previous: open.head.hash, readings: digest.finish())
        let attestation = try Attestation.sign(claims, with: key)
        try await journal.store(
            StoredAttestation(
                sequence: claims.sequence, wallMilliseconds: time.wallMilliseconds,
                readings: range, hash: attestation.hash, bytes: attestation.encoded),
            signing: open.gaps)
    }

    private static func written() throws -> Int64 {
        try ProcessFile.number("/proc/self/io", "write_bytes:")
    }

    /// A clock that this benchmark moves.
    private final class SimulatedTime: HALClock {
        private let moment = Mutex(
            Timestamp(
                wallMilliseconds: Timestamp.plausibleWallMilliseconds + 86_400_000,
                uptimeMilliseconds: 60_000))

        func now() -> Timestamp { moment.withLock { $0 } }

        func advance(milliseconds: Int64) {
            moment.withLock {
                $0 = Timestamp(
                    wallMilliseconds: $0.wallMilliseconds + milliseconds,
                    uptimeMilliseconds: $0.uptimeMilliseconds + milliseconds)
            }
        }

        func sleep(untilUptimeMilliseconds uptimeMilliseconds: Int64) async throws {
            advance(milliseconds: max(0, uptimeMilliseconds - now().uptimeMilliseconds))
        }
    }
}
