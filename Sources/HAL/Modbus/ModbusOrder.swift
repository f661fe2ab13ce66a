// SPDX-License-Identifier: Apache-2.0

/// In which order the bytes of a value lie in its registers; `A` is the most significant byte.
///
/// Named after 32-bit values. For 64 bits the same two choices are made over four registers; for
/// one register only the order of its two bytes matters.
public enum ModbusOrder: String, Sendable, CaseIterable {
    /// Most significant register first, most significant byte first: the standard's order.
    case abcd = "ABCD"
    /// Least significant register first, most significant byte first.
    case cdab = "CDAB"
    /// Most significant register first, least significant byte first.
    case badc = "BADC"
    /// Least significant register first, least significant byte first.
    case dcba = "DCBA"

    /// Whether the least significant register comes first.
    var swapsRegisters: Bool { self == .cdab || self == .dcba }
    /// Whether the two bytes of each register are exchanged.
    var swapsBytes: Bool { self == .badc || self == .dcba }
}
