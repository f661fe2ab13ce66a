// SPDX-License-Identifier: Apache-2.0

/// A named group of the kernel's figures.
public struct LinuxDeviceDefinition: Hashable, Sendable {
    /// The device's name, `host` for instance.
    public let name: String
    /// Its points.
    public let points: [LinuxPointDefinition]
    /// The kernel's name of the chip that it is about, if it is about one: `bme280`.
    public let chip: String?
    /// Where that chip is.
    public let i2c: I2CPlace?
    /// Whether the kernel is told of the chip, if it does not know of it.
    public let isInstantiated: Bool

    /// A device of those points.
    public init(
        name: String, points: [LinuxPointDefinition], chip: String? = nil, i2c: I2CPlace? = nil,
        isInstantiated: Bool = false
    ) {
        self.name = name
        self.points = points
        self.chip = chip
        self.i2c = i2c
        self.isInstantiated = isInstantiated
    }

    var description: DeviceDescription {
        DeviceDescription(name: name, points: points.map(\.polled))
    }

    /// Checks what `DeviceDescription.check` can't see.
    func check() throws(HALError) {
        for point in points { try point.check() }
        guard isInstantiated else { return }
        // The name becomes a word of a command to the kernel.
        let isName = chip.map { chip in
            !chip.isEmpty && chip.utf8.count < 20
                && chip.allSatisfy {
                    $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_")
                }
        }
        guard isName == true, i2c != nil else {
            throw HALError(
                .malformedIdentifier, at: name,
                detail: "to instantiate a chip takes its name and its place on an I2C bus")
        }
    }
}
