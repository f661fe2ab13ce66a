// SPDX-License-Identifier: Apache-2.0

import Glibc
import Telemetry
import Testing

@testable import Journal

@Suite struct JournalReaderTests {
    let scratch: Scratch
    let journal: Journal

    /// 600 segments of five readings; ten points in turn, values equal to ids.
    init() async throws {
        scratch = try Scratch()
        journal = try scratch.open().journal
        for start in stride(from: Int64(1), through: 2996, by: 5) {
            await journal.record(try Scratch.readings(5, from: start))
            try await journal.commit(now: Scratch.time(0))
        }
    }

    static let queries: [(ReadingQuery, [UInt64])] = [
        (ReadingQuery(), Array(1...3000)),
        (ReadingQuery(newestFirst: true), Array((1...3000).reversed())),
        (ReadingQuery(limit: 7), Array(1...7)),
        (ReadingQuery(newestFirst: true, limit: 7), Array((2994...3000).reversed())),
        (ReadingQuery(limit: 0), []),
        (ReadingQuery(ids: 3...8), Array(3...8)),
        (ReadingQuery(ids: 2998...9000, newestFirst: true), [3000, 2999, 2998]),
        (ReadingQuery(ids: 3001...UInt64.max), []),
        (ReadingQuery(ids: 0...2), [1, 2]),
        (
            ReadingQuery(wallMilliseconds: Scratch.wall + 1500...Scratch.wall + 1502),
            [1500, 1501, 1502]
        ),
        (ReadingQuery(wallMilliseconds: 0...1), []),
        (
            ReadingQuery(points: Set([PointID("device/point3")].compactMap(\.self)), limit: 3),
            [3, 13, 23]
        ),
        (
            ReadingQuery(
                points: Set([PointID("device/point3")].compactMap(\.self)), ids: 1...2000,
                newestFirst: true, limit: 2), [1993, 1983]
        ),
        (ReadingQuery(points: []), []),
    ]

    @Test("readings are found by point, id and time, in either order, up to a limit")
    func queries() throws {
        for (query, ids) in Self.queries {
            let stored = try scratch.stored(query)
            #expect(stored.map(\.id) == ids)
            #expect(stored.allSatisfy { $0.reading.outcome.value == .integer(Int64($0.id)) })
        }
    }

    @Test("the caller ends a scan when it wants no more")
    func stop() throws {
        var seen: [UInt64] = []
        try JournalReader(scratch.path).forEachReading(ReadingQuery()) {
            seen.append($0.id)
            return seen.count < 3
        }
        #expect(seen == [1, 2, 3])
    }

    @Test("the newest reading of each point is found from the end, as far back as allowed")
    func newest() async throws {
        let rare = Point(id: try #require(PointID("rare")), unit: .ratio)
        await journal.record([
            Reading(point: rare, outcome: .bad(.timeout), time: Scratch.time(1))
        ])
        try await journal.commit(now: Scratch.time(0))
        for start in stride(from: Int64(3001), through: 3096, by: 5) {
            await journal.record(try Scratch.readings(5, from: start))
            try await journal.commit(now: Scratch.time(0))
        }
        let reader = try JournalReader(scratch.path)
        let all = try reader.newest()
        #expect(all.count == 11 && all[rare]?.id == 3001)
        for index in 0..<10 {
            let value = Int64(index == 0 ? 3100 : 3090 + index)
            #expect(try all[Scratch.point(index)]?.reading.outcome.value == .integer(value))
        }
        #expect(try reader.newest(segmentsMax: 10).count == 10)
        #expect(try reader.newest([Scratch.point(4)]).keys.map(\.id.name) == ["device/point4"])
    }

    @Test("a point that never had a reading costs no search")
    func neverRead() async throws {
        // Whatever is decoded would be found to be damaged.
        try await journal.execute("UPDATE segment SET bytes = zeroblob(40)")
        let never = Point(id: try #require(PointID("never")), unit: .ratio)
        let reader = try JournalReader(scratch.path)
        #expect(try reader.newest([never]).isEmpty)
        #expect(
            await rule { _ = try reader.newest([never, Scratch.point(4)]) } == .segment(.checksum))
    }

    @Test("overlapping gaps are counted once, and readings in the gap of a lost end are there")
    func overlappingGaps() async throws {
        try await journal.execute("DELETE FROM segment WHERE first BETWEEN 101 AND 200")
        try await journal.lose(101...150)
        try await journal.lose(121...200)
        #expect(try JournalReader(scratch.path).summary().readingCount == 2900)
        try await journal.execute(
            "INSERT INTO gap (kind, reason, first, last) VALUES (1, 4, 2001, 3000)")
        #expect(try JournalReader(scratch.path).summary().readingCount == 2900)
    }

    @Test("the summary counts and measures")
    func summary() async throws {
        try await journal.store(try Scratch.attestation(1, 1...1000), signing: [])
        let summary = try JournalReader(scratch.path).summary()
        #expect(summary.readings == 1...3000 && summary.readingCount == 3000)
        #expect(summary.attestations == 1...1 && summary.attestedLast == 1000)
        #expect(summary.head.sequence == 1 && summary.unsignedGapCount == 0)
        #expect(summary.boot?.count == 1 && summary.boot?.bootID == "boot-1")
        #expect(summary.fileBytes > 10_000 && summary.walBytes > 0)
        #expect(try JournalReader(scratch.path).points().count == 10)
    }

    @Test("attestations come in either order, one by one")
    func attestations() async throws {
        for sequence in UInt64(1)...30 {
            let range = sequence * 10 - 9...sequence * 10
            try await journal.store(try Scratch.attestation(sequence, range), signing: [])
        }
        let reader = try JournalReader(scratch.path)
        #expect(try reader.attestation(7) == Scratch.attestation(7, 61...70))
        #expect(try reader.attestation(31) == nil)
        var sequences: [UInt64] = []
        try reader.forEachAttestation(newestFirst: true) {
            sequences.append($0.sequence)
            return true
        }
        #expect(sequences == (1...30).reversed())
        sequences = []
        try reader.forEachAttestation(5...100) {
            sequences.append($0.sequence)
            return sequences.count < 12
        }
        #expect(sequences == Array(5...16))
    }

    @Test("a scan keeps no snapshot between readings, so the writer and its checkpoints go on")
    func nonBlocking() throws {
        let other = try Database(scratch.path, .readWrite)
        var states: [Int64] = []
        try JournalReader(scratch.path).forEachReading(ReadingQuery()) { stored in
            guard stored.id % 700 == 1 else { return true }
            try? other.run("INSERT INTO meta VALUES (?, 1)", .text("test-\(stored.id)"))
            // The first column says whether anyone kept the checkpoint from ending.
            states.append((try? other.integer("PRAGMA wal_checkpoint(TRUNCATE)")) ?? -1)
            return true
        }
        #expect(states == [0, 0, 0, 0, 0])
    }

    @Test("after the writer has gone, with or without a WAL left, all is there")
    func writerGone() async throws {
        let left = try Scratch()
        for suffix in ["", "-wal"] {
            try left.write(try #require(scratch.contents(suffix)), suffix: suffix)
        }
        #expect(try left.stored().count == 3000)
        #expect(try JournalReader(left.path).summary().walBytes > 0)
        await journal.close()
        #expect(!scratch.names.contains("journal-wal"))
        #expect(try scratch.stored().count == 3000)
    }

    @Test("what is no journal is refused with the rule and left alone")
    func refused() async throws {
        let other = try Scratch()
        #expect(await rule { _ = try JournalReader(other.path) } == .missing)
        try other.write([])
        #expect(await rule { _ = try JournalReader(other.path) } == .missing)
        try other.write(Array("garbage, long enough to be looked at".utf8))
        #expect(await rule { _ = try JournalReader(other.path) } == .damaged)
        #expect(other.names == ["journal"])
    }
}
