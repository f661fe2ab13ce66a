// SPDX-License-Identifier: Apache-2.0

/// A GPIO line that is on a header.
///
/// Kernels disagree about the names of lines (one calls `SDA1` what another calls `GPIO2`), but not
/// about their offset in a chip, and hardly about the labels of chips. So a line is given by chip
/// and offset where chips have stable labels, and by the kernel's name where they have not.
public struct BoardLine: Hashable, Sendable {
    /// What the board's maker calls it: `GPIO17`.
    public let label: String
    /// The label of its GPIO chip; `nil` if it is found by its kernel name.
    public let chip: String?
    /// Its offset in the chip.
    public let offset: Int
    /// The name that the kernel gives to it, if that may differ from the label.
    public let kernelName: String?

    /// A line.
    ///
    /// - Parameters:
    ///   - label: what the board's maker calls it.
    ///   - chip: the label of its GPIO chip; `nil` if it is found by its kernel name.
    ///   - offset: its offset in the chip.
    ///   - kernelName: the name that the kernel gives to it, if that may differ.
    public init(label: String, chip: String?, offset: Int, kernelName: String? = nil) {
        self.label = label
        self.chip = chip
        self.offset = offset
        self.kernelName = kernelName
    }

    /// The line as the gpio driver takes it: `CHIP:OFFSET`, or the kernel's name.
    public var address: String {
        chip.map { "\($0):\(offset)" } ?? kernelName ?? label
    }

    /// Whether `text` means this line: its label, kernel name or address, with or without its chip.
    ///
    /// - Parameter text: what a configuration gives as a line.
    /// - Returns: whether it is this one.
    public func isMeant(by text: String) -> Bool {
        if text == label || text == kernelName || text == address { return true }
        guard let chip, text.hasPrefix(chip + ":") else { return false }
        let name = text.dropFirst(chip.utf8.count + 1)
        return name == label || String(name) == kernelName
    }
}
