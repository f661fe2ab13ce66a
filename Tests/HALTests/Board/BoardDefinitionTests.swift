// SPDX-License-Identifier: Apache-2.0

import HAL
import Testing

@Suite struct BoardDefinitionTests {
    private let board = BoardFixture.board()

    @Test("a pin is found by its number and says what line it carries")
    func pins() {
        #expect(board.brokenRules.isEmpty)
        #expect(board.pin(3)?.label == "D2")
        #expect(board.line(ofPin: 3) == "chip:2")
        #expect(board.line(ofPin: 8) == "J1 pin 8")
        #expect(board.pin("J1-3") == board.pin(3) && board.pin("3") == board.pin(3))
    }

    @Test("pins that are no GPIO, or not there, have no line", arguments: [1, 4, 7, 0, -1, 9])
    func noLine(number: Int) {
        #expect(board.line(ofPin: number) == nil)
    }

    @Test(
        "a line is meant by its label, any kernel's name or its address",
        arguments: ["D2", "SDA1", "chip:2", "chip:D2", "chip:SDA1"])
    func lineNames(text: String) {
        #expect(board.pin(ofLine: text)?.number == 3)
    }

    @Test(
        "other texts mean no line",
        arguments: ["", "D9", "other:2", "chip:", "chip:3V3", "D", "GND", "2"])
    func noLineNames(text: String) {
        #expect(board.pin(ofLine: text) == nil)
    }

    @Test("where two headers number alike, a number alone is not enough")
    func twoHeaders() {
        var board = board
        board.headers.append(
            BoardHeader(name: "J2", columns: 1, rows: 3, labels: ["GND", "5V", "D6"]))
        board.lines.append(BoardLine(label: "D6", chip: "chip", offset: 6))
        #expect(board.brokenRules.isEmpty)
        #expect(board.line(ofPin: 3) == nil)
        #expect(board.line(ofPin: "J2_3") == "chip:6" && board.line(ofPin: "J1.3") == "chip:2")
        #expect(board.line(ofPin: 8) == "J1 pin 8")
        #expect(board.line(ofPin: "J3_3") == nil && board.line(ofPin: "J2_x") == nil)
    }

    @Test("of several functions of a pin, the likeliest comes first")
    func functions() {
        let board = BoardFixture.board(interfaces: [
            BoardInterface(
                kind: .serial, name: "UART3", signals: [.init(role: "TX", line: "D2")]),
            BoardFixture.i2c,
        ])
        #expect(board.functions(of: "D2") == ["I2C1 SDA", "UART3 TX"])
        #expect(board.functions(of: "D4").isEmpty)
    }

    @Test(
        "a definition that breaks a rule is refused with it",
        arguments: [
            (BoardFixture.board(rows: 5), BoardError.Rule.pinCount, "8 pins"),
            (BoardFixture.board(columns: 3), .pinCount, "8 pins"),
            (
                BoardFixture.board(labels: ["3V3", "5V", "D2", "GND", "D3", "D4", "D2", "D5"]),
                .duplicatePin, "pin 7: \"D2\" is on J1 pin 3 already"
            ),
            (BoardFixture.board(others: []), .unknownLabel, "pin 7: \"RESET\""),
            (
                BoardFixture.board(
                    labels: ["3V3", "ELEVEN_LONG", "D2", "GND", "D3", "D4", "RESET", "D5"],
                    others: ["RESET", "ELEVEN_LONG"]),
                .labelLength, "pin 2"
            ),
            (
                BoardFixture.board(lines: [
                    BoardLine(label: "D2", chip: "chip", offset: 2),
                    BoardLine(label: "D3", chip: "chip", offset: 2),
                    BoardLine(label: "D4", chip: nil, offset: 0),
                    BoardLine(label: "D5", chip: nil, offset: 0),
                ]), .duplicateLine, "\"chip:2\" means two lines"
            ),
            (
                BoardFixture.board(
                    lines: ["D2", "D3", "D4", "D5", "D6"].map {
                        BoardLine(label: $0, chip: nil, offset: 0)
                    }), .lineWithoutPin, "\"D6\""
            ),
            (
                BoardFixture.board(interfaces: [
                    BoardInterface(kind: .pwm, name: "PWM", signals: [.init(role: "", line: "D9")])
                ]), .unknownLine, "\"D9\""
            ),
            (
                BoardFixture.board(interfaces: [
                    BoardInterface(kind: .i2c, name: "I2C", devices: ["i2c-1"], signals: [])
                ]), .devicePath, "\"i2c-1\""
            ),
            (
                BoardFixture.board(interfaces: [BoardFixture.i2c, BoardFixture.i2c]),
                .duplicateName, "I2C1"
            ),
        ])
    func refusals(board: BoardDefinition, rule: BoardError.Rule, detail: String) {
        let errors = board.brokenRules
        #expect(errors.count == 1)
        #expect(errors.first?.rule == rule)
        #expect(errors.first?.detail.contains(detail) == true, "\(errors)")
    }

    @Test("a compatible string twice, and a header's name twice, are refused")
    func doubles() {
        var board = board
        board.compatible = ["a,b", "a,b"]
        board.headers.append(BoardHeader(name: "J1", columns: 1, rows: 1, labels: ["GND"]))
        #expect(board.brokenRules.map(\.rule) == [.compatible, .duplicateName])
    }
}
