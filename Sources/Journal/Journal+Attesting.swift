// SPDX-License-Identifier: Apache-2.0

public import Telemetry

extension Journal {
    /// What the next attestation is to state. Its sequence number is reserved by this call.
    ///
    /// - Parameter limit: the most readings it may cover.
    /// - Returns: readings, gaps and the end of the chain.
    /// - Throws: `full` and the like if the sequence number could not be reserved; damage.
    public func unattested(limit: Int) throws(JournalError) -> Unattested {
        let store = try openStore()
        let head = try store.head()
        try reserve(sequence: head.sequence + 1)
        let gaps = try store.unsignedGaps(limit: JournalLimits.unsignedGapsMax)
        let none = Unattested(readings: nil, count: 0, gaps: gaps, head: head)
        guard limit > 0, let all = try store.readingBounds() else { return none }
        let attested = try store.attested()
        guard attested < all.upperBound else { return none }
        var first = max(attested + 1, all.lowerBound)
        var last = first
        var count = 0
        var start = try store.segmentStart(first)
        while count < limit, start <= all.upperBound {
            let page = try store.bounds(
                start...all.upperBound, limit: JournalLimits.scanSegmentsMax)
            guard let end = page.last?.readings.upperBound else { break }
            for bounds in page.map(\.readings) where bounds.upperBound >= first && count < limit {
                let from = max(bounds.lowerBound, first)
                if count == 0 { first = from }
                let taken = min(Int(bounds.upperBound - from) + 1, limit - count)
                count += taken
                last = from + UInt64(taken) - 1
            }
            start = end + 1
        }
        guard count > 0 else { return none }
        return Unattested(readings: first...last, count: count, gaps: gaps, head: head)
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
        let count = try openStore().forEachReading(range) { body(&result, $0) }
        return (result, count)
    }

    /// Makes an attestation durable and marks what it states, all or nothing.
    ///
    /// - Parameters:
    ///   - attestation: the next one of the chain.
    ///   - gaps: the gaps it states, as `unattested` gave them. What one grew by since then stays
    ///     unsigned.
    /// - Throws: `position` if its sequence number does not follow the head's, or its readings do
    ///   not follow those attested or are not durable; `attestationLength`; `unknownGap`; `full`
    ///   and the like, after which the same attestation can be stored again.
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
        }
        try reserve(sequence: attestation.sequence)
        try store.database.write { () throws(JournalError) in
            try store.insert(
                attestation, attested: attestation.readings?.upperBound ?? attested)
            for gap in gaps { try store.sign(gap, by: attestation.sequence) }
            try store.evictAttestations(quota: options.attestationQuotaBytes)
        }
        raiseFloors(sequence: attestation.sequence)
    }

    /// Notes how far the log has come, so that a later loss of its end is noticed.
    private func raiseFloors(sequence: UInt64) {
        var raised = counters
        raised.sequenceFloor = sequence
        raised.readingFloor = durableLast
        // The attestation is stored whether or not this works; a floor that is low is only late.
        guard (try? raised.save(path)) != nil else { return }
        counters = raised
    }
}
