// SPDX-License-Identifier: Apache-2.0

import Glibc
import Telemetry
import Testing

@testable import Journal

@Suite struct RecoveryTests {
    @Test("a crash between a new journal's tables and its beginning gives no position out again")
    func unfinished() async throws {
        let scratch = try Scratch()
        let (journal, _) = try scratch.open()
        await journal.record(try Scratch.readings(5))
        try await journal.commit(now: Scratch.time(10))
        await journal.close()
        // What is left if the power fails right after the tables of a journal in its place.
        #expect(unlink(scratch.path) == 0)
        let database = try Database(scratch.path, .readWrite)
        _ = try Schema.migrate(database)
        database.close()
        let (next, opening) = try scratch.open()
        #expect(opening.gaps.contains { $0.kind == .readings && $0.first == 1 && $0.last >= 5 })
        await next.record(try Scratch.readings(1))
        #expect(try await next.commit(now: Scratch.time(20)).lastID > 5)
        await next.close()
        let (_, third) = try scratch.open()
        #expect(third.outcome == .opened && third.gaps.isEmpty)
    }

    @Test("damage that two come upon sets one journal aside")
    func once() async throws {
        let scratch = try Scratch()
        let (journal, _) = try scratch.open()
        await journal.record(try Scratch.readings(5))
        try await journal.commit(now: Scratch.time(10))
        let known = await journal.recoveries
        let damage = JournalError(.damaged, scratch.path)
        let first = try await journal.recover(from: damage, known: known, now: Scratch.time(20))
        #expect(first?.gaps.isEmpty == false)
        let second = try await journal.recover(from: damage, known: known, now: Scratch.time(21))
        #expect(second == nil)
        let aside = scratch.names.filter { $0.contains("damaged") }
        #expect(aside.count { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") } == 1)
    }

    @Test("a new journal that could not be finished does not push evidence out")
    func evidence() async throws {
        let scratch = try Scratch()
        let (journal, _) = try scratch.open()
        await journal.record(try Scratch.readings(5))
        try await journal.commit(now: Scratch.time(10))
        await journal.close()
        let damaged = Array("damaged".utf8)
        try scratch.write(damaged)
        for life in 0..<5 {
            let (journal, opening) = try scratch.open(at: Int64(life))
            guard case .quarantined = opening.outcome else {
                Issue.record("life \(life): \(opening.outcome)")
                return
            }
            await journal.close()
            try scratch.write([])
        }
        let kept = scratch.names.filter { $0.contains("damaged") }
        #expect(
            kept.contains { scratch.contents(String($0.dropFirst("journal".count))) == damaged })
    }
}
