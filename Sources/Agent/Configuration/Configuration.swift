// SPDX-License-Identifier: Apache-2.0

public import HAL
public import Logging

/// Everything the agent goes by, with its defaults. Reading it is `ConfigurationReader`'s duty.
public struct Configuration: Sendable, Equatable {
    /// Where the agent keeps its key and journal.
    public var stateDirectory = "/var/lib/halcyon"
    /// The board whose own points are added; `nil` for none.
    public var board: String?
    /// What the board's file says of its hardware; `nil` without a board.
    public var boardDefinition: BoardDefinition?
    /// Where board files are.
    public var boardsDirectory = "/usr/share/halcyon/boards"
    /// Where device profiles are.
    public var profilesDirectory = defaultProfilesDirectory
    /// The level below which nothing is logged.
    public var logLevel = Logger.Level.info
    /// The board's watchdog timer that the agent feeds, `/dev/watchdog0`; `nil` for none.
    public var watchdog: String?
    /// The time within which it must be fed, in seconds.
    public var watchdogSeconds: Int64 = 15
    /// How the journal is kept.
    public var journal = JournalSettings()
    /// How attestations are made.
    public var attestation = AttestationSettings()
    /// The buses with their devices and points, in the order of the files.
    public var buses: [BusConfiguration] = []

    /// The default configuration.
    public init() {}

    /// Where `halcyond` and `halcyon` look for the file when they are not told.
    public static let defaultFile = "/etc/halcyon/halcyon.toml"

    /// Where device profiles are when the configuration does not say.
    public static let defaultProfilesDirectory = "/usr/share/halcyon/profiles"

    /// The file of the device's attestation key.
    public var keyFile: String { stateDirectory + "/device.key" }

    /// The journal's file.
    public var journalFile: String { stateDirectory + "/journal.sqlite" }
}
