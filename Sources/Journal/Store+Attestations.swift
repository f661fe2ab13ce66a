// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import Telemetry

extension Store {
    /// What a row costs beside its statement, about.
    private static let rowBytes: Int64 = 64
    private static let bytesKey = "attestation_bytes"

    /// Adds an attestation; `attested` is the last reading that is covered after it.
    func insert(_ attestation: StoredAttestation, attested: UInt64) throws(JournalError) {
        try database.run(
            """
            INSERT INTO attestation (sequence, wall, first, last, hash, bytes)
            VALUES (?, ?, ?, ?, ?, ?)
            """, .position(attestation.sequence), .integer(attestation.wallMilliseconds),
            attestation.readings.map { .position($0.lowerBound) } ?? .null, .position(attested),
            .blob(attestation.hash.bytes), .blob(attestation.bytes))
        let bytes = try metaInteger(Self.bytesKey)
        try setMeta(
            Self.bytesKey, .integer(bytes + Int64(attestation.bytes.count) + Self.rowBytes))
    }

    /// Up to `limit` attestations of a range of sequence numbers, with their bytes.
    func attestations(
        _ range: ClosedRange<UInt64>, newestFirst: Bool = false, limit: Int
    ) throws(JournalError) -> [StoredAttestation] {
        let order = newestFirst ? "DESC" : "ASC"
        return try database.all(
            """
            SELECT sequence, wall, first, last, hash, bytes FROM attestation
            WHERE sequence BETWEEN ? AND ? ORDER BY sequence \(order) LIMIT ?
            """, .position(range.lowerBound), .position(range.upperBound), .integer(Int64(limit)),
            map: Self.attestation)
    }

    /// The oldest and newest sequence number; `nil` if there is none.
    func attestationBounds() throws(JournalError) -> ClosedRange<UInt64>? {
        try database.first("SELECT min(sequence), max(sequence) FROM attestation") {
            (row) throws(JournalError) -> ClosedRange<UInt64>? in
            guard !row.isNull(0) else { return nil }
            let oldest = try row.position(0)
            let newest = try row.position(1)
            guard oldest <= newest else { throw row.damage("attestations out of order") }
            return oldest...newest
        } ?? nil
    }

    /// Evicts the oldest attestations, with the gaps that they stated, down to `quota` bytes.
    ///
    /// The newest always stays: the chain goes on from it.
    func evictAttestations(quota: Int64) throws(JournalError) {
        var bytes = try metaInteger(Self.bytesKey)
        guard bytes > quota, let range = try attestationBounds() else { return }
        // A tenth more than needed, so that this does not happen at every attestation.
        let goal = quota - quota / 10
        var last: UInt64?
        let oldest = try database.all(
            """
            SELECT sequence, length(bytes) FROM attestation WHERE sequence < ?
            ORDER BY sequence LIMIT \(JournalLimits.scanSegmentsMax)
            """, .position(range.upperBound)
        ) { (row) throws(JournalError) in (try row.position(0), row.integer(1)) }
        for (sequence, length) in oldest where bytes > goal {
            bytes -= length + Self.rowBytes
            last = sequence
        }
        guard let last else { return }
        try database.run("DELETE FROM attestation WHERE sequence <= ?", .position(last))
        try database.run("DELETE FROM gap WHERE attestation <= ?", .position(last))
        try setMeta(Self.bytesKey, .integer(max(0, bytes)))
        let gap = Gap(kind: .attestations, reason: .quota, first: range.lowerBound, last: last)
        if let gap { try record(gap) }
    }

    private static func attestation(_ row: Row) throws(JournalError) -> StoredAttestation {
        let last = try row.position(3)
        var readings: ClosedRange<UInt64>?
        if !row.isNull(2) {
            let first = try row.position(2)
            guard first >= 1, first <= last else { throw row.damage("readings \(first)–\(last)") }
            readings = first...last
        }
        return StoredAttestation(
            sequence: try row.position(0), wallMilliseconds: row.integer(1), readings: readings,
            hash: try hash(row, 4),
            bytes: try row.blob(5, bytesMax: JournalLimits.attestationBytesMax))
    }
}
