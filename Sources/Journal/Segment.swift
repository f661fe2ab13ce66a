// SPDX-License-Identifier: Apache-2.0

/// Readings `first...last` of one boot in encoded form: one row of the journal.
///
/// The bytes are a version, the readings one after the other, and a CRC-32C that also covers the
/// bounds and the boot count. A reading is a head byte and what the head says follows:
///
///     head bits 0–3  form of the value, `SegmentForm`
///          bit 4     the value is uncertain
///          bit 5     zigzag difference of the point's number to the one expected, the last plus 1
///          bit 6     zigzag difference of uptime to the last reading's, in milliseconds
///          bit 7     zigzag difference of (wall − uptime) to the last reading's, in milliseconds
///     the fault, one byte, if the value is uncertain or there is none
///     the value, as its form says
///
/// The first reading differs from point 0 at time 0. Differences wrap around, so any clock is exact.
struct Segment: Equatable {
    static let version: UInt8 = 1

    let first: UInt64
    let last: UInt64
    let boot: UInt32
    /// The earliest and latest wall time in it; not those of its first and last reading if the
    /// wall clock was set back in between.
    let wallMin: Int64
    let wallMax: Int64
    let bytes: [UInt8]

    /// The checksum of a segment with these bounds over `content`, all its bytes but the last four.
    static func checksum(
        first: UInt64, last: UInt64, boot: UInt32, content: some Sequence<UInt8>
    ) -> UInt32 {
        var checksum = Checksum()
        checksum.update(littleEndian: first)
        checksum.update(littleEndian: last)
        checksum.update(littleEndian: UInt64(boot))
        checksum.update(content)
        return checksum.value
    }
}

/// How a value is written. Raw values are on disk: never renumber one.
enum SegmentForm: UInt8 {
    /// No value: a bad reading.
    case none = 0
    /// A state, without further bytes.
    case no = 1, yes = 2
    /// A zigzag varint.
    case integer = 3
    /// A varint count of bytes and as many of UTF-8.
    case text = 4
    /// IEEE 754, lowest byte first.
    case double = 5, float = 6
    /// A floating-point number as a zigzag varint: itself …
    case whole = 7
    /// … divided by 10, 100, 1000 …
    case tenths = 8, hundredths = 9, thousandths = 10
    /// … or multiplied by 0.1, 0.01, 0.001, which rounds differently.
    case timesTenth = 11, timesHundredth = 12, timesThousandth = 13

    /// The forms of scaled numbers, shortest first for typical meters.
    static let scaled: [SegmentForm] = [
        .whole, .tenths, .timesTenth, .hundredths, .timesHundredth, .thousandths, .timesThousandth,
    ]

    /// The number that `digits` stands for in a scaled form.
    func number(_ digits: Int64) -> Double {
        let digits = Double(digits)
        return switch self {
        case .tenths: digits / 10
        case .hundredths: digits / 100
        case .thousandths: digits / 1000
        case .timesTenth: digits * 0.1
        case .timesHundredth: digits * 0.01
        case .timesThousandth: digits * 0.001
        default: digits
        }
    }

    /// The power of ten that a scaled form divides by.
    var divisor: Double {
        switch self {
        case .tenths, .timesTenth: 10
        case .hundredths, .timesHundredth: 100
        case .thousandths, .timesThousandth: 1000
        default: 1
        }
    }
}

/// What is known of a segment without its bytes.
struct SegmentBounds {
    let readings: ClosedRange<UInt64>
    let wall: ClosedRange<Int64>
    /// The count of its bytes.
    let bytes: Int64
}
