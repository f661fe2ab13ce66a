// SPDX-License-Identifier: Apache-2.0

public import Telemetry

/// Everything that decides whether, when and with which value one output is written: a state
/// machine without clock or hardware. Times are uptimes in milliseconds.
///
/// It begins by asking for the safe state. One write is under way at a most; its result comes back as
/// `.written`. Of whatever goes wrong the consequence is the safe state, which no rate, interlock
/// or lease holds up and which is tried again until the hardware shows it.
public struct OutputGuard: Sendable {
    /// The output.
    public let point: PointID
    /// Its rules.
    public let rules: OutputRules
    /// How it is.
    public internal(set) var state: State

    var rate: ChangeRate
    var watch: InterlockWatch
    /// How many leases were given, those of earlier guards included.
    var leases: UInt64
    /// The last lease that ended, and why.
    var ended: (id: UInt64, reason: SafeReason)?
    /// How many polled readings in a row have shown a value that nobody wrote.
    var drifting = 0

    /// How an output is.
    public enum State: Hashable, Sendable {
        /// Nobody holds it and the hardware shows the safe state.
        case safe
        /// It is on its way to the safe state.
        case returning(SafeReturn)
        /// Somebody holds it, and the hardware shows `shown`.
        case held(OutputLease, shown: Value)
        /// The holder's write is under way.
        case writing(OutputLease, value: Value, from: Value)
        /// The hardware shows the safe state, for good.
        case closed
    }

    /// What happens to an output.
    public enum Event: Hashable, Sendable {
        /// Somebody wants to hold it.
        case acquire(holder: String, milliseconds: Int64)
        /// The holder of that lease wants to hold it so long from now.
        case renew(lease: UInt64, milliseconds: Int64)
        /// The holder of that lease gives it back.
        case release(lease: UInt64)
        /// The holder of that lease wants a value written.
        case write(lease: UInt64, value: Value)
        /// The write that was asked for has ended.
        case written(failure: WriteFailure?)
        /// The write that was asked for was not begun.
        case abandoned
        /// A point was read: the output's own, or one that an interlock is about.
        case reading(Reading)
        /// It is to return to the safe state.
        case makeSafe(SafeReason)
        /// Time has passed.
        case tick
    }

    /// What is to be done, in this order.
    public enum Action: Hashable, Sendable {
        /// The event is granted: this is the lease.
        case grant(OutputLease)
        /// The event is refused.
        case refuse(OutputRefusal)
        /// Write the holder's value and report `.written` or `.abandoned`.
        case write(Value)
        /// The holder's write has ended: with success, or with that refusal.
        case conclude(OutputRefusal?)
        /// The holder has lost the output.
        case revoke(OutputLease, SafeReason)
        /// Write the safe value at once and report `.written`.
        case writeSafe(Value, SafeReason)
        /// The hardware shows the safe state.
        case settle(SafeReason)
        /// The hardware did not take the safe state, so many times in a row. It is tried again.
        case alarm(WriteFailure, failures: Int)
    }

    /// A guard of an output of which nothing is known.
    ///
    /// - Parameters:
    ///   - point: the output.
    ///   - rules: its rules.
    ///   - leasesGiven: leases that earlier guards of the output may have given, whose numbers are
    ///     not given again.
    public init(point: PointID, rules: OutputRules, leasesGiven: UInt64 = 0) {
        self.point = point
        self.rules = rules
        leases = leasesGiven
        rate = ChangeRate(rules)
        watch = InterlockWatch(rules.interlocks)
        state = .returning(SafeReturn(.start, .waiting(untilUptimeMilliseconds: .min)))
    }

    /// Takes over the uptimes of changes that an earlier guard of this boot made, the oldest first.
    public mutating func remember(changes: [Int64]) { rate.remember(changes) }

    /// Takes an event and says what to do.
    public mutating func handle(_ event: Event, at now: Int64) -> [Action] {
        // What time alone brings comes first, so that no event finds a lease that has run out.
        var actions = passTime(now)
        switch event {
        case .acquire(let holder, let milliseconds):
            actions.append(acquire(holder, milliseconds, now))
        case .renew(let lease, let milliseconds): actions.append(renew(lease, milliseconds, now))
        case .release(let lease): actions += release(lease)
        case .write(let lease, let value): actions.append(write(lease, value, now))
        case .written(let failure): actions += written(failure, now)
        case .abandoned: actions += abandoned()
        case .reading(let reading): actions += note(reading)
        case .makeSafe(let reason): actions += makeSafe(reason)
        case .tick: break
        }
        return actions + passTime(now)
    }

    /// When time alone will bring something; `nil` if it won't.
    public var wakeUptimeMilliseconds: Int64? {
        let (lease, value): (OutputLease, Value)
        switch state {
        case .returning(let back):
            guard case .waiting(let until) = back.step else { return nil }
            return until
        case .held(let held, let shown): (lease, value) = (held, shown)
        case .writing(let held, let wanted, _): (lease, value) = (held, wanted)
        case .safe, .closed: return nil
        }
        let end = lease.expiresUptimeMilliseconds
        return rules.isSafe(value) ? end : min(end, watch.staleUptimeMilliseconds ?? end)
    }

    /// The lease that is held.
    public var lease: OutputLease? {
        switch state {
        case .held(let lease, _), .writing(let lease, _, _): lease
        case .safe, .returning, .closed: nil
        }
    }
}
