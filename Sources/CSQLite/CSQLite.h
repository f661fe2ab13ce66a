// SPDX-License-Identifier: Apache-2.0
//
// SQLite 3.37 or newer (STRICT tables). Only what Swift cannot call by itself is wrapped.

#pragma once
#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast of -1 to a function pointer, which Swift does not import.
static inline int halcyon_sqlite_bind_text(
    sqlite3_stmt *statement, int index, const char *text, int bytes) {
    return sqlite3_bind_text(statement, index, text, bytes, SQLITE_TRANSIENT);
}

// The same cast.
static inline int halcyon_sqlite_bind_blob(
    sqlite3_stmt *statement, int index, const void *blob, int bytes) {
    return sqlite3_bind_blob(statement, index, blob, bytes, SQLITE_TRANSIENT);
}

// sqlite3_db_config is variadic, which Swift does not import. Defensive: no SQL can write the
// schema table or otherwise damage the file on purpose.
static inline int halcyon_sqlite_set_defensive(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}
