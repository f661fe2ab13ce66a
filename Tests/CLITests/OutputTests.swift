// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import Platform
import TestSupport
import Testing

/// `halcyon output`, with and without a daemon.
@Suite(.serialized) struct OutputTests {
    private let kernel: TemporaryFolder
    private let device: Device

    init() throws {
        kernel = try TemporaryFolder()
        device = try Device(
            """
            [[bus]]
            name = "sim"
            driver = "simulated"
            state_folder = "\(kernel.path)"
            [[device]]
            name = "pump"
            bus = "sim"
            period_seconds = 0.05
            [[device.point]]
            name = "relay"
            unit = "/"
            waveform = "output:false"
            [device.point.output]
            safe = false
            interval_seconds_min = 0
            lease_seconds_max = 30
            [[device.point]]
            name = "speed"
            unit = "%"
            waveform = "output:0"
            [device.point.output]
            safe = 0
            min = 0
            max = 100
            interlock = ["pump/relay is true"]
            [[device.point]]
            name = "flow"
            unit = "l/s"
            waveform = "constant:1"
            """)
    }

    private func objects(_ output: String) throws -> [[String: JSONScalar]] {
        try output.split(separator: "\n").map {
            try JSONDecoder().decode([String: JSONScalar].self, from: Data($0.utf8))
        }
    }

    private var relay: String {
        let bytes = (try? File.read(kernel.path + "/pump.relay", bytesMax: 64)) ?? []
        return String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
    }

    @Test("an output is set, read back, returned to its safe state, and all that is kept")
    func set() throws {
        let set = try device.halcyon(
            "output", "set", "pump/relay", "on", "--for", "0.1", "--json")
        #expect(set.status == 0, "\(set.output)")
        let events = try objects(set.output)
        #expect(events.map { $0["event"] } == [.text("set"), .text("safe")])
        #expect(events.map { $0["value"] } == [.text("true"), .text("false")])
        #expect(relay == "false")
        let history = try objects(
            device.halcyon("output", "history", "--json", "pump/relay").output)
        let told = history.first { $0["holder"] != .text("halcyon") }
        #expect(told?["result"] == .text("done") && told?["value"] == .text("true"))
        let list = try objects(device.halcyon("output", "list", "--json").output)
        #expect(list.map { $0["output"] } == [.text("pump/relay"), .text("pump/speed")])
        #expect(list.map { $0["isSafe"] } == [.boolean(true), .boolean(true)])
    }

    @Test(
        "a signal ends a commissioning with the safe state", arguments: [SIGINT, SIGTERM, SIGHUP])
    func signals(signal: Int32) throws {
        let child = try ChildProcess(
            BuiltProduct.path("halcyon"),
            [
                "output", "set", "pump/relay", "on", "--for", "30", "--config",
                device.configuration,
            ])
        #expect(child.read(until: "shows true", seconds: 20).contains("shows true"))
        #expect(relay == "true")
        child.send(signal)
        let (output, status) = child.finish(seconds: 20)
        #expect(status == 0 && output.contains("safe: shows false"), "\(output)")
        #expect(relay == "false")
    }

    @Test("what the rules forbid is refused with the reason, and nothing is switched")
    func refusals() throws {
        func refused(_ arguments: String..., status: Int32, says: String) throws {
            let (output, code) = try ChildProcess(
                BuiltProduct.path("halcyon"),
                ["output", "set"] + arguments + ["--config", device.configuration]
            ).finish()
            #expect(code == status && output.contains(says), "\(arguments): \(output)")
        }
        try refused("pump/relay", "5", "--for", "1", status: 1, says: "type: a state is true")
        try refused("pump/speed", "101", "--for", "1", status: 1, says: "range: 0.0 to 100.0")
        try refused("pump/speed", "50", "--for", "1", status: 1, says: "interlock: pump/relay is")
        try refused("pump/relay", "on", "--for", "31", status: 1, says: "lease-length")
        try refused("pump/flow", "1", "--for", "1", status: 66, says: "is a point, but no output")
        try refused("pump/rely", "1", "--for", "1", status: 66, says: "there is no output")
        try refused("pump/relay", "maybe", "--for", "1", status: 64, says: "maybe")
        try refused("pump/relay", "on", "--for", "0", status: 64, says: "--for")
        #expect(relay == "false")
    }

    @Test("beside a daemon nothing is written; it says who is in the way, and shows its readings")
    func beside() throws {
        let daemon = try device.startReady()
        #expect(daemon.wait(for: "msg=committed"))
        for arguments in [["set", "pump/relay", "on", "--for", "1"], ["safe"]] {
            let (output, status) = try ChildProcess(
                BuiltProduct.path("halcyon"),
                ["output"] + arguments + ["--config", device.configuration]
            ).finish()
            #expect(status == 69 && output.contains("the daemon runs, process \(daemon.id)"))
        }
        #expect(try device.halcyon("output", "list").output.contains("pump/relay  false"))
        let status = try device.halcyon("status").output
        #expect(status.contains("outputs       2: 2 safe, 0 unknown, 0 not safe"), "\(status)")
        #expect(daemon.stop() == 0)
    }

    @Test("safe needs no journal and says that it had none; set needs one and touches nothing")
    func withoutJournal() throws {
        try kernel.write("true\n", to: "/pump.relay")
        try #require(mkdir(device.journal + ".lock", 0o755) == 0)
        let set = try device.halcyon("output", "set", "pump/relay", "on", "--for", "1")
        #expect(set.status == 74 && relay == "true", "\(set.output)")
        let safe = try device.halcyon("output", "safe")
        #expect(safe.status == 74 && relay == "false", "\(safe.output)")
        #expect(safe.output.contains("pump/relay safe: shows false"))
        #expect(safe.output.contains("the outputs are safe, but that could not be kept"))
    }

    @Test("doctor finds an output that is on though nobody holds it, and safe puts that right")
    func leftOn() throws {
        try kernel.write("true\n", to: "/pump.relay")
        let sick = try device.halcyon("doctor")
        #expect(sick.status == 1)
        #expect(sick.output.contains("output pump/relay: shows true though nobody holds it"))
        let safe = try device.halcyon("output", "safe")
        #expect(safe.status == 0 && safe.output.contains("pump/relay safe: shows false"))
        #expect(relay == "false")
        let well = try device.halcyon("doctor").output
        #expect(well.contains("ok       output pump/relay: in its safe state"), "\(well)")
    }
}
