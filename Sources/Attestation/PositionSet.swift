// SPDX-License-Identifier: Apache-2.0

/// A set of log positions as disjoint ranges in ascending order.
struct PositionSet: Sendable {
    private(set) var ranges: [ClosedRange<UInt64>] = []

    /// Adds a range, joining it with those it overlaps or touches.
    mutating func insert(_ range: ClosedRange<UInt64>) {
        var merged = range
        let before = range.lowerBound - (range.lowerBound == 0 ? 0 : 1)
        let start = ranges.firstIndex { $0.upperBound >= before } ?? ranges.count
        var end = start
        while end < ranges.count,
            merged.upperBound == .max || ranges[end].lowerBound <= merged.upperBound + 1
        {
            let lower = min(merged.lowerBound, ranges[end].lowerBound)
            merged = lower...max(merged.upperBound, ranges[end].upperBound)
            end += 1
        }
        ranges.replaceSubrange(start..<end, with: [merged])
    }

    /// Whether every position of `range` is in the set.
    func covers(_ range: ClosedRange<UInt64>) -> Bool {
        ranges.contains { $0.contains(range.lowerBound) && $0.contains(range.upperBound) }
    }

    /// Whether every position strictly between the two is in the set.
    func covers(between lower: UInt64, and upper: UInt64) -> Bool {
        upper <= lower || upper - lower == 1 || covers(lower + 1...upper - 1)
    }

    /// How many positions of `range` are in the set; at most `UInt64.max`.
    func count(in range: ClosedRange<UInt64>) -> UInt64 {
        var count: UInt64 = 0
        for part in ranges where part.overlaps(range) {
            let common = part.clamped(to: range)
            let (sum, overflow) = count.addingReportingOverflow(
                common.upperBound - common.lowerBound)
            guard !overflow, sum < .max else { return .max }
            count = sum + 1
        }
        return count
    }

    /// Forgets the ranges that end at or before `position`.
    mutating func forget(through position: UInt64) {
        ranges.removeAll { $0.upperBound <= position }
    }
}
