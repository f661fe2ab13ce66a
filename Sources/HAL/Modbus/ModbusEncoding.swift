// SPDX-License-Identifier: Apache-2.0

/// How a value lies in its table.
public enum ModbusEncoding: Hashable, Sendable {
    /// A coil or discrete input.
    case boolean
    /// One bit of a register as a state; bit 0 is the least significant.
    case flag(bit: Int)
    /// `count` bits of a register from bit `offset` upwards, as an unsigned whole number.
    case bits(offset: Int, count: Int)
    /// One register, two's complement.
    case int16
    /// One register.
    case uint16
    /// Two registers, two's complement.
    case int32
    /// Two registers.
    case uint32
    /// Four registers, two's complement.
    case int64
    /// Four registers; a value above `Int64.max` is out of range.
    case uint64
    /// Two registers, IEEE 754 binary32.
    case float32
    /// Four registers, IEEE 754 binary64.
    case float64
    /// UTF-8 text, two bytes a register, padded with NUL or space.
    case text(registers: Int)

    /// How many addresses of its table a value takes.
    public var width: Int {
        switch self {
        case .boolean, .flag, .bits, .int16, .uint16: 1
        case .int32, .uint32, .float32: 2
        case .int64, .uint64, .float64: 4
        case .text(let registers): registers
        }
    }

    /// Whether it is a whole number before it is scaled.
    var isInteger: Bool {
        switch self {
        case .boolean, .flag, .text, .float32, .float64: false
        default: true
        }
    }

    /// Whether scale, offset and range apply to it.
    public var isNumeric: Bool {
        switch self {
        case .boolean, .flag, .text: false
        default: true
        }
    }
}
