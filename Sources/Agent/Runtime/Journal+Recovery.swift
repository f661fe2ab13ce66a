// SPDX-License-Identifier: Apache-2.0

internal import HAL
internal import Journal
internal import Logging

extension Journal {
    /// Deals with an error that leaves the journal of no use: sets it aside if it is damaged, and
    /// begins a new one. Other errors pass by themselves.
    ///
    /// - Parameters:
    ///   - error: what happened.
    ///   - known: the value of `recoveries` before it happened.
    ///   - clock: the time.
    ///   - log: where to report.
    func recoverIfNeeded(
        from error: JournalError, known: Int, clock: any HALClock, log: Logger
    ) async {
        // Closed under our feet: an earlier attempt to begin a new one failed.
        guard error.isDamage || error.rule == .closed else { return }
        do {
            let opening = try recover(from: error, known: known, now: clock.now())
            opening?.report(to: log)
        } catch {
            log.critical("the journal can't be begun anew", metadata: ["cause": "\(error)"])
        }
    }
}
