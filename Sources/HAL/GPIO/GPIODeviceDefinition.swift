// SPDX-License-Identifier: Apache-2.0

/// A named group of lines: a relay board, a meter's pulse outputs, a row of switches.
public struct GPIODeviceDefinition: Hashable, Sendable {
    /// The device's name.
    public let name: String
    /// Its points.
    public let points: [GPIOPointDefinition]

    /// A device of those points.
    public init(name: String, points: [GPIOPointDefinition]) {
        self.name = name
        self.points = points
    }

    var description: DeviceDescription {
        DeviceDescription(name: name, points: points.map(\.polled))
    }
}
