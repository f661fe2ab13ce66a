// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// Reads a segment's readings one by one, trusting none of its bytes.
struct SegmentDecoder {
    /// One decoded reading; `point` is the point's number in the journal.
    struct Element: Equatable {
        let id: UInt64
        let point: UInt32
        let outcome: Outcome
        let time: Timestamp
    }

    private let segment: Segment
    private var reader: ByteReader
    private var nextID: UInt64
    private var expectedPoint: Int64 = 1
    private var uptime: Int64 = 0
    private var offset: Int64 = 0

    /// Checks bounds, length, checksum and version.
    init(_ segment: Segment) throws(SegmentError) {
        guard segment.first >= 1, segment.first <= segment.last,
            segment.last <= JournalLimits.positionMax,
            segment.last - segment.first < UInt64(JournalLimits.segmentReadingsMax)
        else { throw .bounds(first: segment.first, last: segment.last) }
        let count = segment.bytes.count
        guard count >= 6, count <= JournalLimits.segmentBytesMax else { throw .length(count) }
        let sum = Segment.checksum(
            first: segment.first, last: segment.last, boot: segment.boot,
            content: segment.bytes[..<(count - 4)])
        var tail = ByteReader(segment.bytes, from: count - 4, to: count)
        guard try tail.littleEndian(UInt32.self) == sum else { throw .checksum }
        guard segment.bytes[0] == Segment.version else { throw .version(segment.bytes[0]) }
        self.segment = segment
        nextID = segment.first
        reader = ByteReader(segment.bytes, from: 1, to: count - 4)
    }

    /// The next reading, `nil` after the last one.
    mutating func next() throws(SegmentError) -> Element? {
        guard nextID <= segment.last else {
            guard reader.isAtEnd else { throw .trailing(at: reader.offset) }
            return nil
        }
        let start = reader.offset
        let head = try reader.byte()
        let point = try point(differs: head & 0x20 != 0)
        if head & 0x40 != 0 { uptime = uptime &+ (try reader.zigzag()) }
        if head & 0x80 != 0 { offset = offset &+ (try reader.zigzag()) }
        let wall = offset &+ uptime
        guard wall >= segment.wallMin, wall <= segment.wallMax else { throw .wall(at: start) }
        let outcome = try outcome(head, at: start)
        defer { nextID += 1 }
        return Element(
            id: nextID, point: point, outcome: outcome,
            time: Timestamp(wallMilliseconds: wall, uptimeMilliseconds: uptime))
    }

    private mutating func point(differs: Bool) throws(SegmentError) -> UInt32 {
        let start = reader.offset
        let number = differs ? expectedPoint &+ (try reader.zigzag()) : expectedPoint
        guard number >= 1, let point = UInt32(exactly: number) else { throw .point(at: start) }
        expectedPoint = number + 1
        return point
    }

    private mutating func outcome(_ head: UInt8, at start: Int) throws(SegmentError) -> Outcome {
        let isUncertain = head & 0x10 != 0
        guard let form = SegmentForm(rawValue: head & 0x0F), !(isUncertain && form == .none)
        else { throw .form(head & 0x1F, at: start) }
        var fault: Fault?
        if isUncertain || form == .none {
            let offset = reader.offset
            let byte = try reader.byte()
            fault = Fault(rawValue: byte)
            guard fault != nil else { throw .fault(byte, at: offset) }
        }
        let value = try value(form)
        return switch (value, fault) {
        case (let value?, nil): .good(value)
        case (let value?, let fault?): .uncertain(value, fault)
        case (nil, let fault?): .bad(fault)
        case (nil, nil): throw .form(head & 0x1F, at: start)
        }
    }

    private mutating func value(_ form: SegmentForm) throws(SegmentError) -> Value? {
        let start = reader.offset
        switch form {
        case .none: return nil
        case .no: return .boolean(false)
        case .yes: return .boolean(true)
        case .integer: return .integer(try reader.zigzag())
        case .text: return .text(try text())
        case .double: return try finite(Double(bitPattern: reader.littleEndian(UInt64.self)), start)
        case .float:
            return try finite(Double(Float(bitPattern: reader.littleEndian(UInt32.self))), start)
        default: return .number(form.number(try reader.zigzag()))
        }
    }

    private func finite(_ number: Double, _ start: Int) throws(SegmentError) -> Value {
        guard number.isFinite else { throw .notFinite(at: start) }
        return .number(number)
    }

    private mutating func text() throws(SegmentError) -> String {
        let start = reader.offset
        let count = try reader.varint()
        guard count <= UInt64(TelemetryLimits.textValueBytesMax) else {
            throw .textLength(count, at: start)
        }
        let bytes = try reader.take(Int(count))
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .textNotUTF8(at: start)
        }
        return text
    }
}
