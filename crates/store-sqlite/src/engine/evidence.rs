//! Evidence: small facts about people, each from one statement.

use rusqlite::{Connection, Row, params};
use store::{EvidenceRecord, Position};
use uuid::Uuid;

use super::each;
use crate::fault::Fault;

const RECORD: &str = "person, statement, position, body";

/// Of people in ascending order.
pub(super) fn of_people(connection: &Connection, people: &[String]) -> Result<Vec<EvidenceRecord>, Fault> {
    let query = connection.prepare_cached(&format!(
        "SELECT {RECORD} FROM evidence WHERE person = ?1 ORDER BY position, statement"
    ))?;
    each(query, people, record)
}

pub(super) fn of_statements(
    connection: &Connection,
    statements: &[Uuid],
) -> Result<Vec<EvidenceRecord>, Fault> {
    let query = connection.prepare_cached(&format!(
        "SELECT {RECORD} FROM evidence WHERE statement = ?1 ORDER BY person"
    ))?;
    each(query, statements, record)
}

pub(super) fn put(connection: &Connection, evidence: &EvidenceRecord) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO evidence (person, statement, position, body) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            evidence.person,
            evidence.statement,
            evidence.position.0,
            evidence.body
        ])?;
    Ok(())
}

pub(super) fn withdraw(connection: &Connection, person: &str, statement: Uuid) -> Result<(), Fault> {
    connection
        .prepare_cached("DELETE FROM evidence WHERE statement = ?1 AND person = ?2")?
        .execute(params![statement, person])?;
    Ok(())
}

pub(super) fn forget(connection: &Connection, person: &str) -> Result<(), Fault> {
    connection
        .prepare_cached("DELETE FROM evidence WHERE person = ?1")?
        .execute([person])?;
    Ok(())
}

fn record(row: &Row<'_>) -> rusqlite::Result<EvidenceRecord> {
    Ok(EvidenceRecord {
        person: row.get(0)?,
        statement: row.get(1)?,
        position: Position(row.get(2)?),
        body: row.get(3)?,
    })
}
