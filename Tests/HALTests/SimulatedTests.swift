// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport
import Testing

@Suite struct SimulatedTests {
    static let day: Int64 = 86_400_000
    /// 2027-01-01T00:00:00Z.
    static let start: Int64 = 1_798_761_600_000

    static func point(
        _ name: String, _ waveform: String, faults: [String] = []
    ) throws -> SimulatedPointDefinition {
        SimulatedPointDefinition(
            polled: PolledPoint(point: .test(name), periodMilliseconds: 1000),
            waveform: try SimulatedWaveform(parsing: waveform),
            faults: try faults.map { try SimulatedFault(parsing: $0) })
    }

    static func numbers(
        _ waveform: String, seed: UInt64 = 1, every step: Int64, count: Int64
    ) throws -> [Double] {
        let wave = try SimulatedWaveform(parsing: waveform)
        let id = try #require(PointID("a/b"))
        return (0..<count).map { index in
            let time = Timestamp(
                wallMilliseconds: start + index * step, uptimeMilliseconds: index * step)
            return switch wave.value(at: time, seed: seed, point: id) {
            case .number(let number): number
            case .integer(let integer): Double(integer)
            case .boolean(let state): state ? 1 : 0
            case .text: .nan
            }
        }
    }

    @Test("a mains voltage stays within its swing and noise, around its mean")
    func sine() throws {
        let values = try Self.numbers("sine:230,2,60,0.5", every: 250, count: 24_000)
        #expect(values.allSatisfy { (227.5...232.5).contains($0) })
        #expect(abs(values.reduce(0, +) / 24_000 - 230) < 0.05)
        #expect((values.max() ?? 0) > 231.8 && (values.min() ?? 999) < 228.2)
        #expect(Set(values).count > 23_000)
    }

    @Test("a day is coldest at five and warmest at fifteen o'clock")
    func daily() throws {
        let values = try Self.numbers("daily:12,5", every: Self.day / 24, count: 24)
        #expect(values[5] == 7 && values[15] == 17)
        #expect(zip(values[5...15], values[6...15]).allSatisfy { $0 < $1 })
        let nights = Array(values[15...]) + values[...5]
        #expect(zip(nights, nights.dropFirst()).allSatisfy { $0 > $1 })
    }

    @Test("a walk wanders smoothly through its band and never leaves it")
    func walk() throws {
        let values = try Self.numbers("walk:50,10,600", every: 1000, count: 86_400)
        #expect(values.allSatisfy { (40...60).contains($0) })
        #expect((values.max() ?? 0) > 55 && (values.min() ?? 99) < 45)
        #expect(zip(values, values.dropFirst()).allSatisfy { abs($0 - $1) < 0.3 })
    }

    @Test(
        "counters and energy never fall and grow by their rate",
        arguments: [("counter:3.5,1", 3.5 * 86_400), ("counter:2,0", 172_800), ("energy:500", 12)])
    func growth(waveform: String, daily: Double) throws {
        let values = try Self.numbers(waveform, every: 60_000, count: 1441)
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(abs(values[1440] - values[0] - daily) < max(1.1, daily * 1e-6) * 1.0)
        let early = try SimulatedWaveform(parsing: waveform)
        let id = try #require(PointID("a/b"))
        let unset = Timestamp(wallMilliseconds: 0, uptimeMilliseconds: 0)
        let zero = early.value(at: unset, seed: 1, point: id)
        #expect(zero == .integer(0) || zero == .number(0))
    }

    @Test("squares and toggles keep their duty")
    func duty() throws {
        let square = try Self.numbers("square:1,3,10,0.25", every: 100, count: 10_000)
        #expect(Set(square) == [1, 3])
        #expect(abs(square.count { $0 == 3 } - 2500) <= 25)
        let toggle = try Self.numbers("toggle:10", every: 100, count: 10_000)
        #expect(abs(toggle.count { $0 == 1 } - 5000) <= 50)
    }

    @Test("the same seed gives the same run, another seed or name another one")
    func seeds() throws {
        let one = try Self.numbers("walk:0,1,60", every: 1000, count: 100)
        #expect(try Self.numbers("walk:0,1,60", every: 1000, count: 100) == one)
        #expect(try Self.numbers("walk:0,1,60", seed: 2, every: 1000, count: 100) != one)
        let wave = try SimulatedWaveform(parsing: "walk:0,1,60")
        let time = Timestamp(wallMilliseconds: Self.start, uptimeMilliseconds: 0)
        let other = try #require(PointID("a/c"))
        #expect(wave.value(at: time, seed: 1, point: other) != .number(one[0]))
    }

    @Test("times at the ends of the clock give values, not traps", arguments: [Int64.min, 0, .max])
    func extremes(milliseconds: Int64) throws {
        let id = try #require(PointID("a/b"))
        let time = Timestamp(wallMilliseconds: milliseconds, uptimeMilliseconds: milliseconds)
        for text in [
            "sine:1,1,0.001,1", "daily:1,1,1", "walk:1,1,0.001", "counter:1e15,1", "energy:1e15",
            "square:0,1,0.001", "toggle:0.001", "constant:5",
        ] {
            let value = try SimulatedWaveform(parsing: text).value(at: time, seed: 1, point: id)
            if case .number(let number) = value { #expect(number.isFinite) }
        }
    }

    @Test("constants keep their type")
    func constants() throws {
        #expect(try SimulatedWaveform(parsing: "constant:42") == .constant(.integer(42)))
        #expect(try SimulatedWaveform(parsing: "constant:1.5") == .constant(.number(1.5)))
        #expect(try SimulatedWaveform(parsing: "constant:true") == .constant(.boolean(true)))
        #expect(try SimulatedWaveform(parsing: "text:on: fire") == .text("on: fire"))
    }

    @Test(
        "a waveform of unknown kind or wrong form is refused with its rule",
        arguments: [
            ("", HALError.Rule.unknownWaveform), ("saw:1", .unknownWaveform),
            ("sine", .malformedWaveform), ("sine:1,2", .malformedWaveform),
            ("sine:1,2,0", .malformedWaveform), ("sine:1,2,-5", .malformedWaveform),
            ("sine:nan,2,5", .malformedWaveform), ("sine:1,2,3,4,5", .malformedWaveform),
            ("sine:1,,3", .malformedWaveform), ("walk:1,2,inf", .malformedWaveform),
            ("daily:1e300,1", .malformedWaveform), ("counter:-1", .malformedWaveform),
            ("counter:1,1.1", .malformedWaveform), ("energy:x", .malformedWaveform),
            ("square:0,1,5,2", .malformedWaveform), ("toggle:5,-1", .malformedWaveform),
            ("constant:", .malformedWaveform), ("constant:infinity", .malformedWaveform),
            ("text:" + String(repeating: "x", count: 257), .malformedWaveform),
            ("text:" + String(repeating: "x", count: 9999), .malformedWaveform),
        ])
    func refusedWaveforms(text: String, rule: HALError.Rule) {
        let error = #expect(throws: HALError.self) { try SimulatedWaveform(parsing: text) }
        #expect(error?.rule == rule)
    }
}
