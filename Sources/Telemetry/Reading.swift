// SPDX-License-Identifier: Apache-2.0

/// One attempt to read one point: what came of it, and when.
public struct Reading: Hashable, Sendable {
    /// The point that was read.
    public let point: Point
    /// What came of it.
    public let outcome: Outcome
    /// When the answer was there.
    public let time: Timestamp

    /// A reading of `point`.
    public init(point: Point, outcome: Outcome, time: Timestamp) {
        self.point = point
        self.outcome = outcome
        self.time = time
    }
}
