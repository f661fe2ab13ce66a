// SPDX-License-Identifier: Apache-2.0

/// Why a text is not hexadecimal.
public enum HexError: Error, Equatable, Sendable {
    /// The count of digits is odd.
    case oddCount(Int)
    /// The byte of the text at this offset is not a digit.
    case notADigit(at: Int)
}
