// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Platform
import Telemetry
import TestSupport
import Testing

@testable import HAL

/// The driver on the kernel's own GPIO interface, over its simulated chips.
@Suite(
    .serialized, .enabled(if: SimulatedGPIO.isThere, "HALCYON_GPIO_SIM names no gpio-sim"))
struct GPIOOnHardwareTests {
    private let chip: SimulatedGPIO

    init() throws {
        chip = try SimulatedGPIO(
            "halcyon-\(getpid())-\(UInt16.random(in: 0...UInt16.max))",
            lines: ["SIM_A", "SIM_B", "SIM_C", "", "SIM_E"])
    }

    private func driver(
        _ points: GPIOPointDefinition..., totals: [PointID: Int64] = GPIOFixtures.zeros
    ) async throws -> GPIODriver {
        let device = GPIODeviceDefinition(name: "io", points: points)
        return try GPIODriver(GPIOBusDefinition(devices: [device]), totals: totals)
    }

    private func read(_ driver: GPIODriver, _ points: Int...) async -> [Outcome] {
        await driver.read(device: 0, points: points)
    }

    /// Reads until the outcomes are those, for at most some seconds.
    private func settle(
        _ driver: GPIODriver, _ points: [Int], _ expected: [Outcome]
    ) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for _ in 0..<300 {
            outcomes = await driver.read(device: 0, points: points)
            if outcomes == expected { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        return outcomes
    }

    @Test("the driver keeps the contract")
    func contract() async throws {
        let points = [
            GPIOFixtures.point("in", "SIM_A") { $0.edges = .both },
            GPIOFixtures.point("out", "SIM_B", .output), GPIOFixtures.point("a", "SIM_C", .counter),
            GPIOFixtures.point("offset", "\(chip.label):3"),
            GPIOFixtures.point("none", "\(chip.label):99"),
        ]
        let bus = GPIOBusDefinition(devices: [GPIODeviceDefinition(name: "io", points: points)])
        try await DriverContract.check(stable: true) {
            try GPIODriver(bus, totals: GPIOFixtures.zeros)
        }
        let absent = GPIOFixtures.bus(
            GPIOFixtures.point("a", "SIM_NONE"),
            GPIOFixtures.point("b", "\(chip.label):99", .output))
        try await DriverContract.checkAbsent { try GPIODriver(absent) }
        // A line forgets its level with the driver that had it.
        try await OutputContract.check(.state, keepsState: false) { try GPIODriver(bus) }
        try await OutputContract.checkAbsent(.state) { try GPIODriver(absent) }
    }

    @Test("an input follows its line, active-low too")
    func input() async throws {
        let driver = try await driver(
            GPIOFixtures.point("a", "SIM_A"),
            GPIOFixtures.point("b", "\(chip.label):SIM_B") { $0.isActiveLow = true },
            GPIOFixtures.point("c", "\(chip.label):3") { $0.bias = .pullUp })
        #expect(
            await read(driver, 0, 1, 2)
                == [.good(.boolean(false)), .good(.boolean(true)), .good(.boolean(true))])
        try chip.pull(0, true)
        try chip.pull(1, true)
        #expect(
            await read(driver, 0, 1) == [.good(.boolean(true)), .good(.boolean(false))])
        await driver.close()
    }

    @Test(
        "an output begins at its initial level, is written and read back", arguments: [false, true])
    func output(isActiveLow: Bool) async throws {
        let driver = try await driver(
            GPIOFixtures.point("a", "SIM_A", .output) {
                $0.initial = true
                $0.isActiveLow = isActiveLow
            })
        #expect(await read(driver, 0) == [.good(.boolean(true))])
        #expect(try chip.value(0) == !isActiveLow)
        for level in [false, true, true, false] {
            try await driver.write(.boolean(level), to: OutputIndex(device: 0, point: 0))
            #expect(try chip.value(0) == (level != isActiveLow))
            #expect(await read(driver, 0) == [.good(.boolean(level))])
        }
        await driver.close()
    }

    @Test("edges carry the kernel's time")
    func edges() async throws {
        let driver = try await driver(
            GPIOFixtures.point("a", "SIM_A") { $0.edges = .both })
        _ = await read(driver, 0)
        let clock = SystemHALClock()
        var bounds = [clock.monotonicNanoseconds()]
        for level in [true, false, true] {
            try chip.pull(0, level)
            bounds.append(clock.monotonicNanoseconds() + 1_000)
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(await read(driver, 0) == [.good(.boolean(true))])
        let events = await driver.takeEvents(device: 0)
        #expect(events.map(\.outcome.value) == [.boolean(true), .boolean(false), .boolean(true)])
        // Within the call that made it, or a little later where the interrupt has a thread.
        for (index, event) in events.enumerated() {
            #expect(event.monotonicNanoseconds + 1_000 >= bounds[index])
            #expect(event.monotonicNanoseconds < bounds[index + 1] + 15_000_000)
        }
        await driver.close()
    }

    @Test("bouncing contacts count once")
    func debounce() async throws {
        let driver = try await driver(
            GPIOFixtures.point("a", "SIM_A", .counter) { $0.debounceMicroseconds = 30_000 },
            GPIOFixtures.point("b", "SIM_A") {
                $0.debounceMicroseconds = 30_000
                $0.edges = .both
            })
        _ = await read(driver, 0, 1)
        for _ in 0..<3 {
            try chip.storm(0, pulses: 5)
            try chip.pull(0, true)
            #expect(await read(driver, 1) == [.good(.boolean(false))])
            try await Task.sleep(for: .milliseconds(120))
            try chip.storm(0, pulses: 5)
            try await Task.sleep(for: .milliseconds(120))
        }
        #expect(await read(driver, 0, 1) == [.good(.integer(3)), .good(.boolean(false))])
        #expect(
            await driver.takeEvents(device: 0).map(\.outcome)
                == [true, false, true, false, true, false].map { .good(.boolean($0)) })
        await driver.close()
    }

    @Test("pulses are counted on from the total, and their frequency and duty measured")
    func pulses() async throws {
        let driver = try await driver(
            GPIOFixtures.point("a", "SIM_A", .counter) { $0.pulsesPerUnit = 100 },
            GPIOFixtures.point("b", "SIM_A", .frequency),
            GPIOFixtures.point("c", "SIM_A", .duty),
            totals: [Point.test("io/a").id: 900])
        #expect(await read(driver, 0, 1, 2)[0] == .good(.number(9)))
        for _ in 0..<20 {
            try chip.pull(0, true)
            try await Task.sleep(for: .milliseconds(10))
            try chip.pull(0, false)
            try await Task.sleep(for: .milliseconds(10))
        }
        let outcomes = await read(driver, 0, 1, 2)
        #expect(outcomes[0] == .good(.number(9.2)))
        guard case .good(.number(let hertz)) = outcomes[1],
            case .good(.number(let duty)) = outcomes[2]
        else {
            Issue.record("\(outcomes)")
            return
        }
        // An emulated machine oversleeps.
        #expect(hertz > 5 && hertz < 51 && duty > 0.2 && duty < 0.8)
        await driver.close()
    }

    @Test("a busy, a missing and an ambiguous line say so, and the busy one comes free")
    func refusals() async throws {
        let other = try await driver(GPIOFixtures.point("a", "SIM_A"))
        #expect(await read(other, 0) == [.good(.boolean(false))])
        let twin = try SimulatedGPIO(chip.label + "-2", lines: ["SIM_E"])
        let driver = try await driver(
            GPIOFixtures.point("a", "SIM_A"), GPIOFixtures.point("b", "SIM_NONE"),
            GPIOFixtures.point("c", "SIM_E"))
        #expect(await read(driver, 0) == [.bad(.busy)])
        #expect(await driver.lastFailure?.rule == .busy)
        #expect(await driver.lastFailure?.detail == "used by halcyon")
        #expect(await read(driver, 1, 2) == [.bad(.missing), .bad(.missing)])
        #expect(await driver.lastFailure?.rule == .ambiguous)
        #expect(await driver.lastFailure?.detail.contains(twin.label) == true)
        await other.close()
        let free: [Outcome] = [.good(.boolean(false))]
        #expect(try await settle(driver, [0], free) == free)
        await driver.close()
    }

    @Test("a point of the wrong direction can't be written")
    func direction() async throws {
        let driver = try await driver(GPIOFixtures.point("a", "SIM_A"))
        await #expect(throws: WriteFailure(.missing, "write", "0/0")) {
            try await driver.write(.boolean(true), to: OutputIndex(device: 0, point: 0))
        }
        #expect(try chip.value(0) == false)
    }

    @Test("a chip that goes away mid-read and returns is found again; a renamed line is not")
    func vanishing() async throws {
        let driver = try await driver(
            GPIOFixtures.point("a", "SIM_A", .counter), GPIOFixtures.point("b", "SIM_B", .output),
            GPIOFixtures.point("c", "SIM_C"))
        _ = await read(driver, 0, 1, 2)
        try chip.storm(0, pulses: 3)
        let before: [Outcome] = [
            .good(.integer(3)), .good(.boolean(false)), .good(.boolean(false)),
        ]
        #expect(try await settle(driver, [0, 1, 2], before) == before)
        let reader = Task { [driver] in
            var outcomes: Set<Outcome> = []
            while !Task.isCancelled {
                outcomes.formUnion(await driver.read(device: 0, points: [0, 1, 2]))
                await Task.yield()
            }
            return outcomes
        }
        try await Task.sleep(for: .milliseconds(50))
        try chip.unplug()
        try await Task.sleep(for: .milliseconds(50))
        reader.cancel()
        let seen = await reader.value
        #expect(seen.subtracting(before) == [.bad(.missing)])
        try chip.rename(2, "SIM_OTHER")
        try chip.plug()
        let doubted: [Outcome] = [.uncertain(.integer(3), .eventsLost)]
        #expect(try await settle(driver, [0], doubted) == doubted)
        let after: [Outcome] = [.good(.boolean(false)), .bad(.missing)]
        #expect(try await settle(driver, [1, 2], after) == after)
        try chip.storm(0, pulses: 2)
        #expect(try await settle(driver, [0], [.good(.integer(5))]) == [.good(.integer(5))])
        await driver.close()
    }

    @Test("a storm of edges costs bounded memory, blocks nothing, and is counted whole")
    func storm() async throws {
        let driver = try await driver(
            GPIOFixtures.point("a", "SIM_A", .counter),
            GPIOFixtures.point("b", "SIM_B") { $0.edges = .both })
        _ = await read(driver, 0, 1)
        let rounds = 10
        let pulses = 500
        let begin = SystemClock.now().uptimeMilliseconds
        // On a thread that is not of the tests' own, of which there may be one only.
        let (progress, storm) = AsyncThrowingStream.makeStream(of: Void.self)
        DispatchQueue(label: "storm").async { [chip = SharedChip(chip)] in
            let result = Result {
                for _ in 0..<rounds {
                    try chip.chip.storm(0, pulses: pulses)
                    try chip.chip.storm(1, pulses: pulses)
                    storm.yield()
                }
            }
            if case .failure(let error) = result { storm.finish(throwing: error) }
            storm.finish()
        }
        var longest: Int64 = 0
        var events = 0
        for try await _ in progress {
            let start = SystemClock.now().uptimeMilliseconds
            _ = await read(driver, 0, 1)
            longest = max(longest, SystemClock.now().uptimeMilliseconds - start)
            let taken = await driver.takeEvents(device: 0).count
            #expect(taken <= HALLimits.eventsPerDeviceMax)
            events += taken
        }
        let milliseconds = max(SystemClock.now().uptimeMilliseconds - begin, 1)
        let total = await read(driver, 0)[0].value
        let statistics = await driver.statistics
        let edges = UInt64(3 * pulses * rounds)
        if GpiodHardware().debounces {
            #expect(total == .integer(Int64(pulses * rounds)))
            #expect(statistics.edges + statistics.lostEdges == edges)
        }
        #expect(longest < 1000)
        #expect(statistics.edges <= edges && events > 0)
        print(
            "gpio storm: \(edges) edges in \(milliseconds) ms, \(statistics.lostEdges) lost, "
                + "\(events) events kept, longest read \(longest) ms")
        await driver.close()
    }

    @Test(
        "edges beyond what the kernel keeps are missed in their numbers, every one",
        .enabled(if: GpiodHardware().keepsManyEdges, "libgpiod 1 does not number edges"))
    func overflow() throws {
        let chips = try GpiodHardware().chips()
        let place = try GPIOLookup(chips).find("SIM_A")
        let line = try place.chip.request(
            place.offset, GPIOLineSettings(edges: .both), place: "SIM_A")
        try chip.storm(0, pulses: 700)
        let scratch = EdgeScratch()
        var sequence = EdgeSequence()
        var taken = 0
        var lost: UInt32 = 0
        while case let count = try line.readEdges(into: scratch.edges), count > 0 {
            taken += count
            for edge in scratch.edges[..<count] { lost += sequence.take(edge.sequence) }
        }
        #expect(taken == 1024 && lost == 1400 - 1024)
        try chip.pull(0, true)
        #expect(try line.readEdges(into: scratch.edges) == 1)
        #expect(scratch.edges[0].sequence == 1401 && scratch.edges[0].isRising)
    }
}

/// Lets a thread of the test move the chip's lines.
// The files behind it are the kernel's, which orders what is written to them.
private struct SharedChip: @unchecked Sendable {
    let chip: SimulatedGPIO
    init(_ chip: SimulatedGPIO) { self.chip = chip }
}
