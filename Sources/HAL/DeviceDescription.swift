// SPDX-License-Identifier: Apache-2.0

/// What the scheduler knows of a device: its points, their periods, and what its failures cost.
public struct DeviceDescription: Hashable, Sendable {
    /// The device's name, the first part of its points' names.
    public let name: String
    /// Its points with their periods.
    public let points: [PolledPoint]
    /// The longest one exchange with it may block its bus, retries included.
    public let timeoutMilliseconds: Int64
    /// Back-off after a failed exchange: the first pause, doubled at every further failure …
    public let backoffMillisecondsMin: Int64
    /// … up to this one.
    public let backoffMillisecondsMax: Int64

    /// A device of that name.
    public init(
        name: String, points: [PolledPoint], timeoutMilliseconds: Int64 = 1000,
        backoffMillisecondsMin: Int64 = 1000, backoffMillisecondsMax: Int64 = 60_000
    ) {
        self.name = name
        self.points = points
        self.timeoutMilliseconds = timeoutMilliseconds
        self.backoffMillisecondsMin = backoffMillisecondsMin
        self.backoffMillisecondsMax = backoffMillisecondsMax
    }
}
