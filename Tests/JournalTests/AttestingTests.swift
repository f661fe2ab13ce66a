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

    /// Runs a script on the journal's own connection.
    func execute(_ script: String) throws {
        try openStore().database.execute(script)
    }
}
