// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// What the next attestation can state, such that a verifier of the chain takes it: nothing is
/// missing from its readings, or before them, that it or an earlier one does not declare lost.
extension Store {
    /// The unsigned gaps that one attestation can state: first those of attestations, without
    /// which the chain can't go on, then those of readings by position.
    ///
    /// - Returns: the gaps, and the first position that an unsigned gap beyond them covers.
    func statableGaps() throws(JournalError) -> (gaps: [StoredGap], blocked: UInt64) {
        let limit = JournalLimits.unsignedGapsMax
        let all = 0...JournalLimits.positionMax
        var gaps = try unsignedGaps(.attestations, overlapping: all, limit)
        let room = limit - gaps.count
        let readings = try unsignedGaps(.readings, overlapping: all, room + 1)
        gaps += readings.prefix(room)
        return (gaps, readings.count > room ? readings[room].gap.first : .max)
    }

    /// Durable readings after the last attested one, at most `limit` of them, that end before
    /// `blocked` and before the first hole that `gaps` do not cover.
    ///
    /// - Returns: the range and how many readings it holds; `nil` if there are none.
    func unattested(
        limit: Int, stating gaps: [StoredGap], before blocked: UInt64
    ) throws(JournalError) -> (range: ClosedRange<UInt64>, count: Int)? {
        guard limit > 0, let all = try readingBounds() else { return nil }
        let attested = try attested()
        guard attested < all.upperBound else { return nil }
        let holes = PositionRanges(.readings, of: gaps.map(\.gap))
        var found: ClosedRange<UInt64>?
        var count = 0
        var start = try segmentStart(attested + 1)
        while start <= all.upperBound {
            let page = try bounds(start...all.upperBound, limit: JournalLimits.scanSegmentsMax)
            guard let end = page.last?.readings.upperBound else { break }
            for segment in page.map(\.readings) where segment.upperBound > attested {
                let from = max(segment.lowerBound, attested + 1)
                guard from < blocked, count < limit else { return found.map { ($0, count) } }
                if let last = found?.upperBound, from > last + 1, !holes.covers(last + 1...from - 1)
                {
                    return found.map { ($0, count) }
                }
                let taken = min(
                    segment.upperBound - from + 1, blocked - from, UInt64(limit - count))
                count += Int(taken)
                let last = from + taken - 1
                found = (found?.lowerBound ?? from)...last
                guard last == segment.upperBound else { return found.map { ($0, count) } }
            }
            start = end + 1
        }
        return found.map { ($0, count) }
    }

    /// Refuses readings to be attested if, since they were asked for, some of them or before them
    /// were lost and the gap is not among those to be stated with them.
    func checkUnchanged(
        _ readings: ClosedRange<UInt64>, after attested: UInt64, signing gaps: [StoredGap]
    ) throws(JournalError) {
        let due = attested + 1...readings.upperBound
        let limit = JournalLimits.unsignedGapsMax
        let open = try unsignedGaps(.readings, overlapping: due, limit + 1)
        let stated = PositionRanges(.readings, of: gaps.map(\.gap))
        guard open.count <= limit,
            open.allSatisfy({ stated.covers(($0.gap.first...$0.gap.last).clamped(to: due)) })
        else { throw JournalError(.changedMeanwhile, database.path) }
    }

    /// Up to `limit` gaps of that kind that no attestation states, in the order of their positions.
    private func unsignedGaps(
        _ kind: Gap.Kind, overlapping range: ClosedRange<UInt64>, _ limit: Int
    ) throws(JournalError) -> [StoredGap] {
        try database.all(
            """
            SELECT id, kind, reason, first, last, attestation FROM gap
            WHERE attestation IS NULL AND kind = ? AND first <= ? AND last >= ?
            ORDER BY first, id LIMIT ?
            """, .integer(Int64(kind.rawValue)), .position(range.upperBound),
            .position(range.lowerBound), .integer(Int64(limit)), map: Self.gap)
    }
}
