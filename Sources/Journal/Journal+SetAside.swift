// SPDX-License-Identifier: Apache-2.0

public import Telemetry

extension Journal {
    /// Sets the journal aside for damage that only its owner can see, such as an attestation whose
    /// signature does not hold, and begins a new one; see `recover`.
    ///
    /// - Parameters:
    ///   - reason: the damage, for the report.
    ///   - now: the time.
    /// - Returns: what was done.
    /// - Throws: as `recover`.
    public func setAside(
        because reason: String, now: Timestamp
    ) throws(JournalError) -> JournalOpening? {
        try recover(
            from: JournalError(.damaged, path, reason), known: recoveries, now: now)
    }
}
