//! The statement log.

pub(crate) mod append;
mod bounds;
pub(crate) mod definitions;
mod lists;
pub(crate) mod memory;
mod postings;
mod query;
pub(crate) mod recent;
mod references;
pub(crate) mod rows;
pub(crate) mod settle;
pub(crate) mod texts;
mod view;

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use store::{
    Appended, IndexKey, LogEntry, LogPage, NewStatement, PageRoom, Position, StatementLog, StatementPage,
    StatementQuery, StoreError, StoreResult, StoredStatement,
};
use uuid::Uuid;
use xapi::{Iri, Timestamp};

use self::memory::{Snapshot, Standing};
use self::rows::{STORED_STATEMENT, last_stored, position_of, positions_of, stored_statement};
use self::view::{View, look};
use crate::SqliteStore;
use crate::fault::Fault;
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
                look(connection, &shared.memory, |view| statement(view, &id))
            })
            .await
    }

    async fn query(&self, query: &StatementQuery) -> StoreResult<StatementPage> {
        let shared = Arc::clone(&self.shared);
        let query = query.clone();
        self.readers
            .read("query statements", move |connection| {
                look(connection, &shared.memory, |view| query::page(view, &query))
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
        let mut room = PageRoom::of_log(limit);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.readers
            .read("read the log", move |connection| {
                let mut query = connection.prepare_cached(&format!(
                    "SELECT {STORED_STATEMENT} FROM statement WHERE position > ?1 ORDER BY position LIMIT ?2"
                ))?;
                let mut entries = Vec::new();
                for entry in query.query_map((after.0, limit), stored_statement)? {
                    let entry = entry?;
                    if !room.takes(&entry) {
                        break;
                    }
                    entries.push(entry);
                }
                Ok(entries)
            })
            .await
    }

    async fn read_log_of(&self, after: Position, limit: usize, keys: &[IndexKey]) -> StoreResult<LogPage> {
        let mut room = PageRoom::of_log(limit);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let wanted: HashSet<i64> = keys.iter().map(|key| key.0).collect();
        self.readers
            .read("read the log", move |connection| {
                let (found, through) = positions_of(connection, after, limit, &wanted)?;
                let mut one = connection.prepare_cached(&format!(
                    "SELECT {STORED_STATEMENT} FROM statement WHERE position = ?1"
                ))?;
                let mut page = LogPage {
                    entries: Vec::new(),
                    through,
                };
                for position in found {
                    let entry = one.query_row([position], stored_statement)?;
                    if !room.takes(&entry) {
                        // What is before has been looked at.
                        page.through = Position(position - 1);
                        break;
                    }
                    page.entries.push(entry);
                }
                Ok(page)
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

fn statement(view: &View<'_>, id: &Uuid) -> Result<Option<StoredStatement>, Fault> {
    let recent = {
        let recent = view.memory.recent();
        if view.snapshot.standing(&recent) != Some(Standing::Complete) {
            return Err(Fault::Outdated);
        }
        recent.position_of(id)
    };
    let position = match recent {
        Some(position) => Some(position),
        None => position_of(view.connection, id)?,
    };
    // A file's index can know of entries that this transaction does not see yet, but not the other way round.
    let Some(position) = position.filter(|position| *position <= view.snapshot.head) else {
        return Ok(None);
    };
    Ok(Some(Arc::unwrap_or_clone(view.statement(position)?)))
}
