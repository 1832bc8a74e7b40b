//! What the engine writes, whole or not at all.

use rusqlite::{Connection, params};
use store::{Checkpoint, EngineCommit, NoticePlace, StoreError};

use super::{certificates, evidence, notices, standings};
use crate::fault::Fault;

pub(super) fn commit(connection: &Connection, commit: &EngineCommit) -> Result<(), Fault> {
    if Some(commit.next.generation) != commit.expected.checked_add(1) {
        let reason = format!(
            "generation {} does not follow {}",
            commit.next.generation, commit.expected
        );
        return Err(StoreError::backend("keep what the engine found", reason).into());
    }
    move_on(connection, commit.expected, &commit.next)?;
    for person in &commit.forgotten {
        evidence::forget(connection, person)?;
    }
    for (person, statement) in &commit.withdrawn {
        evidence::withdraw(connection, person, *statement)?;
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
    if !commit.notices.is_empty() {
        // Those of all shares have one order.
        let last = notices::last(connection)?.map_or(0, |place| place.generation);
        let generation = commit.next.generation.max(last.saturating_add(1));
        for (order, notice) in (0..).zip(&commit.notices) {
            notices::append(connection, notice, NoticePlace { generation, order })?;
        }
    }
    Ok(())
}

/// Moves the checkpoint of a share on from a generation.
fn move_on(connection: &Connection, expected: i64, next: &Checkpoint) -> Result<(), Fault> {
    let moved = connection
        .prepare_cached(
            "UPDATE checkpoint SET generation = ?3, position = ?4, change = ?5, state = ?6
             WHERE share = ?1 AND generation = ?2",
        )?
        .execute(params![
            next.share.to_i64(),
            expected,
            next.generation,
            next.position.0,
            next.change.0,
            next.state
        ])?;
    if moved == 0 { Err(changed()) } else { Ok(()) }
}

/// Takes the checkpoints of shares away, and puts others in their place.
pub(super) fn divide_anew(
    connection: &Connection,
    before: &[Checkpoint],
    after: &[Checkpoint],
) -> Result<(), Fault> {
    for Checkpoint {
        share, generation, ..
    } in before
    {
        let gone = connection.execute(
            "DELETE FROM checkpoint WHERE share = ?1 AND generation = ?2",
            [share.to_i64(), *generation],
        )?;
        if gone == 0 {
            return Err(changed());
        }
    }
    for next in after {
        connection.execute(
            "INSERT INTO checkpoint (share, generation, position, change, state) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                next.share.to_i64(),
                next.generation,
                next.position.0,
                next.change.0,
                next.state
            ],
        )?;
    }
    Ok(())
}

fn changed() -> Fault {
    let what = "the engine's checkpoint".to_owned();
    StoreError::Changed { what }.into()
}
