// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// Builds the segments of one commit, in the form that `Segment` describes.
struct SegmentEncoder {
    /// The longest reading: head, fault, three numbers, a text with its length.
    static let readingBytesMax = 1 + 1 + 3 * 10 + 2 + TelemetryLimits.textValueBytesMax

    private let first: UInt64
    private let boot: UInt32
    private var bytes: [UInt8] = [Segment.version]
    private var expectedPoint: Int64 = 1
    private var uptime: Int64 = 0
    private var offset: Int64 = 0
    private var wallMin = Int64.max
    private var wallMax = Int64.min
    private(set) var count = 0

    /// A segment that begins with reading `first`.
    init(first: UInt64, boot: UInt32) {
        self.first = first
        self.boot = boot
    }

    /// Whether the next reading must go into a further segment.
    var isFull: Bool {
        count == JournalLimits.segmentReadingsMax
            || bytes.count + Self.readingBytesMax + 4 > JournalLimits.segmentBytesMax
    }

    /// Adds a reading of the point of that number; the outcome must be storable.
    mutating func append(point: UInt32, outcome: Outcome, time: Timestamp) {
        let newOffset = time.wallMilliseconds &- time.uptimeMilliseconds
        let pointDifference = Int64(point) - expectedPoint
        let uptimeDifference = time.uptimeMilliseconds &- uptime
        let offsetDifference = newOffset &- offset
        let head = bytes.count
        bytes.append(0)
        if pointDifference != 0 { bytes.append(zigzag: pointDifference) }
        if uptimeDifference != 0 { bytes.append(zigzag: uptimeDifference) }
        if offsetDifference != 0 { bytes.append(zigzag: offsetDifference) }
        if let fault = outcome.fault { bytes.append(fault.rawValue) }
        let form = append(outcome.value)
        bytes[head] =
            form.rawValue | (outcome.quality == .uncertain ? 0x10 : 0)
            | (pointDifference != 0 ? 0x20 : 0) | (uptimeDifference != 0 ? 0x40 : 0)
            | (offsetDifference != 0 ? 0x80 : 0)
        expectedPoint = Int64(point) + 1
        uptime = time.uptimeMilliseconds
        offset = newOffset
        wallMin = min(wallMin, time.wallMilliseconds)
        wallMax = max(wallMax, time.wallMilliseconds)
        count += 1
    }

    /// The finished segment; at least one reading must have been added.
    consuming func finish() -> Segment {
        let last = first + UInt64(count) - 1
        let sum = Segment.checksum(first: first, last: last, boot: boot, content: bytes)
        bytes.append(littleEndian: sum)
        return Segment(
            first: first, last: last, boot: boot, wallMin: wallMin, wallMax: wallMax, bytes: bytes)
    }

    private mutating func append(_ value: Value?) -> SegmentForm {
        switch value {
        case nil: return .none
        case .boolean(false): return .no
        case .boolean(true): return .yes
        case .integer(let number):
            bytes.append(zigzag: number)
            return .integer
        case .text(let text):
            bytes.append(varint: UInt64(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
            return .text
        case .number(let number): return append(number)
        }
    }

    /// Takes the shortest form that gives back exactly this number.
    private mutating func append(_ number: Double) -> SegmentForm {
        for form in SegmentForm.scaled {
            let digits = (number * form.divisor).rounded()
            guard digits.magnitude < 0x1p41 else { break }
            guard form.number(Int64(digits)).bitPattern == number.bitPattern else { continue }
            // Beyond 28 bits the four bytes below may be shorter.
            if digits.magnitude >= 0x1p27, Double(Float(number)) == number { break }
            bytes.append(zigzag: Int64(digits))
            return form
        }
        if Double(Float(number)).bitPattern == number.bitPattern {
            bytes.append(littleEndian: Float(number).bitPattern)
            return .float
        }
        bytes.append(littleEndian: number.bitPattern)
        return .double
    }
}
