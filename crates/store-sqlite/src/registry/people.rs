//! People and their identifiers.

use std::collections::{BTreeSet, HashMap};

use rusqlite::{Connection, OptionalExtension, Row, params};
use store::{PersonRecord, PersonVersion, Report, StoreError};
use xapi::{Ifi, Timestamp};

use super::{PERSON, record_change};
use crate::fault::Fault;

/// Adds or replaces people. Identifiers may move between people of one call.
pub(super) fn put(connection: &Connection, people: &[PersonRecord], at: Timestamp) -> Result<usize, Fault> {
    // Of several records for one person the last counts.
    let last: HashMap<&str, usize> = people
        .iter()
        .enumerate()
        .map(|(place, person)| (person.id.as_str(), place))
        .collect();
    let mut changed = Vec::new();
    let mut leading = BTreeSet::new();
    for (place, new) in people.iter().enumerate() {
        if last.get(new.id.as_str()) != Some(&place) {
            continue;
        }
        let kept = person(connection, &new.id)?;
        if kept.as_ref() != Some(new) {
            let before = kept.and_then(|kept| kept.manager);
            if before != new.manager {
                leading.extend(before.into_iter().chain(new.manager.clone()));
            }
            release(connection, &new.id)?;
            changed.push(new);
        }
    }
    for new in &changed {
        claim(connection, new)?;
        let ifis = serde_json::to_string(&new.ifis)
            .map_err(|error| StoreError::backend("write a person's identifiers", error))?;
        connection
            .prepare_cached(
                "INSERT INTO person (id, ifis, manager, body) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE
                 SET ifis = excluded.ifis, manager = excluded.manager, body = excluded.body",
            )?
            .execute((&new.id, &ifis, &new.manager, &new.body))?;
        keep_version(
            connection,
            &new.id,
            &ifis,
            new.manager.as_deref(),
            Some(&new.body),
            at,
        )?;
        record_change(connection, PERSON, &new.id, at)?;
    }
    let known: BTreeSet<&str> = changed.iter().map(|new| new.id.as_str()).collect();
    change_of_leading(connection, leading, &known, at)?;
    Ok(changed.len())
}

pub(super) fn remove(connection: &Connection, id: &str, at: Timestamp) -> Result<bool, Fault> {
    let Some(kept) = person(connection, id)? else {
        return Ok(false);
    };
    release(connection, id)?;
    connection
        .prepare_cached("DELETE FROM person WHERE id = ?1")?
        .execute([id])?;
    keep_version(connection, id, "[]", None, None, at)?;
    record_change(connection, PERSON, id, at)?;
    change_of_leading(
        connection,
        kept.manager.into_iter().collect(),
        &BTreeSet::from([id]),
        at,
    )?;
    Ok(true)
}

fn keep_version(
    connection: &Connection,
    id: &str,
    ifis: &str,
    manager: Option<&str>,
    body: Option<&str>,
    at: Timestamp,
) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO person_version (person, known_at, ifis, manager, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![id, at.as_micros(), ifis, manager, body])?;
    Ok(())
}

/// Records the changes of those who are reported to differently, and of whom these report to, as far as they are known
/// and there is no change of them already.
fn change_of_leading(
    connection: &Connection,
    mut leading: BTreeSet<String>,
    changed: &BTreeSet<&str>,
    at: Timestamp,
) -> Result<(), Fault> {
    for id in leading.clone() {
        leading.extend(person(connection, &id)?.and_then(|person| person.manager));
    }
    for id in leading {
        if !changed.contains(id.as_str()) && person(connection, &id)?.is_some() {
            record_change(connection, PERSON, &id, at)?;
        }
    }
    Ok(())
}

pub(super) fn versions(connection: &Connection, id: &str) -> Result<Vec<PersonVersion>, Fault> {
    let mut query = connection.prepare_cached(
        "SELECT known_at, body IS NULL, person, ifis, manager, ifnull(body, '') FROM person_version
         WHERE person = ?1 ORDER BY known_at",
    )?;
    let mut rows = query.query([id])?;
    let mut versions = Vec::new();
    while let Some(row) = rows.next()? {
        let removed: bool = row.get(1)?;
        versions.push(PersonVersion {
            known_at: Timestamp::from_micros(row.get(0)?),
            person: if removed { None } else { Some(record(row, 2)?) },
        });
    }
    Ok(versions)
}

pub(super) fn reports(
    connection: &Connection,
    managers: &[String],
    known_at: Option<Timestamp>,
) -> Result<Vec<Report>, Fault> {
    let mut query = connection.prepare_cached(match known_at {
        None => "SELECT id FROM person WHERE manager = ?1 AND ?2 IS NULL",
        Some(_) => {
            "SELECT person FROM person_version AS version WHERE manager = ?1 AND known_at =
             (SELECT max(known_at) FROM person_version WHERE person = version.person AND known_at <= ?2)"
        }
    })?;
    let known_at = known_at.map(Timestamp::as_micros);
    let managers: BTreeSet<&String> = managers.iter().collect();
    let mut reports = Vec::new();
    for manager in managers {
        for person in query.query_map((manager, known_at), |row| row.get(0))? {
            reports.push(Report {
                person: person?,
                manager: manager.clone(),
            });
        }
    }
    Ok(reports)
}

pub(super) fn person(connection: &Connection, id: &str) -> Result<Option<PersonRecord>, Fault> {
    let mut query = connection.prepare_cached("SELECT id, ifis, manager, body FROM person WHERE id = ?1")?;
    let mut rows = query.query([id])?;
    rows.next()?.map(|row| record(row, 0)).transpose()
}

pub(super) fn list(
    connection: &Connection,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<PersonRecord>, Fault> {
    // Without a place to continue after, even an empty id is among them.
    let beyond = if after.is_some() { ">" } else { ">=" };
    let mut query = connection.prepare_cached(&format!(
        "SELECT id, ifis, manager, body FROM person WHERE id {beyond} ?1 ORDER BY id LIMIT ?2"
    ))?;
    let mut rows = query.query((
        after.unwrap_or_default(),
        i64::try_from(limit).unwrap_or(i64::MAX),
    ))?;
    let mut people = Vec::new();
    while let Some(row) = rows.next()? {
        people.push(record(row, 0)?);
    }
    Ok(people)
}

/// The person an identifier, as its key, belongs to.
pub(super) fn owner(connection: &Connection, ifi: &str) -> Result<Option<String>, Fault> {
    Ok(connection
        .prepare_cached("SELECT person FROM person_ifi WHERE ifi = ?1")?
        .query_row([ifi], |row| row.get(0))
        .optional()?)
}

/// Takes the identifiers from a person.
fn release(connection: &Connection, id: &str) -> Result<(), Fault> {
    let Some(kept) = person(connection, id)? else {
        return Ok(());
    };
    let mut delete = connection.prepare_cached("DELETE FROM person_ifi WHERE ifi = ?1")?;
    for ifi in &kept.ifis {
        delete.execute([ifi.key()])?;
    }
    Ok(())
}

/// Gives a person its identifiers, unless one is another's.
fn claim(connection: &Connection, person: &PersonRecord) -> Result<(), Fault> {
    let mut insert = connection
        .prepare_cached("INSERT INTO person_ifi (ifi, person) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    for ifi in &person.ifis {
        let key = ifi.key();
        if insert.execute((&key, &person.id))? == 0 {
            let owner = owner(connection, &key)?.unwrap_or_default();
            // The same identifier twice in one record is only said twice.
            if owner != person.id {
                let what = format!(
                    "the identifier {ifi} of the person {:?}, as one of {owner:?},",
                    person.id
                );
                return Err(StoreError::Exists { what }.into());
            }
        }
    }
    Ok(())
}

/// From four columns, the first of which is this one.
fn record(row: &Row<'_>, first: usize) -> Result<PersonRecord, Fault> {
    let id: String = row.get(first)?;
    let ifis: String = row.get(first + 1)?;
    let ifis: Vec<Ifi> =
        serde_json::from_str(&ifis).map_err(|error| Fault::corrupt(format!("the person {id:?}"), error))?;
    Ok(PersonRecord {
        ifis,
        manager: row.get(first + 2)?,
        body: row.get(first + 3)?,
        id,
    })
}
