// SPDX-License-Identifier: Apache-2.0

/// A decoded item of Recursive Length Prefix encoding (Yellow Paper, appendix B).
public indirect enum RLPItem: Equatable, Sendable {
    /// A string of bytes; integers too are strings.
    case string(ArraySlice<UInt8>)
    /// A list.
    case list([RLPItem])
}
