// SPDX-License-Identifier: Apache-2.0

import Glibc
import Telemetry
import Testing

@testable import Journal

/// Counts of counters, which are kept with the readings that gave them.
@Suite struct TotalsTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    static func id(_ index: Int) throws -> PointID { try Scratch.point(index).id }

    /// A closed journal that keeps two counts.
    private func fill() async throws {
        let (journal, _) = try scratch.open()
        await journal.record(
            try Scratch.readings(5), totals: [try Self.id(1): 41, try Self.id(2): 1 << 49])
        try await journal.commit(now: Scratch.time(0))
        await journal.close()
    }

    @Test("counts survive a restart, the newest of each")
    func restart() async throws {
        try await fill()
        let (journal, _) = try scratch.open()
        #expect(await journal.totals == [try Self.id(1): 41, try Self.id(2): 1 << 49])
        await journal.record([], totals: [try Self.id(1): 42])
        await journal.record([], totals: [try Self.id(1): 43, try Self.id(3): 0])
        #expect(await journal.totals[try Self.id(1)] == 43)
        try await journal.commit(now: Scratch.time(0))
        await journal.close()
        let (again, _) = try scratch.open()
        #expect(
            await again.totals
                == [try Self.id(1): 43, try Self.id(2): 1 << 49, try Self.id(3): 0])
    }

    @Test("counts are on the disk with their readings, never without")
    func uncommitted() async throws {
        try await fill()
        let (journal, _) = try scratch.open()
        await journal.record(try Scratch.readings(1), totals: [try Self.id(1): 99])
        await journal.close()
        let (again, _) = try scratch.open()
        #expect(await again.totals[try Self.id(1)] == 41)
        #expect(await again.durableLast == 5)
    }

    @Test("a count that is on the disk already is not written again")
    func unchanged() async throws {
        try await fill()
        let (journal, _) = try scratch.open()
        let before = scratch.contents("-wal")
        await journal.record([], totals: [try Self.id(1): 41])
        #expect(try await journal.commit(now: Scratch.time(0)).count == 0)
        #expect(scratch.contents("-wal") == before)
    }

    @Test("a journal of the first release gets the table, and keeps what it had")
    func migration() async throws {
        let database = try Database(scratch.path, .readWrite)
        #expect(try Schema.migrate(database, Array(Schema.migrations.prefix(1))) == 0)
        try Store(database).setOrigin(Store.Origin(sequence: 3, hash: nil, reading: 7))
        database.close()
        let (journal, opening) = try scratch.open()
        #expect(opening.outcome == .migrated(from: 1) && opening.gaps.isEmpty)
        #expect(await journal.totals.isEmpty)
        await journal.record(try Scratch.readings(1), totals: [try Self.id(1): 5])
        #expect(try await journal.commit(now: Scratch.time(0)).lastID == 8)
        await journal.close()
        let (again, reopening) = try scratch.open()
        #expect(reopening.outcome == .opened)
        #expect(await again.totals == [try Self.id(1): 5])
    }

    @Test("a journal of the first release can be read before it is migrated")
    func oldReader() throws {
        let database = try Database(scratch.path, .readWrite)
        _ = try Schema.migrate(database, Array(Schema.migrations.prefix(1)))
        database.close()
        #expect(try JournalReader(scratch.path).summary().readings == nil)
    }

    @Test("a damaged count sets the journal aside; the others are saved")
    func damagedCount() async throws {
        try await fill()
        let other = try Database(scratch.path, .readWrite)
        try other.run(
            "UPDATE total SET value = value + 1 WHERE point = ?",
            .text(try Self.id(1).name))
        other.close()
        let (journal, opening) = try scratch.open()
        guard case .quarantined(_, let reason) = opening.outcome else {
            Issue.record("\(opening.outcome)")
            return
        }
        #expect(reason.message == "total of device/point1")
        #expect(await journal.totals == [try Self.id(2): 1 << 49])
        await journal.close()
        let (again, reopening) = try scratch.open()
        #expect(reopening.outcome == .opened)
        #expect(await again.totals == [try Self.id(2): 1 << 49])
    }

    @Test("a journal that is set aside while it is in use loses no count")
    func recovery() async throws {
        try await fill()
        let (journal, _) = try scratch.open()
        await journal.record(try Scratch.readings(1), totals: [try Self.id(1): 50])
        // Removed under its feet: nothing can be saved from the file.
        unlink(scratch.path)
        let known = await journal.recoveries
        #expect(
            await rule { try await journal.commit(now: Scratch.time(1)) } == .damaged)
        _ = try await journal.recover(
            from: JournalError(.damaged, scratch.path), known: known, now: Scratch.time(1))
        try await journal.commit(now: Scratch.time(2))
        await journal.close()
        let (again, _) = try scratch.open()
        #expect(await again.totals == [try Self.id(1): 50, try Self.id(2): 1 << 49])
    }

    @Test("counts beyond the limit are not kept, those that are known go on")
    func limit() throws {
        var totals = Totals()
        for index in 0..<JournalLimits.totalsMax + 10 {
            totals.note([try Self.id(index): 1])
        }
        #expect(totals.waiting.count == JournalLimits.totalsMax)
        totals.settle()
        totals.note([try Self.id(0): 2, try Self.id(JournalLimits.totalsMax): 2])
        #expect(totals.waiting == [try Self.id(0): 2])
    }
}
