use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The one that writes.
    Writer,
    /// One of those that read.
    Reader,
    /// The one that copies the write-ahead log and watches for other processes.
    Keeper,
}

/// Bytes in a page. Three to six statements fit on one; a larger page would be written whole for each small
/// commit, a smaller one would leave a third of itself empty.
const PAGE_SIZE: u32 = 8_192;

pub(crate) fn open(file: &Path, role: Role, lock_timeout: Duration) -> rusqlite::Result<Connection> {
    // Each connection stays on one thread, so SQLite's own locking of it is not needed.
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if role == Role::Writer {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(lock_timeout)?;
    connection.set_prepared_statement_cache_capacity(128);
    if role == Role::Writer {
        connection.pragma_update(None, "page_size", PAGE_SIZE)?;
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    }
    // In WAL mode FULL syncs the log at each commit: what is acknowledged survives the loss of power.
    connection.pragma_update(None, "synchronous", "full")?;
    // The keeper copies the log to the file; a commit never waits for that.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    // Else a statement is planned anew each time its LIMIT is bound.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "cache_size", -cache_kib(role))?;
    if role == Role::Reader {
        connection.pragma_update(None, "query_only", true)?;
    }
    Ok(connection)
}

/// The writer's cache holds the pages that random ids and index keys fall on; readers lean on the operating
/// system's cache.
const fn cache_kib(role: Role) -> i32 {
    match role {
        Role::Writer => 24 * 1_024,
        Role::Reader => 3 * 1_024,
        Role::Keeper => 1_024,
    }
}
