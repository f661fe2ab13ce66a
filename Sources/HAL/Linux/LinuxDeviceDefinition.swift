// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// A named group of the kernel's figures.
public struct LinuxDeviceDefinition: Hashable, Sendable {
    /// The device's name, `host` for instance.
    public let name: String
    /// Its points.
    public let points: [LinuxPointDefinition]

    /// A device of those points.
    public init(name: String, points: [LinuxPointDefinition]) {
        self.name = name
        self.points = points
    }

    var description: DeviceDescription {
        DeviceDescription(name: name, points: points.map(\.polled))
    }

    /// Checks what `DeviceDescription.check` can't see.
    func check() throws(HALError) {
        for point in points {
            guard point.scale.isFinite, point.scale != 0, point.offset.isFinite else {
                throw HALError(
                    .scaleNotUsable, at: point.polled.point.id.name,
                    detail: "finite, the scale not zero")
            }
        }
    }
}
