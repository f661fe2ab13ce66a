// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// Counts of counters: those that are on the disk, and those that wait for the next commit.
struct Totals {
    private(set) var stored: [PointID: Int64]
    private(set) var waiting: [PointID: Int64] = [:]

    init(stored: [PointID: Int64] = [:]) { self.stored = stored }

    /// Everything that is known.
    var all: [PointID: Int64] { stored.merging(waiting) { _, waiting in waiting } }

    /// Takes counts that came with readings; one that is on the disk already costs nothing.
    mutating func note(_ totals: [PointID: Int64]) {
        for (point, total) in totals {
            let isNew = stored[point] == nil && waiting[point] == nil
            guard !isNew || stored.count + waiting.count < JournalLimits.totalsMax else { continue }
            waiting[point] = total == stored[point] ? nil : total
        }
    }

    /// Writes what waits; within a write transaction.
    func write(to store: Store) throws(JournalError) {
        for (point, total) in waiting { try store.setTotal(point, total) }
    }

    /// The transaction is on the disk.
    mutating func settle() {
        guard !waiting.isEmpty else { return }
        stored = all
        waiting = [:]
    }

    /// The journal was begun anew, with these counts: all others have to be written again.
    mutating func begin(anew found: [PointID: Int64]) {
        waiting = all.filter { found[$0.key] != $0.value }
        stored = found
    }
}
