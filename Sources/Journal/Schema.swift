// SPDX-License-Identifier: Apache-2.0

/// The tables of the journal and how older files become current ones.
enum Schema {
    /// `application_id` of a journal: "HJNL".
    static let applicationID: Int64 = 0x484A_4E4C

    /// The script that leads from version *index* to *index* + 1. Never change one that was released.
    static let migrations = [
        """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
        CREATE TABLE boot (
            count INTEGER PRIMARY KEY, boot_id TEXT NOT NULL, started_wall INTEGER NOT NULL) STRICT;
        CREATE TABLE point (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, checksum INTEGER NOT NULL,
            UNIQUE (name, unit)) STRICT;
        CREATE TABLE segment (
            first INTEGER PRIMARY KEY, last INTEGER NOT NULL, boot INTEGER NOT NULL,
            wall_min INTEGER NOT NULL, wall_max INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE attestation (
            sequence INTEGER PRIMARY KEY, wall INTEGER NOT NULL, first INTEGER, last INTEGER NOT NULL,
            hash BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE gap (
            id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, reason INTEGER NOT NULL,
            first INTEGER NOT NULL, last INTEGER NOT NULL, attestation INTEGER) STRICT;
        CREATE INDEX gap_attestation ON gap (attestation);
        """,
        """
        CREATE TABLE total (
            point TEXT PRIMARY KEY, value INTEGER NOT NULL, checksum INTEGER NOT NULL)
            STRICT, WITHOUT ROWID;
        """,
        """
        CREATE TABLE command (
            id INTEGER PRIMARY KEY, boot INTEGER NOT NULL, wall INTEGER NOT NULL,
            uptime INTEGER NOT NULL, holder TEXT NOT NULL, output TEXT NOT NULL,
            kind INTEGER NOT NULL, value INTEGER NOT NULL, result INTEGER, cause TEXT,
            milliseconds INTEGER) STRICT;
        CREATE INDEX command_open ON command (id) WHERE result IS NULL;
        """,
    ]

    /// The version that this release writes.
    static var version: Int64 { Int64(migrations.count) }

    /// Brings the file to the last of `migrations`, each in a transaction of its own.
    ///
    /// The version is kept in the header and again in `meta`, so that one flipped bit in the header
    /// is told apart from a file of a newer release, which must not be touched.
    ///
    /// - Returns: the version it had; 0 if it was empty.
    /// - Throws: `newerVersion`; `damaged` if it is no journal.
    static func migrate(
        _ database: Database, _ migrations: [String] = migrations
    ) throws(JournalError) -> Int64 {
        let found = try check(database, known: Int64(migrations.count))
        for (index, script) in migrations.enumerated().dropFirst(Int(found)) {
            try database.write { () throws(JournalError) in
                try database.execute(script)
                try database.run(
                    "INSERT OR REPLACE INTO meta (key, value) VALUES ('version', ?)",
                    .integer(Int64(index + 1)))
                try database.execute(
                    "PRAGMA user_version = \(index + 1); PRAGMA application_id = \(applicationID);")
            }
        }
        return found
    }

    /// The version of a file that may be read, without changing it.
    ///
    /// - Throws: `newerVersion`; `damaged` if it is no journal.
    static func check(_ database: Database, known: Int64 = version) throws(JournalError) -> Int64 {
        let application = try database.integer("PRAGMA application_id")
        let found = try database.integer("PRAGMA user_version")
        let tables = try database.integer("SELECT count(*) FROM sqlite_schema")
        if application == 0, found == 0, tables == 0 { return 0 }
        guard application == applicationID else {
            throw JournalError(.damaged, database.path, "application id \(application)")
        }
        let stated = try? database.integer("SELECT value FROM meta WHERE key = 'version'")
        guard stated == nil || stated == found, found >= 1 else {
            throw JournalError(
                .damaged, database.path, "version \(found), and \(stated ?? 0) in the table")
        }
        guard found <= known else {
            throw JournalError(.newerVersion(found: found, known: known), database.path)
        }
        return found
    }
}
