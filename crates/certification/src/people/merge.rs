//! One person under two ids: merged, and taken apart again. Identifiers move, acts count for the one who is left, those
//! who report to the other report to the one who is left, and the other id stays as an alias. Both are on the record as
//! acts.

#[cfg(test)]
mod tests;

use rules::Person;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::{ActRecord, PersonRecord, Store, StoreError, Subject};
use uuid::Uuid;
use xapi::Ifi;

use crate::acts::{ActBody, Author};
use crate::certificate::Certificate;
use crate::error::{Result, from_json, to_json};
use crate::people::{from_record, led};

/// The kind of the act that merges.
pub(crate) const MERGE: &str = "merge";
/// The kind of the act that takes apart what another merged.
pub(crate) const UNMERGE: &str = "unmerge";

/// What is kept of a person beside what was told of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Ties {
    /// The person this id is only an alias of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) merged_into: Option<String>,
    /// Those merged into this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) merged_from: Vec<MergedFrom>,
}

/// Somebody merged into a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MergedFrom {
    /// Their id.
    pub(crate) id: String,
    /// The act that merged them.
    pub(crate) act: Uuid,
    /// The identifiers they brought.
    pub(crate) identifiers: Vec<Ifi>,
}

/// A person as the store keeps them, with their ties.
#[derive(Serialize)]
struct Tied<'a> {
    #[serde(flatten)]
    person: &'a Person,
    #[serde(flatten)]
    ties: &'a Ties,
}

impl Ties {
    pub(crate) fn of(record: &PersonRecord) -> Result<Self> {
        from_json(|| format!("person {}", record.id), &record.body)
    }

    /// The record of a person with these ties: an alias has no identifiers of its own and reports to nobody.
    pub(crate) fn record(&self, person: &Person) -> Result<PersonRecord> {
        let is_alias = self.merged_into.is_some();
        let mut ifis = if is_alias {
            Vec::new()
        } else {
            person.identifiers.clone()
        };
        for merged in &self.merged_from {
            for ifi in &merged.identifiers {
                if !ifis.contains(ifi) {
                    ifis.push(ifi.clone());
                }
            }
        }
        let tied = Tied { person, ties: self };
        Ok(PersonRecord {
            id: person.id.clone(),
            ifis,
            manager: person.manager.clone().filter(|_| !is_alias),
            body: to_json("a person", &tied)?,
        })
    }
}

/// The certificates of those who were merged into a person.
pub(crate) async fn merged_certificates(store: &dyn Store, ties: &Ties) -> Result<Vec<Certificate>> {
    if ties.merged_from.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = ties.merged_from.iter().map(|merged| merged.id.clone()).collect();
    let records = store.certificates_of(&ids).await?;
    records.into_iter().map(Certificate::from_record).collect()
}

/// What is to be merged, and why.
#[derive(Debug, Clone)]
pub struct Merge<'a> {
    /// The id of the act.
    pub act: Uuid,
    /// Who is left.
    pub into: &'a PersonRecord,
    /// Whose id becomes an alias.
    pub from: &'a PersonRecord,
    /// Why.
    pub reason: String,
    /// Who decided it, if not whoever records it.
    pub approved_by: Option<String>,
}

/// Merges one person into another: `Err` within says why they cannot be.
///
/// # Errors
/// When the store fails, or the act is recorded already with something else.
pub async fn merge(
    store: &dyn Store,
    merge: &Merge<'_>,
    author: &Author<'_>,
) -> Result<std::result::Result<ActRecord, String>> {
    let (into, from) = (merge.into, merge.from);
    if into.id == from.id {
        return Ok(Err("\"from\" is the same person; name the other one".to_owned()));
    }
    let (left, gone) = (Ties::of(into)?, Ties::of(from)?);
    for (record, ties) in [(into, &left), (from, &gone)] {
        if let Some(other) = &ties.merged_into {
            return Ok(Err(format!(
                "{:?} was merged into {other:?} already; name {other:?} instead",
                record.id
            )));
        }
    }
    if let Some(merged) = gone.merged_from.first() {
        return Ok(Err(format!(
            "{:?} was merged into {:?} before; unmerge that first (act {}), or merge the other way round",
            merged.id, from.id, merged.act
        )));
    }
    let what: Map<String, Value> = [
        ("from".to_owned(), json!(from.id)),
        ("identifiers".to_owned(), json!(from.ifis)),
    ]
    .into_iter()
    .collect();
    let body = ActBody {
        reason: merge.reason.clone(),
        approved_by: merge.approved_by.clone(),
        key: author.key.to_owned(),
        what,
    };
    let act = body.record(merge.act, MERGE, Subject::Person(into.id.clone()), None, author)?;
    let people = joined(into, from, merge.act, reports(store, &from.id).await?)?;
    Ok(Ok(recorded(store.record_acts(vec![act], people).await?)?))
}

/// The records of two people once one is merged into the other, and of those who reported to that one. The alias keeps
/// what was told of it, identifiers too, to have it back when it is taken apart.
fn joined(
    into: &PersonRecord,
    from: &PersonRecord,
    act: Uuid,
    reports: Vec<PersonRecord>,
) -> Result<Vec<PersonRecord>> {
    let (mut left, mut gone) = (Ties::of(into)?, Ties::of(from)?);
    let person = without(&told(into)?, &left);
    gone.merged_into = Some(into.id.clone());
    left.merged_from.push(MergedFrom {
        id: from.id.clone(),
        act,
        identifiers: from.ifis.clone(),
    });
    let into_record = PersonRecord {
        // Nobody reports to themselves.
        manager: into.manager.clone().filter(|manager| *manager != from.id),
        ..left.record(&person)?
    };
    let mut people = vec![into_record, gone.record(&told(from)?)?];
    let reports = reports.into_iter().filter(|report| report.id != into.id);
    people.extend(reports.map(|report| PersonRecord {
        manager: Some(into.id.clone()),
        ..report
    }));
    Ok(people)
}

/// Those who report to a person.
async fn reports(store: &dyn Store, manager: &str) -> Result<Vec<PersonRecord>> {
    let reports = store.reports(&[manager.to_owned()], None).await?;
    let ids: Vec<String> = reports.into_iter().map(|report| report.person).collect();
    Ok(store.people_by_id(&ids).await?)
}

/// A person as they were told, with the identifiers that they have now.
fn told(record: &PersonRecord) -> Result<Person> {
    let told: Person = from_json(|| format!("person {}", record.id), &record.body)?;
    Ok(Person {
        manager: told.manager,
        ..from_record(record)?
    })
}

/// What was told of a person: without the identifiers that others brought.
fn without(person: &Person, ties: &Ties) -> Person {
    let brought = |ifi: &Ifi| {
        ties.merged_from
            .iter()
            .any(|merged| merged.identifiers.contains(ifi))
    };
    Person {
        identifiers: person
            .identifiers
            .iter()
            .filter(|ifi| !brought(ifi))
            .cloned()
            .collect(),
        ..person.clone()
    }
}

/// What is to be taken apart, and why.
#[derive(Debug, Clone)]
pub struct Unmerge<'a> {
    /// The id of the act that does it.
    pub act: Uuid,
    /// The act that merged.
    pub merge: Uuid,
    /// The person who was left.
    pub person: &'a PersonRecord,
    /// Why.
    pub reason: String,
    /// Who decided it, if not whoever records it.
    pub approved_by: Option<String>,
}

/// Takes apart what an act merged: the other one has their id and identifiers back. `Err` within says why it cannot be.
///
/// # Errors
/// When the store fails, or the act is recorded already with something else.
pub async fn unmerge(
    store: &dyn Store,
    unmerge: &Unmerge<'_>,
    author: &Author<'_>,
) -> Result<std::result::Result<ActRecord, String>> {
    let record = unmerge.person;
    let left = Ties::of(record)?;
    let merged = left
        .merged_from
        .into_iter()
        .find(|merged| merged.act == unmerge.merge);
    let Some(merged) = merged else {
        return Ok(Err(format!(
            "act {} has merged nobody into {:?} that is not taken apart again; GET /api/v1/acts?person={}&kind={MERGE} \
             lists what was merged",
            unmerge.merge, record.id, record.id
        )));
    };
    let mut people = parted(record, &merged, reports(store, &record.id).await?)?;
    if let Some(alias) = store.person(&merged.id).await? {
        people.extend(led(store, vec![back(&alias, &merged)?]).await?);
    }
    let what: Map<String, Value> = [("from".to_owned(), json!(merged.id))].into_iter().collect();
    let body = ActBody {
        reason: unmerge.reason.clone(),
        approved_by: unmerge.approved_by.clone(),
        key: author.key.to_owned(),
        what,
    };
    let act = body.record(
        unmerge.act,
        UNMERGE,
        Subject::Person(record.id.clone()),
        None,
        author,
    )?;
    let act = ActRecord {
        undoes: Some(unmerge.merge),
        ..act
    };
    Ok(Ok(recorded(store.record_acts(vec![act], people).await?)?))
}

/// The record of a person once somebody who was merged into them is taken out again, and of those who report to that
/// one again.
fn parted(
    record: &PersonRecord,
    merged: &MergedFrom,
    reports: Vec<PersonRecord>,
) -> Result<Vec<PersonRecord>> {
    let mut left = Ties::of(record)?;
    let person = without(&told(record)?, &left);
    left.merged_from.retain(|own| own.act != merged.act);
    let reported_to_them = person.manager.as_ref() == Some(&merged.id);
    let mut people = vec![PersonRecord {
        manager: if reported_to_them {
            Some(merged.id.clone())
        } else {
            record.manager.clone()
        },
        ..left.record(&person)?
    }];
    for report in reports {
        let told = told(&report)?;
        if told.manager.as_ref() == Some(&merged.id) && report.id != merged.id {
            people.push(PersonRecord {
                manager: told.manager,
                ..report
            });
        }
    }
    Ok(people)
}

/// The record of somebody who was merged, as it was before.
fn back(alias: &PersonRecord, merged: &MergedFrom) -> Result<PersonRecord> {
    Ties::default().record(&Person {
        id: merged.id.clone(),
        identifiers: merged.identifiers.clone(),
        ..told(alias)?
    })
}

fn recorded(mut acts: Vec<ActRecord>) -> Result<ActRecord> {
    acts.pop().ok_or_else(|| {
        StoreError::Missing {
            what: "act in the answer of the store".to_owned(),
        }
        .into()
    })
}
