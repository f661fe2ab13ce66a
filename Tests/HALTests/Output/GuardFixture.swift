// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport
import Testing

/// A guard of a pump with a tank and a door, at a time that tests move.
struct GuardFixture {
    static let pump = Point.test("pump/relay")
    static let tank = Point.test("tank/level")
    static let door = Point.test("door/closed")
    static let failure = WriteFailure(.timeout, "write", "pump")

    var output: OutputGuard
    var now: Int64 = 1000

    init(_ rules: OutputRules, changes: [Int64] = []) {
        output = OutputGuard(point: Self.pump.id, rules: rules)
        output.remember(changes: changes)
    }

    /// A guard whose hardware already shows the safe state.
    static func settled(_ rules: OutputRules, changes: [Int64] = []) -> GuardFixture {
        var fixture = GuardFixture(rules, changes: changes)
        _ = fixture.handle(.tick)
        _ = fixture.handle(.written(failure: nil))
        return fixture
    }

    static func state(
        safe: Bool = false, interval: Int64 = 0, perHour: Int? = nil, lease: Int64 = 60_000,
        interlocks: [String] = [], age: Int64 = 5000
    ) throws -> OutputRules {
        try OutputRules(
            .state, safe: .boolean(safe), intervalMillisecondsMin: interval,
            changesPerHourMax: perHour, leaseMillisecondsMax: lease,
            interlocks: interlocks.map { try Interlock(parsing: $0, ageMillisecondsMax: age) })
    }

    mutating func handle(_ event: OutputGuard.Event, after milliseconds: Int64 = 0)
        -> [OutputGuard.Action]
    {
        now += milliseconds
        return output.handle(event, at: now)
    }

    /// Takes a lease.
    mutating func hold(milliseconds: Int64 = 10_000, by holder: String = "test") throws -> UInt64 {
        let actions = handle(.acquire(holder: holder, milliseconds: milliseconds))
        guard case .grant(let lease)? = actions.first else {
            Issue.record("\(actions)")
            return 0
        }
        return lease.id
    }

    /// Writes a value that the hardware takes.
    mutating func write(_ value: Value, _ lease: UInt64) {
        #expect(handle(.write(lease: lease, value: value)) == [.write(value)])
        #expect(handle(.written(failure: nil)) == [.conclude(nil)])
    }

    mutating func read(_ point: Point, _ outcome: Outcome) -> [OutputGuard.Action] {
        handle(
            .reading(
                Reading(
                    point: point, outcome: outcome,
                    time: Timestamp(
                        wallMilliseconds: 1_800_000_000_000, uptimeMilliseconds: now))))
    }
}
