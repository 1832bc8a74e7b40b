//! The tables, and how a file written by an older version becomes one of this version.

use rusqlite::{Connection, TransactionBehavior};
use store::StoreError;

use crate::fault::{FILE, Fault};

/// Marks the file as Testamur's ("TSTM"), so that another program's database is not taken for it.
const APPLICATION_ID: i32 = 0x5453_544d;

/// Each takes the schema from the version of its place in the list to the next. Never changed once released.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/v1.sql"),
    include_str!("schema/v2.sql"),
    include_str!("schema/v3.sql"),
    include_str!("schema/v4.sql"),
    include_str!("schema/v5.sql"),
];

/// Brings the file to this version's schema, in one transaction; safe when several processes open it at once.
pub(crate) fn prepare(connection: &mut Connection) -> Result<(), Fault> {
    if found(connection)? == MIGRATIONS.len() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it while this one waited for the lock.
    let version = found(&transaction)?;
    if version == 0 {
        let tables: i64 =
            transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables > 0 {
            return Err(StoreError::Unavailable(format!(
                "{FILE} holds another program's tables; choose another data folder"
            ))
            .into());
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    for migration in MIGRATIONS.iter().skip(version) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(
        None,
        "user_version",
        i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX),
    )?;
    transaction.commit()?;
    Ok(())
}

/// The version of the schema in the file, 0 for none.
pub(crate) fn found(connection: &Connection) -> Result<usize, Fault> {
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if application != APPLICATION_ID && (application != 0 || version != 0) {
        return Err(StoreError::Unavailable(format!(
            "{FILE} was written by another program; choose another data folder"
        ))
        .into());
    }
    match usize::try_from(version) {
        Ok(version) if version <= MIGRATIONS.len() => Ok(version),
        _ => Err(StoreError::Unavailable(format!(
            "{FILE} was written by a newer Testamur (schema {version}; this one knows up to {}); \
             use that version or restore a backup from before the update",
            MIGRATIONS.len()
        ))
        .into()),
    }
}
