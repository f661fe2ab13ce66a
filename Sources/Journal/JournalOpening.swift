// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// What was found and done when a journal was opened or recovered.
public struct JournalOpening: Equatable, Sendable {
    /// What became of the file.
    public let outcome: Outcome
    /// The device's boot count, 1 at its first boot.
    public let bootCount: UInt32
    /// Losses that were recorded now: positions that may have been given out and are not there.
    public let gaps: [Gap]
    /// Whether the counters file was missing or damaged and was made again from the journal.
    public let countersRebuilt: Bool

    /// What became of the file.
    public enum Outcome: Equatable, Sendable {
        /// There was none; a new one was begun.
        case created
        /// It was in order.
        case opened
        /// It was in order and of an older release; it has the current format now.
        case migrated(from: Int64)
        /// It was damaged, is kept at `path`, and a new one was begun.
        case quarantined(path: String, reason: JournalError)
    }
}
