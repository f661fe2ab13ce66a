// SPDX-License-Identifier: Apache-2.0

/// Why a bus, device or point can't be as it was defined.
public struct ModbusDefinitionError: Error, Hashable, Sendable {
    /// The rule that was broken.
    public let rule: Rule
    /// The endpoint, device or point that breaks it.
    public let place: String
    /// What was found, and what would be right.
    public let detail: String

    /// The rules of a definition.
    public enum Rule: String, Sendable, CaseIterable {
        /// The endpoint can't be used for another reason.
        case endpoint
        /// The host is empty, too long or contains a character that no host has.
        case host
        /// The TCP port is not 1...65535.
        case port
        /// The serial device is not an absolute path of a sensible length.
        case serialDevice = "serial-device"
        /// The line speed is none that can be set.
        case baud
        /// RTU characters have 8 data bits.
        case dataBits = "data-bits"
        /// A character has 1 or 2 stop bits.
        case stopBits = "stop-bits"
        /// A bus has at least one and at most `ModbusLimits.devicesPerBusMax` devices.
        case deviceCount = "device-count"
        /// Two devices have one name, or one has none.
        case deviceName = "device-name"
        /// The unit identifier is none that can be read from.
        case unitID = "unit-id"
        /// The response timeout is outside its limits.
        case responseTimeout = "response-timeout"
        /// The count of retries is outside its limits.
        case retries
        /// The back-off is outside its limits or reversed.
        case backoff
        /// The gap is negative or longer than a read.
        case gap
        /// A read's size is outside the protocol's limits or smaller than a point of the device.
        case readSize = "read-size"
        /// A device has at least one point, a bus at most `HALLimits.pointsPerBusMax`.
        case pointCount = "point-count"
        /// Two points have one name.
        case pointName = "point-name"
        /// The period is outside its limits.
        case period
        /// The value does not lie within addresses 0...65535.
        case address
        /// The encoding does not fit the table.
        case encoding
        /// The bits do not lie within one register.
        case bitField = "bit-field"
        /// A text has 1 to 125 registers.
        case textLength = "text-length"
        /// Texts and bits have no order of registers.
        case order
        /// The scale is zero or not finite, or the value is no number.
        case scale
        /// The range is reversed or not finite, or the value is no number.
        case range
        /// The SunSpec model has no such number, or the point lies in another table.
        case model
        /// The scale factor lies outside of the table or within the value, or scales no integer.
        case scaleRegister = "scale-register"
        /// The point can't be written, or not in that way.
        case write
        /// Direction control is for serial lines, with delays within their limit.
        case rs485
    }
}

extension ModbusDefinitionError: CustomStringConvertible {
    /// Place, rule and detail.
    public var description: String { "\(place): \(rule.rawValue): \(detail)" }
}
