// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// What a holder may do.
extension OutputGuard {
    mutating func acquire(_ holder: String, _ milliseconds: Int64, _ now: Int64) -> Action {
        let isPlain = holder.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        guard isPlain, (1...HALLimits.holderBytesMax).contains(holder.utf8.count) else {
            return .refuse(.holderName)
        }
        switch state {
        case .safe: break
        case .returning(let back): return .refuse(.returningToSafe(back.reason))
        case .held(let lease, _), .writing(let lease, _, _):
            return .refuse(
                .heldBy(
                    holder: lease.holder,
                    expiresUptimeMilliseconds: lease.expiresUptimeMilliseconds))
        case .closed: return .refuse(.closed)
        }
        guard isLeasable(milliseconds) else {
            return .refuse(.leaseLength(millisecondsMax: rules.leaseMillisecondsMax))
        }
        leases += 1
        let lease = OutputLease(
            id: leases, holder: holder, expiresUptimeMilliseconds: now + milliseconds)
        state = .held(lease, shown: rules.safe)
        return .grant(lease)
    }

    mutating func renew(_ id: UInt64, _ milliseconds: Int64, _ now: Int64) -> Action {
        guard let lease, lease.id == id else { return .refuse(missing(id)) }
        guard isLeasable(milliseconds) else {
            return .refuse(.leaseLength(millisecondsMax: rules.leaseMillisecondsMax))
        }
        let renewed = OutputLease(
            id: id, holder: lease.holder, expiresUptimeMilliseconds: now + milliseconds)
        switch state {
        case .held(_, let shown): state = .held(renewed, shown: shown)
        case .writing(_, let value, let shown):
            state = .writing(renewed, value: value, from: shown)
        case .safe, .returning, .closed: break
        }
        return .grant(renewed)
    }

    mutating func release(_ id: UInt64) -> [Action] {
        guard let lease, lease.id == id else { return [.refuse(missing(id))] }
        return makeSafe(.released)
    }

    mutating func write(_ id: UInt64, _ value: Value, _ now: Int64) -> Action {
        let (lease, shown): (OutputLease, Value)
        switch state {
        case .held(let held, let value): (lease, shown) = (held, value)
        case .writing(let held, _, _): return .refuse(held.id == id ? .busy : .noLease)
        case .safe, .returning, .closed: return .refuse(missing(id))
        }
        guard lease.id == id else { return .refuse(missing(id)) }
        if let refusal = refusal(of: value, from: shown, now) { return .refuse(refusal) }
        state = .writing(lease, value: value, from: shown)
        return .write(value)
    }

    private func refusal(of value: Value, from shown: Value, _ now: Int64) -> OutputRefusal? {
        if let refusal = rules.refusal(of: value) { return refusal }
        let isChange = !rules.isSame(value, shown)
        if rules.isSafe(value) {
            // The way back is always open; only to repeat it without need is held to the rate.
            return isChange ? nil : rate.refusal(isChange: false, at: now)
        }
        if let breach = watch.breach(at: now) { return .interlock(breach) }
        return rate.refusal(isChange: isChange, at: now)
    }

    private func isLeasable(_ milliseconds: Int64) -> Bool {
        (1...rules.leaseMillisecondsMax).contains(milliseconds)
    }

    /// Why there is no such lease (any more).
    private func missing(_ id: UInt64) -> OutputRefusal {
        guard let ended, ended.id == id else { return .noLease }
        return ended.reason == .leaseExpired ? .leaseExpired : .overridden(ended.reason)
    }
}
