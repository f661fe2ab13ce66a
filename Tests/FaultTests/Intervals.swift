// SPDX-License-Identifier: Apache-2.0

import Telemetry
import TestSupport

/// The times between the good readings of a point, in milliseconds.
struct Intervals: CustomStringConvertible {
    /// Shortest first.
    let sorted: [Int64]

    /// Those of `point` in `ledger`, after the first `skipping` of them.
    init(of point: String, in ledger: Ledger, skipping: Int = 0) {
        let times = ledger.readings.values.filter {
            $0.reading.point.id.name == point && $0.reading.outcome.quality == .good
        }.map(\.reading.time.uptimeMilliseconds).sorted().dropFirst(skipping)
        sorted = zip(times.dropFirst(), times).map { $0 - $1 }.sorted()
    }

    var mean: Double { Double(sorted.reduce(0, +)) / Double(max(sorted.count, 1)) }
    var median: Int64 { sorted.isEmpty ? 0 : sorted[sorted.count / 2] }
    var percentile95: Int64 { sorted.isEmpty ? 0 : sorted[sorted.count * 95 / 100] }
    var longest: Int64 { sorted.last ?? 0 }

    var description: String {
        "\(sorted.count) intervals, mean \(mean) ms, median \(median), p95 \(percentile95), "
            + "longest \(longest)"
    }
}
