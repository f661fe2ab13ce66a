// SPDX-License-Identifier: Apache-2.0

import Telemetry
import Testing

@testable import Journal

@Suite struct AttestingTests {
    let scratch: Scratch
    let journal: Journal

    init() async throws {
        scratch = try Scratch()
        journal = try scratch.open(JournalOptions(quotaBytes: 4 << 20)).journal
        await journal.record(try Scratch.readings(100))
        try await journal.commit(now: Scratch.time(0))
    }

    @Test("the readings after the last attested one are due, at most as many as asked for")
    func due() async throws {
        let first = try await journal.unattested(limit: 30)
        #expect(first.readings == 1...30 && first.count == 30 && first.head.sequence == 0)
        #expect(first.head.hash == nil)
        try await journal.store(try Scratch.attestation(1, 1...30), signing: [])
        let second = try await journal.unattested(limit: 1000)
        #expect(second.readings == 31...100 && second.count == 70)
        #expect(second.head.sequence == 1)
        #expect(second.head.hash == (try Scratch.attestation(1, nil)).hash)
        try await journal.store(try Scratch.attestation(2, 31...100), signing: [])
        #expect(try await journal.unattested(limit: 1000).readings == nil)
    }

    @Test("a range that crosses segments is folded reading by reading")
    func fold() async throws {
        await journal.record(try Scratch.readings(100, from: 101))
        try await journal.commit(now: Scratch.time(0))
        let (ids, count) = try await journal.reduce(51...150, into: [UInt64]()) {
            $0.append($1.id)
        }
        #expect(ids == Array(51...150) && count == 100)
        #expect(try await journal.reduce(500...900, into: 0) { sum, _ in sum += 1 }.count == 0)
    }

    @Test("an attestation that does not follow the chain or its readings is refused")
    func refused() async throws {
        let long = JournalLimits.attestationBytesMax + 1
        let cases: [(StoredAttestation, JournalError.Rule)] = [
            (try Scratch.attestation(2, 1...2), .position(expected: 1, given: 2)),
            (try Scratch.attestation(0, 1...2), .position(expected: 1, given: 0)),
            (try Scratch.attestation(1, 1...101), .position(expected: 100, given: 101)),
            (try Scratch.attestation(1, 0...2), .position(expected: 1, given: 0)),
            (try Scratch.attestation(1, 1...2, bytes: 0), .attestationLength(0)),
            (try Scratch.attestation(1, 1...2, bytes: long), .attestationLength(long)),
        ]
        for (attestation, expected) in cases {
            #expect(
                await rule { try await journal.store(attestation, signing: []) } == expected)
        }
        let gap = try #require(Gap(kind: .readings, reason: .quota, first: 1, last: 2))
        let unknown = StoredGap(id: 9, gap: gap, attestation: nil)
        let attestation = try Scratch.attestation(1, 1...2)
        #expect(
            await rule { try await journal.store(attestation, signing: [unknown]) }
                == .unknownGap(id: 9))
        #expect(try await journal.unattested(limit: 5).readings == 1...5)
    }

    @Test("readings come in pages, and again after an eviction without what is gone")
    func pages() async throws {
        await journal.record(try Scratch.readings(100, from: 101))
        try await journal.commit(now: Scratch.time(0))
        #expect(try await journal.readings(51...150, limit: 60).map(\.id) == Array(51...110))
        #expect(try await journal.readings(111...150, limit: 60).map(\.id) == Array(111...150))
        #expect(try await journal.readings(1...9, limit: 0).isEmpty)
        try await journal.evict(through: 100)
        #expect(try await journal.readings(51...150, limit: 60).map(\.id) == Array(101...150))
    }

    @Test("what was evicted between asking and storing is not attested, and is asked for again")
    func changed() async throws {
        await journal.record(try Scratch.readings(100, from: 101))
        try await journal.commit(now: Scratch.time(0))
        let due = try await journal.unattested(limit: 150)
        #expect(due.readings == 1...150 && due.gaps.isEmpty)
        try await journal.evict(through: 100)
        let attestation = try Scratch.attestation(1, due.readings)
        #expect(
            await rule { try await journal.store(attestation, signing: due.gaps) }
                == .changedMeanwhile)
        let again = try await journal.unattested(limit: 150)
        #expect(again.readings == 101...200 && again.count == 100)
        // Nor is a range before which something was lost that is not stated with it.
        let later = try Scratch.attestation(1, again.readings)
        #expect(
            await rule { try await journal.store(later, signing: []) } == .changedMeanwhile)
        try await journal.store(later, signing: again.gaps)
        #expect(try await journal.unattested(limit: 150).gaps.isEmpty)
    }

    @Test("a hole whose gap is signed already parts the readings around it")
    func signedHole() async throws {
        await journal.recordLoss(5)
        await journal.record(try Scratch.readings(10))
        try await journal.commit(now: Scratch.time(0))
        let gaps = try await journal.unattested(limit: 0).gaps
        #expect(gaps.map(\.gap.first) == [101])
        try await journal.store(try Scratch.attestation(1, nil), signing: gaps)
        let first = try await journal.unattested(limit: 1000)
        #expect(first.readings == 1...100 && first.gaps.isEmpty)
        try await journal.store(try Scratch.attestation(2, 1...100), signing: [])
        #expect(try await journal.unattested(limit: 1000).readings == 106...115)
    }

    @Test("readings end before the first loss that one attestation has no room for")
    func manyHoles() async throws {
        for _ in 0..<100 {
            await journal.recordLoss(1)
            await journal.record(try Scratch.readings(1))
            try await journal.commit(now: Scratch.time(0))
        }
        let due = try await journal.unattested(limit: 1000)
        #expect(due.gaps.count == JournalLimits.unsignedGapsMax)
        #expect(due.readings == 1...228 && due.count == 164)
        let few = try await journal.unattested(limit: 103)
        #expect(few.readings == 1...106 && few.gaps.map(\.gap.first) == [101, 103, 105, 107])
    }

    @Test("a gap is signed once, and what it grew by in the meantime stays unsigned")
    func growingGap() async throws {
        try await journal.lose(1...10)
        let due = try await journal.unattested(limit: 10)
        #expect(due.gaps.map(\.gap.last) == [10])
        try await journal.lose(11...25)
        try await journal.store(
            try Scratch.attestation(1, due.readings), signing: due.gaps)
        let rest = try await journal.unattested(limit: 10).gaps
        #expect(rest.map(\.gap.first) == [11] && rest.map(\.gap.last) == [25])
        #expect(
            await rule {
                try await journal.store(Scratch.attestation(2, nil), signing: due.gaps)
            } == .unknownGap(id: due.gaps[0].id))
        try await journal.store(try Scratch.attestation(2, nil), signing: rest)
        #expect(try await journal.unattested(limit: 10).gaps.isEmpty)
        #expect(try JournalReader(scratch.path).gaps().map(\.attestation) == [1, 2])
    }

    @Test("an attestation without readings leaves the readings due")
    func empty() async throws {
        try await journal.store(try Scratch.attestation(1, nil), signing: [])
        #expect(try await journal.unattested(limit: 5).readings == 1...5)
        #expect(try JournalReader(scratch.path).attestation(1)?.readings == nil)
    }

    @Test("the oldest attestations make room beyond their quota and leave a gap record")
    func quota() async throws {
        for sequence in UInt64(1)...80 {
            try await journal.store(
                try Scratch.attestation(sequence, nil, bytes: 30_000), signing: [])
        }
        let reader = try JournalReader(scratch.path)
        let kept = try #require(try reader.summary().attestations)
        #expect(kept.upperBound == 80 && kept.count <= 34 && kept.count >= 28)
        let gap = try #require(
            Gap(kind: .attestations, reason: .quota, first: 1, last: kept.lowerBound - 1))
        #expect(try reader.gaps().map(\.gap) == [gap])
        #expect(try await journal.unattested(limit: 1).head.sequence == 80)
    }

    @Test("gaps that an evicted attestation stated go with it")
    func signedGaps() async throws {
        try await journal.lose(1...10)
        let due = try await journal.unattested(limit: 10)
        try await journal.store(try Scratch.attestation(1, nil, bytes: 60_000), signing: due.gaps)
        for sequence in UInt64(2)...40 {
            try await journal.store(
                try Scratch.attestation(sequence, nil, bytes: 60_000), signing: [])
        }
        #expect(try JournalReader(scratch.path).gaps().map(\.gap.kind) == [.attestations])
    }
}

extension Journal {
    /// Records a loss as an eviction would.
    func lose(_ readings: ClosedRange<UInt64>) throws {
        let gap = Gap(
            kind: .readings, reason: .quota, first: readings.lowerBound, last: readings.upperBound)
        try openStore().record(try #require(gap))
    }

    /// Evicts the oldest readings for quota, as a commit would.
    func evict(through last: UInt64) throws {
        let store = try openStore()
        _ = try store.database.write { () throws(JournalError) in
            try store.evict(through: last, reason: .quota)
        }
    }

    /// Runs a script on the journal's own connection.
    func execute(_ script: String) throws {
        try openStore().database.execute(script)
    }
}
