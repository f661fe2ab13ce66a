// SPDX-License-Identifier: Apache-2.0

import Telemetry
import Testing

@testable import Journal

@Suite struct EvictionTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Readings that take at least eight bytes each.
    static func wide(_ count: Int, from first: Int64) throws -> [Reading] {
        let point = try Scratch.point(1)
        return (0..<Int64(count)).map { index in
            Reading(
                point: point, outcome: .good(.number(Double(first + index) * .pi)),
                time: Scratch.time(first + index))
        }
    }

    @Test("the files never exceed the quota, the oldest go first, and one gap grows")
    func quota() async throws {
        let quota: Int64 = 4 << 20
        let (journal, _) = try scratch.open(JournalOptions(quotaBytes: quota))
        var evicted: UInt64 = 0
        for round in 0..<100 {
            await journal.record(try Self.wide(3000, from: Int64(round * 3000)))
            evicted += try await journal.commit(now: Scratch.time(0)).evicted
            if round % 10 == 0 {
                let summary = try JournalReader(scratch.path).summary()
                #expect(summary.fileBytes + summary.walBytes <= quota)
            }
        }
        let reader = try JournalReader(scratch.path)
        let readings = try #require(try reader.summary().readings)
        #expect(readings.upperBound == 300_000)
        #expect(evicted == readings.lowerBound - 1)
        let gap = try #require(
            Gap(kind: .readings, reason: .quota, first: 1, last: readings.lowerBound - 1))
        #expect(try reader.gaps().map(\.gap) == [gap])
        // Room is used: the quota less the share of the WAL, at 13 bytes a reading.
        #expect(readings.count > 2 << 20 / 16)
        let (count, visited) = try await journal.reduce(readings, into: 0) { sum, _ in sum += 1 }
        #expect(count == readings.count && visited == count)
    }

    @Test("readings that are evicted before they were attested leave the due range")
    func unattested() async throws {
        let (journal, _) = try scratch.open(JournalOptions(quotaBytes: 4 << 20))
        await journal.record(try Self.wide(100, from: 0))
        try await journal.commit(now: Scratch.time(0))
        try await journal.store(try Scratch.attestation(1, 1...10), signing: [])
        for round in 0..<100 {
            await journal.record(try Self.wide(3000, from: Int64(round * 3000)))
            try await journal.commit(now: Scratch.time(0))
        }
        let due = try await journal.unattested(limit: 100)
        let first = try #require(due.readings?.lowerBound)
        #expect(first > 11 && due.count == 100)
        #expect(due.gaps.map(\.gap.first) == [1] && due.gaps.map(\.gap.last) == [first - 1])
        try await journal.store(
            try Scratch.attestation(2, due.readings), signing: due.gaps)
        #expect(try await journal.unattested(limit: 100).readings?.lowerBound == first + 100)
    }

    @Test("a gap inside what is evicted is not counted twice")
    func gapInside() async throws {
        let options = JournalOptions(retentionSeconds: 1000, bufferedReadingsMax: 5)
        let (journal, _) = try scratch.open(options)
        await journal.record(try Scratch.readings(5))
        try await journal.commit(now: Scratch.time(0))
        await journal.record(try Scratch.readings(8, from: 6))
        try await journal.commit(now: Scratch.time(1))
        await journal.record(try Scratch.readings(1, from: 3_000_000))
        try await journal.commit(now: Scratch.time(3_000_000))
        try await journal.commit(now: Scratch.time(3_100_000))
        let gaps = try JournalReader(scratch.path).gaps().map(\.gap)
        #expect(gaps.map(\.first) == [6, 1, 9] && gaps.map(\.last) == [8, 5, 13])
        #expect(gaps.map(\.reason) == [.storageFull, .retention, .retention])
    }

    /// Commits one reading with that wall time, at an uptime of its own.
    static func commit(_ journal: Journal, wall: Int64, uptime: Int64) async throws {
        let time = Timestamp(wallMilliseconds: wall, uptimeMilliseconds: uptime)
        await journal.record([
            Reading(point: try Scratch.point(1), outcome: .bad(.timeout), time: time)
        ])
        try await journal.commit(now: time)
    }

    @Test("readings past their retention go within a minute, the newest segment stays")
    func retention() async throws {
        let (journal, _) = try scratch.open(JournalOptions(retentionSeconds: 100))
        for second in Int64(0)..<300 {
            try await Self.commit(
                journal, wall: Scratch.wall + second * 1000, uptime: second * 1000)
        }
        let readings = try #require(try JournalReader(scratch.path).summary().readings)
        // The last look was at second 240, when those before second 140 were too old.
        #expect(readings == 141...300)
        try await journal.commit(now: Scratch.time(10_000_000))
        #expect(try JournalReader(scratch.path).summary().readings == 300...300)
    }

    @Test("readings of a clock that was not set go no earlier than those after them")
    func unsetClock() async throws {
        let (journal, _) = try scratch.open(JournalOptions(retentionSeconds: 100))
        for second in Int64(0)..<600 {
            try await Self.commit(journal, wall: second * 1000, uptime: second * 1000)
        }
        let set = Scratch.wall
        try await Self.commit(journal, wall: set, uptime: 601_000)
        #expect(try JournalReader(scratch.path).summary().readings == 1...601)
        for second in Int64(0)..<600 {
            try await Self.commit(
                journal, wall: set + 200_000 + second * 1000, uptime: 700_000 + second * 1000)
        }
        let first = try #require(try JournalReader(scratch.path).summary().readings?.lowerBound)
        #expect(first > 1000)
    }

    @Test("a clock that is not set evicts nothing, nor do readings from the future hold others")
    func wrongClocks() async throws {
        let (journal, _) = try scratch.open(JournalOptions(retentionSeconds: 100))
        try await Self.commit(journal, wall: Scratch.wall * 2, uptime: 0)
        try await Self.commit(journal, wall: Scratch.wall, uptime: 1000)
        try await Self.commit(journal, wall: 0, uptime: 200_000)
        #expect(try JournalReader(scratch.path).summary().readings == 1...3)
        try await Self.commit(journal, wall: Scratch.wall + 300_000, uptime: 300_000)
        #expect(try JournalReader(scratch.path).summary().readings == 3...4)
    }
}
