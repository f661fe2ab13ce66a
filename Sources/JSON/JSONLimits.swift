// SPDX-License-Identifier: Apache-2.0

/// What reading a JSON text costs at most.
public enum JSONLimits {
    /// Arrays and objects within each other.
    public static let depthMax = 32
    /// Values in one text.
    public static let valuesMax = 1 << 18
    /// Bytes of one text, where the caller names no other bound.
    public static let bytesMax = 8 << 20
}
