// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not a key or a signature of BLS12-381.
public enum BLSError: String, Error, Equatable, Sendable {
    /// Not 48 or 96 bytes.
    case length
    /// Not the encoding of a point: flags, a coordinate beyond the field, or no such point on the curve.
    case encoding
    /// The point at infinity, which is nobody's key.
    case infinity
    /// A point of the curve outside the group of prime order.
    case subgroup
}
