// SPDX-License-Identifier: Apache-2.0

import HAL
import TestSupport
import Testing

@Suite struct BoardDetectorTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func board(_ name: String, _ compatible: String...) -> BoardDefinition {
        var board = BoardDefinition(name: name, title: name)
        board.compatible = compatible
        return board
    }

    private func detect(_ boards: [BoardDefinition]) -> BoardDetection {
        BoardDetector.detect(among: boards, root: folder.path)
    }

    @Test(
        "the device tree is read where either kind of kernel shows it",
        arguments: ["/proc/device-tree/compatible", "/sys/firmware/devicetree/base/compatible"])
    func places(path: String) throws {
        try BoardFixture.write(compatible: ["maker,four", "chip,two"], to: folder, path: path)
        #expect(BoardDetector.compatible(root: folder.path) == ["maker,four", "chip,two"])
        let four = board("four", "maker,three", "maker,four")
        #expect(detect([board("one", "maker,one"), four]) == .found(four, by: "maker,four"))
    }

    @Test("the board that claims the more specific string wins")
    func specific() throws {
        let strings = ["maker,wireless", "maker,plain", "chip"]
        try BoardFixture.write(
            compatible: strings, to: folder, path: "/proc/device-tree/compatible")
        let wireless = board("wireless", "maker,wireless")
        let plain = board("plain", "maker,plain")
        #expect(detect([plain, wireless]) == .found(wireless, by: "maker,wireless"))
        #expect(detect([plain]) == .found(plain, by: "maker,plain"))
        #expect(detect([board("prefix", "maker,plai")]) == .unknown(compatible: strings))
    }

    @Test("two boards that claim one string are both named, and neither is taken")
    func ambiguous() throws {
        try BoardFixture.write(
            compatible: ["maker,one"], to: folder, path: "/proc/device-tree/compatible")
        #expect(
            detect([board("a", "maker,one"), board("b", "maker,one")])
                == .ambiguous(names: ["a", "b"], by: "maker,one"))
    }

    @Test("no device tree, and one without strings, detect nothing")
    func nothing() throws {
        #expect(detect([board("one", "maker,one", "")]) == .noDeviceTree)
        try folder.write("\0\0", to: "/proc/device-tree/compatible")
        #expect(detect([board("one", "maker,one", "")]) == .noDeviceTree)
    }
}
