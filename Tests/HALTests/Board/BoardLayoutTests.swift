// SPDX-License-Identifier: Apache-2.0

import HAL
import Testing

@Suite struct BoardLayoutTests {
    private func point(_ name: String, _ line: String) -> BoardPoint {
        BoardPoint(point: name, line: line, isOutput: false)
    }

    @Test("points stand at their pins, however their lines are given; others are listed")
    func placing() {
        let layout = BoardLayout(
            board: BoardFixture.board(),
            points: [
                point("a/by-name", "SDA1"), point("a/by-address", "chip:3"), point("a/lost", "X9"),
            ])
        let slots = layout.headers[0]
        #expect(slots[2].points.map(\.point) == ["a/by-name"] && slots[2].functions == ["I2C1 SDA"])
        #expect(slots[4].points.map(\.point) == ["a/by-address"])
        #expect(slots.filter { !$0.points.isEmpty }.count == 2)
        #expect(slots.allSatisfy { $0.conflict == nil })
        #expect(layout.unplaced.map(\.point) == ["a/lost"])
    }

    @Test("two points on a line, one on a bus's pin and one on the board's own are conflicts")
    func conflicts() {
        let board = BoardFixture.board(interfaces: [
            BoardFixture.i2c,
            BoardInterface(kind: .onboard, name: "flash", signals: [.init(role: "", line: "D5")]),
        ])
        let layout = BoardLayout(
            board: board,
            points: [
                point("a/1", "D4"), point("a/2", "chip:4"), point("a/3", "D2"), point("a/4", "D5"),
            ], uses: [BoardUse(interface: BoardFixture.i2c, user: "the kernel (/dev/i2c-1)")])
        let conflicts = layout.headers[0].map(\.conflict)
        #expect(conflicts[5] == "2 points are on one line: a/1, a/2")
        #expect(conflicts[2] == "the pin is I2C1 SDA, in use by the kernel (/dev/i2c-1)")
        #expect(conflicts[7] == "the board itself uses the pin: flash")
        // The other pin of the bus is in use, but nobody asks anything else of it.
        #expect(conflicts[4] == nil)
    }
}
