// SPDX-License-Identifier: Apache-2.0

/// How an output is set without its driver, by `halcyon-guard`: one write to one file, as the kernel's
/// LEDs and PWMs take, or one request of a line.
public struct OutputFallback: Hashable, Sendable {
    /// The file, or the chip's device.
    public let path: String
    /// What to write from its beginning, in a single `write`; of a line: its offset, the kernel's
    /// flags, the level and the chip's label, between single spaces.
    public let text: String
    /// Whether it is a line of a GPIO chip.
    public let isLine: Bool

    /// A write of `text` to the file at `path`.
    public init(path: String, text: String) {
        self.init(path: path, text: text, isLine: false)
    }

    init(path: String, text: String, isLine: Bool) {
        self.path = path
        self.text = text
        self.isLine = isLine
    }

    /// What is set: the same for two that exclude each other.
    public var target: String {
        isLine ? "\(path) \(text.prefix { $0 != " " })" : path
    }
}
