// SPDX-License-Identifier: Apache-2.0

/// A bus and the devices on it: everything that `ModbusDriver` needs to know.
public struct ModbusBusDefinition: Hashable, Sendable {
    /// Where the bus is.
    public let endpoint: ModbusEndpoint
    /// Its devices. Two may share a unit identifier: one slave under two names.
    public let devices: [ModbusDeviceDefinition]

    /// A bus with those devices.
    public init(endpoint: ModbusEndpoint, devices: [ModbusDeviceDefinition]) {
        self.endpoint = endpoint
        self.devices = devices
    }
}
