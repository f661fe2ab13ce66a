// SPDX-License-Identifier: Apache-2.0

public import Telemetry

extension Journal {
    /// What the next attestation is to state. Its sequence number is reserved by this call.
    ///
    /// It states no more than one attestation can: the readings end before a loss whose gap is left
    /// for the next one, and there may be none if there are only gaps to state first.
    ///
    /// - Parameter limit: the most readings it may cover.
    /// - Returns: readings, gaps and the end of the chain.
    /// - Throws: `full` and the like if the sequence number could not be reserved; damage.
    public func unattested(limit: Int) throws(JournalError) -> Unattested {
        let store = try openStore()
        let head = try store.head()
        try reserve(sequence: head.sequence + 1)
        var (gaps, blocked) = try store.statableGaps()
        let due = try store.unattested(limit: limit, stating: gaps, before: blocked)
        if let due, try store.readingBounds()?.upperBound != due.range.upperBound {
            // A gap that is stated before the readings on both its sides would part them for good.
            gaps.removeAll { $0.gap.kind == .readings && $0.gap.first > due.range.upperBound + 1 }
        }
        return Unattested(
            readings: due?.range, count: due?.count ?? 0, gaps: gaps.sorted { $0.id < $1.id },
            head: head)
    }

    /// The stored readings of a range, the oldest first, a page of them.
    ///
    /// Reading page by page lets commits come in between, and with them evictions.
    ///
    /// - Parameters:
    ///   - range: reading ids; those that are not there are passed over.
    ///   - limit: the most readings to give.
    /// - Returns: the readings; fewer than `limit` if the range holds no more.
    /// - Throws: damage.
    public func readings(
        _ range: ClosedRange<UInt64>, limit: Int
    ) throws(JournalError) -> [StoredReading] {
        var readings: [StoredReading] = []
        guard limit > 0 else { return readings }
        try openStore().forEachReading(range) {
            readings.append($0)
            return readings.count < limit
        }
        return readings
    }

    /// Folds the stored readings of a range, the oldest first, in bounded memory.
    ///
    /// - Parameters:
    ///   - range: reading ids; those that are not there are passed over.
    ///   - initial: what `body` adds to.
    ///   - body: called for each reading in the order of the ids.
    /// - Returns: the result and how many readings there were: fewer than `Unattested.count` if an
    ///   eviction came in between.
    /// - Throws: damage.
    public func reduce<Result: Sendable>(
        _ range: ClosedRange<UInt64>, into initial: Result,
        _ body: @Sendable (inout Result, StoredReading) -> Void
    ) throws(JournalError) -> (result: Result, count: Int) {
        var result = initial
        var count = 0
        try openStore().forEachReading(range) {
            count += 1
            body(&result, $0)
            return true
        }
        return (result, count)
    }

    /// Makes an attestation durable and marks what it states, all or nothing.
    ///
    /// - Parameters:
    ///   - attestation: the next one of the chain.
    ///   - gaps: the gaps it states, as `unattested` gave them. What one grew by since then stays
    ///     unsigned.
    /// - Throws: `position` if its sequence number does not follow the head's, or its readings do
    ///   not follow those attested or are not durable; `changedMeanwhile` if some of the readings,
    ///   or some before them, were lost since `unattested` said what is due, which must then be
    ///   asked for again; `attestationLength`; `unknownGap`; `full` and the like, after which the
    ///   same attestation can be stored again.
    public func store(
        _ attestation: StoredAttestation, signing gaps: [StoredGap]
    ) throws(JournalError) {
        let store = try openStore()
        let expected = try store.head().sequence + 1
        guard attestation.sequence == expected else {
            throw JournalError(.position(expected: expected, given: attestation.sequence), path)
        }
        let length = attestation.bytes.count
        guard (1...JournalLimits.attestationBytesMax).contains(length) else {
            throw JournalError(.attestationLength(length), path)
        }
        let attested = try store.attested()
        if let readings = attestation.readings {
            guard readings.lowerBound > attested else {
                throw JournalError(
                    .position(expected: attested + 1, given: readings.lowerBound), path)
            }
            guard readings.upperBound <= durableLast else {
                throw JournalError(
                    .position(expected: durableLast, given: readings.upperBound), path)
            }
            try store.checkUnchanged(readings, after: attested, signing: gaps)
        }
        try reserve(sequence: attestation.sequence)
        let quota = options.attestationQuotaBytes
        try store.database.write { () throws(JournalError) in
            try store.insert(
                attestation, attested: attestation.readings?.upperBound ?? attested)
            for gap in gaps { try store.sign(gap, by: attestation.sequence) }
            try store.evictAttestations(quota: quota)
        }
        raiseFloors(sequence: attestation.sequence)
    }
}
