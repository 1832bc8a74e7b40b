//! What people are told.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use store::{NoticeFilter, NoticePlace, NoticeRecord, Notices, StoreError, StoreResult};
use xapi::Timestamp;

use super::{each, sql_limit};
use crate::SqliteStore;
use crate::fault::Fault;

const RECORD: &str = "generation, ordinal, id, kind, person, curriculum, obligation, step, state, recipients, at, \
                      decided_at, body";

#[async_trait]
impl Notices for SqliteStore {
    async fn notices(&self, filter: &NoticeFilter) -> StoreResult<Vec<NoticeRecord>> {
        let filter = filter.clone();
        self.readers
            .read("list notices", move |connection| list(connection, &filter))
            .await
    }

    async fn notices_of(&self, people: &[String]) -> StoreResult<Vec<NoticeRecord>> {
        let mut people = people.to_vec();
        people.sort_unstable();
        people.dedup();
        self.readers
            .read_many("read notices", move |connection| of_people(connection, &people))
            .await
    }

    async fn last_notice(&self) -> StoreResult<Option<NoticePlace>> {
        self.readers.read("find the newest notice", last).await
    }
}

fn list(connection: &Connection, filter: &NoticeFilter) -> Result<Vec<NoticeRecord>, Fault> {
    let mut conditions = vec!["1"];
    let mut given: Vec<(&str, &dyn ToSql)> = Vec::new();
    for (condition, name, value) in [
        ("person = :person", ":person", &filter.person),
        ("curriculum = :curriculum", ":curriculum", &filter.curriculum),
        ("kind = :kind", ":kind", &filter.kind),
        ("state = :state", ":state", &filter.state),
        (
            "(generation, ordinal) IN (SELECT generation, ordinal FROM notice_recipient WHERE recipient = :to)",
            ":to",
            &filter.to,
        ),
    ] {
        if let Some(value) = value {
            conditions.push(condition);
            given.push((name, value));
        }
    }
    if let Some(after) = &filter.after {
        conditions.push("(generation, ordinal) > (:after_generation, :after_ordinal)");
        given.push((":after_generation", &after.generation));
        given.push((":after_ordinal", &after.order));
    }
    let limit = sql_limit(filter.limit);
    given.push((":limit", &limit));
    let mut query = connection.prepare_cached(&format!(
        "SELECT {RECORD} FROM notice WHERE {} ORDER BY generation, ordinal LIMIT :limit",
        conditions.join(" AND ")
    ))?;
    let rows = query
        .query_map(given.as_slice(), record)?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().map(recipients).collect()
}

/// Of people in ascending order.
fn of_people(connection: &Connection, people: &[String]) -> Result<Vec<NoticeRecord>, Fault> {
    let query = connection.prepare_cached(&format!(
        "SELECT {RECORD} FROM notice WHERE person = ?1 ORDER BY generation, ordinal"
    ))?;
    each(query, people, record)?.into_iter().map(recipients).collect()
}

pub(super) fn last(connection: &Connection) -> Result<Option<NoticePlace>, Fault> {
    Ok(connection
        .prepare_cached(
            "SELECT generation, ordinal FROM notice ORDER BY generation DESC, ordinal DESC LIMIT 1",
        )?
        .query_row([], |row| {
            Ok(NoticePlace {
                generation: row.get(0)?,
                order: row.get(1)?,
            })
        })
        .optional()?)
}

/// Appends a notice; one whose id is there already stays as it is.
pub(super) fn append(
    connection: &Connection,
    notice: &NoticeRecord,
    place: NoticePlace,
) -> Result<(), Fault> {
    let recipients = serde_json::Value::from(notice.to.clone()).to_string();
    let appended = connection
        .prepare_cached(&format!(
            "INSERT INTO notice ({RECORD}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT (id) DO NOTHING"
        ))?
        .execute(params![
            place.generation,
            place.order,
            notice.id,
            notice.kind,
            notice.person,
            notice.curriculum,
            notice.obligation,
            notice.step,
            notice.state,
            recipients,
            notice.at.as_micros(),
            notice.decided_at.as_micros(),
            notice.body,
        ])?;
    if appended == 0 {
        return Ok(());
    }
    let mut insert = connection.prepare_cached(
        "INSERT OR IGNORE INTO notice_recipient (recipient, generation, ordinal) VALUES (?1, ?2, ?3)",
    )?;
    for recipient in &notice.to {
        insert.execute(params![recipient, place.generation, place.order])?;
    }
    Ok(())
}

/// A row with its list of recipients still as text.
fn record(row: &Row<'_>) -> rusqlite::Result<(NoticeRecord, String)> {
    let notice = NoticeRecord {
        place: NoticePlace {
            generation: row.get(0)?,
            order: row.get(1)?,
        },
        id: row.get(2)?,
        kind: row.get(3)?,
        person: row.get(4)?,
        curriculum: row.get(5)?,
        obligation: row.get(6)?,
        step: row.get(7)?,
        state: row.get(8)?,
        to: Vec::new(),
        at: Timestamp::from_micros(row.get(10)?),
        decided_at: Timestamp::from_micros(row.get(11)?),
        body: row.get(12)?,
    };
    Ok((notice, row.get(9)?))
}

fn recipients((mut notice, recipients): (NoticeRecord, String)) -> Result<NoticeRecord, Fault> {
    notice.to = serde_json::from_str(&recipients).map_err(|error| StoreError::Corrupt {
        what: format!("the recipients of notice {}", notice.id),
        reason: error.to_string(),
    })?;
    Ok(notice)
}
