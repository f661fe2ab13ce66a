// SPDX-License-Identifier: Apache-2.0

import Glibc
import Telemetry
import Testing

@testable import Journal

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    /// A generator whose seed is printed; `HALCYON_TEST_SEED` repeats a run.
    static func announced(_ test: String) -> SplitMix {
        let given = getenv("HALCYON_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
        let seed = given ?? UInt64.random(in: 0...UInt64.max)
        print("journal test: \(test), HALCYON_TEST_SEED=\(seed)")
        return SplitMix(state: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

@Suite struct FuzzTests {
    let scratch: Scratch
    /// The files of a journal that was neither closed nor checkpointed, and of a closed one.
    var sets: [[String: [UInt8]]] = []

    init() async throws {
        scratch = try Scratch()
        let (journal, _) = try scratch.open()
        for start in stride(from: Int64(1), through: 1951, by: 50) {
            await journal.record(try Scratch.readings(50, from: start))
            try await journal.commit(now: Scratch.time(0))
            if start % 500 == 1 {
                let due = try await journal.unattested(limit: 400)
                try await journal.store(
                    try Scratch.attestation(due.head.sequence + 1, due.readings),
                    signing: due.gaps)
                try await journal.lose(UInt64(start)...UInt64(start) + 5)
            }
        }
        sets.append(try files())
        await journal.close()
        sets.append(try files())
    }

    func files() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for suffix in ["", "-wal", ".counters"] { files[suffix] = scratch.contents(suffix) }
        return files
    }

    func restore(_ files: [String: [UInt8]]) throws {
        for name in scratch.names { unlink(scratch.folder + "/" + name) }
        for (suffix, bytes) in files { try scratch.write(bytes, suffix: suffix) }
    }

    /// Opens what is there and does everything with it; damage may be found, nothing else.
    ///
    /// - Returns: whether damage was found.
    func exercise() async throws -> Bool {
        let (journal, opening) = try scratch.open()
        var isDamaged = false
        do {
            _ = try readAll()
            try await use(journal)
        } catch {
            let damage = try #require(error as? JournalError)
            #expect(damage.isDamage, "\(damage)")
            isDamaged = true
            let known = await journal.recoveries
            _ = try await journal.recover(from: damage, known: known, now: Scratch.time(1))
            try await use(journal)
        }
        await journal.close()
        if case .quarantined = opening.outcome { isDamaged = true }
        return isDamaged
    }

    func use(_ journal: Journal) async throws {
        await journal.record(try Scratch.readings(20, from: 5000))
        let last = try await journal.commit(now: Scratch.time(0)).lastID
        // 1550 was durable at the last attestation; a WAL that is cut may lose what came after it.
        #expect(last > 1550)
        let due = try await journal.unattested(limit: 10_000)
        if let readings = due.readings {
            let (_, count) = try await journal.reduce(readings, into: 0) { _, _ in }
            #expect(count == due.count)
        }
        try await journal.store(
            try Scratch.attestation(due.head.sequence + 1, due.readings), signing: due.gaps)
    }

    /// Every reading that a reader gives must be the one that was written.
    func readAll() throws {
        let reader = try JournalReader(scratch.path)
        _ = try reader.summary()
        _ = try reader.newest()
        try reader.forEachAttestation { _ in true }
        var isRight = true
        try reader.forEachReading(ReadingQuery()) { stored in
            if stored.id <= 2000 {
                isRight = isRight && stored.reading.outcome.value == .integer(Int64(stored.id))
            }
            return true
        }
        #expect(isRight)
    }

    @Test(
        "with a few bytes flipped anywhere the journal works or is set aside",
        arguments: 0..<2, ["", "-wal"])
    func flips(set: Int, file: String) async throws {
        guard let original = sets[set][file] else { return }
        var generator = SplitMix(state: UInt64(set * 2 + file.utf8.count))
        var damaged = 0
        for _ in 0..<100 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let offset = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[offset] ^= UInt8.random(in: 1...255, using: &generator)
            }
            var files = sets[set]
            files[file] = bytes
            try restore(files)
            if try await exercise() { damaged += 1 }
        }
        // With a WAL that holds every page, the file itself does not matter.
        #expect(damaged > 10 || set == 0)
    }

    @Test("with the first page's every byte flipped in turn the journal works or is set aside")
    func header() async throws {
        let original = try #require(sets[1][""])
        for offset in 0..<200 {
            var bytes = original
            bytes[offset] ^= 0xFF
            var files = sets[1]
            files[""] = bytes
            try restore(files)
            _ = try await exercise()
        }
    }

    @Test("cut off at any length the journal works or is set aside", arguments: 0..<2)
    func cuts(set: Int) async throws {
        for file in ["", "-wal"] {
            guard let original = sets[set][file] else { continue }
            for step in 0..<40 {
                var files = sets[set]
                files[file] = Array(original[..<(original.count * step / 40 + step % 3)])
                try restore(files)
                _ = try await exercise()
            }
        }
    }
}
