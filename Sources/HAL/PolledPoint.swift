// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// A point and how often it is read.
public struct PolledPoint: Hashable, Sendable {
    /// The point.
    public let point: Point
    /// The period in milliseconds, `HALLimits.periodMillisecondsMin` or more.
    public let periodMilliseconds: Int64

    /// A point that is read every `periodMilliseconds`.
    public init(point: Point, periodMilliseconds: Int64) {
        self.point = point
        self.periodMilliseconds = periodMilliseconds
    }
}
