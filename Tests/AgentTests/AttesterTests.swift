// SPDX-License-Identifier: Apache-2.0

import Attestation
import HAL
import Platform
import Telemetry
import TestSupport
import Testing

@testable import Agent
@testable import Journal

/// The attester on a journal of its own, checked by the verifier's chain.
@Suite struct AttesterTests {
    let clock = ManualClock(uptimeMilliseconds: 5000)
    let folder: TemporaryFolder
    let key: DeviceKey
    var path: String { folder.path + "/journal" }

    init() throws {
        folder = try TemporaryFolder()
        key = try DeviceKey.create(at: folder.path + "/key")
    }

    func open() throws -> (Journal, Attester) {
        let (journal, opening) = try Journal.open(at: path, now: clock.now(), bootID: "boot")
        let attester = Attester(
            journal: journal, key: key, boot: opening.bootCount, bootID: "boot",
            packBytesMax: 1024, clock: clock)
        return (journal, attester)
    }

    func commit(_ count: Int, to journal: Journal) async throws {
        let point = Point(id: try #require(PointID("device/point")), unit: .count)
        let first = Int64(await journal.durableLast) + 1
        await journal.record(
            (0..<Int64(count)).map {
                Reading(
                    point: point, outcome: .good(.integer(first + $0)), time: clock.now())
            })
        try await journal.commit(now: clock.now())
    }

    @Test(
        "wherever the WAL is cut, the chain goes on, and nothing is attested twice",
        arguments: 0...20)
    func lostTail(part: Int) async throws {
        let (journal, attester) = try open()
        for _ in 0..<4 {
            try await commit(30, to: journal)
            try await commit(30, to: journal)
            await attester.attest()
        }
        var ledger = Ledger()
        try ledger.check(path)
        #expect(ledger.sequence == 4 && ledger.attested == 240)
        var files: [String: [UInt8]] = [:]
        for suffix in ["", "-wal", ".counters"] {
            files[suffix] = try File.read(path + suffix, bytesMax: 4 << 20)
        }
        await journal.close()
        for (suffix, bytes) in files {
            let kept = suffix == "-wal" ? bytes.count * part / 20 : bytes.count
            try File.write(Array(bytes.prefix(kept)), to: path + suffix, mode: 0o600)
        }
        let (next, again) = try open()
        try await commit(30, to: next)
        await again.attest()
        try await commit(30, to: next)
        await again.attest()
        await next.close()
        try ledger.check(path)
        #expect(ledger.breaches.isEmpty)
        #expect(ledger.gaps.allSatisfy { $0.attestation != nil })
        #expect(ledger.gaps.isEmpty == (part == 20))
        #expect(ledger.attested == (try JournalReader(path).summary().readings?.upperBound))
    }

    @Test("what one attestation states at most is no more than one can state")
    func gapLimit() {
        #expect(JournalLimits.unsignedGapsMax <= AttestationLimits.gapsMax)
    }

    @Test(
        "losses beyond what one attestation can state are stated one after another",
        arguments: [false, true])
    func manyHoles(evicted: Bool) async throws {
        let (journal, attester) = try open()
        try await commit(1, to: journal)
        await attester.attest()
        for _ in 0..<200 {
            await journal.recordLoss(1)
            try await commit(1, to: journal)
        }
        // Then all but the newest lie before the first reading that is left.
        if evicted { try await journal.evict(through: 400) }
        await attester.attest()
        var ledger = Ledger()
        try ledger.check(path, whole: true)
        #expect(ledger.breaches.isEmpty)
        #expect(ledger.gaps.count == (evicted ? 400 : 200))
        #expect(ledger.gaps.allSatisfy { $0.attestation != nil })
        #expect(ledger.sequence == 1 + (UInt64(ledger.gaps.count) + 63) / 64)
        #expect(ledger.attested == 401)
    }

    @Test("readings that are evicted while they are signed are stated as lost, once")
    func evictionMeanwhile() async throws {
        let (journal, attester) = try open()
        for _ in 0..<12 { try await commit(1000, to: journal) }
        async let signed: Void = attester.attest()
        for last in stride(from: UInt64(1000), through: 9000, by: 1000) {
            try await journal.evict(through: last)
            for _ in 0..<20 { await Task.yield() }
        }
        await signed
        await attester.attest()
        var ledger = Ledger()
        try ledger.check(path, whole: true)
        #expect(ledger.breaches.isEmpty)
        #expect(ledger.attested == 12_000 && ledger.gaps.count >= 1)
        #expect(ledger.gaps.allSatisfy { $0.attestation != nil })
    }
}

extension Journal {
    /// Evicts the oldest readings for quota, as a commit would.
    fileprivate func evict(through last: UInt64) throws {
        let store = try openStore()
        _ = try store.database.write { () throws(JournalError) in
            try store.evict(through: last, reason: .quota)
        }
    }
}
