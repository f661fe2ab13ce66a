// SPDX-License-Identifier: Apache-2.0

/// Where a chip is on an I2C bus: `i2c-1:0x76`.
public struct I2CPlace: Hashable, Sendable, CustomStringConvertible {
    /// The number of the bus, `i2c-1`'s being 1.
    public let bus: UInt8
    /// The chip's address, 7 bits.
    public let address: UInt8

    /// Addresses that the specification leaves for chips (UM10204 §3.1.12).
    public static let addresses: ClosedRange<UInt8> = 0x08...0x77

    /// Reads the form that configuration uses.
    ///
    /// - Parameter text: `i2c-`, the bus in decimal digits, `:0x` and two hexadecimal digits.
    /// - Throws: `HALError`, `.malformedIdentifier`.
    public init(parsing text: String) throws(HALError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("i2c-"), parts[1].hasPrefix("0x"),
            parts[1].utf8.count == 4, let bus = UInt8(parts[0].dropFirst(4)),
            parts[0] == "i2c-\(bus)", let address = UInt8(parts[1].dropFirst(2), radix: 16),
            Self.addresses.contains(address)
        else {
            throw HALError(
                .malformedIdentifier, at: String(text.prefix(32)),
                detail: "i2c-BUS:0xADDRESS, from 0x08 to 0x77, as in i2c-1:0x76")
        }
        self.bus = bus
        self.address = address
    }

    /// The form that configuration uses.
    public var description: String { "i2c-\(bus):\(addressText)" }

    var addressText: String { "0x\(Self.hexadecimal(address, digits: 2))" }

    /// The folder of the bus.
    var adapterFolder: String { "/sys/bus/i2c/devices/i2c-\(bus)" }

    /// The folder of the chip: the kernel calls it `1-0076`.
    var folder: String { "/sys/bus/i2c/devices/\(bus)-\(Self.hexadecimal(address, digits: 4))" }

    private static func hexadecimal(_ number: UInt8, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
