// SPDX-License-Identifier: Apache-2.0

/// Who made a device: what its SunSpec model 1 says.
public struct SunSpecNameplate: Hashable, Sendable {
    /// `Mn`.
    public let manufacturer: String
    /// `Md`.
    public let model: String
    /// `Vr`.
    public let version: String
    /// `SN`.
    public let serialNumber: String

    /// The registers of the model that are read: number, length and four texts with what is between.
    static let count = 66

    /// Reads the model's registers, from its number on; what is missing is empty.
    init(_ registers: [UInt16]) {
        manufacturer = Self.text(registers, 2..<18)
        model = Self.text(registers, 18..<34)
        version = Self.text(registers, 42..<50)
        serialNumber = Self.text(registers, 50..<66)
    }

    private static func text(_ registers: [UInt16], _ span: Range<Int>) -> String {
        ModbusIdentity.text(
            registers[span.clamped(to: registers.indices)].flatMap {
                [UInt8($0 >> 8), UInt8($0 & 0xff)]
            })
    }
}
