// SPDX-License-Identifier: Apache-2.0

/// Why the bytes of a segment are not readings. Offsets count bytes from the segment's start.
public enum SegmentError: Error, Equatable, Sendable {
    /// The bounds are reversed or span more than `JournalLimits.segmentReadingsMax`.
    case bounds(first: UInt64, last: UInt64)
    /// Shorter than an empty segment or longer than `JournalLimits.segmentBytesMax`.
    case length(Int)
    /// The checksum over bounds and bytes is wrong.
    case checksum
    /// A format that this release does not know.
    case version(UInt8)
    /// The bytes end inside a reading.
    case truncated(at: Int)
    /// Bytes follow the last reading.
    case trailing(at: Int)
    /// A number is longer than 64 bits or not in its shortest form.
    case number(at: Int)
    /// The value's form is unknown, or a doubt goes with no value.
    case form(UInt8, at: Int)
    /// The fault is unknown.
    case fault(UInt8, at: Int)
    /// The point's number is 0 or beyond 32 bits.
    case point(at: Int)
    /// A floating-point value is infinite or not a number.
    case notFinite(at: Int)
    /// A text is longer than its limit.
    case textLength(UInt64, at: Int)
    /// A text is not UTF-8.
    case textNotUTF8(at: Int)
    /// A reading's wall time lies outside the segment's bounds.
    case wall(at: Int)
    /// The journal does not know the point of this number.
    case unknownPoint(UInt32)
}
