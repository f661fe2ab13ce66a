// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import TestSupport
import Testing

/// Every command against a journal that a real daemon wrote.
@Suite(.serialized) struct CommandTests {
    private let device: DeviceFixture

    init() throws {
        device = try DeviceFixture()
        #expect(try device.halcyon("key", "create").status == 0)
        try device.run(attestations: 2)
    }

    /// The lines of an output, each of which must be one JSON object.
    private func objects(_ output: String) throws -> [[String: JSONScalar]] {
        try output.split(separator: "\n").map {
            try JSONDecoder().decode([String: JSONScalar].self, from: Data($0.utf8))
        }
    }

    @Test("what a device read, kept and signed is shown, and all of it verifies")
    func everything() throws {
        let status = try device.halcyon("status", "--json")
        #expect(status.status == 0)
        let view = try #require(try objects(status.output).first)
        #expect(view["isRunning"] == .boolean(false))
        #expect(view["bad"] == .number(1) && view["good"] == .number(1))

        let readings = try objects(
            device.halcyon("reading", "list", "--json", "--limit", "4").output)
        #expect(readings.count == 4)
        let broken = try #require(readings.first { $0["point"] == .text("mains/broken") })
        #expect(broken["quality"] == .text("bad") && broken["cause"] == .text("checksum"))
        #expect(broken["number"] == nil)
        let oldest = try objects(
            device.halcyon("reading", "list", "--json", "--oldest-first", "mains/voltage").output)
        #expect(oldest.allSatisfy { $0["point"] == .text("mains/voltage") })
        #expect(oldest.first?["id"] == .number(1))

        let list = try objects(device.halcyon("attestation", "list", "--json").output)
        #expect(list.count >= 2)
        let shown = try device.halcyon("attestation", "show", "1").output
        #expect(shown.contains("sequence    1") && shown.contains("mains/broken"))

        let folder = device.folder.path
        #expect(try device.halcyon("attestation", "export", "--all", folder).status == 0)
        let files = (1...list.count).map { "\(folder)/attestation-000000000\($0).cose" }
        let id = try #require(view["device"]?.string)
        let good = try DeviceFixture.halcyon(["attestation", "verify", "--device", id] + files)
        #expect(good.status == 0 && good.output.contains("all good"), "\(good.output)")

        let reversed = try DeviceFixture.halcyon(["attestation", "verify"] + files.reversed())
        #expect(reversed.status == 1 && reversed.output.contains("rule chain-order"))
        let foreign = String(repeating: "0", count: 64)
        let other = try DeviceFixture.halcyon(
            ["attestation", "verify", "--device", foreign, files[0]])
        #expect(other.status == 1 && other.output.contains("REFUSED"), "\(other.output)")
    }

    @Test("a reading is proven to somebody who has only the file and the device id")
    func prove() throws {
        let file = device.folder.path + "/reading.proof"
        #expect(try device.halcyon("attestation", "prove", "3", file).status == 0)
        let good = try DeviceFixture.halcyon(["attestation", "verify", file])
        #expect(good.status == 0 && good.output.contains("reading 3"))
        let missing = try device.halcyon("attestation", "prove", "99999999", file + "2")
        #expect(missing.status == 66 && missing.output.contains("not attested yet"))
    }

    @Test("points are read directly while the daemon is down, and a bad one is told by the status")
    func read() throws {
        let good = try device.halcyon("point", "read", "mains/voltage")
        #expect(good.status == 0 && good.output.contains("read directly"))
        let bad = try device.halcyon("point", "read")
        #expect(bad.status == 1 && bad.output.contains("bad (checksum)"))
        #expect(try device.halcyon("point", "read", "nothing").status == 66)
        let list = try device.halcyon("point", "list", "--json")
        #expect(try objects(list.output).count == 2)
        let watch = try device.halcyon("point", "watch", "--seconds", "0")
        #expect(watch.status == 0 && watch.output.contains("mains/voltage"))
    }

    @Test("what reading would drive is passed over while the daemon is down, and that is said")
    func passedOver() throws {
        let device = try Device(
            """
            [[bus]]
            name = "lines"
            driver = "gpio"
            [[device]]
            name = "pump"
            bus = "lines"
            [[device.point]]
            name = "relay"
            unit = "/"
            line = "no chip:0"
            [device.point.output]
            safe = false
            [[bus]]
            name = "board"
            driver = "linux"
            [[device]]
            name = "host"
            bus = "board"
            [[device.point]]
            name = "uptime"
            unit = "s"
            channel = "uptime"
            """)
        // A line that were asked for would be missing.
        let read = try device.halcyon("point", "read")
        #expect(read.status == 0 && read.output.contains("host/uptime"), "\(read.output)")
        #expect(read.output.contains("pump/relay is not read: to read a GPIO output is to drive"))
        let relay = try device.halcyon("point", "read", "pump")
        #expect(relay.status == 0 && relay.output.contains("is not read"), "\(relay.output)")
        let list = try device.halcyon("output", "list", "--json")
        #expect(try objects(list.output).map { $0["fault"] } == [nil], "\(list.output)")
        let doctor = try device.halcyon("doctor", "--json")
        let states = Dictionary(
            uniqueKeysWithValues: try objects(doctor.output).map {
                ($0["subject"]?.string ?? "", $0["state"])
            })
        #expect(states["device pump"] == nil && states["device host"] == .text("ok"))
        #expect(states["output pump/relay"] == .text("ok"), "\(doctor.output)")
    }

    @Test("the doctor finds the broken point and a missing key, and says what to do")
    func doctor() throws {
        let report = try device.halcyon("doctor", "--json")
        #expect(report.status == 0)
        let findings = try objects(report.output)
        let state = Dictionary(
            uniqueKeysWithValues: findings.map { ($0["subject"]?.string ?? "", $0["state"]) })
        #expect(state["key"] == .text("ok") && state["device mains"] == .text("warning"))
        device.folder.remove("/state/device.key")
        let sick = try device.halcyon("doctor")
        #expect(sick.status == 1 && sick.output.contains("→ halcyon key create"))
    }

    @Test("exported files are never replaced by others")
    func export() throws {
        let folder = device.folder.path
        #expect(try device.halcyon("attestation", "export", "--sequence", "1", folder).status == 0)
        #expect(try device.halcyon("attestation", "export", "--sequence", "1", folder).status == 0)
        try device.folder.write("other", to: "/attestation-0000000002.cose")
        let refused = try device.halcyon("attestation", "export", "--sequence", "2", folder)
        #expect(refused.status == 73)
        #expect(
            try device.halcyon("attestation", "export", "--sequence", "99", folder).status == 66)
        #expect(try device.halcyon("attestation", "export", folder + "/none").status == 73)
    }

    @Test("a key is made once, shown, and never replaced")
    func key() throws {
        let shown = try device.halcyon("key", "show", "--json")
        let again = try device.halcyon("key", "create")
        #expect(again.status == 73 && again.output.contains("there is a key already"))
        #expect(try device.halcyon("key", "show", "--json").output == shown.output)
    }
}
