// SPDX-License-Identifier: Apache-2.0

/// A command to an output as the journal keeps it.
public struct StoredCommand: Hashable, Sendable {
    /// Its number in this journal, in the order of giving.
    public let id: Int64
    /// The device's boot count when it was given.
    public let boot: UInt32
    /// Who wanted what, when.
    public let command: OutputCommand
    /// How it ended; `nil` while it has not, or if nobody was left to say.
    public let ending: Ending?

    /// How a command ended.
    public struct Ending: Hashable, Sendable {
        /// The result.
        public let result: Result
        /// More about it, in the words of whoever carried it out; empty for nothing.
        public let cause: String
        /// How long it took, in milliseconds of uptime.
        public let milliseconds: Int64

        /// An ending.
        public init(_ result: Result, cause: String = "", milliseconds: Int64) {
            self.result = result
            self.cause = cause
            self.milliseconds = milliseconds
        }
    }

    /// The result of a command. Raw values are written to disk: never renumber one.
    public enum Result: UInt8, Sendable, CaseIterable {
        /// Written, and read back as written.
        case done = 1
        /// Not written, or read back otherwise.
        case failed = 2
        /// The safe state came first.
        case overridden = 3
        /// The agent ended before the result was known: the hardware may or may not have obeyed.
        case interrupted = 4

        /// The word for it in every surface.
        public var word: String {
            switch self {
            case .done: "done"
            case .failed: "failed"
            case .overridden: "overridden"
            case .interrupted: "interrupted"
            }
        }
    }
}
