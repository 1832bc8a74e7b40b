//! Where people stand.

use rusqlite::{Connection, Row, ToSql, params};
use store::{Share, StandingFilter, StandingRecord};
use xapi::Timestamp;

use super::{each, sql_limit};
use crate::fault::Fault;

const RECORD: &str = "person, curriculum, revision, status, next_change_at, body";

/// By (person, curriculum).
pub(super) fn list(connection: &Connection, filter: &StandingFilter) -> Result<Vec<StandingRecord>, Fault> {
    let mut conditions = vec!["1"];
    let mut given: Vec<(&str, &dyn ToSql)> = Vec::new();
    for (condition, name, value) in [
        ("person = :person", ":person", &filter.person),
        ("curriculum = :curriculum", ":curriculum", &filter.curriculum),
        ("status = :status", ":status", &filter.status),
    ] {
        if let Some(value) = value {
            conditions.push(condition);
            given.push((name, value));
        }
    }
    if let Some((person, curriculum)) = &filter.after {
        conditions.push("(person, curriculum) > (:after_person, :after_curriculum)");
        given.push((":after_person", person));
        given.push((":after_curriculum", curriculum));
    }
    let limit = sql_limit(filter.limit);
    given.push((":limit", &limit));
    let mut query = connection.prepare_cached(&format!(
        "SELECT {RECORD} FROM standing WHERE {} ORDER BY person, curriculum LIMIT :limit",
        conditions.join(" AND ")
    ))?;
    let standings = query
        .query_map(given.as_slice(), record)?
        .collect::<Result<_, _>>()?;
    Ok(standings)
}

/// Of people in ascending order.
pub(super) fn of_people(connection: &Connection, people: &[String]) -> Result<Vec<StandingRecord>, Fault> {
    let query = connection.prepare_cached(&format!(
        "SELECT {RECORD} FROM standing WHERE person = ?1 ORDER BY curriculum"
    ))?;
    each(query, people, record)
}

pub(super) fn due(
    connection: &Connection,
    share: Share,
    at: Timestamp,
    limit: usize,
) -> Result<Vec<StandingRecord>, Fault> {
    let mut query = connection.prepare_cached(&format!(
        "SELECT {RECORD} FROM standing WHERE next_change_at <= ?1 ORDER BY next_change_at, person, curriculum"
    ))?;
    let mut rows = query.query([at.as_micros()])?;
    let mut standings = Vec::new();
    while standings.len() < limit
        && let Some(row) = rows.next()?
    {
        let standing = record(row)?;
        if share.has(&standing.person) {
            standings.push(standing);
        }
    }
    Ok(standings)
}

pub(super) fn next_change_at(connection: &Connection, share: Share) -> Result<Option<Timestamp>, Fault> {
    let mut query = connection.prepare_cached(
        "SELECT next_change_at, person FROM standing WHERE next_change_at IS NOT NULL ORDER BY next_change_at",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        if share.has(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?) {
            return Ok(Some(Timestamp::from_micros(row.get(0)?)));
        }
    }
    Ok(None)
}

pub(super) fn put(connection: &Connection, standing: &StandingRecord) -> Result<(), Fault> {
    let given = params![
        standing.person,
        standing.curriculum,
        standing.revision,
        standing.status,
        standing.next_change_at.map(Timestamp::as_micros),
        standing.body,
    ];
    // Most keep their status and their moment: then no index is touched.
    let kept = connection
        .prepare_cached(
            "UPDATE standing SET revision = ?3, body = ?6
             WHERE person = ?1 AND curriculum = ?2 AND status = ?4 AND next_change_at IS ?5",
        )?
        .execute(given)?;
    if kept > 0 {
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO standing (person, curriculum, revision, status, next_change_at, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET revision = excluded.revision, status = excluded.status,
                 next_change_at = excluded.next_change_at, body = excluded.body",
        )?
        .execute(given)?;
    Ok(())
}

pub(super) fn remove(connection: &Connection, person: &str, curriculum: &str) -> Result<(), Fault> {
    connection
        .prepare_cached("DELETE FROM standing WHERE person = ?1 AND curriculum = ?2")?
        .execute([person, curriculum])?;
    Ok(())
}

fn record(row: &Row<'_>) -> rusqlite::Result<StandingRecord> {
    Ok(StandingRecord {
        person: row.get(0)?,
        curriculum: row.get(1)?,
        revision: row.get(2)?,
        status: row.get(3)?,
        next_change_at: row.get::<_, Option<i64>>(4)?.map(Timestamp::from_micros),
        body: row.get(5)?,
    })
}
