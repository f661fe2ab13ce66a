// SPDX-License-Identifier: Apache-2.0

/// How often an output was changed lately.
struct ChangeRate: Hashable, Sendable {
    private static let hourMilliseconds: Int64 = 3_600_000
    private let intervalMillisecondsMin: Int64
    private let changesPerHourMax: Int?
    /// When the last change was, or what may have been one.
    private var last: Int64?
    /// The newest commanded changes, oldest first, as many as may come within an hour.
    private var changes: [Int64] = []

    init(_ rules: OutputRules) {
        intervalMillisecondsMin = rules.intervalMillisecondsMin
        changesPerHourMax = rules.changesPerHourMax
    }

    /// Puts earlier changes before those that it knows.
    mutating func remember(_ earlier: [Int64]) {
        if let newest = earlier.last { last = max(last ?? newest, newest) }
        guard let changesPerHourMax else { return }
        changes = (earlier + changes).suffix(changesPerHourMax)
    }

    /// Takes note of a commanded change.
    mutating func note(at now: Int64) {
        last = now
        guard let changesPerHourMax else { return }
        changes.append(now)
        if changes.count > changesPerHourMax { changes.removeFirst() }
    }

    /// Takes note of a return to the safe state: it counts for the pause, never for the number.
    mutating func noteSafe(at now: Int64) { last = now }

    /// Why there may be no write now.
    ///
    /// - Parameters:
    ///   - isChange: whether the value would be another one.
    ///   - now: the uptime in milliseconds.
    /// - Returns: the refusal; `nil` if there may be one.
    func refusal(isChange: Bool, at now: Int64) -> OutputRefusal? {
        if let last, now - last < intervalMillisecondsMin {
            return .tooSoon(retryAfterMilliseconds: intervalMillisecondsMin - (now - last))
        }
        guard isChange, let changesPerHourMax, changes.count >= changesPerHourMax,
            let oldest = changes.first, now - oldest < Self.hourMilliseconds
        else { return nil }
        return .tooOften(
            changesPerHourMax: changesPerHourMax,
            retryAfterMilliseconds: Self.hourMilliseconds - (now - oldest))
    }
}
