// SPDX-License-Identifier: Apache-2.0

internal import CSQLite

/// A prepared statement; lives no longer than the `Database` that made it.
final class Statement {
    let sql: String
    private let path: String
    private let connection: OpaquePointer
    private let handle: OpaquePointer

    /// Compiles one statement.
    init(_ sql: String, on connection: OpaquePointer, path: String) throws(JournalError) {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(
            connection, sql, -1, CUnsignedInt(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else {
            throw JournalError(sqlite: code, connection, path, sql: sql)
        }
        self.sql = sql
        self.path = path
        self.connection = connection
        self.handle = handle
    }

    deinit { sqlite3_finalize(handle) }

    /// Binds all parameters in order.
    func bind(_ values: [SQLValue]) throws(JournalError) {
        for (index, value) in values.enumerated() {
            let index = CInt(index + 1)
            let code =
                switch value {
                case .integer(let number): sqlite3_bind_int64(handle, index, number)
                case .text(let text):
                    halcyon_sqlite_bind_text(handle, index, text, CInt(text.utf8.count))
                case .blob(let bytes):
                    bytes.isEmpty
                        ? sqlite3_bind_zeroblob(handle, index, 0)
                        : halcyon_sqlite_bind_blob(handle, index, bytes, CInt(bytes.count))
                case .null: sqlite3_bind_null(handle, index)
                }
            guard code == SQLITE_OK else {
                throw JournalError(sqlite: code, connection, path, sql: sql)
            }
        }
    }

    /// Runs to the next row; `nil` after the last one.
    func step() throws(JournalError) -> Row? {
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return Row(handle: handle, path: path, sql: sql)
        case SQLITE_DONE: return nil
        default: throw JournalError(sqlite: code, connection, path, sql: sql)
        }
    }

    /// Makes the statement ready to be bound and run again.
    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }
}

/// The current row of a running statement; invalid after the next step.
struct Row {
    fileprivate let handle: OpaquePointer
    fileprivate let path: String
    fileprivate let sql: String

    func isNull(_ column: CInt) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    func integer(_ column: CInt) -> Int64 { sqlite3_column_int64(handle, column) }

    /// A position of a log; one that no journal can have given out is damage.
    func position(_ column: CInt) throws(JournalError) -> UInt64 {
        let value = integer(column)
        guard value >= 0, value <= Int64(JournalLimits.positionMax) else {
            throw damage("position \(value)")
        }
        return UInt64(value)
    }

    func text(_ column: CInt, bytesMax: Int) throws(JournalError) -> String {
        let bytes = try blob(column, bytesMax: bytesMax)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw damage("text that is not UTF-8")
        }
        return text
    }

    /// The bytes of a blob or text.
    func blob(_ column: CInt, bytesMax: Int) throws(JournalError) -> [UInt8] {
        let start = sqlite3_column_blob(handle, column)
        let count = Int(sqlite3_column_bytes(handle, column))
        guard count <= bytesMax else { throw damage("value of \(count) bytes") }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    /// The error for a row that no release of ours wrote.
    func damage(_ message: String) -> JournalError {
        JournalError(.damaged, path, message, sql: sql)
    }
}

extension JournalError {
    /// Whether only a file of another make, not a passing trouble, can have caused the error of a
    /// statement that is right: a table or column is missing, or the format is not supported.
    var isOfForeignFile: Bool {
        rule == .database && [SQLITE_ERROR, SQLITE_FORMAT].contains(code & 0xFF)
    }

    /// The error that `connection` reported last.
    init(sqlite code: CInt, _ connection: OpaquePointer?, _ path: String, sql: String? = nil) {
        let words =
            connection.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
        let extended = connection.map { sqlite3_extended_errcode($0) } ?? code
        let rule: Rule =
            switch code & 0xFF {
            case SQLITE_FULL: .full
            case SQLITE_READONLY: .readOnly
            case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_TOOBIG: .damaged
            case SQLITE_CONSTRAINT, SQLITE_MISMATCH: .constraint
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: .busy
            case SQLITE_NOMEM, SQLITE_INTERRUPT, SQLITE_ABORT, SQLITE_SCHEMA: .interrupted
            case SQLITE_IOERR: .inputOutput
            case SQLITE_CANTOPEN, SQLITE_PERM: .cannotOpen
            default: .database
            }
        self.init(
            rule, path, code: extended == SQLITE_OK ? code : extended,
            words.map { String(cString: $0) } ?? "", sql: sql)
    }
}
