// SPDX-License-Identifier: Apache-2.0

/// When a bus that could not be opened may be tried again.
///
/// The pause doubles with every failure in a row and is drawn from its upper half, so that a
/// site's devices do not all return to a recovering gateway at one moment.
struct Reconnect: Sendable {
    private var failures = 0
    private var notBeforeMicroseconds = Int64.min
    private var lastFailure: ModbusFailure?

    /// Why the bus is not to be tried at `now`; `nil` if it may be.
    func standingFailure(at now: Int64) -> ModbusFailure? {
        now < notBeforeMicroseconds ? lastFailure : nil
    }

    /// Notes that an attempt failed at `now`.
    mutating func failed(
        _ failure: ModbusFailure, at now: Int64, using random: inout some RandomNumberGenerator
    ) {
        let pause = Self.pauseMicroseconds(failures: failures)
        notBeforeMicroseconds = now + Int64.random(in: (pause / 2)...pause, using: &random)
        failures += 1
        lastFailure = failure
    }

    /// Notes that the bus is open.
    mutating func succeeded() { self = Reconnect() }

    /// The longest pause after `failures` earlier ones.
    static func pauseMicroseconds(failures: Int) -> Int64 {
        let milliseconds = ModbusLimits.reconnectMillisecondsMin << Int64(min(failures, 20))
        return 1000 * min(milliseconds, ModbusLimits.reconnectMillisecondsMax)
    }
}
