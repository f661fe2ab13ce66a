// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Journal

@Suite struct DatabaseTests {
    let scratch: Scratch
    let database: Database

    init() throws {
        scratch = try Scratch()
        database = try Database(scratch.path, .readWrite)
        try database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v ANY) STRICT")
    }

    @Test("values of every type come back as they were bound")
    func values() throws {
        try database.run(
            "INSERT INTO t VALUES (1, ?), (2, ?), (3, ?), (4, ?), (5, ?)", .integer(.min),
            .text("°"), .blob([0, 255]), .blob([]), .null)
        #expect(try database.integer("SELECT v FROM t WHERE id = 1") == .min)
        let text = try database.first("SELECT v FROM t WHERE id = 2") {
            (row) throws(JournalError) in try row.text(0, bytesMax: 2)
        }
        #expect(text == "°")
        let blobs = try database.all("SELECT v, v IS NULL FROM t WHERE id > 2 ORDER BY id") {
            (row) throws(JournalError) in (try row.blob(0, bytesMax: 2), row.integer(1))
        }
        #expect(blobs.map(\.0) == [[0, 255], [], []])
        #expect(blobs.map(\.1) == [0, 0, 1])
    }

    @Test("an error carries extended code, message, statement and path")
    func errors() throws {
        try database.run("INSERT INTO t VALUES (1, 1)")
        #expect(
            throws: JournalError(
                .constraint, scratch.path, code: 1555, "UNIQUE constraint failed: t.id",
                sql: "INSERT INTO t VALUES (1, 2)")
        ) { try database.run("INSERT INTO t VALUES (1, 2)") }
        #expect(
            throws: JournalError(
                .database, scratch.path, code: 1, "no such table: u", sql: "SELECT 1 FROM u")
        ) { try database.integer("SELECT 1 FROM u") }
    }

    @Test("a transaction that fails leaves nothing and the connection in order")
    func rollback() throws {
        #expect(throws: JournalError.self) {
            try database.write { () throws(JournalError) in
                try database.run("INSERT INTO t VALUES (1, 1)")
                try database.run("INSERT INTO t VALUES (1, 2)")
            }
        }
        try database.write { () throws(JournalError) in
            #expect(try database.integer("SELECT count(*) FROM t") == 0)
        }
    }

    @Test("a statement can be used again inside its own rows")
    func nested() throws {
        try database.run("INSERT INTO t VALUES (1, 1), (2, 2)")
        let pairs = try database.all("SELECT id FROM t") { (_) throws(JournalError) in
            try database.all("SELECT id FROM t") { $0.integer(0) }
        }
        #expect(pairs == [[1, 2], [1, 2]])
    }

    @Test("a value longer than the caller's limit is damage, not an allocation")
    func limit() throws {
        try database.run("INSERT INTO t VALUES (1, zeroblob(100))")
        let error = #expect(throws: JournalError.self) {
            try database.first("SELECT v FROM t") {
                (row) throws(JournalError) in try row.blob(0, bytesMax: 99)
            }
        }
        #expect(error?.rule == .damaged)
    }

    @Test("a closed connection refuses with its rule")
    func closed() {
        database.close()
        #expect(throws: JournalError(.closed, scratch.path)) {
            try database.run("SELECT 1")
        }
    }

    @Test("migrations run once, in order, and a file of a newer release is refused untouched")
    func migrations() throws {
        let file = try Scratch()
        let known = Schema.version
        let next = Schema.migrations + ["ALTER TABLE boot ADD COLUMN note TEXT"]
        let old = try Store.writable(file.path).database
        #expect(try Schema.migrate(old) == 0)
        #expect(try Schema.migrate(old) == known)
        #expect(try Schema.migrate(old, next) == known)
        #expect(try Schema.migrate(old, next) == known + 1)
        try old.run("INSERT INTO boot VALUES (1, 'b', 2, 'note')")
        old.close()
        let before = file.contents()
        #expect(throws: JournalError(.newerVersion(found: known + 1, known: known), file.path)) {
            try file.open()
        }
        #expect(throws: JournalError(.newerVersion(found: known + 1, known: known), file.path)) {
            try JournalReader(file.path)
        }
        #expect(file.contents() == before)
    }

    @Test(
        "only an error that a wrong file alone can cause counts as one",
        arguments: [
            (1, .database, true), (24, .database, true), (21, .database, false),
            (23, .database, false), (7, .interrupted, false), (9, .interrupted, false),
            (4, .interrupted, false), (15, .busy, false), (5, .busy, false),
        ] as [(CInt, JournalError.Rule, Bool)])
    func classes(code: CInt, rule: JournalError.Rule, isOfForeignFile: Bool) {
        let error = JournalError(sqlite: code, nil, "p")
        #expect(error.rule == rule && error.isOfForeignFile == isOfForeignFile)
        #expect(!error.isDamage)
    }
}
