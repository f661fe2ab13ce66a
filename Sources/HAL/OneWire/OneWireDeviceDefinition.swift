// SPDX-License-Identifier: Apache-2.0

/// A 1-Wire thermometer with its points.
public struct OneWireDeviceDefinition: Hashable, Sendable {
    /// A point that shows the temperature, in °C before scaling.
    public struct Point: Hashable, Sendable {
        /// The point and its period.
        public let polled: PolledPoint
        /// How the temperature becomes the point's value.
        public let scale: ValueScale

        /// A point on the temperature.
        public init(polled: PolledPoint, scale: ValueScale = ValueScale()) {
            self.polled = polled
            self.scale = scale
        }
    }

    /// The device's name.
    public let name: String
    /// Which one it is.
    public let id: OneWireID
    /// Its points.
    public let points: [Point]
    /// The longest that one conversion with its read may take.
    public let timeoutMilliseconds: Int64
    /// Back-off after a failure: the first pause, doubled at every further failure …
    public let backoffMillisecondsMin: Int64
    /// … up to this one.
    public let backoffMillisecondsMax: Int64

    /// Longer than a conversion of 12 bits takes (750 ms) with a few attempts to read it.
    public static let timeoutMillisecondsDefault: Int64 = 2000

    /// A thermometer with those points.
    public init(
        name: String, id: OneWireID, points: [Point],
        timeoutMilliseconds: Int64 = timeoutMillisecondsDefault,
        backoffMillisecondsMin: Int64 = 1000, backoffMillisecondsMax: Int64 = 60_000
    ) {
        self.name = name
        self.id = id
        self.points = points
        self.timeoutMilliseconds = timeoutMilliseconds
        self.backoffMillisecondsMin = backoffMillisecondsMin
        self.backoffMillisecondsMax = backoffMillisecondsMax
    }

    var description: DeviceDescription {
        DeviceDescription(
            name: name, points: points.map(\.polled), timeoutMilliseconds: timeoutMilliseconds,
            backoffMillisecondsMin: backoffMillisecondsMin,
            backoffMillisecondsMax: backoffMillisecondsMax)
    }
}
