// SPDX-License-Identifier: Apache-2.0

import HAL
import TestSupport
import Testing

@testable import Agent

/// The board files of the project, held against the rules and against facts checked by hand.
@Suite struct BoardFilesTests {
    static let folder: String = {
        let file = #filePath.split(separator: "/").dropLast(3)
        return "/" + file.joined(separator: "/") + "/boards"
    }()

    private static let catalog = BoardCatalog.read(folder)

    private func board(_ name: String) throws -> BoardDefinition {
        try #require(Self.catalog.boards.first { $0.name == name })
    }

    @Test("there are the boards that the project promises")
    func names() {
        #expect(
            Self.catalog.entries.map(\.name) == [
                "beaglebone-black", "libre-aml-s905x-cc", "odroid-c4", "raspberry-pi-3b",
                "raspberry-pi-3b-plus", "raspberry-pi-4b", "raspberry-pi-5", "raspberry-pi-cm4-io",
                "raspberry-pi-cm5-io", "raspberry-pi-zero-2-w", "simulated",
            ])
    }

    @Test(
        "every file decodes whole: its board, its buses and their points",
        arguments: catalog.entries)
    func decodes(entry: BoardCatalog.Entry) throws {
        #expect(entry.problems.isEmpty, "\(entry.problems)")
        let folder = try TemporaryFolder()
        try folder.write(
            """
            [agent]
            board = "\(entry.name)"
            boards_directory = "\(Self.folder)"
            """ + "\n" + TestConfiguration.bus("own", periodsSeconds: [1]), to: "/halcyon.toml")
        let configuration = try ConfigurationReader.load(folder.path + "/halcyon.toml")
            .configuration
        #expect(configuration.boardDefinition == entry.board)
    }

    @Test("a board of hardware says how it is recognised and where its facts are from")
    func sourced() {
        for board in Self.catalog.boards where board.name != "simulated" {
            #expect(!board.compatible.isEmpty && !board.headers.isEmpty, "\(board.name)")
            #expect(board.source?.isEmpty == false && board.watchdog != nil, "\(board.name)")
        }
        #expect(!Self.catalog.entries.contains { $0.name == Configuration.detectedBoard })
    }

    @Test("no two boards claim the same string of a device tree")
    func claims() {
        let claims = Self.catalog.boards.flatMap(\.compatible)
        #expect(Set(claims).count == claims.count)
    }

    @Test(
        "each board is recognised by the device tree that its kernel has",
        arguments: [
            ("raspberry-pi-zero-2-w", ["raspberrypi,model-zero-2-w", "brcm,bcm2837"]),
            ("raspberry-pi-3b", ["raspberrypi,3-model-b", "brcm,bcm2837"]),
            ("raspberry-pi-3b-plus", ["raspberrypi,3-model-b-plus", "brcm,bcm2837"]),
            ("raspberry-pi-4b", ["raspberrypi,4-model-b", "brcm,bcm2711"]),
            ("raspberry-pi-5", ["raspberrypi,5-model-b", "brcm,bcm2712"]),
            ("raspberry-pi-cm4-io", ["raspberrypi,4-compute-module", "brcm,bcm2711"]),
            ("raspberry-pi-cm5-io", ["raspberrypi,5-compute-module", "brcm,bcm2712"]),
            ("beaglebone-black", ["ti,am335x-bone-black", "ti,am335x-bone", "ti,am33xx"]),
            (
                "libre-aml-s905x-cc",
                ["libretech,aml-s905x-cc", "amlogic,s905x", "amlogic,meson-gxl"]
            ),
            ("odroid-c4", ["hardkernel,odroid-c4", "amlogic,sm1"]),
        ])
    func detection(name: String, compatible: [String]) throws {
        let folder = try TemporaryFolder()
        try folder.write(
            compatible.map { $0 + "\0" }.joined(), to: "/proc/device-tree/compatible")
        let found = BoardDetector.detect(among: Self.catalog.boards, root: folder.path)
        #expect(found.board?.name == name)
        // A chip alone is no board.
        try folder.write(
            compatible.dropFirst().map { $0 + "\0" }.joined(), to: "/proc/device-tree/compatible")
        #expect(BoardDetector.detect(among: Self.catalog.boards, root: folder.path).board == nil)
    }

    @Test(
        "pins carry the lines that the makers print",
        arguments: [
            ("raspberry-pi-3b", "11", "GPIO17", "pinctrl-bcm2835:17"),
            ("raspberry-pi-zero-2-w", "40", "GPIO21", "pinctrl-bcm2835:21"),
            ("raspberry-pi-3b-plus", "7", "GPIO4", "pinctrl-bcm2835:4"),
            ("raspberry-pi-4b", "11", "GPIO17", "pinctrl-bcm2711:17"),
            ("raspberry-pi-4b", "3", "GPIO2", "pinctrl-bcm2711:2"),
            ("raspberry-pi-4b", "8", "GPIO14", "pinctrl-bcm2711:14"),
            ("raspberry-pi-cm4-io", "37", "GPIO26", "pinctrl-bcm2711:26"),
            ("raspberry-pi-5", "12", "GPIO18", "pinctrl-rp1:18"),
            ("raspberry-pi-cm5-io", "33", "GPIO13", "pinctrl-rp1:13"),
            ("beaglebone-black", "P9_12", "P9_12", "P9_12"),
            ("beaglebone-black", "P9_11", "P9_11", "P9_11 [uart4_rxd]"),
            ("beaglebone-black", "P8_46", "P8_46", "P8_46 [hdmi]"),
            ("libre-aml-s905x-cc", "7", "GPIOCLK_0", "7J1 Header Pin7"),
            ("libre-aml-s905x-cc", "11", "GPIOAO_8", "9J3 Switch HDMI CEC/7J1 Header Pin11"),
            ("odroid-c4", "3", "GPIOX_17", "PIN_3"),
        ])
    func pins(name: String, pin: String, label: String, line: String) throws {
        let board = try board(name)
        #expect(board.pin(pin)?.label == label)
        #expect(board.line(ofPin: pin) == line)
        #expect(board.pin(ofLine: line) == board.pin(pin))
    }

    @Test(
        "kernel names that carry a pin's number stand at that pin",
        arguments: ["7J1 Header Pin", "PIN_"])
    func numbered(prefix: String) throws {
        let name = prefix == "PIN_" ? "odroid-c4" : "libre-aml-s905x-cc"
        let board = try board(name)
        for line in board.lines {
            let address = line.address.split(separator: "/").last.map(String.init) ?? ""
            let number = try #require(Int(address.dropFirst(prefix.count)))
            #expect(board.pin(number)?.label == line.label)
        }
    }

    @Test("a BeagleBone's names begin with header and pin")
    func beagleBone() throws {
        let board = try board("beaglebone-black")
        for line in board.lines {
            let pin = try #require(board.pin(ofLine: line.label))
            #expect("\(pin.header)_\(pin.number)" == line.label)
            #expect(line.address.hasPrefix(line.label))
        }
        #expect(board.pin(12) == nil)
    }

    @Test("all Raspberry Pis have the header of the first one of 40 pins")
    func raspberryPi() throws {
        let boards = Self.catalog.boards.filter { $0.name.hasPrefix("raspberry-pi-") }
        #expect(boards.count == 7)
        for board in boards {
            #expect(board.headers.map(\.labels) == boards[0].headers.map(\.labels))
            #expect(
                board.pins.filter { $0.kind == .ground }.map(\.number) == [
                    6, 9, 14, 20, 25, 30, 34, 39,
                ])
            #expect(board.pins.filter { $0.label == "3V3" }.map(\.number) == [1, 17])
            #expect(board.pins.filter { $0.label == "5V" }.map(\.number) == [2, 4])
            #expect(board.functions(of: "GPIO2") == ["I2C1 SDA"])
            for line in board.lines where line.label.hasPrefix("GPIO") {
                #expect(line.label == "GPIO\(line.offset)")
            }
        }
        #expect(try self.board("raspberry-pi-4b").pin(ofLine: "SDA1")?.number == 3)
    }
}
