// SPDX-License-Identifier: Apache-2.0

/// When a bus that could not be opened may be tried again.
///
/// The pause doubles with every failure in a row and is drawn from its upper half, so that a
/// site's devices do not all return to a recovering gateway at one moment.
struct Reconnect: Sendable {
    private var failures = 0
    private var notBeforeMicroseconds = Int64.min

    /// Whether an attempt may be made at `now`.
    func isAllowed(at now: Int64) -> Bool { now >= notBeforeMicroseconds }

    /// Notes a failed attempt at `now`.
    mutating func failed(at now: Int64, using random: inout some RandomNumberGenerator) {
        let pause = Self.pauseMicroseconds(failures: failures)
        notBeforeMicroseconds = now + Int64.random(in: (pause / 2)...pause, using: &random)
        failures += 1
    }

    /// Notes that the bus is open.
    mutating func succeeded() { self = Reconnect() }

    /// The longest pause after `failures` earlier ones.
    static func pauseMicroseconds(failures: Int) -> Int64 {
        let milliseconds = ModbusLimits.reconnectMillisecondsMin << Int64(min(failures, 20))
        return 1000 * min(milliseconds, ModbusLimits.reconnectMillisecondsMax)
    }
}
