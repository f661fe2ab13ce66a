// SPDX-License-Identifier: Apache-2.0

/// An output on its way to the safe state.
public struct SafeReturn: Hashable, Sendable {
    /// Why.
    public internal(set) var reason: SafeReason
    /// How many times in a row the hardware did not take it.
    public internal(set) var failures = 0
    /// What went wrong the last time.
    public internal(set) var failure: WriteFailure?
    var step: Step

    /// How far it is.
    enum Step: Hashable, Sendable {
        /// The holder's write is under way and can't be called back; the safe one comes after it.
        case afterWrite
        /// The safe write is under way.
        case writing
        /// It is written again then.
        case waiting(untilUptimeMilliseconds: Int64)
    }

    init(_ reason: SafeReason, _ step: Step) {
        self.reason = reason
        self.step = step
    }

    /// After another failure: how long to wait.
    var pauseMilliseconds: Int64 {
        let doublings = min(failures - 1, 16)
        return min(
            HALLimits.safeRetryMillisecondsMin << max(doublings, 0),
            HALLimits.safeRetryMillisecondsMax)
    }
}
