// SPDX-License-Identifier: Apache-2.0

/// The four tables of the Modbus data model (Application Protocol V1.1b3 §4.3).
public enum ModbusTable: String, Sendable, CaseIterable {
    /// Single bits that can be written.
    case coil
    /// Single bits that can only be read.
    case discrete
    /// 16-bit registers that can be written.
    case holding
    /// 16-bit registers that can only be read.
    case input

    /// Whether an address holds one bit rather than a register.
    public var holdsBits: Bool { self == .coil || self == .discrete }

    /// The code of the function that reads it (§6.1 to §6.4).
    var readFunction: UInt8 {
        switch self {
        case .coil: 1
        case .discrete: 2
        case .holding: 3
        case .input: 4
        }
    }
}
