// SPDX-License-Identifier: Apache-2.0

/// The limits of this module.
public enum AgentLimits {
    /// Longest configuration, board or profile file.
    public static let configurationBytesMax = 1_048_576
    /// How much of a misspelt word is compared.
    static let spellingBytesMax = 64
    /// Dots in one line of a configuration, and so parts of a key.
    static let dotsPerLineMax = 1000
    /// Golden vectors of one profile.
    static let vectorsPerProfileMax = 64
    /// Registers, files and expectations of one golden vector, each.
    static let entriesPerVectorMax = 1024
    /// Files that are looked at in the folder of profiles.
    static let profilesMax = 4096
    /// Problems of a configuration that are listed; more are only counted.
    static let problemsMax = 200
    /// Devices of one agent.
    static let devicesMax = 1024
    /// Longest log line, so that a pipe takes it whole or not at all.
    static let logLineBytesMax = 4096
    /// Board files of a folder that are looked at.
    static let boardsMax = 256
    /// Buses of one agent.
    static let busesMax = 32
    /// Points of one agent, and of one profile.
    static let pointsMax = 4096
    /// Lines of one message that are logged in a window; the rest are counted.
    static let logLinesPerWindowMax = 10
    /// Length of that window.
    static let logWindowMilliseconds: Int64 = 30_000
    /// Different messages whose rate is tracked at once.
    static let logMessagesMax = 256
    /// Readings that wait for the journal at most; then the oldest go.
    static let queuedReadingsMax = 20_000
    /// How old a reading may be by default that an interlock relies on, at least.
    static let interlockAgeMillisecondsMin: Int64 = 1000
    /// Results of commands that wait for a disk that does not take them.
    static let unrecordedCommandsMax = 256
    /// Outputs that the guard process looks after; longest path and text of each (`halcyon-guard`).
    static let guardedOutputsMax = 256
    static let guardPathBytesMax = 512
    static let guardTextBytesMax = 64
    /// How long after the end of a lease the guard process acts if this one has not.
    static let guardGraceMilliseconds: Int64 = 500
    /// Shortest time between two guard processes that replace a lost one.
    static let guardReplacementMillisecondsMin: Int64 = 1000
    /// How often it is looked, 2 ms apart, whether the guard process has ended.
    static let guardEndChecksMax = 1000
    /// How long a command line waits for what an output needs before it can be written.
    static let sessionPatienceMilliseconds: Int64 = 10_000
    /// How long a stop waits for outputs to show their safe states.
    static let outputStopMilliseconds: Int64 = 5000
    /// How long the safe state of an output is tried on that left the configuration without reaching
    /// it.
    static let lostOutputMilliseconds: Int64 = 3_600_000
    /// How long a write of an output may take before the agent counts as hanging: far longer than
    /// any device may take, and what it has to wait for.
    static let outputGraceMilliseconds: Int64 = 300_000
    /// How long a start waits for outputs to show their safe states before it calls itself ready.
    static let outputStartMilliseconds: Int64 = 1000
    /// How long a stop waits for exchanges that are under way.
    static let busStopMilliseconds: Int64 = 10_000
    /// Readings that one attestation covers at most; more make several.
    static let readingsPerAttestationMax = 65_536
    /// Readings that are handled at once where all can't be.
    static let readingsPerPage = 1024
    /// How much longer than its period a commit may take before the recorder counts as hanging.
    static let recorderGraceMilliseconds: Int64 = 60_000
}
