// SPDX-License-Identifier: Apache-2.0

public import Telemetry

extension Journal {
    /// The newest counts that are known, by counter: what a counter goes on from.
    public var totals: [PointID: Int64] { counts.all }

    /// How many readings wait for a commit.
    public var bufferedCount: Int { buffer.count }

    /// Takes readings in the order of their arrival; never fails and never blocks on the disk.
    ///
    /// A value that must not be stored, a number that is not finite or a text that is too long,
    /// becomes a bad reading with that fault.
    ///
    /// - Parameters:
    ///   - readings: what was read.
    ///   - totals: counts as of these readings, of the counters among them. They are on the disk with
    ///     the readings, never without.
    /// - Returns: what became of them.
    @discardableResult
    public func record(
        _ readings: [Reading], totals: [PointID: Int64] = [:]
    ) -> Recorded {
        counts.note(totals)
        let dropped = buffer.dropped
        for reading in readings { buffer.append(Self.storable(reading)) }
        return Recorded(buffered: buffer.count, dropped: Int(buffer.dropped - dropped))
    }

    /// Writes all readings that wait, as one transaction that is on the disk when this returns.
    ///
    /// - Parameter now: the time, against which `retentionSeconds` is held.
    /// - Returns: what was written.
    /// - Throws: `full`, `inputOutput`, `readOnly`, `busy`: the readings are kept and the next
    ///   commit tries again. Damage (`isDamage`): the same, after `recover`.
    @discardableResult
    public func commit(now: Timestamp) throws(JournalError) -> Committed {
        let store = try openStore()
        try checkPlace()
        let expired = try lookForExpired(store, now)
        guard buffer.count > 0 || expired || !counts.waiting.isEmpty else {
            return Committed(lastID: durableLast, count: 0, lost: 0, evicted: 0)
        }
        let last = durableLast + buffer.dropped + UInt64(buffer.count)
        try reserve(reading: last)
        let committed: Committed
        do throws(JournalError) {
            committed = try store.database.write { () throws(JournalError) in
                try write(last: last)
            }
        } catch {
            store.points.rollBack()
            throw error
        }
        durableLast = last
        counts.settle()
        buffer.removeAll()
        let isFloorDue = floorSchedule.isDue(
            floor: counters.readingFloor, last: last, uptimeMilliseconds: now.uptimeMilliseconds)
        if isFloorDue { raiseFloors() }
        return committed
    }

    private func write(last: UInt64) throws(JournalError) -> Committed {
        let store = try openStore()
        var losses: [Gap] = []
        if buffer.dropped > 0 {
            let gap = Gap(
                kind: .readings, reason: .storageFull, first: durableLast + 1,
                last: durableLast + buffer.dropped)
            if let gap { losses.append(gap) }
        }
        let segments = try encode(store, &losses)
        let incoming = segments.reduce(Int64(0)) { $0 + Int64($1.bytes.count) }
        var evicted = try store.evict(quota: options.quotaBytes, incoming: incoming)
        if retention.expired > 0 {
            evicted += try store.evict(through: retention.expired, reason: .retention)
        }
        for gap in losses { try store.record(gap) }
        for segment in segments { try store.insert(segment) }
        try counts.write(to: store)
        return Committed(
            lastID: last, count: segments.reduce(0) { $0 + Int($1.last - $1.first) + 1 },
            lost: losses.reduce(0) { $0 + $1.count }, evicted: evicted)
    }

    private func encode(
        _ store: Store, _ losses: inout [Gap]
    ) throws(JournalError) -> [Segment] {
        var segments: [Segment] = []
        var id = durableLast + buffer.dropped + 1
        var encoder = SegmentEncoder(first: id, boot: bootCount)
        try buffer.forEach { (reading) throws(JournalError) in
            let number = try store.points.number(reading.point)
            if number == nil || encoder.isFull {
                if encoder.count > 0 { segments.append(encoder.finish()) }
                encoder = SegmentEncoder(first: number == nil ? id + 1 : id, boot: bootCount)
            }
            if let number {
                encoder.append(point: number, outcome: reading.outcome, time: reading.time)
            } else if let gap = Gap(
                kind: .readings, reason: .storageFull, first: id, last: id)
            {
                // More different points than a journal may hold.
                losses.append(gap)
            }
            id += 1
        }
        if encoder.count > 0 { segments.append(encoder.finish()) }
        return segments
    }

    /// Whether there are readings past their retention, by a look once a minute.
    private func lookForExpired(_ store: Store, _ now: Timestamp) throws(JournalError) -> Bool {
        guard let seconds = options.retentionSeconds, now.isWallPlausible else { return false }
        if let looked = retention.lookedUptimeMilliseconds,
            now.uptimeMilliseconds - looked < JournalLimits.retentionIntervalMilliseconds
        {
            return false
        }
        retention.lookedUptimeMilliseconds = now.uptimeMilliseconds
        let last = try store.expired(
            before: now.wallMilliseconds - seconds * 1000, now: now.wallMilliseconds,
            cursor: &retention.cursor)
        if let last { retention.expired = last }
        let oldest = try store.readingBounds()?.lowerBound ?? .max
        return retention.expired >= oldest
    }

    private static func storable(_ reading: Reading) -> Reading {
        let fault: Fault
        switch reading.outcome.value {
        case .number(let number) where !number.isFinite: fault = .notANumber
        case .text(let text) where text.utf8.count > TelemetryLimits.textValueBytesMax:
            fault = .malformedValue
        default: return reading
        }
        return Reading(point: reading.point, outcome: .bad(fault), time: reading.time)
    }
}
