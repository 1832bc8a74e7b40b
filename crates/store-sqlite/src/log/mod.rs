//! The statement log.

pub(crate) mod append;
mod bounds;
pub(crate) mod definitions;
mod lists;
mod postings;
mod query;
pub(crate) mod recent;
mod references;
pub(crate) mod rows;
pub(crate) mod settle;
pub(crate) mod snapshot;

use std::sync::{Arc, PoisonError};

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension};
use store::{
    Appended, LogEntry, NewStatement, Position, StatementLog, StatementPage, StatementQuery, StoreError,
    StoreResult, StoredStatement,
};
use uuid::Uuid;
use xapi::{Iri, Timestamp};

use self::rows::{STORED_STATEMENT, last_stored, position_of, stored_statement};
use self::snapshot::{Memory, Snapshot};
use crate::SqliteStore;
use crate::fault::Fault;
use crate::shared::Shared;
use crate::stored::Through;

#[async_trait]
impl StatementLog for SqliteStore {
    async fn append(&self, batch: Vec<NewStatement>) -> StoreResult<Appended> {
        self.writer.append(batch).await
    }

    async fn statement(&self, id: Uuid) -> StoreResult<Option<StoredStatement>> {
        let shared = Arc::clone(&self.shared);
        self.readers
            .read("read a statement", move |connection| {
                statement(connection, &shared, id)
            })
            .await
    }

    async fn query(&self, query: &StatementQuery) -> StoreResult<StatementPage> {
        let shared = Arc::clone(&self.shared);
        let query = query.clone();
        self.readers
            .read("query statements", move |connection| {
                query::page(connection, &shared.recent, &query)
            })
            .await
    }

    async fn consistent_through(&self) -> StoreResult<Timestamp> {
        let through = self.shared.stored.through();
        match through.map_err(|error| StoreError::backend("look whether other processes write", error))? {
            Through::Moment(moment) => Ok(moment),
            Through::OtherWriter(promised) => {
                let last = self.readers.read("read the head of the log", |connection| {
                    Ok(last_stored(connection)?)
                });
                let through = promised.max(Timestamp::from_micros(last.await?));
                self.shared.stored.promise(through);
                Ok(through)
            }
        }
    }

    async fn read_log(&self, after: Position, limit: usize) -> StoreResult<Vec<LogEntry>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.readers
            .read("read the log", move |connection| {
                let mut query = connection.prepare_cached(&format!(
                    "SELECT {STORED_STATEMENT} FROM statement WHERE position > ?1 ORDER BY position LIMIT ?2"
                ))?;
                let entries = query
                    .query_map((after.0, limit), stored_statement)?
                    .collect::<Result<_, _>>()?;
                Ok(entries)
            })
            .await
    }

    async fn head(&self) -> StoreResult<Position> {
        self.readers
            .read("read the head of the log", |connection| {
                Ok(Position(Snapshot::read(connection)?.head))
            })
            .await
    }

    async fn wait_beyond(&self, position: Position) -> StoreResult<()> {
        self.wait(|heads| heads.log > position.0).await
    }

    async fn activity_definition(&self, activity: &Iri) -> StoreResult<Option<String>> {
        let activity = activity.clone();
        self.readers
            .read("read an activity's definition", move |connection| {
                definitions::read(connection, &activity)
            })
            .await
    }
}

fn statement(connection: &Connection, shared: &Shared, id: Uuid) -> Result<Option<StoredStatement>, Fault> {
    loop {
        let transaction = connection.unchecked_transaction()?;
        let snapshot = Snapshot::read(&transaction)?;
        if snapshot.catch_up(&transaction, &shared.recent)? == Memory::Ahead {
            continue;
        }
        let recent = {
            let recent = shared.recent.read().unwrap_or_else(PoisonError::into_inner);
            if snapshot.memory(&recent) != Some(Memory::Complete) {
                continue;
            }
            recent.position_of(&id)
        };
        let position = match recent {
            Some(position) => Some(position),
            None => position_of(&transaction, &id)?,
        };
        let Some(position) = position else { return Ok(None) };
        let statement = transaction
            .prepare_cached(&format!(
                "SELECT {STORED_STATEMENT} FROM statement WHERE position = ?1"
            ))?
            .query_row([position], stored_statement)
            .optional()?;
        return Ok(statement);
    }
}
