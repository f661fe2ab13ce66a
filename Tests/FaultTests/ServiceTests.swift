// SPDX-License-Identifier: Apache-2.0

import Glibc
import Journal
import Platform
import Telemetry
import TestSupport
import Testing

extension Faults {
    /// The daemon as a service: signals, notifications, and two of them at once.
    @Suite struct ServiceTests {
        @Test("SIGTERM and SIGINT keep and sign all that was read", arguments: [SIGTERM, SIGINT])
        func stop(signal: Int32) throws {
            // Neither a commit nor an attestation is due before the end.
            let device = try Device(
                TestConfiguration.periods(commitSeconds: 60, attestationSeconds: 3600)
                    + TestConfiguration.bus("sim", periodsSeconds: [0.1]))
            let daemon = try device.startReady()
            daemon.collect(seconds: 1)
            #expect(daemon.lines("msg=committed").isEmpty)
            daemon.send(signal)
            #expect(daemon.finish() == 0)
            #expect(daemon.lines("msg=stopped").count == 1)
            // A clean end leaves nothing for the next start to repair.
            #expect(!device.stateNames.contains { $0.hasSuffix("-wal") })
            var ledger = Ledger()
            ledger.note(daemon)
            try ledger.check(device.journal, whole: true)
            #expect(ledger.breaches.isEmpty && ledger.gaps.isEmpty)
            #expect(ledger.readings.count >= 10)
            #expect(ledger.attested == UInt64(ledger.readings.count))
        }

        @Test("a stop does not wait for a slave that hangs, and keeps what the others gave")
        func stopBesideSilence() throws {
            let silence = try SilentListener()
            let device = try Device(
                TestConfiguration.periods(commitSeconds: 60, attestationSeconds: 3600)
                    + TestConfiguration.bus("sim", periodsSeconds: [0.1])
                    + DeadSlaveTests.bus("deaf", port: silence.port)
                    + DeadSlaveTests.slave("silent", bus: "deaf", timeout: 25))
            let daemon = try device.startReady()
            daemon.collect(seconds: 1)
            daemon.send(SIGTERM)
            #expect(daemon.finish() == 0)
            #expect(daemon.lines("msg=\"bus left in an exchange that hangs\"").count == 1)
            var ledger = Ledger()
            ledger.note(daemon)
            try ledger.check(device.journal, whole: true)
            #expect(ledger.breaches.isEmpty && ledger.readings.count >= 10)
            #expect(ledger.attested == UInt64(ledger.readings.count))
        }

        @Test("a daemon whose lock was removed leaves the journal to the next one")
        func lockRemoved() throws {
            let device = try Device(
                TestConfiguration.periods(commitSeconds: 0.1, attestationSeconds: 0.5)
                    + TestConfiguration.bus("sim", periodsSeconds: [0.1]))
            let first = try device.startReady()
            #expect(first.wait(for: "msg=committed", times: 3))
            unlink(device.journal + ".lock")
            let second = try device.startReady()
            #expect(first.wait(for: "locked"))
            #expect(second.wait(for: "msg=attested", times: 3))
            #expect(first.kill() == -SIGKILL)
            #expect(second.stop() == 0)
            var ledger = Ledger()
            ledger.note(second)
            try ledger.check(device.journal)
            #expect(ledger.breaches.isEmpty)
            #expect(!device.stateNames.contains { $0.contains("damaged") })
        }

        @Test("a device that stops answering and comes back is logged once each")
        func deviceLog() throws {
            let (server, port) = try DeadSlaveTests.server()
            let device = try Device(
                TestConfiguration.periods(commitSeconds: 0.1, attestationSeconds: 1)
                    + DeadSlaveTests.bus("meters", port: port)
                    + DeadSlaveTests.slave("meter", bus: "meters", timeout: 0.3))
            let daemon = try device.startReady()
            #expect(daemon.wait(for: "msg=committed", times: 3))
            server.send(SIGKILL)
            #expect(daemon.wait(for: "msg=\"device does not answer\""))
            daemon.collect(seconds: 1)
            #expect(daemon.lines("msg=\"device does not answer\"").count == 1)
            #expect(daemon.lines("device=meter").contains { $0.contains("bus=meters") })
            #expect(daemon.stop() == 0)
        }

        @Test("points of a line that is not there are logged once, with the cause")
        func closedLog() throws {
            let device = try Device(
                TestConfiguration.periods(commitSeconds: 0.1, attestationSeconds: 1) + """

                    [[bus]]
                    name = "line"
                    driver = "modbus-rtu"
                    device = "/dev/tty-that-is-not-there"
                    [[device]]
                    name = "meter"
                    bus = "line"
                    unit_id = 1
                    [[device.point]]
                    name = "power"
                    table = "input"
                    address = 0
                    type = "float32"
                    unit = "W"
                    period_seconds = 0.1

                    """)
            let daemon = try device.startReady()
            #expect(daemon.wait(for: "msg=committed", times: 5))
            let lines = daemon.lines("msg=\"points can't be read\"")
            #expect(lines.count == 1)
            #expect(
                lines.first?.contains("cause=missing device=meter first=meter/power") == true,
                "\(lines)")
            #expect(daemon.stop() == 0)
        }

        @Test("SIGHUP changes the bus that differs, and the others' readings go on without a hole")
        func reload() throws {
            let rest = TestConfiguration.periods(commitSeconds: 0.1, attestationSeconds: 0.3)
            let steady = TestConfiguration.bus("steady", periodsSeconds: [0.1])
            let device = try Device(
                rest + steady + TestConfiguration.bus("other", periodsSeconds: [0.1]))
            let daemon = try device.startReady()
            #expect(daemon.wait(for: "msg=committed", times: 10))
            try device.configure(
                rest + steady + TestConfiguration.bus("other", periodsSeconds: [0.1, 0.1]))
            daemon.send(SIGHUP)
            #expect(daemon.wait(for: "msg=\"configuration read again\""))
            #expect(daemon.wait(for: "msg=committed", times: 25))
            #expect(daemon.lines("msg=\"bus stopped\"").map { $0.contains("bus=other") } == [true])
            #expect(daemon.lines("msg=\"bus started\"").count { $0.contains("bus=steady") } == 1)
            #expect(daemon.lines("msg=\"bus started\"").count { $0.contains("bus=other") } == 2)

            // A broken file changes nothing, and says where it is broken.
            try device.configure(rest + steady.replacing("simulated", with: "simulatd"))
            daemon.send(SIGHUP)
            #expect(daemon.wait(for: "msg=\"configuration kept as it was"))
            #expect(daemon.lines("kept as it was").contains { $0.contains("simulatd") })
            #expect(daemon.wait(for: "msg=committed", times: 40))
            #expect(daemon.lines("msg=\"bus stopped\"").count == 1)
            #expect(daemon.stop() == 0)

            var ledger = Ledger()
            ledger.note(daemon)
            try ledger.check(device.journal, whole: true)
            #expect(ledger.breaches.isEmpty && ledger.gaps.isEmpty)
            let intervals = Intervals(of: "steady/p0", in: ledger)
            #expect(intervals.median == 100 && intervals.longest < 300, "\(intervals)")
            #expect(Intervals(of: "other/p1", in: ledger).sorted.count >= 10)
        }

        @Test("systemd hears of readiness, life, reloading and the end")
        func notify() throws {
            let socket = try NotifySocket()
            let device = try Device(StorageTests.few)
            let daemon = try device.start(
                environment: ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "300000"])
            let ready = socket.receive()
            #expect(ready?.hasPrefix("READY=1\nSTATUS=device ") == true)
            let begin = ContinuousClock.now
            for _ in 0..<10 { #expect(socket.receive() == "WATCHDOG=1") }
            let seconds = (ContinuousClock.now - begin) / .seconds(1)
            // A third of what systemd allows.
            #expect((0.7...1.5).contains(seconds), "\(seconds) s for ten")
            let before = SystemClock.monotonicMicroseconds()
            daemon.send(SIGHUP)
            var reload = socket.receive()
            while reload == "WATCHDOG=1" { reload = socket.receive() }
            let parts = (reload ?? "").split(separator: "\n")
            #expect(parts.first == "RELOADING=1")
            let stamp = Int64(parts.last?.split(separator: "=").last ?? "") ?? 0
            #expect((before...SystemClock.monotonicMicroseconds()).contains(stamp))
            var answer = socket.receive()
            while answer == "WATCHDOG=1" { answer = socket.receive() }
            #expect(answer == "READY=1")
            daemon.send(SIGTERM)
            var stopping = socket.receive()
            while stopping == "WATCHDOG=1" { stopping = socket.receive() }
            #expect(stopping == "STOPPING=1")
            #expect(daemon.finish() == 0)
        }

        @Test("a second daemon on one state directory refuses, naming the first, which goes on")
        func second() throws {
            let device = try Device(StorageTests.few)
            let first = try device.startReady()
            let (output, status) = try device.refusal()
            #expect(status == 74 && output.contains("locked"), "\(output)")
            #expect(output.contains("\(first.id)"))
            let commits = first.lines("msg=committed").count
            #expect(first.wait(for: "msg=committed", times: commits + 3))
            #expect(first.stop() == 0)
            #expect(try device.startReady().stop() == 0)
        }
    }
}
