// SPDX-License-Identifier: Apache-2.0

/// Comparison whose time depends on lengths only, never on the bytes.
public enum ConstantTime {
    /// Whether both collections hold the same bytes.
    public static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices {
            difference |= left[index] ^ right[index]
        }
        return difference == 0
    }
}
