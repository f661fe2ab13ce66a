// SPDX-License-Identifier: Apache-2.0

internal import CSQLite

/// One connection to an SQLite file. Not thread-safe: one owner, one thread at a time.
final class Database {
    /// How the file is opened.
    enum Access {
        /// Read and write; made if it is missing.
        case readWrite
        /// Read only, beside a writer or after one.
        case readOnly
        /// Read only without any lock or shared memory: for a file that nobody writes.
        case immutable
    }

    let path: String
    private var connection: OpaquePointer?
    private var idle: [String: Statement] = [:]

    /// Opens the file.
    ///
    /// - Throws: `cannotOpen`; damage shows only at the first statement.
    init(_ path: String, _ access: Access) throws(JournalError) {
        self.path = path
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        var name = path
        switch access {
        case .readWrite: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        case .readOnly: flags |= SQLITE_OPEN_READONLY
        case .immutable:
            flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            name = "file:\(Self.escaped(path))?immutable=1"
        }
        let code = sqlite3_open_v2(name, &connection, flags, nil)
        guard code == SQLITE_OK else {
            let error = JournalError(sqlite: code, connection, path)
            close()
            throw error
        }
        sqlite3_busy_timeout(connection, JournalLimits.busyMilliseconds)
        sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, JournalLimits.valueBytesMax)
        if let connection { _ = halcyon_sqlite_set_defensive(connection) }
        // Every connection is small; nothing is trusted that the file's schema might call.
        try execute(
            """
            PRAGMA cache_size = -\(JournalLimits.cacheKibibytes);
            PRAGMA mmap_size = 0;
            PRAGMA temp_store = MEMORY;
            PRAGMA trusted_schema = OFF;
            PRAGMA cell_size_check = ON;
            """)
    }

    deinit { close() }

    /// Ends the connection; the last one to a file moves the WAL into it.
    func close() {
        idle = [:]
        sqlite3_close_v2(connection)
        connection = nil
    }

    /// Whether SQLite could open the file for reading only although writing was asked for.
    var isReadOnly: Bool { sqlite3_db_readonly(connection, "main") == 1 }

    /// Runs a script of statements without parameters or results.
    func execute(_ script: String) throws(JournalError) {
        let code = sqlite3_exec(connection, script, nil, nil, nil)
        guard code == SQLITE_OK else {
            throw JournalError(sqlite: code, connection, path, sql: script)
        }
    }

    /// Runs a statement that gives no rows.
    func run(_ sql: String, _ values: SQLValue...) throws(JournalError) {
        try use(sql, values) { (statement) throws(JournalError) in
            while try statement.step() != nil {}
        }
    }

    /// The result of `map` for the first row; `nil` if there is none.
    func first<Result>(
        _ sql: String, _ values: SQLValue..., map: (Row) throws(JournalError) -> Result
    ) throws(JournalError) -> Result? {
        try use(sql, values) { (statement) throws(JournalError) in
            guard let row = try statement.step() else { return nil }
            return try map(row)
        }
    }

    /// The result of `map` for every row. The statement must bound its rows itself.
    func all<Result>(
        _ sql: String, _ values: SQLValue..., map: (Row) throws(JournalError) -> Result
    ) throws(JournalError) -> [Result] {
        try use(sql, values) { (statement) throws(JournalError) in
            var results: [Result] = []
            while let row = try statement.step() { results.append(try map(row)) }
            return results
        }
    }

    /// The integer that a pragma or an aggregate gives; 0 if it gives none.
    func integer(_ sql: String, _ values: SQLValue...) throws(JournalError) -> Int64 {
        try use(sql, values) { (statement) throws(JournalError) in
            try statement.step()?.integer(0) ?? 0
        }
    }

    /// Runs `body` as one transaction: all of it is on the disk when this returns, or nothing.
    func write<Result>(
        _ body: () throws(JournalError) -> Result
    ) throws(JournalError) -> Result {
        try transaction("BEGIN IMMEDIATE", body)
    }

    /// Runs `body` on one snapshot of the file; short ones only, they keep the WAL from shrinking.
    func read<Result>(
        _ body: () throws(JournalError) -> Result
    ) throws(JournalError) -> Result {
        try transaction("BEGIN", body)
    }

    private func transaction<Result>(
        _ begin: String, _ body: () throws(JournalError) -> Result
    ) throws(JournalError) -> Result {
        try run(begin)
        do throws(JournalError) {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            // After some errors SQLite has rolled back by itself.
            if sqlite3_get_autocommit(connection) == 0 { try? run("ROLLBACK") }
            throw error
        }
    }

    private func use<Result>(
        _ sql: String, _ values: [SQLValue],
        _ body: (Statement) throws(JournalError) -> Result
    ) throws(JournalError) -> Result {
        guard let connection else { throw JournalError(.closed, path) }
        // Taken out while it runs, so that a nested use gets a statement of its own.
        let statement: Statement
        if let ready = idle.removeValue(forKey: sql) {
            statement = ready
        } else {
            statement = try Statement(sql, on: connection, path: path)
        }
        defer {
            statement.reset()
            idle[sql] = statement
        }
        try statement.bind(values)
        return try body(statement)
    }

    /// The path with the characters escaped that mean something in a URI.
    private static func escaped(_ path: String) -> String {
        var text = ""
        for character in path {
            switch character {
            case "%": text += "%25"
            case "?": text += "%3f"
            case "#": text += "%23"
            default: text.append(character)
            }
        }
        return text
    }
}
