// SPDX-License-Identifier: Apache-2.0

/// The GPIO chips and lines that the machine has, for `halcyon point list --available`.
public enum GPIOInventory {
    /// A chip with its lines, in the order of their offsets.
    public struct Chip: Hashable, Sendable {
        /// The device's name; it may change from boot to boot.
        public let name: String
        /// What its driver calls it.
        public let label: String
        /// Its lines.
        public let lines: [GPIOLineDescription]
    }

    /// The chips that are there now.
    ///
    /// - Throws: `accessDenied` if there are chips and none may be opened.
    public static func chips() throws(GPIOFailure) -> [Chip] {
        try GpiodHardware().chips().map { chip in
            Chip(
                name: chip.name, label: chip.label,
                lines: (0..<chip.lineCount).map {
                    chip.describe($0) ?? GPIOLineDescription(name: "")
                })
        }
    }

    /// What a point's `line` says for each line of each chip.
    ///
    /// - Parameter chips: all chips of the machine.
    /// - Returns: the line's name if no other line has it, otherwise its chip's label and its offset.
    public static func texts(of chips: [Chip]) -> [[String]] {
        let names = chips.flatMap(\.lines).map(\.name)
        let count = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
        return chips.map { chip in
            chip.lines.enumerated().map { offset, line in
                !line.name.isEmpty && count[line.name] == 1 ? line.name : "\(chip.label):\(offset)"
            }
        }
    }
}
