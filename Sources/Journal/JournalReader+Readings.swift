// SPDX-License-Identifier: Apache-2.0

public import Telemetry

extension JournalReader {
    /// Hands the readings that match to `body` one by one, until it returns false.
    ///
    /// - Parameters:
    ///   - query: which readings, how many, in which order.
    ///   - body: returns whether it wants more.
    /// - Throws: damage, `inputOutput`, `busy`.
    public func forEachReading(
        _ query: ReadingQuery, _ body: (StoredReading) -> Bool
    ) throws(JournalError) {
        var left = query.limit
        try forEachSegment(query.ids, newestFirst: query.newestFirst) {
            (bounds) throws(JournalError) in
            guard left > 0 else { return false }
            if let wall = query.wallMilliseconds, !wall.overlaps(bounds.wall) { return true }
            // Gone since its bounds were read, if an eviction came in between.
            guard let segment = try store.segment(bounds.readings.lowerBound) else { return true }
            var found: [StoredReading] = []
            _ = try store.decode(segment) { (stored) throws(JournalError) in
                guard query.matches(stored) else { return true }
                found.append(stored)
                return query.newestFirst || found.count < left
            }
            if query.newestFirst { found.reverse() }
            for stored in found.prefix(left) {
                left -= 1
                guard body(stored) else { return false }
            }
            return true
        }
    }

    /// The newest reading of each point, found from the end of the log backwards.
    ///
    /// - Parameters:
    ///   - points: the points to look for; `nil` for all that the journal knows.
    ///   - segmentsMax: how many segments (commits) to look back through. A point that was last
    ///     read before them is not in the result.
    /// - Returns: the readings by point.
    /// - Throws: damage, `inputOutput`, `busy`.
    public func newest(
        _ points: Set<Point>? = nil, segmentsMax: Int = 1024
    ) throws(JournalError) -> [Point: StoredReading] {
        // A point that never had a reading must not make the search go on for one.
        var wanted = Set(try self.points())
        if let points { wanted.formIntersection(points) }
        var newest: [Point: StoredReading] = [:]
        var segments = 0
        try forEachSegment(1...JournalLimits.positionMax, newestFirst: true) {
            (bounds) throws(JournalError) in
            guard segments < segmentsMax, newest.count < wanted.count else { return false }
            segments += 1
            guard let segment = try store.segment(bounds.readings.lowerBound) else { return true }
            var found: [Point: StoredReading] = [:]
            _ = try store.decode(segment) { (stored) throws(JournalError) in
                if wanted.contains(stored.reading.point) { found[stored.reading.point] = stored }
                return true
            }
            newest.merge(found) { newer, _ in newer }
            return true
        }
        return newest
    }

    /// Hands the bounds of segments that may hold readings of a range to `body`, page by page.
    private func forEachSegment(
        _ range: ClosedRange<UInt64>, newestFirst: Bool,
        _ body: (SegmentBounds) throws(JournalError) -> Bool
    ) throws(JournalError) {
        var lower = try store.segmentStart(range.lowerBound)
        var upper = min(range.upperBound, JournalLimits.positionMax)
        while lower <= upper {
            let page = try store.bounds(
                lower...upper, newestFirst: newestFirst, limit: JournalLimits.scanSegmentsMax)
            for bounds in page where bounds.readings.overlaps(range) {
                guard try body(bounds) else { return }
            }
            guard let last = page.last?.readings else { return }
            if newestFirst {
                upper = last.lowerBound - 1
            } else {
                lower = last.upperBound + 1
            }
        }
    }
}

extension ReadingQuery {
    fileprivate func matches(_ stored: StoredReading) -> Bool {
        ids.contains(stored.id) && points?.contains(stored.reading.point.id) ?? true
            && wallMilliseconds?.contains(stored.reading.time.wallMilliseconds) ?? true
    }
}
