// SPDX-License-Identifier: Apache-2.0

internal import Agent
internal import Glibc
internal import HAL
internal import Platform
internal import Synchronization
internal import Telemetry

/// How far readings stray from their period: 100 points a second of ten devices over Modbus TCP.
///
/// The reference is a bare C loop that sleeps until the same moments: what the machine allows.
enum JitterBenchmark {
    private static let seconds = 60
    private static let devices = 10

    static func run(_ arguments: BenchmarkArguments) async throws -> [Measurement] {
        let site = try Site(devices: devices, pointsEach: 10)
        let arrivals = Arrivals()
        let tasks = try site.buses().map { bus in
            let driver = try bus.makeDriver(clock: SystemHALClock())
            let runner = try BusRunner(driver: driver) { arrivals.add($0) }
            return Task { await runner.run() }
        }
        let sleeper = Task.detached { Self.bareLoop(rounds: seconds) }
        try await Task.sleep(for: .seconds(seconds))
        for task in tasks {
            task.cancel()
            await task.value
        }
        let deviations = arrivals.deviations
        guard deviations.count >= devices * 10 * (seconds - 5) else {
            throw BenchmarkError.badReading("\(deviations.count) intervals of \(seconds) s")
        }
        let reference = await sleeper.value
        return [
            Measurement(
                "poll jitter p99, 100 points/s, to a bare sleeping loop",
                percentile99(deviations) / 1000, "ms",
                reference: percentile99(reference) / 1000)
        ]
    }

    /// When each point's readings came.
    private final class Arrivals: Sendable {
        private let times = Mutex<[PointID: [Int64]]>([:])

        func add(_ readings: [Reading]) {
            let now = Int64(SystemClock.monotonicMicroseconds())
            times.withLock { times in
                for reading in readings where reading.outcome.quality == .good {
                    times[reading.point.id, default: []].append(now)
                }
            }
        }

        /// From one second, in microseconds; the first reading, which opens the connection, apart.
        var deviations: [Int64] {
            times.withLock { times in
                times.values.flatMap { times in
                    zip(times.dropFirst(), times.dropFirst(2)).map { abs($1 - $0 - 1_000_000) }
                }
            }
        }
    }

    /// Deviations from one second, in microseconds, of ten wake-ups a second.
    private static func bareLoop(rounds: Int) -> [Int64] {
        var next = timespec()
        clock_gettime(CLOCK_MONOTONIC, &next)
        var times: [Int64] = []
        for _ in 0..<rounds * 10 {
            next.tv_nsec += 100_000_000
            if next.tv_nsec >= 1_000_000_000 {
                next.tv_nsec -= 1_000_000_000
                next.tv_sec += 1
            }
            clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, nil)
            times.append(Int64(SystemClock.monotonicMicroseconds()))
        }
        return zip(times, times.dropFirst(10)).map { abs($1 - $0 - 1_000_000) }
    }

    private static func percentile99(_ values: [Int64]) -> Double {
        guard !values.isEmpty else { return .nan }
        return Double(values.sorted()[values.count * 99 / 100])
    }
}
