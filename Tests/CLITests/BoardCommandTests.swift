// SPDX-License-Identifier: Apache-2.0

import Agent
import FoundationEssentials
import TestSupport
import Testing

@testable import halcyon

/// The board commands and what the doctor says of boards, on machines made of files.
@Suite struct BoardCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func halcyon(_ arguments: String...) throws -> (output: String, status: Int32) {
        try ChildProcess(
            BuiltProduct.path("halcyon"),
            ["board"] + arguments + [
                "--boards", BoardDrawingTests.boardsFolder, "--root", folder.path,
                "--config", folder.path + "/none.toml",
            ]
        ).finish()
    }

    private func become(_ compatible: String...) throws {
        try folder.write(
            compatible.map { $0 + "\0" }.joined(), to: "/proc/device-tree/compatible")
    }

    /// What the doctor says with a meter on `device` and, if given, a board.
    private func findings(device: String, board: String?) throws -> [Finding] {
        let agent = board.map { "board = \"\($0)\"" } ?? ""
        try folder.write(
            """
            [agent]
            boards_directory = "\(BoardDrawingTests.boardsFolder)"
            \(agent)
            [[bus]]
            name = "meters"
            driver = "modbus-rtu"
            device = "\(device)"
            [[device]]
            name = "meter"
            bus = "meters"
            unit_id = 1
            [[device.point]]
            name = "voltage"
            table = "input"
            address = 0
            type = "float32"
            unit = "V"
            """, to: "/halcyon.toml")
        let loaded = try ConfigurationReader.load(
            folder.path + "/halcyon.toml", root: folder.path)
        return Doctor.boardFindings(loaded.configuration, root: folder.path)
    }

    @Test("boards are listed, the own one is marked and shown without being named")
    func own() throws {
        try become("raspberrypi,5-model-b", "brcm,bcm2712")
        let list = try halcyon("list")
        #expect(list.status == 0 && list.output.contains("\n*  raspberry-pi-5 "))
        #expect(list.output.split(separator: "\n").filter { $0.hasPrefix("*") }.count == 1)
        let detected = try halcyon("detect", "--json")
        #expect(detected.status == 0 && detected.output.contains("\"board\":\"raspberry-pi-5\""))
        let shown = try halcyon("show")
        #expect(shown.status == 0 && shown.output.hasPrefix("Raspberry Pi 5 (raspberry-pi-5)\n"))
        #expect(shown.output.contains("at most 15 s") && !shown.output.contains("\u{1B}"))
    }

    @Test("what the machine is not is told by the status and the next step")
    func unknown() throws {
        #expect(try halcyon("detect").status == 66)
        try become("maker,unheard-of")
        let unknown = try halcyon("detect")
        #expect(unknown.status == 66 && unknown.output.contains("maker,unheard-of"))
        #expect(unknown.output.contains("→ halcyon board list"))
        #expect(try halcyon("show").status == 66)
        let missing = try halcyon("show", "raspberry-pi-9")
        #expect(missing.status == 66 && missing.output.contains("no board \"raspberry-pi-9\""))
    }

    @Test("every pin is one JSON value")
    func json() throws {
        let shown = try halcyon("show", "beaglebone-black", "--json")
        let pins = try shown.output.split(separator: "\n").map {
            try JSONDecoder().decode(Pin.self, from: Data($0.utf8))
        }
        #expect(pins.count == 92)
        let pin = try #require(pins.first { $0.header == "P9" && $0.pin == 14 })
        #expect(pin.line == "P9_14 [ehrpwm1a]" && pin.functions == ["EHRPWM1A"])
        #expect(pins[0].line == nil && pins[0].kind == "ground")
    }

    private struct Pin: Decodable {
        let header: String
        let pin: Int
        let kind: String
        let line: String?
        let functions: [String]
    }

    @Test("the doctor tells a board that is another than configured, and how to correct it")
    func mismatch() throws {
        try become("raspberrypi,4-model-b", "brcm,bcm2711")
        let right = try findings(device: "/dev/ttyUSB0", board: "raspberry-pi-4b")
        #expect(right.map(\.state) == [.ok])
        #expect(try findings(device: "/dev/ttyUSB0", board: "auto").map(\.state) == [.ok])
        let wrong = try findings(device: "/dev/ttyUSB0", board: "raspberry-pi-3b")
        #expect(wrong.map(\.state) == [.warning])
        #expect(wrong.first?.detail.contains("this is raspberry-pi-4b") == true)
        #expect(wrong.first?.next == "agent.board = \"raspberry-pi-4b\", or \"auto\"")
        #expect(try findings(device: "/dev/ttyUSB0", board: nil).isEmpty)
    }

    @Test("the doctor tells a bus on the mini UART, on Bluetooth's port and on the wrong one")
    func serial() throws {
        try become("raspberrypi,4-model-b", "brcm,bcm2711")
        try folder.write("", to: "/dev/ttyS0")
        try folder.write("", to: "/dev/ttyAMA0")
        try folder.link("/dev/serial0", to: "ttyS0")
        let mini = try findings(device: "/dev/serial0", board: nil)
        #expect(mini.map(\.subject) == ["bus meters"] && mini.map(\.state) == [.warning])
        #expect(mini.first?.next?.contains("dtoverlay=disable-bt") == true)
        let bluetooth = try findings(device: "/dev/ttyAMA0", board: nil)
        #expect(bluetooth.first?.detail.contains("Bluetooth uses") == true)

        try become("raspberrypi,5-model-b", "brcm,bcm2712")
        let off = try findings(device: "/dev/ttyAMA0", board: nil)
        #expect(off.isEmpty)
        folder.remove("/dev/ttyAMA0")
        let absent = try findings(device: "/dev/ttyAMA0", board: nil)
        #expect(absent.first?.next == "config.txt: dtparam=uart0=on")
    }
}
