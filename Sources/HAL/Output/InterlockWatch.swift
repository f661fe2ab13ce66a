// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// The interlocks of one output with the newest reading of each one's point.
struct InterlockWatch: Hashable, Sendable {
    private struct Seen: Hashable, Sendable {
        let outcome: Outcome
        let uptimeMilliseconds: Int64
    }

    private let interlocks: [Interlock]
    private var seen: [Seen?]

    init(_ interlocks: [Interlock]) {
        self.interlocks = interlocks
        seen = interlocks.map { _ in nil }
    }

    /// Takes note of a reading, of whatever point.
    mutating func note(_ reading: Reading) {
        for (index, interlock) in interlocks.enumerated()
        where interlock.point == reading.point.id {
            seen[index] = Seen(
                outcome: reading.outcome, uptimeMilliseconds: reading.time.uptimeMilliseconds)
        }
    }

    /// The first interlock that does not hold.
    func breach(at now: Int64) -> InterlockBreach? {
        for (interlock, seen) in zip(interlocks, seen) {
            let age = now - (seen?.uptimeMilliseconds ?? now)
            if let breach = interlock.breach(seen?.outcome, ageMilliseconds: age) { return breach }
        }
        return nil
    }

    /// When the first reading that all depends on gets too old; `nil` without interlocks.
    var staleUptimeMilliseconds: Int64? {
        zip(interlocks, seen).map { interlock, seen in
            (seen?.uptimeMilliseconds ?? 0) + interlock.ageMillisecondsMax + 1
        }.min()
    }
}
