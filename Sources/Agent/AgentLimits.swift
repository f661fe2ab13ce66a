// SPDX-License-Identifier: Apache-2.0

/// The limits of this module.
public enum AgentLimits {
    /// Longest configuration, board or profile file.
    public static let configurationBytesMax = 1_048_576
    /// How much of a misspelt word is compared.
    static let spellingBytesMax = 64
    /// Buses of one agent.
    static let busesMax = 32
    /// Points of one agent.
    static let pointsMax = 4096
    /// Lines of one message that are logged in a window; the rest are counted.
    static let logLinesPerWindowMax = 10
    /// Length of that window.
    static let logWindowMilliseconds: Int64 = 30_000
    /// Different messages whose rate is tracked at once.
    static let logMessagesMax = 256
    /// Readings that wait for the journal at most; then the oldest go.
    static let queuedReadingsMax = 20_000
}
