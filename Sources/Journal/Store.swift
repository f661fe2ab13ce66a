// SPDX-License-Identifier: Apache-2.0

internal import Bytes
internal import Telemetry

/// The journal's tables: what is said in SQL, without policy. One owner, one thread at a time.
final class Store {
    let database: Database
    let points: PointTable

    init(_ database: Database) {
        self.database = database
        points = PointTable(database)
    }

    /// Opens the file for writing, whatever version it has.
    static func writable(_ path: String) throws(JournalError) -> Store {
        let database = try Database(path, .readWrite)
        guard !database.isReadOnly else { throw JournalError(.readOnly, path) }
        // secure_delete, on in Debian, would write every freed page once more.
        try database.execute(
            """
            PRAGMA page_size = \(JournalLimits.pageBytes);
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA secure_delete = OFF;
            PRAGMA wal_autocheckpoint = \(JournalLimits.checkpointPages);
            PRAGMA journal_size_limit = \(JournalLimits.walBytesMax);
            """)
        return Store(database)
    }

    // MARK: Positions

    /// Where this journal begins, or goes on after a loss: what came up to there and is not
    /// attested counts as lost, even readings that are still there.
    struct Origin: Equatable {
        var sequence: UInt64 = 0
        var hash: Bytes32?
        var reading: UInt64 = 0
    }

    func origin() throws(JournalError) -> Origin {
        Origin(
            sequence: try position("origin_sequence"), hash: try metaHash("origin_hash"),
            reading: try position("origin_reading"))
    }

    func setOrigin(_ origin: Origin) throws(JournalError) {
        try setMeta("origin_sequence", .position(origin.sequence))
        try setMeta("origin_reading", .position(origin.reading))
        try setMeta("origin_hash", origin.hash.map { .blob($0.bytes) } ?? .null)
    }

    /// The newest reading id that is taken, by a reading or by a gap.
    func lastReading() throws(JournalError) -> UInt64 {
        // The newest gap need not be the last that was recorded, but it is among the last.
        let gap = try database.first(
            """
            SELECT max(last) FROM (SELECT kind, last FROM gap ORDER BY id DESC LIMIT 1000)
            WHERE kind = \(Gap.Kind.readings.rawValue)
            """
        ) { (row) throws(JournalError) in try row.position(0) }
        return max(try readingBounds()?.upperBound ?? 0, gap ?? 0, try origin().reading)
    }

    /// The newest attestation: its sequence number, hash, and the last reading that is attested.
    func newestAttestation() throws(JournalError) -> (head: ChainHead, attested: UInt64)? {
        try database.first(
            "SELECT sequence, hash, last FROM attestation ORDER BY sequence DESC LIMIT 1"
        ) { (row) throws(JournalError) in
            let head = ChainHead(sequence: try row.position(0), hash: try Self.hash(row, 1))
            return (head, try row.position(2))
        }
    }

    /// The end of the chain.
    func head() throws(JournalError) -> ChainHead {
        let origin = try origin()
        guard let newest = try newestAttestation()?.head, newest.sequence > origin.sequence else {
            return ChainHead(sequence: origin.sequence, hash: origin.hash)
        }
        return newest
    }

    /// The last reading that an attestation covers, or that was declared lost when this journal
    /// began or lost its end: an attestation that went with it may have covered that reading.
    func attested() throws(JournalError) -> UInt64 {
        max(try newestAttestation()?.attested ?? 0, try origin().reading)
    }

    static func hash(_ row: Row, _ column: CInt) throws(JournalError) -> Bytes32 {
        guard let hash = Bytes32(try row.blob(column, bytesMax: Bytes32.count)) else {
            throw row.damage("hash of another length")
        }
        return hash
    }

    // MARK: Meta

    private func position(_ key: String) throws(JournalError) -> UInt64 {
        try database.first("SELECT value FROM meta WHERE key = ?", .text(key)) {
            (row) throws(JournalError) in try row.position(0)
        } ?? 0
    }

    private func metaHash(_ key: String) throws(JournalError) -> Bytes32? {
        try database.first("SELECT value FROM meta WHERE key = ?", .text(key)) {
            (row) throws(JournalError) -> Bytes32? in
            row.isNull(0) ? nil : try Self.hash(row, 0)
        } ?? nil
    }

    func setMeta(_ key: String, _ value: SQLValue) throws(JournalError) {
        try database.run(
            "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", .text(key), value)
    }

    func metaInteger(_ key: String) throws(JournalError) -> Int64 {
        try database.integer("SELECT value FROM meta WHERE key = ?", .text(key))
    }

    // MARK: Boots

    func insertBoot(_ boot: BootRecord) throws(JournalError) {
        try database.run(
            "INSERT OR IGNORE INTO boot (count, boot_id, started_wall) VALUES (?, ?, ?)",
            .integer(Int64(boot.count)), .text(boot.bootID),
            .integer(boot.startedWallMilliseconds))
        try database.run(
            "DELETE FROM boot WHERE count <= ?",
            .integer(Int64(boot.count) - Int64(JournalLimits.bootsMax)))
    }

    /// The boots that are remembered, the newest first.
    func boots(limit: Int) throws(JournalError) -> [BootRecord] {
        try database.all(
            "SELECT count, boot_id, started_wall FROM boot ORDER BY count DESC LIMIT ?",
            .integer(Int64(limit))
        ) { (row) throws(JournalError) in
            guard let count = UInt32(exactly: row.integer(0)) else {
                throw row.damage("boot \(row.integer(0))")
            }
            return BootRecord(
                count: count, bootID: try row.text(1, bytesMax: JournalLimits.bootIDBytesMax),
                startedWallMilliseconds: row.integer(2))
        }
    }
}
