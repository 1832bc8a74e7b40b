//! The same statements written by plain SQLite: what there is to be had.

use std::path::Path;
use std::time::Instant;

use rusqlite::{Connection, params};
use store::NewStatement;
use xapi::Timestamp;

use crate::Outcome;

/// What is written for a statement.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Layout {
    /// A row with a unique id, and an index row for each of its keys.
    RowPerKey,
    /// A row by its position, and nothing to find it by.
    StatementsOnly,
}

/// Writes the statements, this many a durable commit, and says how fast.
pub(crate) fn write(
    file: &Path,
    statements: &[NewStatement],
    size: usize,
    layout: Layout,
) -> Outcome<String> {
    let connection = Connection::open(file)?;
    connection.execute_batch(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = wal; PRAGMA synchronous = full;
         PRAGMA wal_autocheckpoint = 16384; PRAGMA cache_size = -65536;
         CREATE TABLE statement (position INTEGER PRIMARY KEY, id BLOB, stored INTEGER, fingerprint BLOB, text TEXT);
         CREATE TABLE statement_key (key INTEGER, position INTEGER, PRIMARY KEY (key, position)) WITHOUT ROWID;",
    )?;
    if let Layout::RowPerKey = layout {
        connection.execute_batch("CREATE UNIQUE INDEX statement_id ON statement (id);")?;
    }
    let begun = Instant::now();
    let mut position = 0_i64;
    for batch in statements.chunks(size) {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let mut insert = connection.prepare_cached("INSERT INTO statement VALUES (?1, ?2, ?3, ?4, ?5)")?;
        let mut insert_key = connection.prepare_cached("INSERT INTO statement_key VALUES (?1, ?2)")?;
        for statement in batch {
            position += 1;
            let text = statement.sealed.text(Timestamp::from_micros(position));
            let (id, fingerprint) = (statement.sealed.id(), statement.sealed.fingerprint());
            insert.execute(params![
                position,
                id.as_bytes(),
                position,
                fingerprint.as_bytes(),
                text
            ])?;
            if let Layout::RowPerKey = layout {
                for key in statement.keys.as_slice() {
                    insert_key.execute((key.0, position))?;
                }
            }
        }
        connection.execute_batch("COMMIT")?;
    }
    let each_second = statements.len() as f64 / begun.elapsed().as_secs_f64();
    Ok(match layout {
        Layout::RowPerKey => {
            let keys: usize = statements
                .iter()
                .map(|statement| statement.keys.as_slice().len())
                .sum();
            let keys = keys as f64 / statements.len() as f64;
            format!("{size} a commit, a unique id and a row for each of {keys:.1} keys: {each_second:.0}/s")
        }
        Layout::StatementsOnly => format!("{size} a commit, nothing to find them by: {each_second:.0}/s"),
    })
}
