// SPDX-License-Identifier: Apache-2.0

/// What is known of a board: how it is recognised, its headers, lines and interfaces.
public struct BoardDefinition: Hashable, Sendable {
    /// The name that the configuration uses, the board file's without its extension.
    public var name: String
    /// The name that people use.
    public var title: String
    /// The board in a sentence.
    public var summary: String?
    /// Strings of the device tree's root property `compatible`, each of which means this board.
    public var compatible: [String] = []
    /// Where the facts come from.
    public var source: String?
    /// The headers.
    public var headers: [BoardHeader] = []
    /// The lines on the headers.
    public var lines: [BoardLine] = []
    /// What the lines can be used for.
    public var interfaces: [BoardInterface] = []
    /// The hardware watchdog.
    public var watchdog: BoardWatchdog?
    /// The types of its thermal zones.
    public var thermalZones: [String] = []
    /// The names of its LEDs below `/sys/class/leds`.
    public var leds: [String] = []

    /// A board of which only the name is known.
    public init(name: String, title: String) {
        self.name = name
        self.title = title
    }

    /// The pins of all headers.
    public var pins: [BoardPin] { headers.flatMap(\.pins) }

    /// The line that the configuration means by `text`: a label, kernel name or address.
    public func line(_ text: String) -> BoardLine? {
        lines.first { $0.label == text } ?? lines.first { $0.isMeant(by: text) }
    }

    /// The pin of that number.
    ///
    /// - Parameter number: the number printed beside the pin.
    /// - Returns: the pin; `nil` if there is none, or if several headers have one.
    public func pin(_ number: Int) -> BoardPin? {
        let found = pins.filter { $0.number == number }
        return found.count == 1 ? found.first : nil
    }

    /// The pin that `text` names: `11`, or `P9_12` and `P9-12` where several headers number alike.
    public func pin(_ text: String) -> BoardPin? {
        if let number = Int(text) { return pin(number) }
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) {
            $0 == "_" || $0 == "-" || $0 == "."
        }
        guard parts.count == 2, let number = Int(parts[1]) else { return nil }
        return pins.first { $0.header == parts[0] && $0.number == number }
    }

    /// The line on a pin, as the gpio driver takes it: `CHIP:OFFSET` or the kernel's name.
    ///
    /// - Parameter number: the number printed beside the pin.
    /// - Returns: the line; `nil` if there is no such pin, several, or one that is no GPIO.
    public func line(ofPin number: Int) -> String? {
        pin(number).flatMap(line(of:))?.address
    }

    /// The line on a pin given as text, as the gpio driver takes it.
    ///
    /// - Parameter text: `11`, or `P9_12` where several headers number alike.
    /// - Returns: the line; `nil` if there is no such pin, several, or one that is no GPIO.
    public func line(ofPin text: String) -> String? {
        pin(text).flatMap(line(of:))?.address
    }

    /// The line on a pin; `nil` if it is none.
    public func line(of pin: BoardPin) -> BoardLine? {
        pin.kind == .line ? lines.first { $0.label == pin.label } : nil
    }

    /// The pin that carries a line.
    ///
    /// - Parameter text: the line's label, kernel name or address.
    /// - Returns: the pin; `nil` if the line is unknown or on no header.
    public func pin(ofLine text: String) -> BoardPin? {
        guard let line = line(text) else { return nil }
        return pins.first { $0.kind == .line && $0.label == line.label }
    }

    /// What a line's pin can be instead of input or output: `I2C1 SDA`, the likeliest first.
    public func functions(of line: String) -> [String] {
        BoardInterface.Kind.allCases.flatMap { kind in
            interfaces.filter { $0.kind == kind }.compactMap { $0.function(of: line) }
        }
    }
}
