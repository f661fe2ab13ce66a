// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

/// The rules that one attestation's claims keep among themselves, when signed and when verified.
extension AttestationClaims {
    func validate() throws(AttestationError) {
        let version = softwareVersion.utf8.count
        guard (1...AttestationLimits.softwareVersionBytesMax).contains(version) else {
            throw AttestationError(.claimValue, Claim.softwareVersion.place)
        }
        if let nonce {
            let range = AttestationLimits.nonceBytesMin...AttestationLimits.nonceBytesMax
            guard range.contains(nonce.count) else {
                throw AttestationError(.claimValue, Claim.nonce.place)
            }
        }
        guard sequence > 0 else { throw AttestationError(.claimValue, Claim.sequence.place) }
        guard sequence > 1 || previous == nil else {
            throw AttestationError(.previous, Claim.previous.place)
        }
        try validateGaps()
        if let readings { try validate(readings) }
    }

    private func validateGaps() throws(AttestationError) {
        guard gaps.count <= AttestationLimits.gapsMax else {
            throw AttestationError(.gap, "\(Claim.gaps.place): \(gaps.count) records")
        }
        for (index, gap) in gaps.enumerated() {
            guard gap.first > 0 else { throw AttestationError(.gap, "gap \(index): position 0") }
            guard index == 0 || Self.isOrdered(gaps[index - 1], gap) else {
                throw AttestationError(.gapOrder, "gap \(index)")
            }
        }
    }

    private func validate(_ readings: ReadingsDigest) throws(AttestationError) {
        guard readings.first > 0, readings.first <= readings.last, readings.count > 0,
            readings.count - 1 <= readings.last - readings.first
        else { throw AttestationError(.readings, Claim.readings.place) }
        let missing = readings.last - readings.first - (readings.count - 1)
        guard missing > 0 || readings.pack != nil else { return }
        let lost = lost(.readings)
        guard missing == 0 || lost.count(in: readings.first...readings.last) >= missing else {
            throw AttestationError(.readingsMissing, "\(missing) in \(Claim.readings.place)")
        }
        var last: UInt64?
        for record in readings.pack?.records ?? [] {
            guard record.boot <= boot else {
                throw AttestationError(.recordBoot, "reading \(record.id)")
            }
            if let last, !lost.covers(between: last, and: record.id) {
                throw AttestationError(.readingsMissing, "between \(last) and \(record.id)")
            }
            last = record.id
        }
    }
}
