// SPDX-License-Identifier: Apache-2.0

/// A satellite receiver on a serial line, with its points.
public struct NMEABusDefinition: Hashable, Sendable {
    /// A group of points that the receiver's sentences give.
    public struct Device: Hashable, Sendable {
        /// The device's name.
        public let name: String
        /// Its points.
        public let points: [Point]
        /// The longest that a read waits for the first sentences after the line was opened.
        public let timeoutMilliseconds: Int64
        /// What has not been said anew for so long is stale.
        public let staleMilliseconds: Int64
        /// Back-off after a failure: the first pause, doubled at every further failure …
        public let backoffMillisecondsMin: Int64
        /// … up to this one.
        public let backoffMillisecondsMax: Int64

        /// A device of those points. Receivers speak once a second unless told otherwise.
        public init(
            name: String, points: [Point], timeoutMilliseconds: Int64 = 2500,
            staleMilliseconds: Int64 = 5000, backoffMillisecondsMin: Int64 = 1000,
            backoffMillisecondsMax: Int64 = 60_000
        ) {
            self.name = name
            self.points = points
            self.timeoutMilliseconds = timeoutMilliseconds
            self.staleMilliseconds = staleMilliseconds
            self.backoffMillisecondsMin = backoffMillisecondsMin
            self.backoffMillisecondsMax = backoffMillisecondsMax
        }
    }

    /// A point that shows one of the receiver's figures.
    public struct Point: Hashable, Sendable {
        /// The point and its period.
        public let polled: PolledPoint
        /// The figure.
        public let channel: NMEAChannel
        /// How the figure becomes the point's value.
        public let scale: ValueScale

        /// A point on `channel`.
        public init(
            polled: PolledPoint, channel: NMEAChannel, scale: ValueScale = ValueScale()
        ) {
            self.polled = polled
            self.channel = channel
            self.scale = scale
        }
    }

    /// The device file: `/dev/ttyAMA0`.
    public let line: String
    /// Line speed in bits per second, one of `baudRates`.
    public let baud: Int
    /// The devices; most have one.
    public let devices: [Device]

    /// The speeds that can be set; receivers leave their factories with 9600, some with 4800.
    public static let baudRates = [4800, 9600, 19_200, 38_400, 57_600, 115_200]

    /// A receiver at `line`.
    public init(line: String, baud: Int = 9600, devices: [Device]) {
        self.line = line
        self.baud = baud
        self.devices = devices
    }

    var descriptions: [DeviceDescription] {
        devices.map {
            DeviceDescription(
                name: $0.name, points: $0.points.map(\.polled),
                timeoutMilliseconds: $0.timeoutMilliseconds,
                backoffMillisecondsMin: $0.backoffMillisecondsMin,
                backoffMillisecondsMax: $0.backoffMillisecondsMax)
        }
    }

    /// Checks what `DeviceDescription.check` can't see.
    func check() throws(HALError) {
        let path = line.utf8
        guard path.first == UInt8(ascii: "/"), path.count <= NMEALimits.devicePathBytesMax,
            !path.contains(0)
        else { throw HALError(.malformedIdentifier, at: line, detail: "an absolute path") }
        guard Self.baudRates.contains(baud) else {
            let rates = Self.baudRates.map(String.init).joined(separator: ", ")
            throw HALError(.lineSpeed, at: "\(baud)", detail: rates)
        }
        for device in devices {
            guard (1...HALLimits.backoffMillisecondsMax).contains(device.staleMilliseconds) else {
                throw HALError(
                    .timeoutOutOfRange, at: device.name,
                    detail: "stale after 1…\(HALLimits.backoffMillisecondsMax) ms")
            }
            for point in device.points { try point.scale.check(point.polled) }
        }
    }
}
