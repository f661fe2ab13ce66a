// SPDX-License-Identifier: Apache-2.0

/// A 1-Wire device by its ROM code as the kernel writes it: `28-0123456789ab`.
public struct OneWireID: Hashable, Sendable, CustomStringConvertible {
    /// A family of thermometers that the kernel's `w1_therm` reads.
    public enum Family: UInt8, Sendable, CaseIterable {
        /// DS18S20 and DS1820.
        case ds18s20 = 0x10
        /// DS1822.
        case ds1822 = 0x22
        /// DS18B20.
        case ds18b20 = 0x28
        /// DS1825, and MAX31850 and MAX31851 for thermocouples.
        case ds1825 = 0x3B
        /// DS28EA00.
        case ds28ea00 = 0x42

        /// What a person calls it.
        public var name: String {
            switch self {
            case .ds18s20: "DS18S20"
            case .ds1822: "DS1822"
            case .ds18b20: "DS18B20"
            case .ds1825: "DS1825/MAX31850"
            case .ds28ea00: "DS28EA00"
            }
        }
    }

    /// The form that the kernel uses.
    public let description: String
    /// What the device is.
    public let family: Family

    /// Reads the kernel's form; capital letters are taken too.
    ///
    /// - Parameter text: two hexadecimal digits of the family, `-`, twelve of the serial number.
    /// - Throws: `HALError`, `.malformedIdentifier` or `.unknownFamily`.
    public init(parsing text: String) throws(HALError) {
        let form = "two hexadecimal digits, \"-\" and twelve more, as in 28-0123456789ab"
        let lower = text.lowercased()
        let digits = lower.utf8.filter { $0 != UInt8(ascii: "-") }
        guard lower.utf8.count == 15, lower.utf8.dropFirst(2).first == UInt8(ascii: "-"),
            digits.count == 14, let code = UInt8(lower.prefix(2), radix: 16),
            UInt64(lower.suffix(12), radix: 16) != nil, !lower.utf8.contains(UInt8(ascii: "+"))
        else {
            throw HALError(.malformedIdentifier, at: String(text.prefix(32)), detail: form)
        }
        guard let family = Family(rawValue: code) else {
            let known = Family.allCases.map { "\(String($0.rawValue, radix: 16)) \($0.name)" }
            throw HALError(.unknownFamily, at: text, detail: known.joined(separator: ", "))
        }
        self.family = family
        description = lower
    }
}
