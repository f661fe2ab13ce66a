// SPDX-License-Identifier: Apache-2.0

internal import Platform

/// Repeated measurements of two things in turn, so that what else the machine does hits both.
struct Samples {
    private(set) var values: [Double] = []
    private(set) var references: [Double] = []

    /// Measures both `rounds` times, each round in the other order than the last one.
    static func interleaved(
        rounds: Int, _ value: () async throws -> Double,
        against reference: () async throws -> Double
    ) async rethrows -> Samples {
        var samples = Samples()
        for round in 0..<rounds {
            if round.isMultiple(of: 2) {
                samples.values.append(try await value())
                samples.references.append(try await reference())
            } else {
                samples.references.append(try await reference())
                samples.values.append(try await value())
            }
        }
        return samples
    }

    /// The medians of both, and of the ratios of the rounds.
    func measurement(
        _ name: String, _ unit: String, _ bound: Measurement.Bound? = nil
    ) -> Measurement {
        let ratios = zip(values, references).map { $0 / $1 }
        return Measurement(
            name, Self.median(values), unit, reference: Self.median(references),
            ratio: Self.median(ratios), bound)
    }

    /// The median; NaN of nothing.
    static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return .nan }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2)
            ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}

/// A moment to measure from.
struct Stopwatch {
    private let start = SystemClock.monotonicMicroseconds()

    /// The seconds since then.
    var seconds: Double { Double(SystemClock.monotonicMicroseconds() - start) / 1e6 }
}
