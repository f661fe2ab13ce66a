// SPDX-License-Identifier: Apache-2.0

/// The lines that one driver has: everything that `GPIODriver` needs to know.
public struct GPIOBusDefinition: Hashable, Sendable {
    /// The devices on them.
    public let devices: [GPIODeviceDefinition]

    /// A bus of those devices.
    public init(devices: [GPIODeviceDefinition]) { self.devices = devices }
}
