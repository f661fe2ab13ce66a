// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Telemetry
import TestSupport
import Testing

@testable import Journal

extension Faults {
    /// Journals that are not what the daemon left.
    @Suite struct DamageTests {
        /// What happened to the file while the daemon was down.
        enum Damage: CaseIterable {
            case random, randomTail, text, truncated, headless, empty

            func apply(to bytes: [UInt8]) -> [UInt8] {
                var random = TestRandom(seed: 7)
                switch self {
                case .random: return bytes.map { _ in UInt8.random(in: 0...255, using: &random) }
                case .randomTail:
                    // Header and schema stay as they are.
                    return bytes.prefix(1024)
                        + bytes.dropFirst(1024).map { _ in UInt8.random(in: 0...255, using: &random)
                        }
                case .text: return Array("this is no journal\n".utf8)
                case .truncated: return Array(bytes.prefix(bytes.count / 2))
                case .headless: return [UInt8](repeating: 0, count: 512) + bytes.dropFirst(512)
                case .empty: return []
                }
            }
        }

        @Test(
            "a damaged journal is set aside, a new one goes on after it, and the loss is signed",
            arguments: Damage.allCases)
        func damage(damage: Damage) throws {
            let device = try Device(StorageTests.few)
            var ledger = try StorageTests.live(device)
            let newest = ledger.readings.keys.max() ?? 0
            let sequence = ledger.sequence
            try Self.replace(device.journal) { damage.apply(to: $0) }
            try Self.goOnAfterLoss(device, &ledger)
            #expect(device.stateNames.contains { $0.contains("journal.sqlite.damaged-") })
            #expect(ledger.sequence > sequence)
            #expect(ledger.readings.keys.max() ?? 0 > newest)
            #expect(ledger.gaps.contains { $0.gap.kind == .attestations })
            // And once more from there, with nothing further lost.
            let gaps = ledger.gaps
            let daemon = try device.startReady()
            #expect(daemon.wait(for: "msg=attested", times: 2))
            #expect(daemon.stop() == 0)
            ledger.note(daemon)
            try ledger.check(device.journal)
            #expect(ledger.breaches.isEmpty && ledger.gaps == gaps)
        }

        @Test("a journal that is gone is begun anew after the positions that were given out")
        func gone() throws {
            let device = try Device(StorageTests.few)
            var ledger = try StorageTests.live(device)
            #expect(unlink(device.journal) == 0)
            try Self.goOnAfterLoss(device, &ledger)
            #expect(!device.stateNames.contains { $0.contains("damaged") })
        }

        @Test(
            "a WAL that lost its end after a crash costs what was in it, declared and signed",
            arguments: [10, 33, 60, 75])
        func walCut(percentKept: Int) throws {
            let device = try Device(StorageTests.few)
            let daemon = try device.startReady()
            #expect(daemon.wait(for: "msg=attested", times: 4))
            #expect(daemon.kill() == -SIGKILL)
            var ledger = Ledger()
            ledger.note(daemon)
            try ledger.check(device.journal)
            try Self.replace(device.journal + "-wal") {
                Array($0.prefix($0.count * percentKept / 100))
            }
            try Self.goOnAfterLoss(device, &ledger)
        }

        @Test("a journal that is removed under the daemon is begun anew, and the loss is signed")
        func removed() throws {
            let device = try Device(StorageTests.few)
            let daemon = try device.startReady()
            #expect(daemon.wait(for: "msg=attested", times: 2))
            for suffix in ["", "-wal", "-shm"] { unlink(device.journal + suffix) }
            #expect(daemon.wait(for: "removed or replaced while it was in use"))
            #expect(daemon.wait(for: "msg=\"journal created\"", times: 2))
            #expect(daemon.wait(for: "msg=attested", times: 4))
            #expect(daemon.stop() == 0)
            var ledger = Ledger()
            try ledger.check(device.journal)
            #expect(ledger.gaps.contains { $0.gap.reason == .journalLost })
            #expect(ledger.readings.count > 0)
        }

        @Test("damage that signing comes upon while the daemon runs is dealt with at once")
        func running() throws {
            let device = try Device(
                TestConfiguration.periods(commitSeconds: 0.1, attestationSeconds: 2)
                    + TestConfiguration.bus("sim", periodsSeconds: [0.05]))
            let daemon = try device.startReady()
            #expect(daemon.wait(for: "msg=committed", times: 3))
            let database = try Database(device.journal, .readWrite)
            try database.execute("UPDATE segment SET bytes = zeroblob(length(bytes))")
            database.close()
            #expect(daemon.wait(for: "is set aside; a new one is begun"))
            #expect(daemon.wait(for: "msg=attested", times: 2))
            #expect(daemon.stop() == 0)
            #expect(daemon.lines("is set aside").count == 1)
            var ledger = Ledger()
            ledger.note(daemon)
            try ledger.check(device.journal)
            #expect(ledger.breaches.isEmpty)
            #expect(ledger.gaps.contains { $0.gap.kind == .readings && $0.gap.first == 1 })
            #expect(ledger.gaps.allSatisfy { $0.attestation != nil })
        }

        @Test("a journal of a newer release is left as it is")
        func newer() throws {
            let device = try Device(StorageTests.few)
            _ = try StorageTests.live(device)
            let database = try Database(device.journal, .readWrite)
            try database.execute(
                "PRAGMA user_version = 99; UPDATE meta SET value = 99 WHERE key = 'version'")
            database.close()
            let before = try StorageTests.contents(device)
            let (output, status) = try device.refusal()
            #expect(status == 74 && output.contains("newerVersion(found: 99"), "\(output)")
            #expect(try StorageTests.contents(device) == before)
            #expect(!device.stateNames.contains { $0.contains("damaged") })
        }

        /// Starts after a loss of the journal: no hand is needed, and what is gone is stated.
        static func goOnAfterLoss(_ device: Device, _ ledger: inout Ledger) throws {
            let daemon = try device.startReady()
            #expect(daemon.wait(for: "msg=attested", times: 3))
            #expect(daemon.stop() == 0)
            ledger.note(daemon)
            try ledger.check(device.journal)
            #expect(ledger.breaches.isEmpty)
            #expect(ledger.gaps.contains { $0.gap.kind == .readings })
            for stored in ledger.gaps {
                #expect(stored.gap.reason == .journalLost && stored.attestation != nil)
            }
        }

        static func replace(_ path: String, _ change: ([UInt8]) -> [UInt8]) throws {
            let changed = change(try File.read(path, bytesMax: 16 << 20))
            try File.write(changed, to: path, mode: 0o644)
        }
    }
}
