// SPDX-License-Identifier: Apache-2.0

/// The limits of this module.
public enum HALLimits {
    /// Shortest polling period.
    public static let periodMillisecondsMin: Int64 = 10
    /// Longest polling period: one week.
    public static let periodMillisecondsMax: Int64 = 604_800_000
    /// Points on one bus.
    public static let pointsPerBusMax = 4096
    /// Longest time limit of one exchange with a device.
    public static let timeoutMillisecondsMax: Int64 = 60_000
    /// Longest back-off after failed exchanges: one hour.
    public static let backoffMillisecondsMax: Int64 = 3_600_000
    /// After a failed exchange of some length, the bus waits this many times that length before it
    /// asks a failed device again at the expense of healthy ones: they lose at most 1/33 of it.
    public static let probePauseFactor: Int64 = 32
    /// Difference between two exchanges with a device that changes nothing in the order of the bus.
    static let costMillisecondsStep: Int64 = 2
    /// Largest file of `/proc` or `/sys` that is read.
    public static let systemFileBytesMax = 65_536
    /// Longest text that defines a channel, waveform or simulated fault.
    public static let definitionBytesMax = 512
    /// Entries of one system folder that are looked at.
    public static let folderEntriesMax = 4096
    /// How long after a device appears the system may take to give its files their group.
    public static let deviceRightsMilliseconds: Int64 = 250
    /// Longest that the kernel is asked to hold an output: one day.
    public static let holdMillisecondsMax: Int64 = 86_400_000
    /// Brightest level that an LED's driver may count to.
    public static let brightnessMax: Int64 = 2_147_483_647
    /// Events of one device that wait to be taken.
    public static let eventsPerDeviceMax = 1024
    /// Rows of a board's header.
    public static let headerRowsMax = 64
    /// Longest label of a pin, so that a header can be drawn in 80 columns.
    public static let pinLabelBytesMax = 10
    /// Longest name of what a pin can be used for, for the same reason.
    public static let pinFunctionBytesMax = 12
    /// Longest lease of an output: one day.
    public static let leaseMillisecondsMax: Int64 = 86_400_000
    /// Longest pause that an output may demand between two changes: one day.
    public static let outputIntervalMillisecondsMax: Int64 = 86_400_000
    /// Highest limit of an output's changes in an hour; also how many are remembered.
    public static let changesPerHourMax = 3600
    /// Conditions that one output may depend on.
    public static let interlocksPerOutputMax = 16
    /// Longest name of who holds an output.
    public static let holderBytesMax = 96
    /// Pause before a safe state is written again that the hardware did not take, doubled at every
    /// further failure …
    public static let safeRetryMillisecondsMin: Int64 = 50
    /// … up to this one.
    public static let safeRetryMillisecondsMax: Int64 = 5000
    /// Polled readings in a row that show another value than the one written before that counts: one
    /// may have been under way when it was written.
    public static let driftingReadingsMin = 2
}
