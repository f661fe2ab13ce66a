// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// Positions of one log that gaps cover, as disjoint ranges in ascending order.
struct PositionRanges {
    private(set) var ranges: [ClosedRange<UInt64>] = []

    /// What the gaps of that kind cover together; they may overlap and come in any order.
    init(_ kind: Gap.Kind, of gaps: some Sequence<Gap>) {
        let sorted = gaps.filter { $0.kind == kind }.sorted { $0.first < $1.first }
        for gap in sorted {
            if let last = ranges.last, gap.first <= last.upperBound + 1 {
                let end = max(last.upperBound, gap.last)
                ranges[ranges.count - 1] = last.lowerBound...end
            } else {
                ranges.append(gap.first...gap.last)
            }
        }
    }

    /// Whether every position of `range` is covered.
    func covers(_ range: ClosedRange<UInt64>) -> Bool {
        ranges.contains {
            $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound
        }
    }

    /// How many positions of `range` are covered.
    func count(in range: ClosedRange<UInt64>) -> UInt64 {
        ranges.lazy.filter { $0.overlaps(range) }.reduce(0) {
            let common = $1.clamped(to: range)
            return $0 + common.upperBound - common.lowerBound + 1
        }
    }
}
