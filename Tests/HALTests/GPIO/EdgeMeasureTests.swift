// SPDX-License-Identifier: Apache-2.0

import Telemetry
import Testing

@testable import HAL

/// What is computed from edges alone.
@Suite struct EdgeMeasureTests {
    static let millisecond: UInt64 = 1_000_000

    static func filter(_ milliseconds: UInt64) -> DebounceFilter {
        DebounceFilter(periodNanoseconds: milliseconds * millisecond, level: false, at: 0)
    }

    @Test("a bouncing contact counts once, when it has been steady for the whole period")
    func bounce() {
        var filter = Self.filter(10)
        for (index, level) in [true, false, true, false, true].enumerated() {
            #expect(filter.edge(isRising: level, at: UInt64(index) * Self.millisecond) == nil)
        }
        #expect(filter.settle(at: 14 * Self.millisecond - 1) == nil && !filter.level)
        #expect(
            filter.settle(at: 14 * Self.millisecond)
                == DebounceFilter.Change(level: true, nanoseconds: 14 * Self.millisecond))
        #expect(filter.level && filter.settle(at: .max) == nil)
    }

    @Test("a spike that is shorter than the period is nothing")
    func spike() {
        var filter = Self.filter(10)
        #expect(filter.edge(isRising: true, at: 5) == nil)
        #expect(filter.edge(isRising: false, at: 6) == nil)
        #expect(filter.settle(at: .max) == nil && !filter.level)
    }

    @Test("edges that are seen late give the changes that were due, with their own times")
    func late() {
        var filter = Self.filter(10)
        #expect(filter.edge(isRising: true, at: 0) == nil)
        let change = filter.edge(isRising: false, at: 50 * Self.millisecond)
        #expect(change == DebounceFilter.Change(level: true, nanoseconds: 10 * Self.millisecond))
        let second = filter.settle(at: 90 * Self.millisecond)
        #expect(second == DebounceFilter.Change(level: false, nanoseconds: 60 * Self.millisecond))
    }

    @Test("a level that no edge announced counts after the period too")
    func unannounced() {
        var filter = Self.filter(10)
        #expect(filter.observe(true, at: 100) == nil && !filter.level)
        #expect(filter.observe(true, at: 100 + 10 * Self.millisecond)?.level == true)
        // Its edge comes to light after all.
        #expect(filter.edge(isRising: true, at: 90) == nil && filter.level)
    }

    @Test("a clock that goes back makes nothing due")
    func clockBack() {
        var filter = Self.filter(10)
        #expect(filter.edge(isRising: true, at: 50 * Self.millisecond) == nil)
        #expect(filter.settle(at: 0) == nil)
        #expect(filter.edge(isRising: false, at: 1) == nil)
        #expect(filter.settle(at: 49 * Self.millisecond) == nil)
    }

    @Test("a counter goes on from what it is given, or says once that it begins anew")
    func counter() {
        var counter = PulseCounter(total: 41)
        counter.add(1)
        #expect(counter.total == 42 && !counter.takeBeginning())
        counter = PulseCounter(total: nil)
        #expect(counter.total == 0 && counter.takeBeginning() && !counter.takeBeginning())
    }

    @Test("a total that can't have been is not believed", arguments: [-1, 1 << 50, .max, .min])
    func hostileTotal(total: Int64) {
        var counter = PulseCounter(total: total)
        #expect(counter.total == 0 && counter.takeBeginning())
    }

    @Test("a counter at its end begins anew, with what is over")
    func wrap() {
        var counter = PulseCounter(total: GPIOLimits.totalMax - 2)
        counter.add(1)
        #expect(counter.takeBeginning() == false)
        counter.add(4)
        #expect(counter.total == 3 && counter.takeBeginning())
        counter.add(.max)
        #expect(counter.total == 3 + Int64(UInt32.max))
    }

    @Test(
        "a scaled value gives the count back exactly",
        arguments: [1.0, 1000, 800, 3, 0.1, 75.3, 1e-3, 6400])
    func exactTotal(pulsesPerUnit: Double) {
        let point = GPIOFixtures.point("a", "x", .counter) { $0.pulsesPerUnit = pulsesPerUnit }
        for total in [0, 1, 2, 999, 123_456_789, GPIOLimits.totalMax - 1] {
            #expect(point.total(of: .good(point.value(of: total))) == total)
        }
        #expect(point.total(of: .bad(.missing)) == nil)
        #expect(point.total(of: .good(.boolean(true))) == nil)
    }

    @Test("gaps in the numbers are edges that were dropped, also where they wrap")
    func sequence() {
        var sequence = EdgeSequence()
        #expect([1, 2, 5, 6].map { sequence.take($0) } == [0, 0, 2, 0])
        #expect(sequence.take(0) == 0)
        #expect(sequence.take(1) == 0)
        sequence = EdgeSequence()
        #expect(sequence.take(4) == 3)
        for number in [UInt32](arrayLiteral: 1 << 30, 1 << 31, 3 << 30, .max - 1) {
            _ = sequence.take(number)
        }
        // .max and 0, which stands for none, and 1.
        #expect(sequence.take(2) == 3)
    }

    @Test("a frequency is exact over whole periods, however the window lies")
    func frequency() {
        var window = FrequencyWindow(at: 0)
        var reads: [Double] = []
        // 7 Hz, read every second.
        var edge: UInt64 = 30_000_000
        for second in 1...5 {
            while edge <= UInt64(second) * 1_000_000_000 {
                window.add(at: edge)
                edge += 142_857_143
            }
            reads.append(window.close(at: UInt64(second) * 1_000_000_000) ?? 0)
        }
        #expect(reads.allSatisfy { abs($0 - 7) < 1e-6 })
    }

    @Test("a window without an edge is 0, and one edge in a while is its period")
    func slow() {
        var window = FrequencyWindow(at: 0)
        #expect(window.close(at: 5) == nil)
        window.add(at: 500_000_000)
        #expect(window.close(at: 1_000_000_000) == 1)
        #expect(window.close(at: 2_000_000_000) == 0)
        window.add(at: 2_500_000_000)
        #expect(window.close(at: 3_000_000_000) == 0.5)
        #expect(window.close(at: 3_000_000_001) == 0.5)
    }

    @Test("a pause before a signal is no period of it")
    func pause() {
        var window = FrequencyWindow(at: 0)
        window.add(at: 1)
        _ = window.close(at: 1_000_000_000)
        _ = window.close(at: 100_000_000_000)
        for index in 0..<10 { window.add(at: 100_000_000_000 + UInt64(index) * 100_000_000) }
        #expect(window.close(at: 101_000_000_000) == 10)
    }

    @Test("edges whose times were lost count all the same")
    func lostFrequency() {
        var window = FrequencyWindow(at: 0)
        window.add(at: 0)
        window.lose(8)
        window.add(at: 900_000_000)
        #expect(window.close(at: 1_000_000_000) == 10)
    }

    @Test("a duty is the active part of the window, over its edges too")
    func duty() {
        var window = DutyWindow(level: true, at: 0)
        #expect(window.close(at: 1) == nil)
        #expect(window.close(at: 1_000_000_000) == 1)
        window.change(to: false, at: 1_250_000_000)
        #expect(window.close(at: 2_000_000_000) == 0.25)
        #expect(window.close(at: 3_000_000_000) == 0)
        window.change(to: true, at: 3_900_000_000)
        window.change(to: false, at: 3_100_000_000)
        #expect(window.close(at: 4_000_000_000) == 0)
    }
}
