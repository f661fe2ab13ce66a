// SPDX-License-Identifier: Apache-2.0

import HAL
import TestSupport
import Testing

/// A machine whose primary port is a mini UART, like a Raspberry Pi 4 as it comes.
@Suite struct BoardInspectorTests {
    private let folder: TemporaryFolder
    private let board: BoardDefinition

    init() throws {
        folder = try TemporaryFolder()
        let signals = [
            BoardInterface.Signal(role: "TX", line: "D4"), .init(role: "RX", line: "D5"),
        ]
        board = BoardFixture.board(interfaces: [
            BoardFixture.i2c,
            BoardInterface(kind: .oneWire, name: "1-WIRE", signals: [.init(role: "", line: "D4")]),
            BoardInterface(
                kind: .serial, name: "UART1", devices: ["/dev/ttyS0", "/dev/serial0"],
                signals: signals, enabling: "enable_uart=1", note: "take UART0", isMini: true),
            BoardInterface(
                kind: .serial, name: "UART0", devices: ["/dev/ttyAMA0"], signals: signals,
                note: "disable-bt", occupant: "Bluetooth"),
            BoardInterface(
                kind: .serial, name: "UART10", devices: ["/dev/ttyAMA10"], signals: [],
                note: "take another"),
        ])
        for port in ["ttyS0", "ttyAMA0", "ttyAMA10", "ttyUSB0"] {
            try folder.write("", to: "/dev/\(port)")
        }
    }

    private func advice(_ device: String) -> [String] {
        var inspector = BoardInspector(board: board, root: folder.path)
        return inspector.advice(onSerial: device).map { "\($0.message) → \($0.next ?? "")" }
    }

    @Test("a port that is not the board's needs no advice")
    func foreign() { #expect(advice("/dev/ttyUSB0").isEmpty) }

    @Test(
        "a mini UART, a port of Bluetooth and one on no header are told, with what to do",
        arguments: [
            ("/dev/ttyS0", "/dev/ttyS0 is UART1, a mini UART → take UART0"),
            ("/dev/serial0", "/dev/serial0 is UART1, a mini UART → take UART0"),
            ("/dev/ttyAMA0", "/dev/ttyAMA0 is UART0, which Bluetooth uses → disable-bt"),
            ("/dev/ttyAMA10", "/dev/ttyAMA10 is UART10, which is on no header → take another"),
        ])
    func traps(device: String, advice: String) throws {
        try folder.link("/dev/serial0", to: "ttyS0")
        #expect(self.advice(device) == [advice])
    }

    @Test("once the system put the good port on the header, nothing is left to say")
    func primary() throws {
        try folder.link("/dev/serial0", to: "ttyAMA0")
        #expect(advice("/dev/serial0").isEmpty && advice("/dev/ttyAMA0").isEmpty)
    }

    @Test("a port that is off is told with what turns it on")
    func off() throws {
        folder.remove("/dev/ttyS0")
        #expect(advice("/dev/ttyS0").first == "/dev/ttyS0 (UART1) is not there → enable_uart=1")
    }

    @Test(
        "the kernel's console is recognised by any of the port's names",
        arguments: ["console=ttyAMA0,115200", "console=serial0,115200 quiet", "a console=ttyAMA0"])
    func console(line: String) throws {
        try folder.link("/dev/serial0", to: "ttyAMA0")
        try folder.write("console=tty1 \(line)\n", to: "/proc/cmdline")
        let found = advice("/dev/ttyAMA0")
        #expect(found.count == 1)
        #expect(found.first?.contains("is the kernel's console") == true)
        #expect(found.first?.contains("serial-getty@ttyAMA0") == true)
    }

    @Test("a console elsewhere is no matter")
    func otherConsole() throws {
        try folder.link("/dev/serial0", to: "ttyAMA0")
        try folder.write("console=ttyAMA10 console=ttyAMA\n", to: "/proc/cmdline")
        #expect(advice("/dev/ttyAMA0").isEmpty)
    }

    @Test("interfaces are in use once their files are there, ports once a bus wants them")
    func uses() throws {
        #expect(BoardInspector(board: board, root: folder.path).uses().isEmpty)
        try folder.write("", to: "/dev/i2c-1")
        try folder.write("", to: "/sys/bus/platform/drivers/w1-gpio/onewire@0/uevent")
        let uses = BoardInspector(board: board, root: folder.path)
            .uses(serialUsers: [("/dev/ttyS0", "bus meters"), ("/dev/ttyUSB0", "bus usb")])
        #expect(
            uses.map { "\($0.interface.name): \($0.user)" } == [
                "UART1: bus meters", "I2C1: the kernel (/dev/i2c-1)",
                "1-WIRE: the kernel (w1-gpio)",
            ])
    }
}
