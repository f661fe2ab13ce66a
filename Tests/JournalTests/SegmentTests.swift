// SPDX-License-Identifier: Apache-2.0

import Telemetry
import Testing

@testable import Journal

@Suite struct SegmentTests {
    static func segment(
        _ readings: [(UInt32, Outcome, Timestamp)], first: UInt64 = 1, boot: UInt32 = 1
    ) -> Segment {
        var encoder = SegmentEncoder(first: first, boot: boot)
        for (point, outcome, time) in readings {
            encoder.append(point: point, outcome: outcome, time: time)
        }
        return encoder.finish()
    }

    static func decode(_ segment: Segment) throws(SegmentError) -> [SegmentDecoder.Element] {
        var decoder = try SegmentDecoder(segment)
        var elements: [SegmentDecoder.Element] = []
        while let element = try decoder.next() { elements.append(element) }
        return elements
    }

    /// A segment whose checksum is right whatever its content says.
    static func sealed(
        _ content: [UInt8], last: UInt64 = 1, wall: ClosedRange<Int64> = .min ... .max
    ) -> Segment {
        var bytes = content
        bytes.append(
            littleEndian: Segment.checksum(first: 1, last: last, boot: 1, content: content))
        return Segment(
            first: 1, last: last, boot: 1, wallMin: wall.lowerBound, wallMax: wall.upperBound,
            bytes: bytes)
    }

    static let time = Timestamp(wallMilliseconds: 1_790_000_000_123, uptimeMilliseconds: 86_400_000)

    static let values: [Value] = [
        .integer(0), .integer(-1), .integer(.max), .integer(.min), .boolean(true), .boolean(false),
        .text(""), .text("°C ünïcode"), .text(String(repeating: "x", count: 256)),
        .number(0), .number(-0.0), .number(230.1), .number(2301 * 0.1), .number(3 * 0.1),
        .number(-17.25), .number(0.001), .number(1e300), .number(.leastNonzeroMagnitude),
        .number(.greatestFiniteMagnitude), .number(.pi), .number(Double(Float.pi)),
        .number(0x1p40), .number(-0x1p53), .number(123_456_789.125), .number(49.987),
        .number(-1.0e-7),
    ]

    @Test("every kind of value comes back bit for bit, with every quality", arguments: values)
    func roundTrip(value: Value) throws {
        let outcomes = [
            Outcome.good(value), .uncertain(value, .clockNotSet), .bad(.timeout),
        ]
        let segment = Self.segment(outcomes.map { (7, $0, Self.time) })
        let decoded = try Self.decode(segment)
        #expect(decoded.map(\.outcome) == outcomes)
        #expect(decoded.map(\.point) == [7, 7, 7])
        if case .number(let number) = value, case .number(let got)? = decoded[0].outcome.value {
            #expect(got.bitPattern == number.bitPattern)
        }
    }

    @Test("every fault comes back", arguments: Fault.allCases)
    func faults(fault: Fault) throws {
        let segment = Self.segment([(1, .bad(fault), Self.time)])
        #expect(try Self.decode(segment).map(\.outcome) == [.bad(fault)])
    }

    @Test("clocks that jump, run backwards or hold extremes come back exactly")
    func clocks() throws {
        let times: [(Int64, Int64)] = [
            (0, 5000), (1000, 6000), (1_790_000_000_000, 7000), (500, 8000), (500, 7000),
            (.max, .min), (.min, .max), (-1, 0), (.max, .max),
        ]
        let readings = times.map {
            (
                UInt32(3), Outcome.good(.integer(1)),
                Timestamp(wallMilliseconds: $0.0, uptimeMilliseconds: $0.1)
            )
        }
        let segment = Self.segment(readings)
        #expect(try Self.decode(segment).map(\.time) == readings.map(\.2))
        #expect(segment.wallMin == .min && segment.wallMax == .max)
    }

    @Test("ids count from the first, points may come in any order")
    func order() throws {
        let points: [UInt32] = [5, 6, 7, 1, 1, .max, 2]
        let segment = Self.segment(
            points.map { ($0, .good(.boolean(true)), Self.time) }, first: 1_000_000)
        let decoded = try Self.decode(segment)
        #expect(decoded.map(\.point) == points)
        #expect(decoded.map(\.id) == Array(1_000_000...1_000_006))
    }

    @Test("fifty typical readings of one second take at most 12 bytes each")
    func size() {
        var encoder = SegmentEncoder(first: 1, boot: 1)
        for index in 0..<50 {
            let wall = 1_790_000_000_000 + Int64(index * 19)
            let uptime = 1_000_000 + Int64(index * 19 + index % 2)
            encoder.append(
                point: UInt32(index + 1), outcome: .good(.number(Double(index) * 1.618_033_988)),
                time: Timestamp(wallMilliseconds: wall, uptimeMilliseconds: uptime))
        }
        #expect(encoder.finish().bytes.count <= 50 * 12)
    }

    @Test("a segment is full before it could break a limit, whatever is added")
    func limits() {
        let text = Outcome.uncertain(.text(String(repeating: "é", count: 128)), .clockNotSet)
        var long = SegmentEncoder(first: 1, boot: 1)
        var count = 0
        while !long.isFull {
            count += 1
            long.append(
                point: count % 2 == 0 ? 1 : .max, outcome: text,
                time: Timestamp(
                    wallMilliseconds: count % 2 == 0 ? .max : .min, uptimeMilliseconds: 0))
        }
        #expect(count < JournalLimits.segmentReadingsMax)
        #expect(long.finish().bytes.count <= JournalLimits.segmentBytesMax)
        var short = SegmentEncoder(first: 1, boot: 1)
        while !short.isFull { short.append(point: 1, outcome: .bad(.timeout), time: Self.time) }
        #expect(short.count == JournalLimits.segmentReadingsMax)
    }

    @Test("each single flipped bit of the bytes, bounds or boot is refused by the checksum")
    func flips() throws {
        let good = Self.segment([
            (1, .good(.number(230.1)), Self.time), (2, .bad(.timeout), Self.time),
        ])
        for bit in 0..<good.bytes.count * 8 {
            var bytes = good.bytes
            bytes[bit / 8] ^= 1 << (bit % 8)
            let bad = Segment(
                first: good.first, last: good.last, boot: good.boot, wallMin: good.wallMin,
                wallMax: good.wallMax, bytes: bytes)
            #expect(throws: SegmentError.checksum) { try SegmentDecoder(bad) }
        }
        let moved = Segment(
            first: 2, last: 3, boot: 1, wallMin: good.wallMin, wallMax: good.wallMax,
            bytes: good.bytes)
        #expect(throws: SegmentError.checksum) { try SegmentDecoder(moved) }
    }

    static let refused: [([UInt8], SegmentError)] = [
        ([2, 0x00, 1], .version(2)),
        ([1, 0x41, 0x80], .truncated(at: 3)),
        ([1, 0x01, 0x01], .trailing(at: 2)),
        ([1, 0x03, 0x80, 0x00], .number(at: 2)),
        ([1, 0x03] + [UInt8](repeating: 0xFF, count: 9) + [0x02], .number(at: 2)),
        ([1, 0x0E], .form(0x0E, at: 1)),
        ([1, 0x10, 1], .form(0x10, at: 1)),
        ([1, 0x00, 99], .fault(99, at: 2)),
        ([1, 0x21, 0x01], .point(at: 2)),
        ([1, 0x25, 0xFE, 0xFF, 0xFF, 0xFF, 0x1F], .point(at: 2)),
        ([1, 0x05, 0, 0, 0, 0, 0, 0, 0xF0, 0x7F], .notFinite(at: 2)),
        ([1, 0x06, 0, 0, 0xC0, 0x7F], .notFinite(at: 2)),
        ([1, 0x04, 0x81, 0x02], .textLength(257, at: 2)),
        (
            [1, 0x04, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
            .textLength(.max, at: 2)
        ),
        ([1, 0x04, 0x02, 0xC3, 0x28], .textNotUTF8(at: 2)),
        ([1, 0x04, 0x05, 0x41], .truncated(at: 3)),
    ]

    @Test("bytes that break the format are refused with the rule", arguments: refused)
    func refusal(content: [UInt8], error: SegmentError) {
        #expect(throws: error) { try Self.decode(Self.sealed(content)) }
    }

    @Test("bounds, length and wall times outside the limits are refused")
    func bounds() {
        #expect(throws: SegmentError.bounds(first: 1, last: 1025)) {
            try SegmentDecoder(Self.sealed([1], last: 1025))
        }
        #expect(throws: SegmentError.bounds(first: 1, last: 0)) {
            try SegmentDecoder(Self.sealed([1], last: 0))
        }
        #expect(throws: SegmentError.length(5)) { try SegmentDecoder(Self.sealed([1])) }
        #expect(throws: SegmentError.length(65_537)) {
            try SegmentDecoder(Self.sealed([UInt8](repeating: 1, count: 65_533)))
        }
        #expect(throws: SegmentError.wall(at: 1)) {
            try Self.decode(Self.sealed([1, 0x01], wall: 5...9))
        }
    }

    @Test("random bytes under a right checksum are decoded or refused, never trapped on")
    func random() {
        var generator = SplitMix.announced("segments")
        var refusals = 0
        for _ in 0..<5000 {
            let count = Int.random(in: 1...60, using: &generator)
            let content =
                [1] + (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let last = UInt64.random(in: 1...8, using: &generator)
            do throws(SegmentError) {
                _ = try Self.decode(Self.sealed(content, last: last))
            } catch {
                refusals += 1
            }
        }
        #expect(refusals > 0)
    }

    @Test("the checksum is the one of RFC 3720")
    func checksum() {
        #expect(Checksum.of("123456789".utf8) == 0xE306_9283)
        #expect(Checksum.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    }
}
