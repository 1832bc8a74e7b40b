//! Plain SQLite: a row with a unique id, and an index row for each key of the statement.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use bench::course::authority;
use bench::statements::Statements;
use rusqlite::{Connection, params};
use store::NewStatement;
use xapi::{Limits, Timestamp, Version};

/// Writes so many statements of a generator into an empty file, so many a durable commit: as many as all connections
/// together can have in one. Answers how many a second.
pub(super) fn write(file: &Path, generator: Statements, count: usize, of_a_commit: usize) -> Result<f64> {
    remove(file)?;
    let statements = statements(generator, count)?;
    let connection = Connection::open(file).with_context(|| format!("open {}", file.display()))?;
    connection.execute_batch(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = wal; PRAGMA synchronous = full;
         PRAGMA wal_autocheckpoint = 16384; PRAGMA cache_size = -65536;
         CREATE TABLE statement (position INTEGER PRIMARY KEY, id BLOB, stored INTEGER, fingerprint BLOB, text TEXT);
         CREATE UNIQUE INDEX statement_id ON statement (id);
         CREATE TABLE statement_key (key INTEGER, position INTEGER, PRIMARY KEY (key, position)) WITHOUT ROWID;",
    )?;
    let began = Instant::now();
    let mut position = 0_i64;
    for batch in statements.chunks(of_a_commit) {
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
            for key in statement.keys.as_slice() {
                insert_key.execute((key.0, position))?;
            }
        }
        connection.execute_batch("COMMIT")?;
    }
    let per_second = count as f64 / began.elapsed().as_secs_f64();
    drop(connection);
    remove(file)?;
    Ok(per_second)
}

/// What the server makes of as many bodies.
fn statements(mut generator: Statements, count: usize) -> Result<Vec<NewStatement>> {
    let authority = authority();
    let ifi = authority.ifi().context("an authority")?;
    let mut body = String::new();
    (0..count)
        .map(|_| {
            generator.one(&mut body);
            let received = xapi::parse_statement(body.as_bytes(), Version::V1_0, &Limits::default())?;
            let id = received.statement().id.context("an id")?;
            Ok(NewStatement::new(received.seal(id, &authority), ifi, true))
        })
        .collect()
}

/// Removes a database with its companions.
fn remove(file: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut path = file.as_os_str().to_owned();
        path.push(suffix);
        let path = Path::new(&path);
        if path.exists() {
            std::fs::remove_file(path).with_context(|| format!("remove {}", path.display()))?;
        }
    }
    Ok(())
}
