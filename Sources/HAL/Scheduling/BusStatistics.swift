// SPDX-License-Identifier: Apache-2.0

/// What a bus has done since it was started.
public struct BusStatistics: Hashable, Sendable {
    /// Its devices, in the driver's order.
    public internal(set) var devices: [Device]

    /// What happened with one device.
    public struct Device: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// Whether it is being asked.
        public internal(set) var health: DeviceHealth = .healthy
        /// Reads of one or more points that went to the driver.
        public internal(set) var exchanges: UInt64 = 0
        /// Those of them that failed as a whole.
        public internal(set) var failedExchanges: UInt64 = 0
        /// Points' readings that were delivered, of any quality.
        public internal(set) var readings: UInt64 = 0
        /// Those of them that are bad.
        public internal(set) var badReadings: UInt64 = 0
        /// Ticks of points that came and went without a reading, because the bus, the machine or
        /// the receiver of the readings was too slow.
        public internal(set) var missedTicks: UInt64 = 0
        /// How long the last exchange took.
        public internal(set) var lastExchangeMilliseconds: Int64 = 0

        /// A device that nothing has happened with.
        public init(name: String) { self.name = name }
    }

    /// A bus on which nothing has happened.
    public init(deviceNames: [String]) { devices = deviceNames.map(Device.init(name:)) }

    /// Reads that went to the driver.
    public var exchanges: UInt64 { sum(\.exchanges) }
    /// Those of them that failed as a whole.
    public var failedExchanges: UInt64 { sum(\.failedExchanges) }
    /// Readings that were delivered.
    public var readings: UInt64 { sum(\.readings) }
    /// Those of them that are bad.
    public var badReadings: UInt64 { sum(\.badReadings) }
    /// Ticks that came and went without a reading.
    public var missedTicks: UInt64 { sum(\.missedTicks) }

    private func sum(_ figure: KeyPath<Device, UInt64>) -> UInt64 {
        devices.reduce(0) { $0.addingSaturating($1[keyPath: figure]) }
    }
}
