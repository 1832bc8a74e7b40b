//! People as they are told to the server: read from CSV or JSON, checked, kept.

mod chain;
mod csv;
mod json;
mod merge;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono_tz::Tz;
use rules::{Finding, Person};
use serde::Serialize;
use store::{PersonRecord, Store};
use xapi::{Ifi, Timestamp};

pub use self::chain::chain;
pub(crate) use self::chain::leads;
pub use self::csv::parse_csv;
pub use self::json::{parse_json, parse_person};
pub(crate) use self::merge::{MERGE, Ties, merged_certificates};
pub use self::merge::{Merge, Unmerge, merge, unmerge};
use crate::error::{Result, from_json};

/// The JSON Schema of people: an array of them, or one.
pub const SCHEMA: &str = include_str!("../../../../schemas/people.schema.json");

/// The longest id, name of a role or name of a group, in characters.
const LONGEST: usize = 200;

/// Everything found wrong with a list of people, in the order of the file. Never empty. Where the list is CSV,
/// a finding's `path` is the name of the column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct PeopleErrors(pub Vec<Finding>);

impl fmt::Display for PeopleErrors {
    /// One line a finding.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Finding::list(&self.0, f)
    }
}

/// The most findings of one list; a file with the wrong columns would have thousands.
const MOST_FINDINGS: usize = 100;

/// What became of a list of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// How many were added or changed.
    pub changed: usize,
    /// Those left out, since their id is only an alias: they were merged into others.
    pub merged: Vec<String>,
}

/// Adds or replaces people, all or none. Whoever was merged into another is left out; who others were merged into keeps
/// what these brought.
///
/// # Errors
/// When an identifier belongs to somebody else already, or the store fails.
pub async fn import_people(store: &dyn Store, people: Vec<Person>) -> Result<Imported> {
    let ids: Vec<String> = people.iter().map(|person| person.id.clone()).collect();
    let mut ties = BTreeMap::new();
    for record in store.people_by_id(&ids).await? {
        // One that cannot be read is put right by what is told now.
        let tied = Ties::of(&record).unwrap_or_default();
        ties.insert(record.id, tied);
    }
    let mut records = Vec::with_capacity(people.len());
    let mut merged = Vec::new();
    for person in &people {
        match ties.get(&person.id) {
            Some(tied) if tied.merged_into.is_some() => merged.push(person.id.clone()),
            Some(tied) => records.push(tied.record(person)?),
            None => records.push(to_record(person)?),
        }
    }
    let records = led(store, records).await?;
    let changed = store.put_people(records).await?;
    Ok(Imported { changed, merged })
}

/// The same, reporting to whoever is left of a manager who was merged into another.
async fn led(store: &dyn Store, records: Vec<PersonRecord>) -> Result<Vec<PersonRecord>> {
    let managers: BTreeSet<&String> = records.iter().filter_map(|own| own.manager.as_ref()).collect();
    let managers: Vec<String> = managers.into_iter().cloned().collect();
    let managers = store.people_by_id(&managers).await?;
    Ok(led_by(records, &managers))
}

/// The same, where the managers are known.
fn led_by(mut records: Vec<PersonRecord>, managers: &[PersonRecord]) -> Vec<PersonRecord> {
    let mut left = BTreeMap::new();
    for manager in managers {
        // One that cannot be read leads as they are.
        if let Some(into) = Ties::of(manager).unwrap_or_default().merged_into {
            left.insert(&manager.id, into);
        }
    }
    for record in &mut records {
        if let Some(into) = record.manager.as_ref().and_then(|manager| left.get(manager)) {
            record.manager = Some(into.clone()).filter(|into| *into != record.id);
        }
    }
    records
}

/// A person as the store keeps them.
///
/// # Errors
/// When they can not be written as JSON.
pub fn to_record(person: &Person) -> Result<PersonRecord> {
    Ties::default().record(person)
}

/// A person from what the store kept. Their manager is whoever is left of the one that was told.
///
/// # Errors
/// [`store::StoreError::Corrupt`] when the record is not one this crate wrote.
pub fn from_record(record: &PersonRecord) -> Result<Person> {
    let person: Person = from_json(|| format!("person {}", record.id), &record.body)?;
    Ok(Person {
        id: record.id.clone(),
        identifiers: record.ifis.clone(),
        manager: record.manager.clone(),
        ..person
    })
}

/// A person as they were known at a moment (`None`: as they are known now), with whom they led then; `None` of somebody
/// who was not known then.
pub(crate) async fn as_known(
    store: &dyn Store,
    record: &PersonRecord,
    known_at: Option<Timestamp>,
) -> Result<Option<(PersonRecord, Person)>> {
    let record = match known_at {
        None => Some(record.clone()),
        Some(known_at) => store
            .person_versions(&record.id)
            .await?
            .into_iter()
            .take_while(|version| version.known_at <= known_at)
            .last()
            .and_then(|version| version.person),
    };
    let Some(record) = record else { return Ok(None) };
    if Ties::of(&record)?.merged_into.is_some() {
        return Ok(None);
    }
    let leads = leads(store, std::slice::from_ref(&record.id), known_at).await?;
    let person = Person {
        leads: leads.get(&record.id).copied().unwrap_or_default(),
        ..from_record(&record)?
    };
    Ok(Some((record, person)))
}

/// A person with where in a file they stand.
struct Placed {
    person: Person,
    line: Option<usize>,
    path: String,
}

/// What holds between and within people, whatever file they came in: ids and identifiers are unique, zones are
/// known, everybody without an identifier is known by their mail address.
fn settle(file: &str, mut people: Vec<Placed>, findings: &mut Vec<Finding>) -> Vec<Person> {
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let mut ifis: BTreeMap<Ifi, String> = BTreeMap::new();
    for placed in &mut people {
        let Placed { person, line, path } = placed;
        let mut find = |member: &str, message: String, expected: &str| {
            findings.push(Finding {
                file: file.to_owned(),
                line: *line,
                column: None,
                path: format!("{path}{member}"),
                message,
                expected: expected.to_owned(),
            });
        };
        let json = line.is_none();
        let at = |member: &str| {
            if json {
                format!("/{member}")
            } else {
                member.to_owned()
            }
        };
        if person.id.is_empty()
            || person.id.chars().count() > LONGEST
            || person.id.chars().any(char::is_control)
        {
            find(
                &at("id"),
                format!("the id is {:?}", person.id),
                "an id of 1 to 200 characters, such as a personnel number",
            );
        }
        if person.manager.as_deref() == Some(person.id.as_str()) {
            find(
                &at("manager"),
                "they would be their own manager".to_owned(),
                "the id of another person, or nothing",
            );
        }
        if let Some(zone) = person
            .time_zone
            .as_deref()
            .filter(|zone| zone.parse::<Tz>().is_err())
        {
            find(
                &at("time_zone"),
                format!("there is no time zone {zone:?}"),
                "an IANA name such as \"Europe/Berlin\"",
            );
        }
        for role in &person.roles {
            if let (Some(since), Some(until)) = (role.since, role.until)
                && until < since
            {
                find(
                    &at("roles"),
                    format!(
                        "the role {:?} ends on {until}, before it begins on {since}",
                        role.role
                    ),
                    "an end that is not before the beginning",
                );
            }
        }
        for leave in &person.leaves {
            if let Some(until) = leave.until.filter(|until| *until < leave.from) {
                find(
                    &at("leaves"),
                    format!("a leave ends on {until}, before it begins on {}", leave.from),
                    "an end that is not before the beginning",
                );
            }
        }
        if person.identifiers.is_empty()
            && let Some(email) = &person.email
        {
            match Ifi::mbox(&format!("mailto:{email}")) {
                Ok(mbox) => person.identifiers.push(mbox),
                Err(error) => find(
                    &at("email"),
                    error.to_string(),
                    "a mail address, since there is no other identifier",
                ),
            }
        }
        let here = line.map_or_else(|| path.clone(), |line| format!("line {line}"));
        if let Some(first) = ids.insert(person.id.clone(), here.clone()) {
            find(
                &at("id"),
                format!("the id {:?} stands at {first} already", person.id),
                "each person once",
            );
        }
        for ifi in &person.identifiers {
            match ifis.insert(ifi.clone(), here.clone()) {
                Some(first) if first != here => {
                    find(
                        &at("identifiers"),
                        format!("{ifi} belongs to the person at {first} already"),
                        "each identifier with one person only",
                    );
                }
                _ => {}
            }
        }
        // The first is the one that notices speak of them by: the order stays.
        let mut seen = BTreeSet::new();
        person.identifiers.retain(|ifi| seen.insert(ifi.clone()));
    }
    people.into_iter().map(|placed| placed.person).collect()
}

fn finish(people: Vec<Person>, mut findings: Vec<Finding>) -> Result<Vec<Person>, PeopleErrors> {
    if findings.is_empty() {
        return Ok(people);
    }
    findings.truncate(MOST_FINDINGS);
    Err(PeopleErrors(findings))
}
