// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import HAL

@Suite struct GPIOLookupTests {
    static let chips = ScriptedChips([
        .init(
            name: "gpiochip0", label: "pinctrl-bcm2711", lines: ["ID_SDA", "GPIO17", "", "TWIN"]),
        .init(name: "gpiochip1", label: "raspberrypi-exp-gpio", lines: ["TWIN", "a:b", ""]),
        .init(name: "gpiochip2", label: "INT33FF:00", lines: ["17", "x"]),
        .init(name: "gpiochip3", label: "same", lines: ["one"]),
        .init(name: "gpiochip4", label: "same", lines: ["two"]),
    ])

    static func find(_ text: String) throws -> String {
        let place = try GPIOLookup(try chips.chips()).find(text)
        return "\(place.chip.name) \(place.offset)"
    }

    static let found: [(String, String)] = [
        ("GPIO17", "gpiochip0 1"), ("pinctrl-bcm2711:GPIO17", "gpiochip0 1"),
        ("pinctrl-bcm2711:2", "gpiochip0 2"), ("raspberrypi-exp-gpio:TWIN", "gpiochip1 0"),
        ("a:b", "gpiochip1 1"), ("raspberrypi-exp-gpio:a:b", "gpiochip1 1"),
        ("INT33FF:00:x", "gpiochip2 1"), ("INT33FF:00:1", "gpiochip2 1"),
        // A name comes before an offset of the same look.
        ("INT33FF:00:17", "gpiochip2 0"), ("same:two", "gpiochip4 0"),
    ]

    @Test("a line is found by its name, or by its chip's label", arguments: found)
    func finds(text: String, place: String) throws {
        #expect(try Self.find(text) == place)
    }

    @Test("what the inventory says for a line finds it, and a name of several is not said")
    func inventory() throws {
        let chips = try Self.chips.chips().prefix(3).map { chip in
            GPIOInventory.Chip(
                name: chip.name, label: chip.label,
                lines: (0..<chip.lineCount).map {
                    chip.describe($0) ?? GPIOLineDescription(name: "")
                })
        }
        let texts = GPIOInventory.texts(of: chips)
        #expect(texts[0] == ["ID_SDA", "GPIO17", "pinctrl-bcm2711:2", "pinctrl-bcm2711:3"])
        for (chip, texts) in zip(chips, texts) {
            for (offset, text) in texts.enumerated() {
                #expect(try Self.find(text) == "\(chip.name) \(offset)")
            }
        }
    }

    @Test(
        "a line that is not there is missing",
        arguments: [
            "", "gpio17", "GPIO18", "pinctrl-bcm2711:4", "pinctrl-bcm2711:-1", "pinctrl-bcm2711:02",
            "pinctrl-bcm2711:", "gpiochip0:GPIO17", ":GPIO17",
            "pinctrl-bcm2711:99999999999999999999",
        ])
    func missing(text: String) {
        #expect(throws: GPIOFailure(.missing, "find", text)) { try Self.find(text) }
    }

    @Test("a kernel that says nothing of any line is told apart from one without the line")
    func mute() throws {
        let chips = ScriptedChips([.init(name: "gpiochip0", label: "x", lines: ["A"])])
        chips.state.withLock { $0.isMute = true }
        let lookup = GPIOLookup(try chips.chips())
        #expect(throws: GPIOFailure(.unsupported, "find", "A")) { _ = try lookup.find("A") }
        #expect(throws: GPIOFailure(.missing, "find", "A")) { _ = try GPIOLookup([]).find("A") }
    }

    @Test("a name or label of several is refused, naming the chips")
    func ambiguous() {
        #expect(
            throws: GPIOFailure(
                .ambiguous, "find", "TWIN",
                detail: "gpiochip0 pinctrl-bcm2711 line 3, gpiochip1 raspberrypi-exp-gpio line 0")
        ) { try Self.find("TWIN") }
        #expect(
            throws: GPIOFailure(
                .ambiguous, "find", "same:0",
                detail: "gpiochip3 same line 0, gpiochip4 same line 0")
        ) { try Self.find("same:0") }
    }
}
