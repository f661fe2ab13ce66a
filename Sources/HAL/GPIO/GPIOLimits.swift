// SPDX-License-Identifier: Apache-2.0

/// The limits of the GPIO driver.
public enum GPIOLimits {
    /// Lines of one bus: each is a file descriptor of its own.
    public static let linesPerBusMax = 128
    /// Chips that are looked through for a line.
    public static let chipsMax = 64
    /// Lines of one chip that are looked through.
    public static let linesPerChipMax = 1024
    /// Longest text that names a line: a label and a name, each of at most 31 bytes, with room.
    public static let lineTextBytesMax = 128
    /// Longest debounce period.
    public static let debounceMicrosecondsMax = 10_000_000
    /// Pulses after which a counter begins anew: up to here a scaled value gives the count back
    /// exactly.
    public static let totalMax: Int64 = 1 << 50
    /// Edges of one line that are read at once, the most that the kernel keeps.
    public static let edgesPerReadMax = 1024

    /// Shortest window that a frequency or duty is measured over.
    static let windowNanosecondsMin: UInt64 = 10_000_000
    /// Pause before a line that could not be had is looked for again.
    static let lookupPauseNanoseconds: UInt64 = 1_000_000_000
    /// Edges that come faster than one in this time are left to gather for as long: each has its own
    /// time, and a reading takes those that wait. The kernel's buffer fills to the brim at 500,000 a
    /// second, beyond what a processor of these boards can take.
    static let gatherNanoseconds: UInt64 = 2_000_000
}
