//! Acts: what people decided, in the order they were recorded.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Params, Row, params, params_from_iter};
use store::{ActFilter, ActRecord, PersonRecord, StoreError, Subject};
use uuid::Uuid;
use xapi::Timestamp;

use super::{CURRICULUM, GROUP, PERSON, people, record_change};
use crate::fault::Fault;

const RECORD: &str = "id, kind, subject_kind, subject, curriculum, at, made_by, undoes, body";

/// Records those that are new, each at a moment of its own from `at` on, and puts the people if there are any new.
pub(super) fn record(
    connection: &Connection,
    acts: Vec<ActRecord>,
    people: &[PersonRecord],
    mut at: Timestamp,
) -> Result<Vec<ActRecord>, Fault> {
    let mut recorded = Vec::with_capacity(acts.len());
    let mut new = 0;
    for act in acts {
        if let Some(kept) = one(connection, act.id)? {
            if !kept.says_the_same(&act) {
                let what = format!("an act {} that says something else", act.id);
                return Err(StoreError::Exists { what }.into());
            }
            recorded.push(kept);
            continue;
        }
        if let Some(undone) = act.undoes {
            check_undoing(connection, undone)?;
        }
        let act = ActRecord { at, ..act };
        insert(connection, &act)?;
        new += 1;
        at = Timestamp::from_micros(at.as_micros().saturating_add(1));
        recorded.push(act);
    }
    if new > 0 {
        people::put(connection, people, at)?;
    }
    Ok(recorded)
}

fn check_undoing(connection: &Connection, undone: Uuid) -> Result<(), Fault> {
    if one(connection, undone)?.is_none_or(|undone| undone.undoes.is_some()) {
        let what = format!("act {undone} that could be undone");
        return Err(StoreError::Missing { what }.into());
    }
    if let Some(before) = undoing(connection, &[undone])?.first() {
        let what = format!("the act {} that undoes act {undone}", before.id);
        return Err(StoreError::Exists { what }.into());
    }
    Ok(())
}

fn insert(connection: &Connection, act: &ActRecord) -> Result<(), Fault> {
    let (kind, subject) = columns(&act.subject);
    connection
        .prepare_cached(&format!(
            "INSERT INTO act ({RECORD}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        ))?
        .execute(params![
            act.id,
            act.kind,
            kind,
            subject,
            act.curriculum,
            act.at.as_micros(),
            act.by,
            act.undoes,
            act.body
        ])?;
    record_change(connection, kind, subject, act.at)
}

pub(super) fn one(connection: &Connection, id: Uuid) -> Result<Option<ActRecord>, Fault> {
    let found = connection
        .prepare_cached(&format!("SELECT {RECORD} FROM act WHERE id = ?1"))?
        .query_row([id], record_of)
        .optional()?;
    found.transpose()
}

pub(super) fn of(connection: &Connection, subjects: &[Subject]) -> Result<Vec<ActRecord>, Fault> {
    let sql = format!("SELECT {RECORD} FROM act WHERE subject_kind = ?1 AND subject = ?2");
    let mut acts = Vec::new();
    for subject in subjects {
        acts.extend(read(connection, &sql, columns(subject))?);
    }
    acts.sort_by_key(|act| act.at);
    acts.dedup_by_key(|act| act.at);
    Ok(acts)
}

pub(super) fn undoing(connection: &Connection, undone: &[Uuid]) -> Result<Vec<ActRecord>, Fault> {
    let sql = format!("SELECT {RECORD} FROM act WHERE undoes = ?1");
    let mut acts = Vec::new();
    for id in undone {
        acts.extend(read(connection, &sql, [id])?);
    }
    Ok(acts)
}

pub(super) fn list(connection: &Connection, filter: &ActFilter) -> Result<Vec<ActRecord>, Fault> {
    let mut conditions = vec!["at > ?"];
    let mut values = vec![Value::from(filter.after.map_or(i64::MIN, Timestamp::as_micros))];
    if let Some(subject) = &filter.subject {
        let (kind, subject) = columns(subject);
        conditions.push("subject_kind = ? AND subject = ?");
        values.extend([Value::from(kind), Value::from(subject.to_owned())]);
    }
    if let Some(curriculum) = &filter.curriculum {
        conditions.push("curriculum = ?");
        values.push(Value::from(curriculum.clone()));
    }
    if let Some(kind) = &filter.kind {
        conditions.push("kind = ?");
        values.push(Value::from(kind.clone()));
    }
    values.push(Value::from(i64::try_from(filter.limit).unwrap_or(i64::MAX)));
    let sql = format!(
        "SELECT {RECORD} FROM act WHERE {} ORDER BY at LIMIT ?",
        conditions.join(" AND ")
    );
    read(connection, &sql, params_from_iter(values))
}

fn read(connection: &Connection, sql: &str, values: impl Params) -> Result<Vec<ActRecord>, Fault> {
    let mut query = connection.prepare_cached(sql)?;
    let rows = query
        .query_map(values, record_of)?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().collect()
}

fn columns(subject: &Subject) -> (i64, &str) {
    match subject {
        Subject::Person(id) => (PERSON, id),
        Subject::Group(name) => (GROUP, name),
        Subject::Curriculum(id) => (CURRICULUM, id),
    }
}

fn record_of(row: &Row<'_>) -> rusqlite::Result<Result<ActRecord, Fault>> {
    let id: Uuid = row.get(0)?;
    let subject = row.get(3)?;
    let subject = match row.get(2)? {
        PERSON => Subject::Person(subject),
        GROUP => Subject::Group(subject),
        CURRICULUM => Subject::Curriculum(subject),
        other => {
            return Ok(Err(Fault::corrupt(
                format!("the act {id}"),
                format!("its subject is of kind {other}"),
            )));
        }
    };
    Ok(Ok(ActRecord {
        id,
        kind: row.get(1)?,
        subject,
        curriculum: row.get(4)?,
        at: Timestamp::from_micros(row.get(5)?),
        by: row.get(6)?,
        undoes: row.get(7)?,
        body: row.get(8)?,
    }))
}
