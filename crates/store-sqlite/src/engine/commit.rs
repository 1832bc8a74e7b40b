//! What the engine writes, whole or not at all.

use rusqlite::{Connection, params};
use store::{EngineCommit, NoticePlace, StoreError};

use super::{certificates, checkpoint, evidence, notices, standings};
use crate::fault::Fault;

pub(super) fn commit(connection: &Connection, commit: &EngineCommit) -> Result<(), Fault> {
    if checkpoint(connection)?.generation != commit.expected {
        return Err(StoreError::Changed {
            what: "the engine's checkpoint".to_owned(),
        }
        .into());
    }
    if Some(commit.next.generation) != commit.expected.checked_add(1) {
        let reason = format!(
            "generation {} does not follow {}",
            commit.next.generation, commit.expected
        );
        return Err(StoreError::backend("keep what the engine found", reason).into());
    }
    for person in &commit.forgotten {
        evidence::forget(connection, person)?;
    }
    for statement in &commit.withdrawn {
        evidence::withdraw(connection, *statement)?;
    }
    for record in &commit.evidence {
        evidence::put(connection, record)?;
    }
    for (person, curriculum) in &commit.lapsed {
        standings::remove(connection, person, curriculum)?;
    }
    for record in &commit.standings {
        standings::put(connection, record)?;
    }
    for record in &commit.certificates {
        certificates::put(connection, record)?;
    }
    for entry in &commit.ledger {
        certificates::append(connection, entry)?;
    }
    for entry in &commit.outbox {
        connection
            .prepare_cached(
                "INSERT INTO outbox (id, kind, body, due_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING",
            )?
            .execute(params![entry.id, entry.kind, entry.body, entry.due_at.as_micros()])?;
    }
    for (order, notice) in (0..).zip(&commit.notices) {
        let generation = commit.next.generation;
        notices::append(connection, notice, NoticePlace { generation, order })?;
    }
    let next = &commit.next;
    connection
        .prepare_cached("UPDATE checkpoint SET generation = ?1, position = ?2, change = ?3, state = ?4")?
        .execute(params![
            next.generation,
            next.position.0,
            next.change.0,
            next.state
        ])?;
    Ok(())
}
