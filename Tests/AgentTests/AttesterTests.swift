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
    static let clock = ManualClock(uptimeMilliseconds: 5000)

    let folder: TemporaryFolder
    let key: DeviceKey
    var path: String { folder.path + "/journal" }

    init() throws {
        folder = try TemporaryFolder()
        key = try DeviceKey.create(at: folder.path + "/key")
    }

    func open(_ options: JournalOptions = JournalOptions()) throws -> (Journal, Attester) {
        let (journal, opening) = try Journal.open(
            at: path, options: options, now: Self.clock.now(), bootID: "boot")
        let attester = Attester(
            journal: journal, key: key, boot: opening.bootCount, bootID: "boot",
            packBytesMax: 1024, clock: Self.clock)
        return (journal, attester)
    }

    static func commit(_ count: Int, to journal: Journal) async throws {
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
            try await Self.commit(30, to: journal)
            try await Self.commit(30, to: journal)
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
        try await Self.commit(30, to: next)
        await again.attest()
        try await Self.commit(30, to: next)
        await again.attest()
        await next.close()
        try ledger.check(path)
        #expect(ledger.breaches.isEmpty)
        #expect(ledger.gaps.allSatisfy { $0.attestation != nil })
        #expect(ledger.gaps.isEmpty == (part == 20))
        #expect(ledger.attested == (try JournalReader(path).summary().readings?.upperBound))
    }
}
