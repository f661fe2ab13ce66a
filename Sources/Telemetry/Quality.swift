// SPDX-License-Identifier: Apache-2.0

/// How far a reading can be relied on. The raw values are written to disk and signed.
public enum Quality: UInt8, Sendable, CaseIterable {
    /// Read as asked.
    case good = 0
    /// Read, with a doubt.
    case uncertain = 1
    /// Not read.
    case bad = 2

    /// The word for it in every surface.
    public var word: String {
        switch self {
        case .good: "good"
        case .uncertain: "uncertain"
        case .bad: "bad"
        }
    }
}
