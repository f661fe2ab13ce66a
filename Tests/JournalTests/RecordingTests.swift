// SPDX-License-Identifier: Apache-2.0

import Glibc
import Telemetry
import Testing

@testable import Journal

@Suite struct RecordingTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("readings get ids in the order of arrival and come back whole after a restart")
    func roundTrip() async throws {
        let (journal, opening) = try scratch.open()
        #expect(opening.outcome == .created && opening.bootCount == 1 && opening.gaps.isEmpty)
        let readings = try Scratch.readings(2500)
        for start in stride(from: 0, to: 2500, by: 500) {
            await journal.record(Array(readings[start..<start + 500]))
            let committed = try await journal.commit(now: Scratch.time(0))
            #expect(committed.lastID == UInt64(start + 500) && committed.count == 500)
        }
        await journal.close()
        let (again, reopening) = try scratch.open()
        #expect(reopening.outcome == .opened && !reopening.countersRebuilt)
        #expect(await again.durableLast == 2500)
        let stored = try scratch.stored()
        #expect(stored.map(\.id) == Array(1...2500))
        #expect(stored.map(\.reading) == readings)
        #expect(stored.allSatisfy { $0.boot == 1 })
    }

    @Test("a commit of more readings than fit one segment is one transaction of several")
    func segments() async throws {
        let (journal, _) = try scratch.open()
        await journal.record(try Scratch.readings(3000))
        #expect(try await journal.commit(now: Scratch.time(0)).count == 3000)
        #expect(try scratch.stored().map(\.id) == Array(1...3000))
    }

    @Test("what was not committed is not there, and its ids were never seen")
    func uncommitted() async throws {
        let (journal, _) = try scratch.open()
        await journal.record(try Scratch.readings(5))
        try await journal.commit(now: Scratch.time(0))
        await journal.record(try Scratch.readings(5))
        #expect(await journal.bufferedCount == 5)
        await journal.close()
        let (again, _) = try scratch.open()
        #expect(await again.durableLast == 5)
        #expect(await rule { try await journal.commit(now: Scratch.time(0)) } == .closed)
    }

    @Test("a commit of nothing writes nothing")
    func nothing() async throws {
        let (journal, _) = try scratch.open()
        await journal.record(try Scratch.readings(1))
        try await journal.commit(now: Scratch.time(0))
        let before = scratch.contents("-wal")
        #expect(
            try await journal.commit(now: Scratch.time(9))
                == Committed(lastID: 1, count: 0, lost: 0, evicted: 0))
        #expect(scratch.contents("-wal") == before)
    }

    @Test("a value that must not be stored becomes a bad reading with its fault")
    func unstorable() async throws {
        let (journal, _) = try scratch.open()
        let point = try Scratch.point(1)
        let outcomes: [Outcome] = [
            .good(.number(.nan)), .uncertain(.number(-.infinity), .clockNotSet),
            .good(.text(String(repeating: "x", count: 257))),
            .good(.text(String(repeating: "x", count: 256))),
        ]
        await journal.record(
            outcomes.map { Reading(point: point, outcome: $0, time: Scratch.time(0)) })
        try await journal.commit(now: Scratch.time(0))
        #expect(
            try scratch.stored().map(\.reading.outcome) == [
                .bad(.notANumber), .bad(.notANumber), .bad(.malformedValue), outcomes[3],
            ])
    }

    @Test("a buffer that runs over gives up the oldest and records them as a gap")
    func overflow() async throws {
        let (journal, _) = try scratch.open(JournalOptions(bufferedReadingsMax: 100))
        await journal.record(try Scratch.readings(10))
        try await journal.commit(now: Scratch.time(0))
        let recorded = await journal.record(try Scratch.readings(130, from: 11))
        #expect(recorded == Recorded(buffered: 100, dropped: 30))
        let committed = try await journal.commit(now: Scratch.time(0))
        #expect(committed == Committed(lastID: 140, count: 100, lost: 30, evicted: 0))
        let gap = try #require(
            Gap(kind: .readings, reason: .storageFull, first: 11, last: 40))
        #expect(try JournalReader(scratch.path).gaps().map(\.gap) == [gap])
        let stored = try scratch.stored()
        #expect(stored.map(\.id) == Array(1...10) + Array(41...140))
        #expect(stored.map(\.reading.outcome.value) == stored.map { .integer(Int64($0.id)) })
    }

    @Test("a wall clock that starts in 1970, jumps to today and back disturbs no order")
    func clockJump() async throws {
        let (journal, _) = try scratch.open()
        let point = try Scratch.point(1)
        let walls: [Int64] = [5_000, Scratch.wall, 6_000, Scratch.wall * 2, -1]
        for (index, wall) in walls.enumerated() {
            let time = Timestamp(
                wallMilliseconds: wall, uptimeMilliseconds: Int64(index) * 1000)
            await journal.record([Reading(point: point, outcome: .bad(.timeout), time: time)])
            if index != 2 { try await journal.commit(now: time) }
        }
        let stored = try scratch.stored()
        #expect(stored.map(\.id) == [1, 2, 3, 4, 5])
        #expect(stored.map(\.reading.time.wallMilliseconds) == walls)
    }

    @Test("points beyond the limit are recorded as lost, the others kept, no id used twice")
    func tooManyPoints() async throws {
        let (journal, _) = try scratch.open()
        await journal.record(try Scratch.readings(1))
        try await journal.commit(now: Scratch.time(0))
        let other = try Database(scratch.path, .readWrite)
        try other.run(
            "INSERT INTO point VALUES (?, 'last', 'W', 0)",
            .integer(Int64(JournalLimits.pointsMax)))
        other.close()
        var readings = try Scratch.readings(3, from: 11)
        readings[0] = Reading(
            point: try Scratch.point(1), outcome: .good(.integer(1)), time: Scratch.time(0))
        await journal.record(readings)
        let committed = try await journal.commit(now: Scratch.time(0))
        #expect(committed == Committed(lastID: 4, count: 1, lost: 2, evicted: 0))
        await journal.close()
        let cleaned = try Database(scratch.path, .readWrite)
        try cleaned.run("DELETE FROM point WHERE name = 'last'")
        cleaned.close()
        let (again, opening) = try scratch.open()
        #expect(opening.outcome == .opened)
        #expect(await again.durableLast == 4)
        #expect(try scratch.stored().map(\.id) == [1, 2])
    }

    @Test("a second writer is refused with the process id of the first, until that one closes")
    func lock() async throws {
        #expect(try Journal.holder(at: scratch.path) == nil)
        let (journal, _) = try scratch.open()
        #expect(try Journal.holder(at: scratch.path) == getpid())
        #expect(throws: JournalError(.locked(by: getpid()), scratch.path)) {
            try scratch.open()
        }
        await journal.close()
        #expect(try Journal.holder(at: scratch.path) == nil)
        #expect(try scratch.open().opening.outcome == .opened)
    }

    @Test("the boot count rises with each new boot identifier only")
    func boots() async throws {
        for (boot, count) in [("a", 1), ("a", 1), ("b", 2), ("a", 3)] {
            let (journal, opening) = try scratch.open(boot: boot)
            #expect(opening.bootCount == UInt32(count))
            await journal.record(try Scratch.readings(1))
            try await journal.commit(now: Scratch.time(0))
            await journal.close()
        }
        #expect(try scratch.stored().map(\.boot) == [1, 1, 2, 3])
        #expect(try JournalReader(scratch.path).boots().map(\.bootID) == ["a", "b", "a"])
    }

    @Test(
        "options and boot identifiers outside their limits are refused",
        arguments: [
            JournalOptions(quotaBytes: JournalLimits.quotaBytesMin - 1),
            JournalOptions(quotaBytes: 8 << 20, attestationQuotaBytes: 5 << 20),
            JournalOptions(retentionSeconds: 0), JournalOptions(retentionSeconds: .max),
            JournalOptions(bufferedReadingsMax: 0),
        ])
    func options(options: JournalOptions) async throws {
        #expect(await rule { _ = try scratch.open(options) } == .option)
        #expect(await rule { _ = try scratch.open(boot: "") } == .bootID)
        let long = String(repeating: "b", count: 37)
        #expect(await rule { _ = try scratch.open(boot: long) } == .bootID)
        #expect(scratch.names.isEmpty)
    }
}
