// SPDX-License-Identifier: Apache-2.0

import Glibc
import Telemetry
import Testing

@testable import Journal

@Suite struct DiskFullTests {
    @Test(
        "while nothing can be written, readings wait, and only what the buffer cannot hold is lost")
    func pages() async throws {
        let scratch = try Scratch()
        let (journal, _) = try scratch.open(JournalOptions(bufferedReadingsMax: 2000))
        await journal.record(try Scratch.readings(10))
        try await journal.commit(now: Scratch.time(0))
        try await journal.execute("PRAGMA max_page_count = 1")
        for start in stride(from: Int64(11), to: 3011, by: 500) {
            await journal.record(try Scratch.readings(500, from: start))
            #expect(await rule { try await journal.commit(now: Scratch.time(0)) } == .full)
        }
        let attestation = try Scratch.attestation(1, 1...10, bytes: 4000)
        #expect(await rule { try await journal.store(attestation, signing: []) } == .full)
        #expect(await journal.durableLast == 10)
        #expect(await journal.bufferedCount == 2000)
        try await journal.execute("PRAGMA max_page_count = 1000000")
        try await journal.store(attestation, signing: [])
        let committed = try await journal.commit(now: Scratch.time(0))
        #expect(committed == Committed(lastID: 3010, count: 2000, lost: 1000, evicted: 0))
        let stored = try scratch.stored()
        #expect(stored.map(\.id) == Array(1...10) + Array(1011...3010))
        #expect(stored.allSatisfy { $0.reading.outcome.value == .integer(Int64($0.id)) })
        let gap = try #require(
            Gap(kind: .readings, reason: .storageFull, first: 11, last: 1010))
        #expect(try JournalReader(scratch.path).gaps().map(\.gap) == [gap])
    }

    @Test(
        "on a full file system the journal fails softly and goes on when there is room again",
        .enabled(if: TemporaryMount.isPossible, "mounting a tmpfs needs root"))
    func fileSystem() async throws {
        let mount = try TemporaryMount(kibibytes: 2048)
        let path = mount.folder + "/journal"
        let (journal, _) = try Journal.open(
            at: path, options: JournalOptions(bufferedReadingsMax: 20_000),
            now: Scratch.time(0), bootID: "b")
        await journal.record(try Scratch.readings(100))
        try await journal.commit(now: Scratch.time(0))
        let filler = try #require(fopen(mount.folder + "/filler", "w"))
        let block = [UInt8](repeating: 1, count: 4096)
        while fwrite(block, 1, block.count, filler) == block.count, fflush(filler) == 0 {}
        fclose(filler)
        var failures = 0
        var recorded: Int64 = 100
        while failures < 5 {
            try #require(recorded < 200_000)
            await journal.record(try Scratch.readings(1000, from: recorded + 1))
            recorded += 1000
            let rule = await rule { try await journal.commit(now: Scratch.time(0)) }
            if rule != nil {
                #expect(rule == .full)
                failures += 1
            }
        }
        let durable = await journal.durableLast
        await journal.close()
        // A full disk does not keep the journal from opening.
        let (again, opening) = try Journal.open(at: path, now: Scratch.time(0), bootID: "b")
        #expect(opening.outcome == .opened)
        #expect(await again.durableLast == durable)
        await again.record(try Scratch.readings(5000, from: Int64(durable) + 1))
        #expect(await rule { try await again.commit(now: Scratch.time(0)) } == .full)
        unlink(mount.folder + "/filler")
        #expect(try await again.commit(now: Scratch.time(0)).lastID == durable + 5000)
        var count: UInt64 = 0
        try JournalReader(path).forEachReading(ReadingQuery()) {
            count += 1
            #expect($0.reading.outcome.value == .integer(Int64($0.id)))
            return true
        }
        #expect(count == durable + 5000)
        await again.close()
    }

    @Test(
        "a journal on a read-only file system is refused for writing and read without a WAL",
        .enabled(if: TemporaryMount.isPossible, "mounting a tmpfs needs root"))
    func readOnly() async throws {
        let mount = try TemporaryMount(kibibytes: 4096)
        let path = mount.folder + "/journal #1?%"
        let (journal, _) = try Journal.open(at: path, now: Scratch.time(0), bootID: "b")
        await journal.record(try Scratch.readings(100))
        try await journal.commit(now: Scratch.time(0))
        await journal.close()
        mount.remount("ro")
        #expect(
            await rule { _ = try Journal.open(at: path, now: Scratch.time(0), bootID: "b") }
                == .readOnly)
        var count = 0
        try JournalReader(path).forEachReading(ReadingQuery()) { _ in
            count += 1
            return true
        }
        #expect(count == 100)
    }
}
