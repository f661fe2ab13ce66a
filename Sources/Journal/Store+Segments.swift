// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

extension Store {
    private static let segmentColumns = "first, last, boot, wall_min, wall_max, bytes"

    /// Adds a segment; its first id must be new.
    func insert(_ segment: Segment) throws(JournalError) {
        try database.run(
            "INSERT INTO segment (\(Self.segmentColumns)) VALUES (?, ?, ?, ?, ?, ?)",
            .position(segment.first), .position(segment.last), .integer(Int64(segment.boot)),
            .integer(segment.wallMin), .integer(segment.wallMax), .blob(segment.bytes))
    }

    /// Where a scan that must see reading `id` begins: the first id of the segment that may hold it.
    func segmentStart(_ id: UInt64) throws(JournalError) -> UInt64 {
        try database.first(
            "SELECT first FROM segment WHERE first <= ? ORDER BY first DESC LIMIT 1", .position(id)
        ) { (row) throws(JournalError) in try row.position(0) } ?? 0
    }

    /// The segment that begins with reading `first`, with its bytes; `nil` if it is gone.
    func segment(_ first: UInt64) throws(JournalError) -> Segment? {
        try database.first(
            "SELECT \(Self.segmentColumns) FROM segment WHERE first = ?", .position(first),
            map: Self.segment)
    }

    /// Up to `limit` segments whose first id lies in the range, without their bytes.
    func bounds(
        _ range: ClosedRange<UInt64>, newestFirst: Bool = false, limit: Int
    ) throws(JournalError) -> [SegmentBounds] {
        let order = newestFirst ? "DESC" : "ASC"
        return try database.all(
            """
            SELECT first, last, wall_min, wall_max, length(bytes) FROM segment
            WHERE first BETWEEN ? AND ? ORDER BY first \(order) LIMIT ?
            """, .position(range.lowerBound), .position(range.upperBound), .integer(Int64(limit)),
            map: Self.bounds)
    }

    /// The ids of the oldest and newest reading; `nil` if there is none.
    func readingBounds() throws(JournalError) -> ClosedRange<UInt64>? {
        let all = 0...UInt64(JournalLimits.positionMax)
        guard let oldest = try bounds(all, limit: 1).first,
            let newest = try bounds(all, newestFirst: true, limit: 1).first
        else { return nil }
        guard oldest.readings.lowerBound <= newest.readings.upperBound else {
            throw JournalError(.damaged, database.path, "segments out of order")
        }
        return oldest.readings.lowerBound...newest.readings.upperBound
    }

    /// How many readings the segments hold that begin in a range.
    func count(in range: ClosedRange<UInt64>) throws(JournalError) -> UInt64 {
        let count = try database.integer(
            "SELECT sum(last - first + 1) FROM segment WHERE first BETWEEN ? AND ?",
            .position(range.lowerBound), .position(range.upperBound))
        return UInt64(max(count, 0))
    }

    /// Hands the readings of a range to `body`, the oldest first, one segment in memory at a time,
    /// until it returns false.
    func forEachReading(
        _ range: ClosedRange<UInt64>, _ body: (StoredReading) throws(JournalError) -> Bool
    ) throws(JournalError) {
        var start = try segmentStart(range.lowerBound)
        while start <= range.upperBound {
            let page = try bounds(
                start...range.upperBound, limit: JournalLimits.scanSegmentsMax)
            guard let last = page.last else { return }
            for bounds in page where bounds.readings.overlaps(range) {
                guard let segment = try segment(bounds.readings.lowerBound) else { continue }
                let wantsMore = try decode(segment) { (stored) throws(JournalError) in
                    guard range.contains(stored.id) else { return true }
                    return try body(stored)
                }
                guard wantsMore else { return }
            }
            start = last.readings.upperBound + 1
        }
    }

    /// Hands the segment's readings to `body` in the order of their ids, until it returns false.
    ///
    /// - Returns: whether `body` wants more.
    func decode(
        _ segment: Segment, _ body: (StoredReading) throws(JournalError) -> Bool
    ) throws(JournalError) -> Bool {
        do {
            var decoder = try SegmentDecoder(segment)
            while let element = try decoder.next() {
                guard let point = try points.point(element.point) else {
                    throw SegmentError.unknownPoint(element.point)
                }
                let reading = Reading(point: point, outcome: element.outcome, time: element.time)
                let stored = StoredReading(id: element.id, boot: segment.boot, reading: reading)
                guard try body(stored) else { return false }
            }
            return true
        } catch let error as SegmentError {
            throw JournalError(
                .segment(error), database.path, "segment \(segment.first)–\(segment.last)")
        } catch let error as JournalError {
            throw error
        } catch {
            throw JournalError(.database, database.path, "\(error)")
        }
    }

    private static func range(_ row: Row) throws(JournalError) -> ClosedRange<UInt64> {
        let first = try row.position(0)
        let last = try row.position(1)
        guard first >= 1, first <= last, last - first < UInt64(JournalLimits.segmentReadingsMax)
        else { throw row.damage("segment \(first)–\(last)") }
        return first...last
    }

    private static func bounds(_ row: Row) throws(JournalError) -> SegmentBounds {
        let readings = try range(row)
        guard row.integer(2) <= row.integer(3) else {
            throw row.damage("wall times of segment \(readings.lowerBound)")
        }
        return SegmentBounds(
            readings: readings, wall: row.integer(2)...row.integer(3), bytes: row.integer(4))
    }

    private static func segment(_ row: Row) throws(JournalError) -> Segment {
        let range = try range(row)
        guard let boot = UInt32(exactly: row.integer(2)) else {
            throw row.damage("boot \(row.integer(2))")
        }
        return Segment(
            first: range.lowerBound, last: range.upperBound, boot: boot, wallMin: row.integer(3),
            wallMax: row.integer(4), bytes: try row.blob(5, bytesMax: JournalLimits.segmentBytesMax)
        )
    }
}
