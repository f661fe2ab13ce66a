// SPDX-License-Identifier: Apache-2.0

import HAL
import Platform
import Telemetry
import TestSupport
import Testing

@Suite struct SimulatedDriverTests {
    static func device(
        _ name: String, faults: [String] = [], pointFaults: [String] = [], delay: Int64 = 0,
        timeout: Int64 = 1000, period: Int64 = 1000
    ) throws -> SimulatedDeviceDefinition {
        SimulatedDeviceDefinition(
            name: name,
            points: [
                SimulatedPointDefinition(
                    polled: PolledPoint(point: .test("\(name)/0"), periodMilliseconds: period),
                    waveform: .constant(.integer(7)),
                    faults: try pointFaults.map { try SimulatedFault(parsing: $0) })
            ],
            faults: try faults.map { try SimulatedFault(parsing: $0) }, delayMilliseconds: delay,
            timeoutMilliseconds: timeout)
    }

    /// The outcomes of reads that are a second apart.
    static func outcomes(
        _ device: SimulatedDeviceDefinition, seed: UInt64 = 1, count: Int
    ) async throws -> [Outcome] {
        let clock = ManualClock()
        let driver = try SimulatedDriver([device], seed: seed, clock: clock) { _ in }
        var outcomes: [Outcome] = []
        for _ in 0..<count {
            outcomes += await driver.read(device: 0, points: [0])
            clock.advance(milliseconds: 1000)
        }
        return outcomes
    }

    @Test("the driver keeps the contract")
    func contract() async throws {
        let waveforms = [
            "constant:1", "constant:2.5", "constant:true", "text:x", "sine:230,2,60,0.5",
            "daily:12,5,1", "walk:50,10,600", "counter:3", "energy:500", "square:0,1,5", "toggle:5",
        ]
        try await DriverContract.check {
            let points = try waveforms.enumerated().map {
                try SimulatedTests.point("board/\($0.offset)", $0.element)
            }
            return try SimulatedDriver(
                [
                    SimulatedDeviceDefinition(name: "board", points: points),
                    Self.device("dead", faults: ["timeout"], timeout: 5),
                    Self.device("slow", delay: 3),
                ], seed: 1)
        }
        try await DriverContract.check(stable: true) {
            let points = try waveforms.prefix(4).enumerated().map {
                try SimulatedTests.point("board/\($0.offset)", $0.element)
            }
            return try SimulatedDriver(
                [SimulatedDeviceDefinition(name: "board", points: points)], seed: 1)
        }
        try await DriverContract.checkAbsent {
            try SimulatedDriver(
                [Self.device("gone", faults: ["not-connected"])], seed: 1)
        }
    }

    @Test("a fault of every word can be shown", arguments: Fault.allCases)
    func words(fault: Fault) async throws {
        let expected: Outcome =
            fault == .clockNotSet ? .uncertain(.integer(7), fault) : .bad(fault)
        #expect(
            try await Self.outcomes(Self.device("a", faults: [fault.word]), count: 1) == [expected])
        #expect(
            try await Self.outcomes(Self.device("a", pointFaults: [fault.word]), count: 1)
                == [expected])
    }

    @Test("faults come at the n-th read, between moments, or by chance")
    func occurrences() async throws {
        let every = try await Self.outcomes(
            Self.device("a", faults: ["checksum:every:3"]), count: 9)
        #expect(every.indices.filter { every[$0] == .bad(.checksum) } == [2, 5, 8])
        let between = try await Self.outcomes(
            Self.device("a", pointFaults: ["missing:between:2:4.5"]), count: 9)
        #expect(between.indices.filter { between[$0] == .bad(.missing) } == [2, 3, 4])
        let chance = try Self.device("a", faults: ["timeout:probability:0.1"])
        let one = try await Self.outcomes(chance, count: 2000)
        #expect((150...250).contains(one.count { $0 == .bad(.timeout) }))
        #expect(try await Self.outcomes(chance, count: 2000) == one)
        #expect(try await Self.outcomes(chance, seed: 2, count: 2000) != one)
        let both = try await Self.outcomes(
            Self.device("a", faults: ["missing:every:2", "checksum"]), count: 2)
        #expect(both == [.bad(.checksum), .bad(.missing)])
    }

    @Test(
        "a fault of unknown word or timing is refused with its rule",
        arguments: [
            ("", HALError.Rule.unknownFault), ("time-out", .unknownFault),
            (":every:2", .unknownFault),
            ("timeout:", .malformedFault), ("timeout:every", .malformedFault),
            ("timeout:every:0", .malformedFault), ("timeout:every:-1", .malformedFault),
            ("timeout:probability:1.5", .malformedFault),
            ("timeout:probability:nan", .malformedFault),
            ("timeout:between:5:5", .malformedFault), ("timeout:between:-1:5", .malformedFault),
            ("timeout:between:1:inf", .malformedFault), ("timeout:never", .malformedFault),
            ("timeout:every:2:3", .malformedFault),
        ])
    func refusedFaults(text: String, rule: HALError.Rule) {
        let error = #expect(throws: HALError.self) { try SimulatedFault(parsing: text) }
        #expect(error?.rule == rule)
    }

    @Test("a delay out of bounds is refused", arguments: [Int64.min, -1, 60_001])
    func refusedDelay(delay: Int64) throws {
        let device = try Self.device("a", delay: delay)
        let error = #expect(throws: HALError.self) { try SimulatedDriver([device], seed: 1) }
        #expect(error?.rule == .delayOutOfRange && error?.place == "a")
    }

    @Test("a slow device blocks for its delay, one beyond its limit for the limit alone")
    func delays() async throws {
        let clock = SteppingClock(endMilliseconds: 1_000_000)
        let driver = try SimulatedDriver(
            [Self.device("slow", delay: 300), Self.device("late", delay: 5000, timeout: 200)],
            seed: 1, clock: clock
        ) { clock.spend(milliseconds: $0) }
        #expect(await driver.read(device: 0, points: [0]) == [.good(.integer(7))])
        #expect(clock.now().uptimeMilliseconds == 300)
        #expect(await driver.read(device: 1, points: [0]) == [.bad(.timeout)])
        #expect(clock.now().uptimeMilliseconds == 500)
    }

    /// Intervals of `well/0` on the real clock, sorted, beside devices that share its bus.
    static func intervals(beside others: [SimulatedDeviceDefinition]) async throws -> [Int64] {
        let driver = try SimulatedDriver(others + [Self.device("well", period: 100)], seed: 1)
        let log = Log()
        let runner = try BusRunner(driver: driver, sink: log.sink)
        let task = Task { await runner.run() }
        try await Task.sleep(for: .milliseconds(4000))
        task.cancel()
        await task.value
        #expect(log.outcomes("well/0").allSatisfy { $0 == .good(.integer(7)) })
        return NeighbourTests.intervals(log.times("well/0")).sorted()
    }

    @Test("on the real clock, a dead device leaves its neighbour's period within 5 %")
    func realTime() async throws {
        let dead = try Self.device("dead", faults: ["timeout"], timeout: 60, period: 100)
        // Beside a bus of its own in the same seconds, so that a busy machine counts for both.
        async let alone = Self.intervals(beside: [])
        async let beside = Self.intervals(beside: [dead])
        let (one, two) = (try await alone, try await beside)
        try #require(one.count > 10 && two.count > 10)
        let ratio = Double(two[two.count / 2]) / Double(one[one.count / 2])
        #expect((0.95...1.05).contains(ratio), "median ratio \(ratio)")
        #expect(Double(two.count) >= 0.9 * Double(one.count))
    }
}
