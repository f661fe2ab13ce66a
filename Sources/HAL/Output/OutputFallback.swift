// SPDX-License-Identifier: Apache-2.0

/// How an output is set without its driver: one write to one file, as the kernel's LEDs and PWMs take.
public struct OutputFallback: Hashable, Sendable {
    /// The file.
    public let path: String
    /// What to write from its beginning, in a single `write`.
    public let text: String

    /// A write of `text` to the file at `path`.
    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}
