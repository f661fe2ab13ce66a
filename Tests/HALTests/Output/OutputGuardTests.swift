// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport
import Testing

/// Who may write an output, what and when.
@Suite struct OutputGuardTests {
    typealias Action = OutputGuard.Action

    @Test("the first thing that a guard asks for is the safe state, and nobody gets it before")
    func start() throws {
        var fixture = GuardFixture(try GuardFixture.state())
        #expect(
            fixture.handle(.acquire(holder: "a", milliseconds: 1000)) == [
                .writeSafe(.boolean(false), .start), .refuse(.returningToSafe(.start)),
            ])
        #expect(fixture.handle(.written(failure: nil)) == [.settle(.start)])
        #expect(fixture.output.state == .safe)
        _ = try fixture.hold()
    }

    @Test("a value is written under a lease, and the result comes back as the hardware gave it")
    func write() throws {
        var fixture = GuardFixture.settled(try GuardFixture.state())
        let lease = try fixture.hold()
        fixture.write(.boolean(true), lease)
        guard case .held(_, let shown) = fixture.output.state else {
            Issue.record("\(fixture.output.state)")
            return
        }
        #expect(shown == .boolean(true))
        // The same again is harmless.
        fixture.write(.boolean(true), lease)
        fixture.write(.boolean(false), lease)
    }

    @Test("one holder at a time: anybody else is told who has it and until when")
    func oneWriter() throws {
        var fixture = GuardFixture.settled(try GuardFixture.state())
        let lease = try fixture.hold(milliseconds: 10_000, by: "first")
        let other = fixture.handle(.acquire(holder: "second", milliseconds: 1))
        #expect(
            other == [.refuse(.heldBy(holder: "first", expiresUptimeMilliseconds: 11_000))])
        #expect(
            fixture.handle(.write(lease: lease + 1, value: .boolean(true))) == [.refuse(.noLease)])
        #expect(fixture.handle(.release(lease: lease + 1)) == [.refuse(.noLease)])
        #expect(
            fixture.handle(.write(lease: lease, value: .boolean(true))) == [.write(.boolean(true))])
        #expect(fixture.handle(.write(lease: lease, value: .boolean(false))) == [.refuse(.busy)])
        #expect(
            fixture.handle(.write(lease: lease + 1, value: .boolean(false))) == [.refuse(.noLease)])
    }

    @Test(
        "a value that the output can't be set to is refused with its rule",
        arguments: [
            (Value.boolean(true), OutputRefusal.type), (.text("50"), .type),
            (.number(-0.1), .range(0...100)), (.number(100.5), .range(0...100)),
            (.number(.nan), .range(0...100)), (.number(.infinity), .range(0...100)),
            (.integer(.max), .range(0...100)), (.number(52), .step(5)), (.integer(1), .step(5)),
        ])
    func refusedLevels(value: Value, refusal: OutputRefusal) throws {
        let rules = try OutputRules(.level(0...100, step: 5), safe: .number(0))
        var fixture = GuardFixture.settled(rules)
        fixture.now += 1000
        let lease = try fixture.hold()
        #expect(fixture.handle(.write(lease: lease, value: value)) == [.refuse(refusal)])
        #expect(fixture.handle(.write(lease: lease, value: .integer(55))) == [.write(.integer(55))])
    }

    @Test("a state takes no number", arguments: [Value.integer(1), .number(1), .text("true")])
    func refusedStates(value: Value) throws {
        var fixture = GuardFixture.settled(try GuardFixture.state())
        let lease = try fixture.hold()
        #expect(fixture.handle(.write(lease: lease, value: value)) == [.refuse(.type)])
    }

    @Test("changes keep their distance, also from the last return to safety; going back does not")
    func interval() throws {
        var fixture = GuardFixture.settled(try GuardFixture.state(interval: 500))
        let lease = try fixture.hold()
        let on = OutputGuard.Event.write(lease: lease, value: .boolean(true))
        #expect(
            fixture.handle(on, after: 499) == [.refuse(.tooSoon(retryAfterMilliseconds: 1))])
        #expect(fixture.handle(on, after: 1) == [.write(.boolean(true))])
        #expect(fixture.handle(.written(failure: nil), after: 10) == [.conclude(nil)])
        let refused = fixture.handle(on, after: 100)
        #expect(refused == [.refuse(.tooSoon(retryAfterMilliseconds: 400))])
        // The safe value is taken at once, but not again and again.
        fixture.write(.boolean(false), lease)
        let again = fixture.handle(.write(lease: lease, value: .boolean(false)))
        #expect(again == [.refuse(.tooSoon(retryAfterMilliseconds: 500))])
    }

    @Test("so many changes in an hour and no more, also across a restart; the safe state is free")
    func perHour() throws {
        let rules = try GuardFixture.state(perHour: 3)
        var fixture = GuardFixture.settled(rules, changes: [-3_000_000])
        let lease = try fixture.hold(milliseconds: 60_000)
        fixture.write(.boolean(true), lease)
        fixture.write(.boolean(true), lease)
        fixture.write(.boolean(false), lease)
        let third = fixture.handle(.write(lease: lease, value: .boolean(true)))
        #expect(
            third == [
                .refuse(.tooOften(changesPerHourMax: 3, retryAfterMilliseconds: 599_000))
            ])
        #expect(
            fixture.handle(.release(lease: lease)).last == .writeSafe(.boolean(false), .released))
        #expect(fixture.handle(.written(failure: nil)) == [.settle(.released)])
        fixture.now = 600_000
        fixture.write(.boolean(true), try fixture.hold())
    }

    @Test("a lease ends when it says, to the millisecond, and can be renewed before")
    func expiry() throws {
        var fixture = GuardFixture.settled(try GuardFixture.state())
        let lease = try fixture.hold(milliseconds: 1000)
        fixture.write(.boolean(true), lease)
        #expect(fixture.output.wakeUptimeMilliseconds == 2000)
        let renewed = fixture.handle(.renew(lease: lease, milliseconds: 1000), after: 999)
        #expect(
            renewed == [
                .grant(
                    OutputLease(id: lease, holder: "test", expiresUptimeMilliseconds: 2999))
            ])
        #expect(fixture.handle(.tick, after: 999) == [])
        let end = fixture.handle(.write(lease: lease, value: .boolean(true)), after: 1)
        #expect(
            end.suffix(2) == [.writeSafe(.boolean(false), .leaseExpired), .refuse(.leaseExpired)])
        guard case .revoke(_, .leaseExpired)? = end.first else {
            Issue.record("\(end)")
            return
        }
        #expect(
            fixture.handle(.renew(lease: lease, milliseconds: 1)) == [.refuse(.leaseExpired)])
    }

    @Test(
        "a lease of an impossible length or for nobody is refused",
        arguments: [
            ("a", Int64.min, OutputRefusal.leaseLength(millisecondsMax: 60_000)),
            ("a", 0, .leaseLength(millisecondsMax: 60_000)),
            ("a", 60_001, .leaseLength(millisecondsMax: 60_000)),
            ("", 1, .holderName), ("a\nb", 1, .holderName), ("é", 1, .holderName),
            (String(repeating: "a", count: 97), 1, .holderName),
        ])
    func refusedLeases(holder: String, milliseconds: Int64, refusal: OutputRefusal) throws {
        var fixture = GuardFixture.settled(try GuardFixture.state())
        #expect(
            fixture.handle(.acquire(holder: holder, milliseconds: milliseconds))
                == [.refuse(refusal)])
        if refusal != .holderName {
            let lease = try fixture.hold()
            #expect(
                fixture.handle(.renew(lease: lease, milliseconds: milliseconds))
                    == [.refuse(refusal)])
        }
    }

    @Test("a command that could not be recorded changes nothing")
    func abandoned() throws {
        var fixture = GuardFixture.settled(try GuardFixture.state(interval: 0, perHour: 1))
        let lease = try fixture.hold()
        let on = OutputGuard.Event.write(lease: lease, value: .boolean(true))
        #expect(fixture.handle(on) == [.write(.boolean(true))])
        #expect(fixture.handle(.abandoned) == [])
        #expect(fixture.handle(on) == [.write(.boolean(true))])
    }
}
