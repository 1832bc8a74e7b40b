//! People and curricula, what people decided about them, and the order of their changes.

mod acts;
mod curricula;
mod people;

use async_trait::async_trait;
use rusqlite::Connection;
use store::{
    ActFilter, ActRecord, Acts, Change, ChangePosition, Changed, CurriculumRecord, PersonRecord,
    PersonVersion, Registry, Report, StoreResult, Subject,
};
use uuid::Uuid;
use xapi::{Ifi, Timestamp};

use crate::SqliteStore;
use crate::fault::Fault;

const PERSON: i64 = 1;
const CURRICULUM: i64 = 2;
const GROUP: i64 = 3;

#[async_trait]
impl Registry for SqliteStore {
    async fn put_people(&self, people: Vec<PersonRecord>) -> StoreResult<usize> {
        let now = self.shared.stored.now();
        self.writer
            .write("write people", move |connection| {
                people::put(connection, &people, moment(connection, now)?)
            })
            .await
    }

    async fn remove_person(&self, id: &str) -> StoreResult<bool> {
        let id = id.to_owned();
        let now = self.shared.stored.now();
        self.writer
            .write("remove a person", move |connection| {
                people::remove(connection, &id, moment(connection, now)?)
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
            .read_many("read people", move |connection| {
                let mut people = Vec::with_capacity(ids.len());
                for id in &ids {
                    people.extend(people::person(connection, id)?);
                }
                Ok(people)
            })
            .await
    }

    async fn person_versions(&self, id: &str) -> StoreResult<Vec<PersonVersion>> {
        let id = id.to_owned();
        self.readers
            .read("read the versions of a person", move |connection| {
                people::versions(connection, &id)
            })
            .await
    }

    async fn reports(&self, managers: &[String], known_at: Option<Timestamp>) -> StoreResult<Vec<Report>> {
        let managers = managers.to_vec();
        self.readers
            .read_many("read who reports to whom", move |connection| {
                people::reports(connection, &managers, known_at)
            })
            .await
    }

    async fn people_by_ifi(&self, ifis: &[Ifi]) -> StoreResult<Vec<Option<String>>> {
        let keys: Vec<_> = ifis.iter().map(Ifi::key).collect();
        self.readers
            .read_many("find people", move |connection| {
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
        let now = self.shared.stored.now();
        self.writer
            .write("publish a curriculum", move |connection| {
                curricula::publish(connection, curriculum, moment(connection, now)?)
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

#[async_trait]
impl Acts for SqliteStore {
    async fn record_acts(
        &self,
        acts: Vec<ActRecord>,
        people: Vec<PersonRecord>,
    ) -> StoreResult<Vec<ActRecord>> {
        let now = self.shared.stored.now();
        self.writer
            .write("record acts", move |connection| {
                acts::record(connection, acts, &people, moment(connection, now)?)
            })
            .await
    }

    async fn act(&self, id: Uuid) -> StoreResult<Option<ActRecord>> {
        self.readers
            .read("read an act", move |connection| acts::one(connection, id))
            .await
    }

    async fn acts_of(&self, subjects: &[Subject]) -> StoreResult<Vec<ActRecord>> {
        let subjects = subjects.to_vec();
        self.readers
            .read_many("read acts", move |connection| acts::of(connection, &subjects))
            .await
    }

    async fn acts_undoing(&self, acts: &[Uuid]) -> StoreResult<Vec<ActRecord>> {
        let undone = acts.to_vec();
        self.readers
            .read_many("read acts", move |connection| acts::undoing(connection, &undone))
            .await
    }

    async fn acts(&self, filter: &ActFilter) -> StoreResult<Vec<ActRecord>> {
        let filter = filter.clone();
        self.readers
            .read("list acts", move |connection| acts::list(connection, &filter))
            .await
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
            GROUP => Changed::Group(row.get(2)?),
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

/// A moment after that of every change: now, unless the clock was set back.
fn moment(connection: &Connection, now: Timestamp) -> Result<Timestamp, Fault> {
    let last: i64 = connection
        .prepare_cached("SELECT ifnull((SELECT at FROM change ORDER BY position DESC LIMIT 1), 0)")?
        .query_row([], |row| row.get(0))?;
    Ok(now.max(Timestamp::from_micros(last.saturating_add(1))))
}

fn record_change(connection: &Connection, kind: i64, id: &str, at: Timestamp) -> Result<(), Fault> {
    connection
        .prepare_cached("INSERT INTO change (kind, id, at) VALUES (?1, ?2, ?3)")?
        .execute((kind, id, at.as_micros()))?;
    Ok(())
}
