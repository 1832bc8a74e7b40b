//! People and their identifiers.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row};
use store::{PersonRecord, StoreError};
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
    for (place, new) in people.iter().enumerate() {
        if last.get(new.id.as_str()) == Some(&place) && person(connection, &new.id)?.as_ref() != Some(new) {
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
                "INSERT INTO person (id, ifis, body) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET ifis = excluded.ifis, body = excluded.body",
            )?
            .execute((&new.id, ifis, &new.body))?;
        record_change(connection, PERSON, &new.id, at)?;
    }
    Ok(changed.len())
}

pub(super) fn remove(connection: &Connection, id: &str, at: Timestamp) -> Result<bool, Fault> {
    release(connection, id)?;
    let removed = connection
        .prepare_cached("DELETE FROM person WHERE id = ?1")?
        .execute([id])?
        > 0;
    if removed {
        record_change(connection, PERSON, id, at)?;
    }
    Ok(removed)
}

pub(super) fn person(connection: &Connection, id: &str) -> Result<Option<PersonRecord>, Fault> {
    let mut query = connection.prepare_cached("SELECT id, ifis, body FROM person WHERE id = ?1")?;
    let mut rows = query.query([id])?;
    rows.next()?.map(record).transpose()
}

pub(super) fn list(
    connection: &Connection,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<PersonRecord>, Fault> {
    // Without a place to continue after, even an empty id is among them.
    let beyond = if after.is_some() { ">" } else { ">=" };
    let mut query = connection.prepare_cached(&format!(
        "SELECT id, ifis, body FROM person WHERE id {beyond} ?1 ORDER BY id LIMIT ?2"
    ))?;
    let mut rows = query.query((
        after.unwrap_or_default(),
        i64::try_from(limit).unwrap_or(i64::MAX),
    ))?;
    let mut people = Vec::new();
    while let Some(row) = rows.next()? {
        people.push(record(row)?);
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

fn record(row: &Row<'_>) -> Result<PersonRecord, Fault> {
    let id: String = row.get(0)?;
    let ifis: String = row.get(1)?;
    let ifis: Vec<Ifi> =
        serde_json::from_str(&ifis).map_err(|error| Fault::corrupt(format!("the person {id:?}"), error))?;
    Ok(PersonRecord {
        ifis,
        body: row.get(2)?,
        id,
    })
}
