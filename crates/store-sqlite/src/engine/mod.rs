//! What follows from statements, people and curricula.

mod certificates;
mod commit;
mod evidence;
mod notices;
mod standings;

use async_trait::async_trait;
use rusqlite::{Connection, Row, Statement, params};
use store::{
    CertificateFilter, CertificateRecord, ChangePosition, Checkpoint, Engine, EngineCommit, EvidenceRecord,
    LedgerEntry, OutboxEntry, Position, Share, StandingFilter, StandingRecord, StoreResult,
};
use uuid::Uuid;
use xapi::Timestamp;

use crate::SqliteStore;
use crate::fault::Fault;

#[async_trait]
impl Engine for SqliteStore {
    async fn checkpoints(&self) -> StoreResult<Vec<Checkpoint>> {
        self.readers.read("read the checkpoints", checkpoints).await
    }

    /// One process works on a file: there is nothing to divide.
    async fn hold(&self, _: Uuid) -> StoreResult<bool> {
        Ok(false)
    }

    async fn leave(&self, _: Uuid) -> StoreResult<()> {
        Ok(())
    }

    async fn split(&self, of: &Checkpoint, off: Share) -> StoreResult<()> {
        let of = of.clone();
        self.writer
            .write("divide people", move |connection| {
                commit::divide_anew(connection, std::slice::from_ref(&of), &of.split(off))
            })
            .await
    }

    async fn join(&self, both: &[Checkpoint; 2], next: Checkpoint) -> StoreResult<()> {
        let both = both.clone();
        self.writer
            .write("put people together", move |connection| {
                commit::divide_anew(connection, &both, &[next])
            })
            .await
    }

    async fn commit(&self, commit: EngineCommit) -> StoreResult<()> {
        self.writer
            .write("keep what the engine found", move |connection| {
                commit::commit(connection, &commit)
            })
            .await
    }

    async fn evidence(&self, people: &[String]) -> StoreResult<Vec<EvidenceRecord>> {
        let mut people = people.to_vec();
        people.sort_unstable();
        people.dedup();
        self.readers
            .read_many("read evidence", move |connection| {
                evidence::of_people(connection, &people)
            })
            .await
    }

    async fn evidence_of_statements(&self, statements: &[Uuid]) -> StoreResult<Vec<EvidenceRecord>> {
        let mut statements = statements.to_vec();
        statements.sort_unstable();
        statements.dedup();
        self.readers
            .read_many("read evidence", move |connection| {
                evidence::of_statements(connection, &statements)
            })
            .await
    }

    async fn standings(&self, filter: &StandingFilter) -> StoreResult<Vec<StandingRecord>> {
        let filter = filter.clone();
        self.readers
            .read("list standings", move |connection| {
                standings::list(connection, &filter)
            })
            .await
    }

    async fn standings_of(&self, people: &[String]) -> StoreResult<Vec<StandingRecord>> {
        let mut people = people.to_vec();
        people.sort_unstable();
        people.dedup();
        self.readers
            .read_many("read standings", move |connection| {
                standings::of_people(connection, &people)
            })
            .await
    }

    async fn standings_due(
        &self,
        share: Share,
        at: Timestamp,
        limit: usize,
    ) -> StoreResult<Vec<StandingRecord>> {
        self.readers
            .read("read the standings due", move |connection| {
                standings::due(connection, share, at, limit)
            })
            .await
    }

    async fn next_change_at(&self, share: Share) -> StoreResult<Option<Timestamp>> {
        self.readers
            .read("read when a standing changes next", move |connection| {
                standings::next_change_at(connection, share)
            })
            .await
    }

    async fn certificates(&self, filter: &CertificateFilter) -> StoreResult<Vec<CertificateRecord>> {
        let filter = filter.clone();
        self.readers
            .read("list certificates", move |connection| {
                certificates::list(connection, &filter)
            })
            .await
    }

    async fn certificates_of(&self, people: &[String]) -> StoreResult<Vec<CertificateRecord>> {
        let mut people = people.to_vec();
        people.sort_unstable();
        people.dedup();
        self.readers
            .read_many("read certificates", move |connection| {
                certificates::of_people(connection, &people)
            })
            .await
    }

    async fn certificate(&self, id: Uuid) -> StoreResult<Option<CertificateRecord>> {
        self.readers
            .read("read a certificate", move |connection| {
                certificates::one(connection, id)
            })
            .await
    }

    async fn ledger(&self, certificate: Uuid) -> StoreResult<Vec<LedgerEntry>> {
        self.readers
            .read("read the ledger", move |connection| {
                certificates::ledger(connection, certificate)
            })
            .await
    }

    async fn outbox(&self, at: Timestamp, limit: usize) -> StoreResult<Vec<OutboxEntry>> {
        self.readers
            .read("read the outbox", move |connection| outbox(connection, at, limit))
            .await
    }

    async fn outbox_done(&self, ids: &[Uuid]) -> StoreResult<()> {
        let ids = ids.to_vec();
        self.writer
            .write("clear the outbox", move |connection| {
                let mut delete = connection.prepare_cached("DELETE FROM outbox WHERE id = ?1")?;
                for id in &ids {
                    delete.execute([id])?;
                }
                Ok(())
            })
            .await
    }
}

fn checkpoints(connection: &Connection) -> Result<Vec<Checkpoint>, Fault> {
    let mut query = connection
        .prepare_cached("SELECT share, generation, position, change, state FROM checkpoint ORDER BY share")?;
    let checkpoints = query
        .query_map([], |row| {
            Ok(Checkpoint {
                share: Share::from_i64(row.get(0)?),
                holder: None,
                generation: row.get(1)?,
                position: Position(row.get(2)?),
                change: ChangePosition(row.get(3)?),
                state: row.get(4)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(checkpoints)
}

fn outbox(connection: &Connection, at: Timestamp, limit: usize) -> Result<Vec<OutboxEntry>, Fault> {
    let mut query = connection.prepare_cached(
        "SELECT id, kind, body, due_at FROM outbox WHERE due_at <= ?1 ORDER BY due_at, n LIMIT ?2",
    )?;
    let entries = query
        .query_map(params![at.as_micros(), sql_limit(limit)], |row| {
            Ok(OutboxEntry {
                id: row.get(0)?,
                kind: row.get(1)?,
                body: row.get(2)?,
                due_at: Timestamp::from_micros(row.get(3)?),
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(entries)
}

/// A limit as SQLite takes it.
fn sql_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Everything that a query answers for each of several things asked for.
fn each<A: rusqlite::ToSql, T>(
    mut query: rusqlite::CachedStatement<'_>,
    asked: &[A],
    record: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, Fault> {
    let query: &mut Statement<'_> = &mut query;
    let mut records = Vec::with_capacity(asked.len());
    for one in asked {
        let mut rows = query.query([one])?;
        while let Some(row) = rows.next()? {
            records.push(record(row)?);
        }
    }
    Ok(records)
}
