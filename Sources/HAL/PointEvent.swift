// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// Something that a point was seen to be at a moment of its own.
public struct PointEvent: Hashable, Sendable {
    /// Index into the device's `points`.
    public let point: Int
    /// What was seen.
    public let outcome: Outcome
    /// When, in nanoseconds of the monotonic clock (`CLOCK_MONOTONIC`).
    public let monotonicNanoseconds: UInt64

    /// An outcome at that time.
    public init(point: Int, outcome: Outcome, monotonicNanoseconds: UInt64) {
        self.point = point
        self.outcome = outcome
        self.monotonicNanoseconds = monotonicNanoseconds
    }
}
