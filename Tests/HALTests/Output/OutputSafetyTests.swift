// SPDX-License-Identifier: Apache-2.0

import HAL
import Telemetry
import TestSupport
import Testing

/// When an output returns to its safe state, and that it does.
@Suite struct OutputSafetyTests {
    typealias Action = OutputGuard.Action

    static let off = Value.boolean(false)

    @Test("a write that fails is followed by the safe state, and its lease is gone")
    func failedWrite() throws {
        var fixture = GuardFixture.settled(try GuardFixture.state())
        let lease = try fixture.hold()
        _ = fixture.handle(.write(lease: lease, value: .boolean(true)))
        let reason = SafeReason.writeFailed(GuardFixture.failure)
        let actions = fixture.handle(.written(failure: GuardFixture.failure))
        #expect(
            actions.dropFirst() == [
                .conclude(.failed(GuardFixture.failure)), .writeSafe(Self.off, reason),
            ])
        #expect(
            fixture.handle(.write(lease: lease, value: .boolean(true))) == [
                .refuse(.overridden(reason))
            ])
    }

    @Test("what happens during a write comes after it: the safe state has the last word")
    func duringWrite() throws {
        for result in [nil, GuardFixture.failure] {
            var fixture = GuardFixture.settled(try GuardFixture.state())
            let lease = try fixture.hold()
            _ = fixture.handle(.write(lease: lease, value: .boolean(true)))
            #expect(fixture.handle(.makeSafe(.asked)).count == 1)
            #expect(
                fixture.handle(.written(failure: result)) == [
                    .conclude(.overridden(.asked)), .writeSafe(Self.off, .asked),
                ])
            #expect(fixture.handle(.written(failure: nil)) == [.settle(.asked)])
        }
    }

    @Test("a hardware that does not take the safe state is asked for ever, with growing pauses")
    func retries() throws {
        var fixture = GuardFixture(try GuardFixture.state())
        _ = fixture.handle(.tick)
        var pauses: [Int64] = []
        for failures in 1...12 {
            #expect(
                fixture.handle(.written(failure: GuardFixture.failure)) == [
                    .alarm(GuardFixture.failure, failures: failures)
                ])
            let wake = try #require(fixture.output.wakeUptimeMilliseconds)
            pauses.append(wake - fixture.now)
            #expect(fixture.handle(.tick, after: wake - fixture.now - 1) == [])
            #expect(fixture.handle(.tick, after: 1) == [.writeSafe(Self.off, .start)])
        }
        #expect(pauses.prefix(8) == [50, 100, 200, 400, 800, 1600, 3200, 5000])
        #expect(pauses.last == HALLimits.safeRetryMillisecondsMax)
        #expect(fixture.handle(.written(failure: nil)) == [.settle(.start)])
        // Whoever asks meanwhile does not wait for the pause to end.
        fixture = GuardFixture(try GuardFixture.state())
        _ = fixture.handle(.tick)
        _ = fixture.handle(.written(failure: GuardFixture.failure))
        #expect(fixture.handle(.makeSafe(.stopped)) == [.writeSafe(Self.off, .stopped)])
        #expect(fixture.handle(.written(failure: nil)) == [.settle(.stopped)])
        #expect(fixture.output.state == .closed)
    }

    @Test("after the stop nobody gets the output, whatever it was doing")
    func stop() throws {
        var fixture = GuardFixture.settled(try GuardFixture.state())
        let lease = try fixture.hold()
        fixture.write(.boolean(true), lease)
        #expect(fixture.handle(.makeSafe(.stopped)).last == .writeSafe(Self.off, .stopped))
        #expect(fixture.handle(.makeSafe(.asked)) == [])
        #expect(fixture.handle(.written(failure: nil)) == [.settle(.stopped)])
        #expect(fixture.handle(.acquire(holder: "a", milliseconds: 1)) == [.refuse(.closed)])
        #expect(fixture.handle(.makeSafe(.asked)) == [])
    }

    @Test("an output that shows what nobody wrote is set right, but one late reading is nothing")
    func drift() throws {
        var fixture = GuardFixture.settled(try GuardFixture.state())
        #expect(fixture.read(GuardFixture.pump, .good(.boolean(true))) == [])
        #expect(fixture.read(GuardFixture.pump, .good(.boolean(false))) == [])
        #expect(fixture.read(GuardFixture.pump, .good(.boolean(true))) == [])
        #expect(
            fixture.read(GuardFixture.pump, .good(.boolean(true))) == [
                .writeSafe(Self.off, .drifted(.boolean(true)))
            ])
        #expect(fixture.handle(.written(failure: nil)).count == 1)
        let lease = try fixture.hold()
        fixture.write(.boolean(true), lease)
        #expect(fixture.read(GuardFixture.pump, .good(.boolean(false))) == [])
        // What can't be read says nothing.
        #expect(fixture.read(GuardFixture.pump, .bad(.timeout)) == [])
        let actions = fixture.read(GuardFixture.pump, .good(.boolean(false)))
        #expect(actions.last == .writeSafe(Self.off, .drifted(.boolean(false))))
    }

    @Test("a level that is read back with a little noise has not drifted")
    func noise() throws {
        let rules = try OutputRules(.level(0...10), safe: .number(0), intervalMillisecondsMin: 0)
        var fixture = GuardFixture.settled(rules)
        fixture.write(.number(5), try fixture.hold())
        for level in [5.09, 4.91, 5.1, 4.9] {
            #expect(fixture.read(GuardFixture.pump, .good(.number(level))) == [])
        }
        _ = fixture.read(GuardFixture.pump, .good(.number(5.2)))
        #expect(fixture.read(GuardFixture.pump, .good(.number(5.2))).count == 2)
    }

    @Test("rules that contradict themselves are refused with their rule")
    func refusedRules() throws {
        func rule(_ body: () throws -> OutputRules) -> HALError.Rule? {
            #expect(throws: HALError.self) { try body() }?.rule
        }
        let level = OutputRules.Kind.level(0...10, step: 2)
        #expect(rule { try OutputRules(.state, safe: .integer(0)) } == .safeValueNotUsable)
        #expect(rule { try OutputRules(level, safe: .number(11)) } == .safeValueNotUsable)
        #expect(rule { try OutputRules(level, safe: .number(3)) } == .safeValueNotUsable)
        #expect(
            rule { try OutputRules(.level(0...10, step: 11), safe: .number(0)) } == .levelNotUsable)
        #expect(
            rule { try OutputRules(.level(0...10, step: .nan), safe: .number(0)) }
                == .levelNotUsable)
        #expect(
            rule { try OutputRules(.level(1...1), safe: .number(1)) } == .levelNotUsable)
        #expect(
            rule { try OutputRules(.level(0 ... .infinity), safe: .number(1)) } == .levelNotUsable)
        #expect(
            rule { try OutputRules(.state, safe: Self.off, intervalMillisecondsMin: -1) }
                == .outputLimitOutOfRange)
        #expect(
            rule { try OutputRules(.state, safe: Self.off, changesPerHourMax: 0) }
                == .outputLimitOutOfRange)
        #expect(
            rule { try OutputRules(.state, safe: Self.off, leaseMillisecondsMax: 86_400_001) }
                == .outputLimitOutOfRange)
        let lock = try Interlock(parsing: "a/b is true", ageMillisecondsMax: 1)
        #expect(
            rule {
                try OutputRules(
                    .state, safe: Self.off, interlocks: Array(repeating: lock, count: 17))
            } == .tooManyInterlocks)
    }

    @Test("whatever comes in whatever order, one write is under way at most and none is unsafe")
    func property() throws {
        var random = TestRandom(seed: 7)
        for _ in 0..<300 {
            let rules = try GuardFixture.state(
                interval: Int64.random(in: 0...20, using: &random), lease: 200,
                interlocks: Bool.random(using: &random) ? ["door/closed is true"] : [], age: 50)
            var fixture = GuardFixture(rules)
            var isWriting = false
            var hardware = true
            var pending: Value = .boolean(true)
            for _ in 0..<200 {
                let event = Self.event(&random, fixture, isWriting: isWriting)
                if case .written(nil) = event, case .boolean(let value) = pending {
                    hardware = value
                }
                if case .written = event { isWriting = false }
                if case .abandoned = event { isWriting = false }
                let actions = fixture.handle(event, after: Int64.random(in: 0...30, using: &random))
                for action in actions {
                    switch action {
                    case .write(let value), .writeSafe(let value, _):
                        #expect(!isWriting)
                        isWriting = true
                        pending = value
                        if case .write = action { #expect(fixture.output.lease != nil) }
                    default: break
                    }
                }
                switch fixture.output.state {
                case .safe, .closed: #expect(!hardware && !isWriting)
                case .held(let lease, let shown):
                    #expect(shown == .boolean(hardware))
                    #expect(lease.expiresUptimeMilliseconds > fixture.now)
                case .returning, .writing: break
                }
            }
        }
    }

    private static func event(
        _ random: inout TestRandom, _ fixture: GuardFixture, isWriting: Bool
    ) -> OutputGuard.Event {
        let lease = fixture.output.lease?.id ?? 0
        if isWriting, Int.random(in: 0...2, using: &random) > 0 {
            if case .writing = fixture.output.state, Int.random(in: 0...3, using: &random) == 0 {
                return .abandoned
            }
            return .written(failure: Bool.random(using: &random) ? nil : GuardFixture.failure)
        }
        switch Int.random(in: 0...9, using: &random) {
        case 0:
            return .acquire(holder: "a", milliseconds: Int64.random(in: 1...200, using: &random))
        case 1: return .release(lease: lease)
        case 2: return .renew(lease: lease, milliseconds: 100)
        case 3: return .tick
        case 4: return .makeSafe(Int.random(in: 0...9, using: &random) == 0 ? .stopped : .asked)
        case 5, 6:
            return .reading(
                Reading(
                    point: GuardFixture.door, outcome: .good(.boolean(true)),
                    time: Timestamp(
                        wallMilliseconds: 1_800_000_000_000, uptimeMilliseconds: fixture.now)))
        default: return .write(lease: lease, value: .boolean(Bool.random(using: &random)))
        }
    }
}
