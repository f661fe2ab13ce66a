// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import TestSupport
import Testing

extension Faults {
    /// The command line beside the daemon, and after it.
    @Suite struct ReaderTests {
        @Test("the command line reads beside a daemon under load and does not disturb it")
        func beside() throws {
            let device = try Device(
                TestConfiguration.periods(commitSeconds: 0.05, attestationSeconds: 0.2)
                    + TestConfiguration.bus(
                        "sim", periodsSeconds: Array(repeating: 0.1, count: 100)))
            let daemon = try device.startReady()
            #expect(daemon.wait(for: "msg=attested"))
            for _ in 0..<5 {
                #expect(try device.halcyon("status").status == 0)
                let listed = try device.halcyon("reading", "list", "--limit", "200")
                #expect(listed.status == 0 && listed.output.split(separator: "\n").count == 201)
                #expect(try device.halcyon("attestation", "list").status == 0)
                #expect(try device.halcyon("point", "read").status == 0)
            }
            #expect(daemon.stop() == 0)
            for word in ["level=warning", "level=error", "level=critical"] {
                #expect(daemon.lines(word).isEmpty)
            }
            var ledger = Ledger()
            ledger.note(daemon)
            try ledger.check(device.journal, whole: true)
            #expect(ledger.breaches.isEmpty && ledger.gaps.isEmpty)
        }

        @Test("the command line reads what a killed daemon left, and the daemon goes on after that")
        func after() throws {
            let device = try Device(StorageTests.few)
            let daemon = try device.startReady()
            #expect(daemon.wait(for: "msg=attested", times: 4))
            #expect(daemon.kill() == -SIGKILL)
            #expect(device.stateNames.contains("journal.sqlite-wal"))
            var ledger = Ledger()
            ledger.note(daemon)
            let listed = try device.halcyon("reading", "list", "--json", "--limit", "1")
            #expect(listed.status == 0)
            let id = listed.output.firstMatch(of: /"id":(\d+)/).flatMap { UInt64($0.1) }
            #expect(try #require(id) >= ledger.promised)
            // Down: status says so.
            let status = try device.halcyon("status")
            #expect(status.status == 0 && status.output.contains("DOWN"))
            #expect(try device.halcyon("attestation", "list").status == 0)
            try StorageTests.goOn(device, &ledger)
        }

        @Test("point watch works with the daemon, and without it after a crash")
        func watch() throws {
            let device = try Device(StorageTests.few)
            let daemon = try device.startReady()
            #expect(daemon.wait(for: "msg=committed", times: 3))
            let live = try device.halcyon("point", "watch", "--seconds", "1", "--interval", "0.2")
            #expect(live.status == 0, "\(live.output)")
            #expect(live.output.contains("daemon running") && live.output.contains("sim/p1"))
            let lines = try device.halcyon(
                "point", "watch", "--seconds", "2", "--interval", "0.2", "--json", "sim/p0")
            #expect(lines.status == 0)
            #expect(lines.output.split(separator: "\n").count >= 5)
            #expect(!lines.output.contains("sim/p1"))
            #expect(daemon.kill() == -SIGKILL)
            let dead = try device.halcyon("point", "watch", "--seconds", "1", "--interval", "0.2")
            #expect(dead.status == 0 && dead.output.contains("daemon DOWN"), "\(dead.output)")
            #expect(dead.output.contains("sim/p0"))
        }
    }
}
