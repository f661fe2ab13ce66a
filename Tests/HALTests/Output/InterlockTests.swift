// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport
import Testing

@Suite struct InterlockTests {
    @Test(
        "a condition holds for what it says and for nothing else",
        arguments: [
            ("tank/level < 80", Value.number(79.9), true), ("tank/level < 80", .integer(80), false),
            ("tank/level <= 80", .integer(80), true), ("tank/level > -5", .integer(-4), true),
            ("tank/level > -5", .number(-5), false), ("tank/level >= 1e3", .integer(1000), true),
            ("door/closed is true", .boolean(true), true),
            ("door/closed is true", .boolean(false), false),
            ("door/closed is false", .boolean(false), true),
        ])
    func conditions(text: String, value: Value, holds: Bool) throws {
        let interlock = try Interlock(parsing: text, ageMillisecondsMax: 1000)
        let breach = interlock.breach(.good(value), ageMilliseconds: 0)
        #expect((breach == nil) == holds)
        if !holds { #expect(breach?.cause == .notMet(value)) }
        #expect(
            try Interlock(parsing: interlock.description, ageMillisecondsMax: 1000) == interlock)
    }

    @Test(
        "what is missing, old, bad, in doubt or of another type breaks it",
        arguments: [
            (nil, 0, InterlockBreach.Cause.noReading),
            (.good(.boolean(true)), 1001, .stale(ageMilliseconds: 1001)),
            (.bad(.timeout), 0, .notReliable(.timeout)),
            (.uncertain(.boolean(true), .powerOnValue), 0, .notReliable(.powerOnValue)),
            (.good(.integer(1)), 0, .wrongType), (.good(.text("true")), 0, .wrongType),
        ] as [(Outcome?, Int64, InterlockBreach.Cause)])
    func breaches(outcome: Outcome?, age: Int64, cause: InterlockBreach.Cause) throws {
        let interlock = try Interlock(parsing: "door/closed is true", ageMillisecondsMax: 1000)
        #expect(interlock.breach(outcome, ageMilliseconds: age)?.cause == cause)
    }

    @Test("a wall clock that is not set is no doubt, because ages go by the uptime")
    func unsetClock() throws {
        let interlock = try Interlock(parsing: "door/closed is true", ageMillisecondsMax: 1000)
        let outcome = Outcome.uncertain(.boolean(true), .clockNotSet)
        #expect(interlock.breach(outcome, ageMilliseconds: 1000) == nil)
    }

    @Test(
        "another form is refused",
        arguments: [
            "", "tank/level", "tank/level <", "tank/level < x", "tank/level < nan",
            "tank/level < inf", "tank/level = 5", "tank/level is 5", "tank/level is", "a b < 5",
            "!tank < 5", "tank/level<5", "tank/level < 5 s",
            "tank/level < " + String(repeating: "1", count: 600),
        ])
    func refused(text: String) {
        let error = #expect(throws: HALError.self) {
            try Interlock(parsing: text, ageMillisecondsMax: 1)
        }
        #expect(error?.rule == .malformedInterlock)
    }

    @Test("an output is not switched on, and is switched off, where an interlock does not hold")
    func guarded() throws {
        let rules = try GuardFixture.state(
            interlocks: ["tank/level < 80", "door/closed is true"], age: 2000)
        var fixture = GuardFixture.settled(rules)
        let lease = try fixture.hold()
        let on = OutputGuard.Event.write(lease: lease, value: .boolean(true))
        func refusal(_ actions: [OutputGuard.Action]) -> InterlockBreach.Cause? {
            guard case .refuse(.interlock(let breach))? = actions.first else { return nil }
            return breach.cause
        }
        #expect(refusal(fixture.handle(on)) == .noReading)
        #expect(fixture.read(GuardFixture.tank, .good(.integer(20))) == [])
        #expect(refusal(fixture.handle(on)) == .noReading)
        #expect(fixture.read(GuardFixture.door, .good(.boolean(true))) == [])
        // The safe value needs no condition.
        fixture.write(.boolean(false), lease)
        fixture.write(.boolean(true), lease)
        #expect(fixture.read(GuardFixture.tank, .good(.integer(79))) == [])
        let actions = fixture.read(GuardFixture.tank, .good(.integer(80)))
        guard case .writeSafe(.boolean(false), .interlock(let breach))? = actions.last else {
            Issue.record("\(actions)")
            return
        }
        #expect(breach.cause == .notMet(.integer(80)))
    }

    @Test("silence breaks an interlock at the very millisecond that the reading gets too old")
    func silence() throws {
        let rules = try GuardFixture.state(interlocks: ["door/closed is true"], age: 2000)
        var fixture = GuardFixture.settled(rules)
        _ = fixture.read(GuardFixture.door, .good(.boolean(true)))
        let lease = try fixture.hold()
        fixture.write(.boolean(true), lease)
        #expect(fixture.output.wakeUptimeMilliseconds == fixture.now + 2001)
        #expect(fixture.handle(.tick, after: 2000) == [])
        #expect(fixture.handle(.tick, after: 1).count == 2)
    }
}
