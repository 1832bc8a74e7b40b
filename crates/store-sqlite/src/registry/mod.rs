//! People and curricula, and the order of their changes.

mod curricula;
mod people;

use async_trait::async_trait;
use rusqlite::Connection;
use store::{Change, ChangePosition, Changed, CurriculumRecord, PersonRecord, Registry, StoreResult};
use xapi::Ifi;

use crate::SqliteStore;
use crate::fault::Fault;

const PERSON: i64 = 1;
const CURRICULUM: i64 = 2;

#[async_trait]
impl Registry for SqliteStore {
    async fn put_people(&self, people: Vec<PersonRecord>) -> StoreResult<usize> {
        self.writer
            .write("write people", move |connection| people::put(connection, &people))
            .await
    }

    async fn remove_person(&self, id: &str) -> StoreResult<bool> {
        let id = id.to_owned();
        self.writer
            .write("remove a person", move |connection| {
                people::remove(connection, &id)
            })
            .await
    }

    async fn person(&self, id: &str) -> StoreResult<Option<PersonRecord>> {
        let id = id.to_owned();
        self.readers
            .read("read a person", move |connection| people::person(connection, &id))
            .await
    }

    async fn people_by_id(&self, ids: &[String]) -> StoreResult<Vec<PersonRecord>> {
        let ids = ids.to_vec();
        self.readers
            .read("read people", move |connection| {
                let mut people = Vec::with_capacity(ids.len());
                for id in &ids {
                    people.extend(people::person(connection, id)?);
                }
                Ok(people)
            })
            .await
    }

    async fn people_by_ifi(&self, ifis: &[Ifi]) -> StoreResult<Vec<Option<String>>> {
        let keys: Vec<_> = ifis.iter().map(Ifi::key).collect();
        self.readers
            .read("find people", move |connection| {
                keys.iter().map(|key| people::owner(connection, key)).collect()
            })
            .await
    }

    async fn people(&self, after: Option<&str>, limit: usize) -> StoreResult<Vec<PersonRecord>> {
        let after = after.map(str::to_owned);
        self.readers
            .read("list people", move |connection| {
                people::list(connection, after.as_deref(), limit)
            })
            .await
    }

    async fn publish_curriculum(&self, curriculum: CurriculumRecord) -> StoreResult<CurriculumRecord> {
        self.writer
            .write("publish a curriculum", move |connection| {
                curricula::publish(connection, curriculum)
            })
            .await
    }

    async fn curricula(&self) -> StoreResult<Vec<CurriculumRecord>> {
        self.readers.read("list curricula", curricula::newest).await
    }

    async fn curriculum(&self, id: &str, revision: Option<i64>) -> StoreResult<Option<CurriculumRecord>> {
        let id = id.to_owned();
        self.readers
            .read("read a curriculum", move |connection| {
                curricula::one(connection, &id, revision)
            })
            .await
    }

    async fn changes(&self, after: ChangePosition, limit: usize) -> StoreResult<Vec<Change>> {
        self.readers
            .read("read the changes", move |connection| {
                changes(connection, after, limit)
            })
            .await
    }

    async fn wait_for_change(&self, position: ChangePosition) -> StoreResult<()> {
        self.wait(|heads| heads.change > position.0).await
    }
}

fn changes(connection: &Connection, after: ChangePosition, limit: usize) -> Result<Vec<Change>, Fault> {
    let mut query = connection.prepare_cached(
        "SELECT position, kind, id FROM change WHERE position > ?1 ORDER BY position LIMIT ?2",
    )?;
    let mut rows = query.query((after.0, i64::try_from(limit).unwrap_or(i64::MAX)))?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        let position = ChangePosition(row.get(0)?);
        let changed = match row.get(1)? {
            PERSON => Changed::Person(row.get(2)?),
            CURRICULUM => Changed::Curriculum(row.get(2)?),
            other => {
                return Err(Fault::corrupt(
                    format!("the change {}", position.0),
                    format!("its kind is {other}"),
                ));
            }
        };
        changes.push(Change { position, changed });
    }
    Ok(changes)
}

/// The last change; 0 before the first.
pub(crate) fn last_change(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT ifnull(max(position), 0) FROM change")?
        .query_row([], |row| row.get(0))
}

fn record_change(connection: &Connection, kind: i64, id: &str) -> Result<(), Fault> {
    connection
        .prepare_cached("INSERT INTO change (kind, id) VALUES (?1, ?2)")?
        .execute((kind, id))?;
    Ok(())
}
