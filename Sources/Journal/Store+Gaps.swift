// SPDX-License-Identifier: Apache-2.0

internal import Telemetry

extension Store {
    private static let gapColumns = "id, kind, reason, first, last, attestation"

    /// Records a loss; it joins an unsigned gap of the same kind and reason that it continues.
    func record(_ gap: Gap) throws(JournalError) {
        let joined = try database.first(
            """
            SELECT id FROM gap WHERE attestation IS NULL AND kind = ? AND reason = ? AND last = ?
            """, .integer(Int64(gap.kind.rawValue)), .integer(Int64(gap.reason.rawValue)),
            .position(gap.first - 1)
        ) { $0.integer(0) }
        if let joined {
            try database.run(
                "UPDATE gap SET last = ? WHERE id = ?", .position(gap.last), .integer(joined))
        } else {
            try insert(gap, attestation: nil)
        }
    }

    private func insert(_ gap: Gap, attestation: UInt64?) throws(JournalError) {
        try database.run(
            "INSERT INTO gap (kind, reason, first, last, attestation) VALUES (?, ?, ?, ?, ?)",
            .integer(Int64(gap.kind.rawValue)), .integer(Int64(gap.reason.rawValue)),
            .position(gap.first), .position(gap.last), attestation.map(SQLValue.position) ?? .null)
    }

    /// Gaps that no attestation states, the oldest first.
    func unsignedGaps(limit: Int) throws(JournalError) -> [StoredGap] {
        try database.all(
            "SELECT \(Self.gapColumns) FROM gap WHERE attestation IS NULL ORDER BY id LIMIT ?",
            .integer(Int64(limit)), map: Self.gap)
    }

    /// Up to `limit` gaps with a number above `id`.
    func gaps(after id: Int64, limit: Int) throws(JournalError) -> [StoredGap] {
        try database.all(
            "SELECT \(Self.gapColumns) FROM gap WHERE id > ? ORDER BY id LIMIT ?", .integer(id),
            .integer(Int64(limit)), map: Self.gap)
    }

    /// Marks a gap as stated by an attestation. What it grew by since it was read stays unsigned.
    ///
    /// - Throws: `unknownGap` if it is not an unsigned gap that begins with the one given.
    func sign(_ stored: StoredGap, by sequence: UInt64) throws(JournalError) {
        let current = try database.first(
            "SELECT \(Self.gapColumns) FROM gap WHERE id = ?", .integer(stored.id), map: Self.gap)
        guard let current, current.attestation == nil, current.gap.kind == stored.gap.kind,
            current.gap.reason == stored.gap.reason, current.gap.first == stored.gap.first,
            current.gap.last >= stored.gap.last
        else { throw JournalError(.unknownGap(id: stored.id), database.path) }
        try database.run(
            "UPDATE gap SET last = ?, attestation = ? WHERE id = ?", .position(stored.gap.last),
            .position(sequence), .integer(stored.id))
        let rest = Gap(
            kind: current.gap.kind, reason: current.gap.reason, first: stored.gap.last + 1,
            last: current.gap.last)
        if let rest { try insert(rest, attestation: nil) }
    }

    static func gap(_ row: Row) throws(JournalError) -> StoredGap {
        guard let kindByte = UInt8(exactly: row.integer(1)),
            let kind = Gap.Kind(rawValue: kindByte),
            let reasonByte = UInt8(exactly: row.integer(2)),
            let reason = Gap.Reason(rawValue: reasonByte),
            let gap = Gap(
                kind: kind, reason: reason, first: try row.position(3), last: try row.position(4)),
            gap.first >= 1
        else { throw row.damage("gap \(row.integer(0))") }
        return StoredGap(
            id: row.integer(0), gap: gap, attestation: row.isNull(5) ? nil : try row.position(5))
    }
}
