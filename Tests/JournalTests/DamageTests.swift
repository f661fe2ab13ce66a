// SPDX-License-Identifier: Apache-2.0

import Glibc
import Telemetry
import Testing

@testable import Journal

@Suite struct DamageTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A closed journal of 300 readings, an attestation over the first 50, and an unsigned gap.
    func fill() async throws {
        let (journal, _) = try scratch.open()
        for start in stride(from: Int64(1), to: 300, by: 100) {
            await journal.record(try Scratch.readings(100, from: start))
            try await journal.commit(now: Scratch.time(0))
        }
        _ = try await journal.unattested(limit: 1)
        try await journal.store(try Scratch.attestation(1, 1...50), signing: [])
        try await journal.lose(20...30)
        await journal.close()
    }

    static let sequenceCeiling = 1 + JournalLimits.sequenceBlock
    static let readingCeiling = 100 + JournalLimits.readingBlock

    static func lost(_ kind: Gap.Kind, _ range: ClosedRange<UInt64>) throws -> Gap {
        try #require(
            Gap(
                kind: kind, reason: .journalLost, first: range.lowerBound, last: range.upperBound))
    }

    /// Checks that the journal was begun again after all that may have been used, and works.
    func expectBegunAgain(_ opened: (journal: Journal, opening: JournalOpening)) async throws {
        let (journal, opening) = opened
        #expect(
            opening.gaps == [
                try Self.lost(.attestations, 1...Self.sequenceCeiling),
                try Self.lost(.readings, 1...Self.readingCeiling),
            ])
        #expect(opening.bootCount == 1)
        await journal.record(try Scratch.readings(1))
        let id = Self.readingCeiling + 1
        #expect(try await journal.commit(now: Scratch.time(0)).lastID == id)
        let due = try await journal.unattested(limit: 5)
        #expect(due.readings == id...id && due.head.sequence == Self.sequenceCeiling)
        #expect(due.head.hash == nil && due.gaps.map(\.gap) == opening.gaps)
        await journal.close()
        let again = try scratch.open().opening
        #expect(again.outcome == .opened && again.gaps.isEmpty)
    }

    static let contents: [(String, [UInt8])] = [
        ("nothing", []), ("garbage", Array("no journal at all, but longer than a header".utf8)),
        ("a page of zeros", [UInt8](repeating: 0, count: 4096)),
        ("noise", (0..<20_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }),
        ("a header only", Array("SQLite format 3\u{0}".utf8) + [UInt8](repeating: 1, count: 84)),
    ]

    @Test("a file that is no journal is set aside and a new one begun", arguments: contents)
    func garbage(name: String, bytes: [UInt8]) async throws {
        try await fill()
        try scratch.write(bytes)
        let opened = try scratch.open(at: 77)
        let target = "\(scratch.path).damaged-\(Scratch.wall + 77)"
        guard case .quarantined(target, let reason) = opened.opening.outcome else {
            Issue.record("\(opened.opening.outcome)")
            return
        }
        #expect(reason.rule == .damaged && reason.path == scratch.path)
        #expect(scratch.contents(".damaged-\(Scratch.wall + 77)") == bytes)
        try await expectBegunAgain(opened)
    }

    @Test("a journal that vanished goes on after all that may have been used")
    func vanished() async throws {
        try await fill()
        unlink(scratch.path)
        let opened = try scratch.open()
        #expect(opened.opening.outcome == .created)
        try await expectBegunAgain(opened)
    }

    @Test("a database of another program is set aside")
    func foreign() async throws {
        let other = try Database(scratch.path, .readWrite)
        try other.execute("CREATE TABLE theirs (id); PRAGMA application_id = 7")
        other.close()
        let opening = try scratch.open().opening
        guard case .quarantined(_, let reason) = opening.outcome else {
            Issue.record("\(opening.outcome)")
            return
        }
        #expect(reason.rule == .damaged && reason.message == "application id 7")
        #expect(opening.gaps.isEmpty)
    }

    @Test("a version that header and table do not agree on is damage, not a newer release")
    func version() async throws {
        try await fill()
        let other = try Database(scratch.path, .readWrite)
        try other.execute("PRAGMA user_version = 9")
        other.close()
        let opening = try scratch.open().opening
        guard case .quarantined(_, let reason) = opening.outcome else {
            Issue.record("\(opening.outcome)")
            return
        }
        #expect(reason.message == "version 9, and \(Schema.version) in the table")
    }

    @Test("what is not a regular file is refused and left alone")
    func notAFile() async throws {
        mkdir(scratch.path, 0o755)
        #expect(await rule { _ = try scratch.open() } == .notAFile)
        #expect(await rule { _ = try JournalReader(scratch.path) } == .notAFile)
        rmdir(scratch.path)
        mkfifo(scratch.path, 0o644)
        #expect(await rule { _ = try scratch.open() } == .notAFile)
        let nowhere = scratch.folder + "/none/journal"
        #expect(
            await rule { _ = try Journal.open(at: nowhere, now: Scratch.time(0), bootID: "b") }
                == .cannotOpen)
    }

    @Test("from a file that can still be read, the end of the chain and unsigned gaps are saved")
    func salvage() async throws {
        try await fill()
        let other = try Database(scratch.path, .readWrite)
        try other.run("UPDATE segment SET bytes = zeroblob(40) WHERE first = 201")
        other.close()
        let (journal, opening) = try scratch.open()
        guard case .quarantined(_, let reason) = opening.outcome else {
            Issue.record("\(opening.outcome)")
            return
        }
        #expect(reason.rule == .segment(.checksum) && reason.message == "segment 201–300")
        let lost = [
            try Self.lost(.attestations, 2...Self.sequenceCeiling),
            try Self.lost(.readings, 51...Self.readingCeiling),
        ]
        #expect(opening.gaps == lost)
        let due = try await journal.unattested(limit: 1)
        #expect(due.head.hash == (try Scratch.attestation(1, nil)).hash)
        let carried = try #require(Gap(kind: .readings, reason: .quota, first: 20, last: 30))
        #expect(due.gaps.map(\.gap) == [carried] + lost)
    }

    @Test("a journal without counters makes them again from what it holds")
    func counters() async throws {
        try await fill()
        for content in [nil, Array("HJC1 damaged".utf8), []] as [[UInt8]?] {
            unlink(scratch.path + ".counters")
            if let content { try scratch.write(content, suffix: ".counters") }
            let (journal, opening) = try scratch.open()
            #expect(opening.outcome == .opened && opening.countersRebuilt)
            #expect(opening.bootCount == 1 && opening.gaps.isEmpty)
            #expect(await journal.durableLast == 300)
            #expect(try await journal.unattested(limit: 1).head.sequence == 1)
            await journal.close()
        }
    }

    @Test("a journal and counters that are both lost begin at 1")
    func bothLost() async throws {
        try await fill()
        unlink(scratch.path + ".counters")
        try scratch.write(Array("garbage".utf8))
        let (journal, opening) = try scratch.open()
        #expect(opening.gaps.isEmpty && opening.countersRebuilt)
        #expect(await journal.durableLast == 0)
    }

    @Test("what a damaged journal without counters still tells outlives a crash at once after it")
    func savedFromSalvage() async throws {
        try await fill()
        unlink(scratch.path + ".counters")
        let other = try Database(scratch.path, .readWrite)
        try other.run("UPDATE segment SET bytes = zeroblob(40) WHERE first = 201")
        other.close()
        // It can't be renamed over a folder, and there is no number after the highest: this is as
        // far as a crash lets it come.
        let folders = [Scratch.wall, .max].map { "\(scratch.path).damaged-\($0)" }
        for folder in folders { mkdir(folder, 0o755) }
        defer { for folder in folders { rmdir(folder) } }
        #expect(await rule { _ = try scratch.open() } == .inputOutput)
        let counters = try #require(try Counters.load(scratch.path))
        #expect(counters.sequenceCeiling == 1 + JournalLimits.sequenceBlock)
        #expect(counters.readingCeiling == 300 + JournalLimits.readingBlock)
        #expect(counters.boot == 1 && counters.bootID == "boot-1")
        unlink(scratch.path)
        let (journal, opening) = try scratch.open(boot: "boot-2")
        #expect(opening.bootCount == 2)
        #expect(await journal.durableLast == counters.readingCeiling)
    }

    @Test("counters that the disk can't read are made again from the journal")
    func unreadableCounters() async throws {
        try await fill()
        unlink(scratch.path + ".counters")
        // Reading a process's memory at 0 is an input/output error.
        #expect(symlink("/proc/self/mem", scratch.path + ".counters") == 0)
        let (journal, opening) = try scratch.open()
        #expect(opening.outcome == .opened && opening.countersRebuilt && opening.gaps.isEmpty)
        #expect(await journal.durableLast == 300)
        #expect(try Counters.load(scratch.path)?.boot == 1)
    }

    @Test("a journal that lost its newest transactions goes on after all that may have been used")
    func tailLost() async throws {
        let (journal, _) = try scratch.open()
        await journal.record(try Scratch.readings(10))
        try await journal.commit(now: Scratch.time(0))
        await journal.close()
        let early = try #require(scratch.contents())
        let (second, _) = try scratch.open()
        await second.record(try Scratch.readings(10))
        try await second.commit(now: Scratch.time(0))
        try await second.store(try Scratch.attestation(1, 1...20), signing: [])
        await second.close()
        try scratch.write(early)
        let (third, opening) = try scratch.open()
        #expect(opening.outcome == .opened)
        let ceiling = 10 + JournalLimits.readingBlock
        #expect(
            opening.gaps == [
                try Self.lost(.attestations, 1...Self.sequenceCeiling),
                try Self.lost(.readings, 1...ceiling),
            ])
        #expect(await third.durableLast == ceiling)
        // The attestation that is lost covered readings that are left.
        let due = try await third.unattested(limit: 99)
        #expect(due.readings == nil && due.head.sequence == Self.sequenceCeiling)
        let again = try Scratch.attestation(Self.sequenceCeiling + 1, 1...10)
        #expect(
            await rule { try await third.store(again, signing: due.gaps) }
                == .position(expected: ceiling + 1, given: 1))
        #expect(try scratch.stored().map(\.id) == Array(1...10))
        await third.record(try Scratch.readings(5))
        try await third.commit(now: Scratch.time(0))
        #expect(
            try await third.unattested(limit: 99).readings == ceiling + 1...ceiling + 5)
    }

    @Test(
        "a loss of commits that were never attested is noticed after a minute or many readings",
        arguments: [(59_999, 10, false), (60_000, 10, true), (0, 9990, true), (0, 9980, false)])
    func unattestedTailLost(uptime: Int64, count: Int, isNoticed: Bool) async throws {
        let (journal, _) = try scratch.open()
        await journal.record(try Scratch.readings(10))
        try await journal.commit(now: Scratch.time(0))
        let early = try #require(scratch.contents())
        let earlyWAL = try #require(scratch.contents("-wal"))
        await journal.record(try Scratch.readings(count, from: 11))
        try await journal.commit(now: Scratch.time(uptime))
        await journal.close()
        try scratch.write(early)
        try scratch.write(earlyWAL, suffix: "-wal")
        let (next, opening) = try scratch.open()
        let ceiling = 10 + JournalLimits.readingBlock
        #expect(opening.outcome == .opened)
        #expect(opening.gaps == (isNoticed ? [try Self.lost(.readings, 1...ceiling)] : []))
        #expect(await next.durableLast == (isNoticed ? ceiling : 10))
    }

    @Test("damage found at run time is recovered from with the waiting readings kept")
    func recover() async throws {
        let (journal, _) = try scratch.open(JournalOptions(bufferedReadingsMax: 4))
        await journal.record(try Scratch.readings(3))
        try await journal.commit(now: Scratch.time(0))
        let other = try Database(scratch.path, .readWrite)
        try other.run("UPDATE segment SET bytes = zeroblob(40)")
        other.close()
        await journal.record(try Scratch.readings(5, from: 4))
        let known = await journal.recoveries
        let error = await #expect(throws: JournalError.self) {
            try await journal.reduce(1...3, into: 0) { _, _ in }
        }
        let reason = try #require(error)
        #expect(reason.isDamage && reason.rule == .segment(.checksum))
        let opening = try #require(
            try await journal.recover(from: reason, known: known, now: Scratch.time(5)))
        #expect(
            opening.outcome
                == .quarantined(
                    path: "\(scratch.path).damaged-\(Scratch.wall + 5)", reason: reason))
        let ceiling = 3 + JournalLimits.readingBlock
        #expect(opening.gaps == [try Self.lost(.readings, 1...ceiling)])
        let committed = try await journal.commit(now: Scratch.time(0))
        #expect(committed.count == 4 && committed.lost == 1 && committed.lastID == ceiling + 5)
        let stored = try scratch.stored()
        #expect(stored.map(\.id) == Array(ceiling + 2...ceiling + 5))
        #expect(stored.map(\.reading.outcome.value) == (5...8).map { .integer($0) })
    }

    @Test("only the newest damaged journals are kept, whatever the clock says")
    func kept() async throws {
        for (index, wall) in [5000, 3000, 4000].enumerated() {
            try scratch.write([UInt8](repeating: UInt8(index + 1), count: 600))
            let (journal, _) = try scratch.open(at: Int64(wall))
            await journal.close()
        }
        let sets = scratch.names.filter { $0.contains("damaged") }
        #expect(
            sets == [
                "journal.damaged-\(Scratch.wall + 5001)", "journal.damaged-\(Scratch.wall + 5002)",
            ])
        #expect(scratch.contents(".damaged-\(Scratch.wall + 5002)")?.first == 3)
    }
}
