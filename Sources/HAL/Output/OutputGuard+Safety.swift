// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// What leads to the safe state, and how it is reached.
extension OutputGuard {
    /// What is due because of the time.
    mutating func passTime(_ now: Int64) -> [Action] {
        switch state {
        case .held(let lease, let value), .writing(let lease, let value, _):
            if now >= lease.expiresUptimeMilliseconds { return makeSafe(.leaseExpired) }
            guard !rules.isSafe(value), let breach = watch.breach(at: now) else { return [] }
            return makeSafe(.interlock(breach))
        case .returning(var back):
            guard case .waiting(let until) = back.step, until <= now else { return [] }
            back.step = .writing
            state = .returning(back)
            return [.writeSafe(rules.safe, back.reason)]
        case .safe, .closed: return []
        }
    }

    /// Sets out for the safe state, whatever is going on.
    mutating func makeSafe(_ reason: SafeReason) -> [Action] {
        switch state {
        case .held(let lease, _):
            ended = (lease.id, reason)
            state = .returning(SafeReturn(reason, .writing))
            return [.revoke(lease, reason), .writeSafe(rules.safe, reason)]
        case .writing(let lease, _, _):
            ended = (lease.id, reason)
            state = .returning(SafeReturn(reason, .afterWrite))
            return [.revoke(lease, reason)]
        case .safe:
            state = .returning(SafeReturn(reason, .writing))
            return [.writeSafe(rules.safe, reason)]
        case .returning(var back):
            // The end of all use outlasts any other reason; otherwise the first one stays.
            if reason.isFinal { back.reason = reason }
            if case .waiting = back.step {
                // Whoever asks again will not wait for the pause to end.
                back.step = .writing
                state = .returning(back)
                return [.writeSafe(rules.safe, back.reason)]
            }
            state = .returning(back)
            return []
        case .closed: return []
        }
    }

    /// What follows from the end of a write.
    mutating func written(_ failure: WriteFailure?, _ now: Int64) -> [Action] {
        drifting = 0
        switch (state, failure) {
        case (.writing(let lease, let value, let shown), nil):
            if !rules.isSame(value, shown) { rate.note(at: now) }
            state = .held(lease, shown: value)
            return [.conclude(nil)]
        case (.writing, let failure?):
            rate.note(at: now)
            // As if the safe state was asked for, with the write out of the way.
            let actions = makeSafe(.writeFailed(failure))
            return actions + endWrite(.failed(failure))
        case (.returning(let back), _) where back.step == .afterWrite:
            rate.note(at: now)
            return endWrite(.overridden(back.reason))
        case (.returning(let back), nil):
            rate.noteSafe(at: now)
            state = back.reason.isFinal ? .closed : .safe
            return [.settle(back.reason)]
        case (.returning(var back), let failure?):
            back.failures += 1
            back.failure = failure
            back.step = .waiting(untilUptimeMilliseconds: now + back.pauseMilliseconds)
            state = .returning(back)
            return [.alarm(failure, failures: back.failures)]
        case (.safe, _), (.held, _), (.closed, _): return []
        }
    }

    /// The holder's write was not begun: nothing has changed but what happened meanwhile.
    mutating func abandoned() -> [Action] {
        switch state {
        case .writing(let lease, _, let shown):
            state = .held(lease, shown: shown)
            return []
        case .returning(let back) where back.step == .afterWrite:
            return endWrite(.overridden(back.reason))
        case .safe, .returning, .held, .closed: return []
        }
    }

    /// The holder's write is over and the safe state is next.
    private mutating func endWrite(_ refusal: OutputRefusal) -> [Action] {
        guard case .returning(var back) = state else { return [] }
        back.step = .writing
        state = .returning(back)
        return [.conclude(refusal), .writeSafe(rules.safe, back.reason)]
    }

    /// Takes note of a reading. Interlocks are judged when time passes, which is at once.
    mutating func note(_ reading: Reading) -> [Action] {
        watch.note(reading)
        guard reading.point.id == point, let value = reading.outcome.timelessValue else {
            return []
        }
        let expected: Value
        switch state {
        case .safe: expected = rules.safe
        case .held(_, let shown): expected = shown
        case .returning, .writing, .closed: return []
        }
        drifting = rules.agrees(value, with: expected) ? 0 : drifting + 1
        return drifting < HALLimits.driftingReadingsMin ? [] : makeSafe(.drifted(value))
    }
}
