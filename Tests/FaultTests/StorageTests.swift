// SPDX-License-Identifier: Apache-2.0

import Glibc
import Journal
import Platform
import Telemetry
import TestSupport
import Testing

extension Faults {
    /// The daemon on storage that fills up, or cannot be written.
    @Suite struct StorageTests {
        static let few =
            TestConfiguration.periods(commitSeconds: 0.1, attestationSeconds: 0.3)
            + TestConfiguration.bus("sim", periodsSeconds: [0.05, 0.05])

        /// More readings in a few seconds than memory holds for a disk that is full.
        static let many =
            TestConfiguration.periods(commitSeconds: 0.5, attestationSeconds: 0.5)
            + TestConfiguration.bus("sim", periodsSeconds: Array(repeating: 0.1, count: 400))

        @Test(
            "a full disk stops nothing; when there is room again, what it cost is a signed gap",
            .enabled(if: Volume.isAvailable, "mounting needs root"), .timeLimit(.minutes(3)))
        func full() throws {
            let volume = try Volume(bytes: 8 << 20)
            let device = try Device(Self.many, state: volume.path + "/state")
            let daemon = try device.startReady()
            #expect(daemon.wait(for: "msg=attested"))
            try volume.fill()
            #expect(daemon.wait(for: "msg=\"readings can't be written\""))
            #expect(daemon.lines("can't be written").contains { $0.contains("full") })
            #expect(daemon.wait(for: "msg=\"readings dropped\"", seconds: 60))
            #expect(daemon.lines("msg=\"readings can be written again\"").isEmpty)
            volume.free()
            #expect(daemon.wait(for: "msg=\"readings can be written again\""))
            #expect(daemon.wait(for: "gaps=1"))
            #expect(daemon.stop() == 0)
            var ledger = Ledger()
            ledger.note(daemon)
            try ledger.check(device.journal, whole: true)
            #expect(ledger.breaches.isEmpty)
            #expect(!ledger.gaps.isEmpty)
            for stored in ledger.gaps {
                #expect(stored.gap.reason == .storageFull && stored.attestation != nil)
            }
            let lost = ledger.gaps.reduce(0) { $0 + $1.gap.count }
            print("fault test: disk full, \(lost) readings lost and signed as lost")
        }

        @Test("files that may not grow cost nothing while memory lasts")
        func limit() throws {
            let device = try Device(Self.few)
            let daemon = try device.startReady()
            #expect(daemon.wait(for: "msg=attested"))
            try Self.limitFiles(of: daemon, to: "4096:")
            #expect(daemon.wait(for: "msg=\"readings can't be written\"", times: 5))
            try Self.limitFiles(of: daemon, to: "unlimited:")
            #expect(daemon.wait(for: "msg=\"readings can be written again\""))
            #expect(daemon.wait(for: "msg=attested", times: daemon.lines("msg=attested").count + 2))
            #expect(daemon.stop() == 0)
            var ledger = Ledger()
            ledger.note(daemon)
            try ledger.check(device.journal, whole: true)
            #expect(ledger.breaches.isEmpty && ledger.gaps.isEmpty)
            #expect(ledger.attested == UInt64(ledger.readings.count))
        }

        /// Sets the soft limit on the size of files that the daemon writes.
        static func limitFiles(of daemon: RunningDaemon, to limit: String) throws {
            let arguments = ["--pid", "\(daemon.id)", "--fsize=\(limit)"]
            #expect(try ChildProcess("/usr/bin/prlimit", arguments).finish().status == 0)
        }

        @Test(
            "a read-only file system is an error at the start, and nothing is lost by it",
            .enabled(if: Volume.isAvailable, "mounting needs root"))
        func readOnlyVolume() throws {
            let volume = try Volume(bytes: 4 << 20)
            let device = try Device(Self.few, state: volume.path + "/state")
            var ledger = try Self.live(device)
            let before = try Self.contents(device)
            try volume.set(isReadOnly: true)
            let (output, status) = try device.refusal()
            #expect(status == 74 && output.contains("the agent can't start"), "\(output)")
            #expect(output.contains("Read-only file system"))
            // The command line reads it all the same.
            #expect(try device.halcyon("reading", "list").status == 0)
            try volume.set(isReadOnly: false)
            #expect(try Self.contents(device) == before)
            try Self.goOn(device, &ledger)
        }

        @Test(
            "a read-only journal or folder is an error at the start, and nothing is lost by it",
            .enabled(if: geteuid() != 0, "root may write all files"),
            arguments: ["/journal.sqlite", "/journal.sqlite.lock", ""])
        func readOnlyMode(name: String) throws {
            let device = try Device(Self.few)
            var ledger = try Self.live(device)
            let before = try Self.contents(device)
            var status = stat()
            #expect(stat(device.state + name, &status) == 0)
            #expect(chmod(device.state + name, status.st_mode & 0o555) == 0)
            defer { chmod(device.state + name, status.st_mode) }
            let refusal = try device.refusal()
            #expect(refusal.status == 74 && refusal.output.contains("the agent can't start"))
            #expect(try Self.contents(device) == before)
            #expect(chmod(device.state + name, status.st_mode) == 0)
            try Self.goOn(device, &ledger)
        }

        /// A first life, until something is signed.
        static func live(_ device: Device) throws -> Ledger {
            let daemon = try device.startReady()
            #expect(daemon.wait(for: "msg=attested", times: 3))
            #expect(daemon.stop() == 0)
            var ledger = Ledger()
            ledger.note(daemon)
            try ledger.check(device.journal)
            return ledger
        }

        /// Another life after a trouble that must not have cost anything.
        static func goOn(_ device: Device, _ ledger: inout Ledger) throws {
            let daemon = try device.startReady()
            #expect(daemon.wait(for: "msg=attested", times: 2))
            #expect(daemon.stop() == 0)
            ledger.note(daemon)
            try ledger.check(device.journal, whole: true)
            #expect(ledger.breaches.isEmpty && ledger.gaps.isEmpty)
        }

        static func contents(_ device: Device) throws -> [UInt8] {
            try File.read(device.journal, bytesMax: 16 << 20)
        }
    }
}
