// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

extension Store {
    /// Makes room so that the file set stays within `quota` bytes after `incoming` more.
    ///
    /// SQLite reuses freed pages, so a file that is kept from growing never needs to shrink.
    ///
    /// - Returns: how many readings went.
    func evict(quota: Int64, incoming: Int64) throws(JournalError) -> UInt64 {
        let page = max(512, try database.integer("PRAGMA page_size"))
        // The incoming rows cost their bytes, rounded up to pages, and a few pages of the tree.
        let needed = (incoming + incoming / 4) / page + 16
        let limit = (quota - JournalLimits.walBytesMax) / page
        var evicted: UInt64 = 0
        while true {
            let used =
                try database.integer("PRAGMA page_count")
                - database.integer("PRAGMA freelist_count")
            guard used + needed > limit else { return evicted }
            let excess = (used + needed - limit) * page
            let step = try evictOldest(bytes: max(excess, JournalLimits.evictionBytesMin))
            if step == 0 { return evicted }
            evicted += step
        }
    }

    /// Evicts oldest segments of about that many bytes, at most `JournalLimits.scanSegmentsMax`.
    private func evictOldest(bytes: Int64) throws(JournalError) -> UInt64 {
        var left = bytes
        var end: UInt64?
        let oldest = try bounds(0...JournalLimits.positionMax, limit: JournalLimits.scanSegmentsMax)
        for bounds in oldest where left > 0 {
            left -= bounds.bytes + 64
            end = bounds.readings.upperBound
        }
        guard let end else { return 0 }
        return try evict(through: end, reason: .quota)
    }

    /// Evicts the readings up to one id: whole segments, never the newest one, and at most
    /// `JournalLimits.scanSegmentsMax` of them.
    ///
    /// - Returns: how many readings went.
    func evict(through last: UInt64, reason: Gap.Reason) throws(JournalError) -> UInt64 {
        guard let all = try readingBounds() else { return 0 }
        let newest = try segmentStart(all.upperBound)
        let kept = try database.first(
            "SELECT first FROM segment WHERE first > ? ORDER BY first LIMIT 1", .position(last)
        ) { (row) throws(JournalError) in try row.position(0) }
        let firstKept = min(kept ?? newest, newest)
        guard firstKept > all.lowerBound else { return 0 }
        // Ids that were never stored are in gaps of their own; those must not be counted twice.
        var evicted: UInt64 = 0
        var run: ClosedRange<UInt64>?
        let page = try bounds(0...(firstKept - 1), limit: JournalLimits.scanSegmentsMax)
        for bounds in page.map(\.readings) {
            evicted += bounds.upperBound - bounds.lowerBound + 1
            if let current = run, current.upperBound + 1 == bounds.lowerBound {
                run = current.lowerBound...bounds.upperBound
            } else {
                try record(run, reason)
                run = bounds
            }
        }
        guard let end = run?.upperBound else { return 0 }
        try record(run, reason)
        try database.run("DELETE FROM segment WHERE first <= ?", .position(end))
        return evicted
    }

    private func record(_ run: ClosedRange<UInt64>?, _ reason: Gap.Reason) throws(JournalError) {
        let gap = run.flatMap {
            Gap(kind: .readings, reason: reason, first: $0.lowerBound, last: $0.upperBound)
        }
        if let gap { try record(gap) }
    }

    /// Looks at the next segments from `cursor` on for readings that are older than `oldest`.
    ///
    /// Segments of a clock that was not set, or far ahead, have no age of their own: they go when
    /// a later one does. So nothing is evicted only because the clock was wrong when it was read.
    ///
    /// - Parameters:
    ///   - oldest: wall time in milliseconds of the oldest readings to keep.
    ///   - now: wall time in milliseconds.
    ///   - cursor: where the last look ended; moved on.
    /// - Returns: the last reading id that is too old; `nil` if none is.
    /// - Throws: damage, `inputOutput`.
    func expired(
        before oldest: Int64, now: Int64, cursor: inout UInt64
    ) throws(JournalError) -> UInt64? {
        let rows = try bounds(
            cursor...max(cursor, JournalLimits.positionMax), limit: JournalLimits.scanSegmentsMax)
        var last: UInt64?
        for row in rows {
            let wall = row.wall.upperBound
            cursor = row.readings.lowerBound
            let isPlausible =
                wall >= Timestamp.plausibleWallMilliseconds
                && wall <= now + JournalLimits.clockAheadMilliseconds
            if isPlausible {
                guard wall < oldest else { return last }
                last = row.readings.upperBound
            }
        }
        return last
    }
}
