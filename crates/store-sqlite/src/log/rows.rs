//! Rows of the table `statement`.

use std::collections::HashSet;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};
use store::{IndexKey, Position, StoredStatement};
use uuid::Uuid;
use xapi::Timestamp;

use crate::fault::Fault;

/// The columns that [`stored_statement`] reads.
pub(crate) const STORED_STATEMENT: &str = "position, id, stored, voided, text";

pub(crate) fn stored_statement(row: &Row<'_>) -> rusqlite::Result<StoredStatement> {
    Ok(StoredStatement {
        position: Position(row.get(0)?),
        id: row.get(1)?,
        stored: Timestamp::from_micros(row.get(2)?),
        voided: row.get(3)?,
        text: row.get(4)?,
    })
}

/// Of the next `limit` statements after a position, those that have one of these keys of their own, and where these `limit`
/// end. Their texts are not read.
pub(crate) fn positions_of(
    connection: &Connection,
    after: Position,
    limit: i64,
    wanted: &HashSet<i64>,
) -> Result<(Vec<i64>, Position), Fault> {
    let mut query = connection.prepare_cached(
        "SELECT position, keys FROM statement WHERE position > ?1 ORDER BY position LIMIT ?2",
    )?;
    let mut rows = query.query((after.0, limit))?;
    let (mut found, mut through) = (Vec::new(), after);
    while let Some(row) = rows.next()? {
        let position = row.get(0)?;
        through = Position(position);
        if keys(row.get_ref(1)?)?.any(|key| wanted.contains(&key)) {
            found.push(position);
        }
    }
    Ok((found, through))
}

/// Where an id is in the file's index.
pub(crate) fn position_of(connection: &Connection, id: &Uuid) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT position FROM statement_id WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()
}

/// When the last entry was stored; 0 if there is none.
pub(crate) fn last_stored(connection: &Connection) -> rusqlite::Result<i64> {
    let last = connection
        .prepare_cached("SELECT stored FROM statement ORDER BY position DESC LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(last.unwrap_or(0))
}

/// Index keys as they are kept.
pub(crate) fn key_bytes(keys: &[IndexKey]) -> Vec<u8> {
    keys.iter().flat_map(|key| key.0.to_le_bytes()).collect()
}

/// Index keys as they were kept.
pub(crate) fn keys(column: ValueRef<'_>) -> Result<impl Iterator<Item = i64> + '_, Fault> {
    let bytes = column.as_blob().map_err(rusqlite::Error::from)?;
    let (keys, rest) = bytes.as_chunks::<8>();
    if !rest.is_empty() {
        return Err(Fault::corrupt(
            "a statement's index keys",
            "their length is not a multiple of 8",
        ));
    }
    Ok(keys.iter().map(|key| i64::from_le_bytes(*key)))
}
