// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import HAL

/// What the driver makes of edges, over chips of a script and the real thread that takes them.
@Suite struct GPIOEdgeTests {
    private func driver(
        _ chips: ScriptedChips, _ points: GPIOPointDefinition...,
        totals: [PointID: Int64] = GPIOFixtures.zeros
    ) async throws -> GPIODriver {
        let device = GPIODeviceDefinition(name: "io", points: points)
        let driver = try GPIODriver(
            GPIOBusDefinition(devices: [device]), totals: totals, hardware: chips)
        _ = await driver.read(device: 0, points: Array(points.indices))
        return driver
    }

    private func chips(api: Int = 2) -> ScriptedChips {
        ScriptedChips([.init(name: "gpiochip0", label: "board", lines: ["A", "B"])], api: api)
    }

    @Test("an input gives the edges that it is asked for, with the kernel's times")
    func events() async throws {
        let chips = chips()
        let driver = try await driver(
            chips, GPIOFixtures.point("a", "A") { $0.edges = .falling },
            GPIOFixtures.point("b", "B") { $0.edges = .both })
        chips.edge("B", true, at: 5_000_000_000)
        chips.edge("A", true, at: 5_100_000_000)
        chips.edge("A", false, at: 5_200_000_000)
        chips.edge("B", false, at: 5_300_000_000)
        #expect(
            await driver.read(device: 0, points: [0, 1])
                == [.good(.boolean(false)), .good(.boolean(false))])
        let expected: [(Int, Bool, UInt64)] = [
            (1, true, 5_000_000_000), (0, false, 5_200_000_000), (1, false, 5_300_000_000),
        ]
        #expect(
            await driver.takeEvents(device: 0)
                == expected.map {
                    PointEvent(
                        point: $0.0, outcome: .good(.boolean($0.1)), monotonicNanoseconds: $0.2)
                })
        #expect(await driver.takeEvents(device: 0).isEmpty)
        #expect(await driver.takeEvents(device: 7).isEmpty)
        await driver.close()
    }

    @Test("bouncing contacts count once, whichever side keeps the period", arguments: [1, 2])
    func bouncing(api: Int) async throws {
        let chips = chips(api: api)
        let driver = try await driver(
            chips,
            GPIOFixtures.point("a", "A", .counter) { $0.debounceMicroseconds = 10_000 },
            GPIOFixtures.point("b", "A") {
                $0.debounceMicroseconds = 10_000
                $0.edges = .both
            })
        // What a kernel without debounce shows of three pulses, and one with it.
        var now: UInt64 = 2_000_000_000
        for _ in 0..<3 {
            if api == 1 {
                for bounce in 0..<6 {
                    chips.edge("A", bounce.isMultiple(of: 2), at: now + UInt64(bounce) * 1_000_000)
                }
                chips.edge("A", true, at: now + 6_000_000)
                chips.edge("A", false, at: now + 50_000_000)
                chips.edge("A", true, at: now + 52_000_000)
                chips.edge("A", false, at: now + 53_000_000)
            } else {
                chips.edge("A", true, at: now + 16_000_000)
                chips.edge("A", false, at: now + 63_000_000)
            }
            now += 100_000_000
        }
        chips.advance(milliseconds: 2000)
        #expect(
            await driver.read(device: 0, points: [0, 1])
                == [.good(.integer(3)), .good(.boolean(false))])
        let times = await driver.takeEvents(device: 0).map { $0.monotonicNanoseconds / 1_000_000 }
        #expect(times == [2016, 2063, 2116, 2163, 2216, 2263])
        await driver.close()
    }

    @Test("a counter goes on from its total, scales it, and says its last count at the end")
    func counting() async throws {
        let chips = chips()
        let driver = try await driver(
            chips, GPIOFixtures.point("a", "A", .counter) { $0.pulsesPerUnit = 800 },
            GPIOFixtures.point("b", "B", .counter) { $0.edges = .both },
            totals: [Point.test("io/a").id: 1600])
        for _ in 0..<4 { chips.edge("A", true) }
        chips.edge("B", true)
        chips.edge("B", false)
        #expect(
            await driver.read(device: 0, points: [0, 1])
                == [.good(.number(2.005)), .good(.integer(2))])
        chips.edge("A", true)
        await driver.close()
        let last = await driver.takeEvents(device: 0)
        #expect(last.map(\.outcome) == [.good(.number(1605.0 / 800))])
        // Nothing is counted twice, and nothing said twice.
        #expect(
            await driver.read(device: 0, points: [0, 1])
                == [.good(.number(1605.0 / 800)), .good(.integer(2))])
        await driver.close()
        #expect(await driver.takeEvents(device: 0).isEmpty)
    }

    @Test("a counter without a total says once that it begins anew")
    func unknownTotal() async throws {
        let device = GPIODeviceDefinition(
            name: "io", points: [GPIOFixtures.point("a", "A", .counter)])
        let driver = try GPIODriver(
            GPIOBusDefinition(devices: [device]), totals: [:], hardware: chips())
        #expect(
            await driver.read(device: 0, points: [0]) == [.uncertain(.integer(0), .counterReset)])
        #expect(await driver.read(device: 0, points: [0]) == [.good(.integer(0))])
        await driver.close()
    }

    @Test("edges that the kernel dropped are counted as lost, and doubted until the next read")
    func lost() async throws {
        let chips = chips()
        let driver = try await driver(
            chips, GPIOFixtures.point("a", "A", .counter),
            GPIOFixtures.point("b", "B") { $0.edges = .rising })
        chips.edge("A", true)
        chips.edge("A", true, skip: 500)
        chips.edge("B", true, skip: 3)
        // How many pulses there were is known all the same.
        #expect(
            await driver.read(device: 0, points: [0, 1]) == [
                .uncertain(.integer(502), .eventsLost), .uncertain(.boolean(true), .eventsLost),
            ])
        #expect(
            await driver.read(device: 0, points: [0, 1])
                == [.good(.integer(502)), .good(.boolean(true))])
        #expect(
            await driver.takeEvents(device: 0).map(\.outcome)
                == [.uncertain(.boolean(true), .eventsLost)])
        #expect(await driver.statistics == GPIOStatistics(edges: 3, lostEdges: 503))
        await driver.close()
    }

    @Test("a storm costs bounded memory: the newest events go, and the next one says so")
    func storm() async throws {
        let chips = chips()
        let driver = try await driver(
            chips, GPIOFixtures.point("a", "A") { $0.edges = .both },
            GPIOFixtures.point("b", "A", .counter))
        for index in 0..<20_000 {
            chips.edge("A", index.isMultiple(of: 2), at: 2_000_000_000 + UInt64(index))
        }
        var edges: UInt64 = 0
        while edges < 20_000 {
            _ = await driver.read(device: 0, points: [0])
            edges = await driver.statistics.edges
        }
        let events = await driver.takeEvents(device: 0)
        #expect(events.count == HALLimits.eventsPerDeviceMax)
        #expect(events.first?.monotonicNanoseconds == 2_000_000_000)
        chips.edge("A", true, at: 3_000_000_000)
        #expect(await driver.read(device: 0, points: [1]) == [.good(.integer(10_001))])
        #expect(
            await driver.takeEvents(device: 0).map(\.outcome)
                == [.uncertain(.boolean(true), .eventsLost)])
        await driver.close()
    }

    @Test("edges are taken as they come, not only when somebody reads")
    func capture() async throws {
        let chips = chips()
        let driver = try await driver(chips, GPIOFixtures.point("a", "A", .counter))
        for _ in 0..<50 { chips.edge("A", true) }
        var taken: UInt64 = 0
        for _ in 0..<500 where taken < 50 {
            try await Task.sleep(for: .milliseconds(2))
            taken = await driver.statistics.edges
        }
        #expect(taken == 50)
        await driver.close()
        await driver.close()
    }

    @Test("a line that dies under the thread costs no processor time and ends with the driver")
    func death() async throws {
        let chips = chips()
        let driver = try await driver(chips, GPIOFixtures.point("a", "A", .counter))
        chips.edge("A", true)
        chips.unplug()
        #expect(await driver.read(device: 0, points: [0]) == [.bad(.missing)])
        await driver.close()
    }

    @Test("a count beyond its range is in doubt, and still the count that goes on")
    func countBeyondRange() async throws {
        let chips = chips()
        let definition = GPIOFixtures.point("a", "A", .counter) { $0.range = 0...1 }
        let driver = try await driver(chips, definition)
        for _ in 0..<3 {
            chips.edge("A", true)
            chips.edge("A", false)
        }
        let outcome = await driver.read(device: 0, points: [0])[0]
        #expect(outcome == .uncertain(.integer(3), .outOfRange))
        #expect(definition.total(of: outcome) == 3)
        await driver.close()
    }

    @Test("frequency and duty are over the time since the last read")
    func measures() async throws {
        let chips = chips()
        let driver = try await driver(
            chips, GPIOFixtures.point("a", "A", .frequency) { $0.scale = 60 },
            GPIOFixtures.point("b", "A", .duty) { $0.range = 0...0.5 })
        #expect(
            await driver.read(device: 0, points: [0, 1]) == [.bad(.stale), .bad(.stale)])
        let start = chips.monotonicNanoseconds()
        for index in 0..<100 {
            chips.edge("A", true, at: start + UInt64(index) * 10_000_000)
            chips.edge("A", false, at: start + UInt64(index) * 10_000_000 + 2_500_000)
        }
        chips.advance(milliseconds: 1000)
        let outcomes = await driver.read(device: 0, points: [0, 1, 0])
        #expect(outcomes == [.good(.number(6000)), .good(.number(0.25)), .good(.number(6000))])
        chips.edge("A", true)
        chips.advance(milliseconds: 1000)
        #expect(await driver.read(device: 0, points: [1]) == [.bad(.outOfRange)])
        await driver.close()
    }
}
