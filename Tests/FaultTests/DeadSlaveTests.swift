// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Telemetry
import TestSupport
import Testing

extension Faults {
    /// Slaves that do not answer, on real connections, beside one that does.
    @Suite struct DeadSlaveTests {
        /// A device `NAME` with one register, read every 200 ms.
        static func slave(_ name: String, bus: String, unit: Int = 1, timeout: Double) -> String {
            """
            [[device]]
            name = "\(name)"
            bus = "\(bus)"
            unit_id = \(unit)
            timeout_seconds = \(timeout)
            [[device.point]]
            name = "register"
            unit = "count"
            period_seconds = 0.2
            table = "holding"
            address = 7
            type = "uint16"

            """
        }

        static func bus(_ name: String, port: Int) -> String {
            "[[bus]]\nname = \"\(name)\"\ndriver = \"modbus-tcp\"\naddress = \"127.0.0.1:\(port)\"\n"
        }

        /// A slave that answers to unit 1 only, and its port.
        static func server() throws -> (process: ChildProcess, port: Int) {
            let process = try ChildProcess(
                BuiltProduct.path("halcyon-peer"),
                ["modbus-serve", "--unit", "1", "--seconds", "120"])
            let line = process.read(until: "\n", seconds: 20)
            return (process, try #require(Int(line.prefix { $0 != "\n" })))
        }

        @Test(
            "beside a dead slave, on a bus or gateway of its own or the same, periods stay within 5 %",
            .timeLimit(.minutes(2)))
        func periods() throws {
            let (server, port) = try Self.server()
            let silence = try SilentListener()
            let device = try Device(
                TestConfiguration.periods(commitSeconds: 0.2, attestationSeconds: 1)
                    + Self.bus("own", port: port) + Self.slave("well", bus: "own", timeout: 0.5)
                    + Self.bus("deaf", port: silence.port)
                    + Self.slave("silent", bus: "deaf", timeout: 0.5)
                    + Self.bus("gateway", port: port)
                    + Self.slave("near", bus: "gateway", timeout: 0.5)
                    + Self.slave("gone", bus: "gateway", unit: 2, timeout: 0.08)
                    + Self.bus("slow", port: port)
                    + Self.slave("patient", bus: "slow", timeout: 0.5)
                    // Waiting for it takes longer than the other's period.
                    + Self.slave("lost", bus: "slow", unit: 2, timeout: 0.5))
            let daemon = try device.startReady()
            daemon.collect(seconds: 14)
            #expect(daemon.stop() == 0)
            server.send(SIGTERM)
            var ledger = Ledger()
            ledger.note(daemon)
            try ledger.check(device.journal, whole: true)
            #expect(ledger.breaches.isEmpty && ledger.gaps.isEmpty)
            for name in ["well", "near", "patient"] {
                // The first few, while it turns out who is dead, do not count.
                let intervals = Intervals(of: "\(name)/register", in: ledger, skipping: 5)
                #expect(intervals.sorted.count >= 40)
                #expect((190...210).contains(intervals.mean), "\(name): \(intervals)")
                #expect((190...210).contains(intervals.median), "\(name): \(intervals)")
                #expect(intervals.percentile95 <= 300, "\(name): \(intervals)")
                print("fault test: \(name) beside dead slaves: \(intervals)")
            }
            for name in ["silent", "gone", "lost"] {
                let readings = ledger.readings.values.filter {
                    $0.reading.point.id.name == "\(name)/register"
                }
                #expect(readings.count >= 40)
                #expect(readings.allSatisfy { $0.reading.outcome.quality == .bad })
                #expect(readings.contains { $0.reading.outcome.fault == .timeout })
            }
        }

        @Test(
            "a slave that goes is bad, and good again soon after it is back",
            .timeLimit(.minutes(2)))
        func comesBack() throws {
            let (first, port) = try Self.server()
            let device = try Device(
                TestConfiguration.periods(commitSeconds: 0.1, attestationSeconds: 1)
                    + Self.bus("own", port: port)
                    + Self.slave("well", bus: "own", timeout: 0.3).replacing(
                        "timeout_seconds", with: "backoff_seconds_max = 1\ntimeout_seconds"))
            let daemon = try device.startReady()
            #expect(daemon.wait(for: "msg=committed", times: 5))
            first.send(SIGKILL)
            _ = first.finish()
            daemon.collect(seconds: 1)
            let second = try ChildProcess(
                BuiltProduct.path("halcyon-peer"),
                ["modbus-serve", "--port", "\(port)", "--seconds", "120"])
            _ = second.read(until: "\n", seconds: 20)
            daemon.collect(seconds: 4)
            #expect(daemon.stop() == 0)
            second.send(SIGTERM)
            var ledger = Ledger()
            ledger.note(daemon)
            try ledger.check(device.journal, whole: true)
            #expect(ledger.breaches.isEmpty)
            let qualities = ledger.readings.sorted { $0.key < $1.key }.map(\.value.reading.outcome)
            #expect(qualities.first == .good(.integer(7)))
            #expect(qualities.contains { $0.quality == .bad })
            #expect(qualities.suffix(5).allSatisfy { $0 == .good(.integer(7)) })
        }
    }
}
