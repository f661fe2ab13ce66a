// SPDX-License-Identifier: Apache-2.0

import HAL
import TestSupport

/// A small board of eight pins, and machines that may be one.
enum BoardFixture {
    static let labels = ["3V3", "5V", "D2", "GND", "D3", "D4", "RESET", "D5"]

    /// The board; each part can be replaced.
    static func board(
        labels: [String] = labels, columns: Int = 2, rows: Int = 4, others: Set<String> = ["RESET"],
        lines: [BoardLine]? = nil, interfaces: [BoardInterface]? = nil
    ) -> BoardDefinition {
        var board = BoardDefinition(name: "test", title: "Test board")
        board.compatible = ["maker,test"]
        board.headers = [
            BoardHeader(name: "J1", columns: columns, rows: rows, labels: labels, others: others)
        ]
        board.lines =
            lines
            ?? [
                BoardLine(label: "D2", chip: "chip", offset: 2, kernelName: "SDA1"),
                BoardLine(label: "D3", chip: "chip", offset: 3, kernelName: "SCL1"),
                BoardLine(label: "D4", chip: "chip", offset: 4),
                BoardLine(label: "D5", chip: nil, offset: 0, kernelName: "J1 pin 8"),
            ]
        board.interfaces = interfaces ?? [i2c, serial]
        return board
    }

    static let i2c = BoardInterface(
        kind: .i2c, name: "I2C1", devices: ["/dev/i2c-1"],
        signals: [.init(role: "SDA", line: "D2"), .init(role: "SCL", line: "D3")])

    static let serial = BoardInterface(
        kind: .serial, name: "UART0", devices: ["/dev/ttyAMA0"],
        signals: [.init(role: "TX", line: "D4"), .init(role: "RX", line: "D5")])

    /// Writes a device tree's root property, the strings each ended by a zero byte.
    static func write(compatible: [String], to folder: TemporaryFolder, path: String) throws {
        try folder.write(compatible.map { $0 + "\0" }.joined(), to: path)
    }
}
