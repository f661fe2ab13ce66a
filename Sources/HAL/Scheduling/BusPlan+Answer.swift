// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

extension BusPlan {
    /// A point of the device that was read, and what came of it.
    struct Answer: Hashable, Sendable {
        let point: Int
        let outcome: Outcome
    }

    /// The reads of one exchange that are to be delivered.
    struct Delivery: Hashable, Sendable {
        let device: Int
        let answers: [Answer]
    }

    /// Takes in the outcomes of the read that `next` asked for.
    ///
    /// - Parameters:
    ///   - outcomes: what the driver returned. A wrong number of them is a malformed answer.
    ///   - start: uptime at which the driver was asked.
    ///   - now: uptime at which it answered.
    ///   - random: where the back-off's jitter comes from.
    /// - Returns: what to deliver; `nil` if nothing was asked for.
    mutating func answered(
        _ outcomes: [Outcome], from start: Int64, at now: Int64,
        using random: inout some RandomNumberGenerator
    ) -> Delivery? {
        let asked: (device: Int, points: [Int])
        switch exchange {
        case .none: return nil
        case .reading(let device, let points): asked = (device, points)
        case .probing(let device, let point): asked = (device, [point])
        }
        let device = asked.device
        let outcomes = Self.admitted(outcomes, count: asked.points.count)
        let failed = Fault.isDeviceFailure(outcomes)
        let cost = max(0, now.addingSaturating(start == .min ? .max : -start))
        tracks[device].learn(cost)
        tracks[device].health.handle(
            failed ? .failed(uptimeMilliseconds: now) : .answered, of: devices[device],
            using: &random)
        if failed {
            let pause = max(1, cost).multipliedSaturating(by: HALLimits.probePauseFactor)
            forcedProbeAllowed = now.addingSaturating(pause)
        }
        statistics.devices[device].lastExchangeMilliseconds = cost
        statistics.devices[device].exchanges &+= 1
        statistics.devices[device].failedExchanges &+= failed ? 1 : 0
        let answers = zip(asked.points, outcomes).map(Answer.init(point:outcome:))
        defer { exchange = .none }
        if case .probing(_, let point) = exchange {
            return settleProbe(device, point, answers, failed: failed, at: now)
        }
        isAfterHealthyRead = true
        settleRead(device, asked.points, failed: failed)
        return deliver(answers, of: device)
    }

    private mutating func settleRead(_ device: Int, _ points: [Int], failed: Bool) {
        let owed = tracks[device].owed
        tracks[device].owed =
            failed ? owed.mergedAscending(with: points) : owed.removingAscending(points)
    }

    private mutating func settleProbe(
        _ device: Int, _ point: Int, _ answers: [Answer], failed: Bool, at now: Int64
    ) -> Delivery {
        let ticked = tracks[device].pending
        let wanted = tracks[device].owed.mergedAscending(with: ticked)
        tracks[device].pending = []
        tracks[device].deadline = .max
        guard failed else {
            // The device is back: what it owes is read next, before everything else.
            tracks[device].owed = []
            tracks[device].pending = wanted.removingAscending([point])
            tracks[device].deadline = now
            return deliver(answers, of: device)
        }
        tracks[device].owed = wanted
        // A probe between ticks has no reading to give: that tick was answered when it came.
        return deliver(
            ticked.map { $0 == point ? answers[0] : Answer(point: $0, outcome: .bad(.backingOff)) },
            of: device)
    }

    private mutating func deliver(_ answers: [Answer], of device: Int) -> Delivery {
        let bad = answers.count { $0.outcome.quality == .bad }
        count(readings: answers.count, bad: bad, device: device)
        return Delivery(device: device, answers: answers)
    }

    /// The outcomes as a reading may carry them, whatever the driver did.
    static func admitted(_ outcomes: [Outcome], count: Int) -> [Outcome] {
        guard outcomes.count == count else {
            return [Outcome](repeating: .bad(.malformedAnswer), count: count)
        }
        return outcomes.map { outcome in
            switch outcome.value {
            case .number(let number) where !number.isFinite: .bad(.notANumber)
            case .text(let text) where text.utf8.count > TelemetryLimits.textValueBytesMax:
                .bad(.malformedValue)
            default: outcome
            }
        }
    }

    /// The figures up to now.
    var currentStatistics: BusStatistics {
        var current = statistics
        for index in current.devices.indices {
            current.devices[index].health = tracks[index].health
            current.devices[index].missedTicks = schedule.missedTicks[index]
        }
        return current
    }
}
