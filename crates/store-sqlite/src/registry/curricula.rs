//! Curricula and their revisions.

use rusqlite::{Connection, OptionalExtension, Row, params};
use store::CurriculumRecord;
use xapi::Timestamp;

use super::{CURRICULUM, record_change};
use crate::fault::Fault;

const RECORD: &str = "id, revision, hash, published_at, body";

pub(super) fn publish(
    connection: &Connection,
    mut new: CurriculumRecord,
    at: Timestamp,
) -> Result<CurriculumRecord, Fault> {
    let current = one(connection, &new.id, None)?;
    match current {
        Some(current) if current.hash == new.hash => return Ok(current),
        Some(current) => new.revision = current.revision + 1,
        None => new.revision = 1,
    }
    connection
        .prepare_cached(
            "INSERT INTO curriculum (id, revision, hash, published_at, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            new.id,
            new.revision,
            new.hash,
            new.published_at.as_micros(),
            new.body
        ])?;
    record_change(connection, CURRICULUM, &new.id, at)?;
    Ok(new)
}

pub(super) fn newest(connection: &Connection) -> Result<Vec<CurriculumRecord>, Fault> {
    let mut query = connection.prepare_cached(&format!(
        "SELECT {RECORD} FROM curriculum AS newest
         WHERE revision = (SELECT max(revision) FROM curriculum WHERE id = newest.id) ORDER BY id"
    ))?;
    let curricula = query.query_map([], record)?.collect::<Result<_, _>>()?;
    Ok(curricula)
}

pub(super) fn one(
    connection: &Connection,
    id: &str,
    revision: Option<i64>,
) -> Result<Option<CurriculumRecord>, Fault> {
    let curriculum = connection
        .prepare_cached(&format!(
            "SELECT {RECORD} FROM curriculum WHERE id = ?1 AND (?2 IS NULL OR revision = ?2)
             ORDER BY revision DESC LIMIT 1"
        ))?
        .query_row((id, revision), record)
        .optional()?;
    Ok(curriculum)
}

fn record(row: &Row<'_>) -> rusqlite::Result<CurriculumRecord> {
    Ok(CurriculumRecord {
        id: row.get(0)?,
        revision: row.get(1)?,
        hash: row.get(2)?,
        published_at: Timestamp::from_micros(row.get(3)?),
        body: row.get(4)?,
    })
}
