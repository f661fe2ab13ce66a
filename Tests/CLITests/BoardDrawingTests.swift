// SPDX-License-Identifier: Apache-2.0

import Agent
import HAL
import TestSupport
import Testing

@testable import halcyon

@Suite struct BoardDrawingTests {
    private static let boards = BoardCatalog.read(boardsFolder).boards

    static let boardsFolder: String = {
        let file = #filePath.split(separator: "/").dropLast(3)
        return "/" + file.joined(separator: "/") + "/boards"
    }()

    private func layout(_ name: String, _ points: [BoardPoint] = []) throws -> BoardLayout {
        let board = try #require(Self.boards.first { $0.name == name })
        let i2c = try #require(board.interfaces.first { $0.kind == .i2c })
        return BoardLayout(
            board: board, points: points, uses: [BoardUse(interface: i2c, user: "the kernel")])
    }

    private func point(_ name: String, _ line: String, output: Bool = false) -> BoardPoint {
        BoardPoint(point: name, line: line, isOutput: output)
    }

    @Test("a header is drawn with its points, the way of their signals and what can't work")
    func golden() throws {
        let layout = try layout(
            "raspberry-pi-4b",
            [
                point("door/open", "GPIO17"),
                point("pump/relay", "pinctrl-bcm2711:27", output: true),
                point("meter/pulses", "GPIO18"), point("lamp/on", "GPIO23", output: true),
                point("tank/a-very-long-name-of-a-level", "SDA1"), point("far/away", "GPIO42"),
            ])
        let text = BoardDrawing(layout: layout, isColored: false).lines.joined(separator: "\n")
        #expect(text == Self.drawn)
    }

    private static let drawn = """
                                              J8
                                        3V3  1 │  2 5V
        tank/a-very-lon… !  I2C1 SDA  GPIO2  3 │  4 5V
                            I2C1 SCL  GPIO3  5 │  6 GND
                              1-WIRE  GPIO4  7 │  8 GPIO14 UART1 TX
                                        GND  9 │ 10 GPIO15 UART1 RX
               door/open ←           GPIO17 11 │ 12 GPIO18 PWM0      → meter/pulses
              pump/relay →           GPIO27 13 │ 14 GND
                                     GPIO22 15 │ 16 GPIO23           ← lamp/on
                                        3V3 17 │ 18 GPIO24
                           SPI0 MOSI GPIO10 19 │ 20 GND
                           SPI0 MISO  GPIO9 21 │ 22 GPIO25
                           SPI0 SCLK GPIO11 23 │ 24 GPIO8  SPI0 CS0
                                        GND 25 │ 26 GPIO7  SPI0 CS1
                              HAT ID ID_SDA 27 │ 28 ID_SCL HAT ID
                            UART3 RX  GPIO5 29 │ 30 GND
                                      GPIO6 31 │ 32 GPIO12 PWM0
                                PWM1 GPIO13 33 │ 34 GND
                                PWM1 GPIO19 35 │ 36 GPIO16
                                     GPIO26 37 │ 38 GPIO20
                                        GND 39 │ 40 GPIO21

          J8 pin 3, GPIO2: tank/a-very-long-name-of-a-level (input)
        ! J8 pin 3, GPIO2: the pin is I2C1 SDA, in use by the kernel
          J8 pin 11, GPIO17: door/open (input)
          J8 pin 12, GPIO18: meter/pulses (input)
          J8 pin 13, GPIO27: pump/relay (output)
          J8 pin 16, GPIO23: lamp/on (output)
          far/away is on GPIO42, which is on no header
        """

    @Test("no drawing is wider than 80 columns, with the longest names too", arguments: boards)
    func width(board: BoardDefinition) {
        let points = board.lines.map {
            point(String(repeating: "long/", count: 20) + $0.label, $0.label)
        }
        let drawing = BoardDrawing(
            layout: BoardLayout(board: board, points: points), isColored: false)
        #expect(drawing.lines.allSatisfy { $0.count <= 80 || !$0.contains("│") })
        let plain = BoardDrawing(layout: BoardLayout(board: board), isColored: false)
        #expect((plain.lines + BoardFacts.lines(of: board)).allSatisfy { $0.count <= 80 })
    }

    @Test("colours change nothing but colours")
    func colours() throws {
        let layout = try layout("raspberry-pi-5", [point("door/open", "GPIO17")])
        let plain = BoardDrawing(layout: layout, isColored: false).lines
        let colored = BoardDrawing(layout: layout, isColored: true).lines
        let stripped = colored.map { line in
            line.replacing(/\u{1B}\[[0-9]*m/, with: "")
        }
        #expect(colored != plain && stripped.map(trimmed) == plain)
    }

    private func trimmed(_ text: String) -> String {
        String(text.reversed().drop { $0 == " " }.reversed())
    }

    @Test("what a name hides from a terminal is shown, not obeyed")
    func hostile() throws {
        let layout = try layout("raspberry-pi-5", [point("a/\u{1B}[2J", "GPIO17")])
        let text = BoardDrawing(layout: layout, isColored: false).lines.joined()
        #expect(!text.contains("\u{1B}") && text.contains("\\u{1b}"))
    }
}
