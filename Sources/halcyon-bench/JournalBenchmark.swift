// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Journal
internal import Platform
internal import Telemetry

/// How fast readings become durable, and how much a commit costs beside one synced write.
enum JournalBenchmark {
    private static let readingsPerCommit = 500
    private static let rounds = 7
    private static let secondsPerRound = 0.5
    /// What a commit of one reading appends to the WAL: three pages of 512 bytes, each with a head.
    private static let writeBytes = 3 * 536
    /// The WAL goes round in about so many bytes.
    private static let fileBytes = 1 << 20

    static func run(_ arguments: BenchmarkArguments) async throws -> [Measurement] {
        let scratch = try Scratch()
        let (journal, _) = try Journal.open(
            at: "\(scratch.path)/journal.sqlite", now: SystemClock.now(),
            bootID: try SystemClock.bootID())
        let source = try Source()
        let many = try await Samples.interleaved(
            rounds: rounds,
            { Double(readingsPerCommit) * (try await commits(journal, source, readingsPerCommit)) },
            against: { try await commits(journal, source, 1) })
        let raw = try RawFile("\(scratch.path)/raw", bytes: fileBytes)
        let one = try await Samples.interleaved(
            rounds: rounds, { try await commits(journal, source, 1) },
            against: { try raw.syncedWrites(of: writeBytes, seconds: secondsPerRound) })
        await journal.close()
        return [
            Measurement(
                "durable readings, \(readingsPerCommit) a commit", Samples.median(many.values),
                "readings/s", .atLeast(5000)),
            one.measurement("durable commits, to a synced write", "commits/s"),
        ]
    }

    private static func commits(
        _ journal: Journal, _ source: Source, _ readings: Int
    ) async throws -> Double {
        let watch = Stopwatch()
        var count = 0
        while watch.seconds < secondsPerRound {
            let now = SystemClock.now()
            await journal.record(source.readings(readings, at: now))
            guard try await journal.commit(now: now).count == readings else {
                throw BenchmarkError.badReading("not committed")
            }
            count += 1
        }
        return Double(count) / watch.seconds
    }

    /// Readings of 50 points.
    private struct Source {
        let points: [Point]

        init() throws {
            points = try (1...50).map { index in
                guard let id = PointID("meter/quantity\(index)"), let unit = Unit("W") else {
                    throw BenchmarkError.badReading("\(index)")
                }
                return Point(id: id, unit: unit)
            }
        }

        func readings(_ count: Int, at time: Timestamp) -> [Reading] {
            (0..<count).map { index in
                let value = Double(time.uptimeMilliseconds % 100_000) * 0.0137 + Double(index)
                return Reading(
                    point: points[index % points.count], outcome: .good(.number(value)), time: time)
            }
        }
    }

    /// A file of fixed size that is written round and round.
    private final class RawFile {
        private let descriptor: CInt
        private let path: String
        private let bytes: Int

        init(_ path: String, bytes: Int) throws {
            self.path = path
            self.bytes = bytes
            descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw SystemError("open", path) }
            let zeros = [UInt8](repeating: 0, count: bytes)
            guard pwrite(descriptor, zeros, bytes, 0) == bytes, fsync(descriptor) == 0 else {
                throw SystemError("write", path)
            }
        }

        deinit { close(descriptor) }

        func syncedWrites(of count: Int, seconds: Double) throws -> Double {
            let block = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            let watch = Stopwatch()
            var writes = 0
            while watch.seconds < seconds {
                let offset = writes * count % (bytes - count)
                guard pwrite(descriptor, block, count, offset) == count,
                    fdatasync(descriptor) == 0
                else { throw SystemError("write", path) }
                writes += 1
            }
            return Double(writes) / watch.seconds
        }
    }
}
