//! Acts: what people decide — waivers and the other exceptions, reviews, credentials, figures —, read, checked and put
//! on the record. Nothing is ever taken out of it: an act is undone by another.

mod read;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;

use rules::{Act, ActKind, Finding};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::{ActRecord, PersonRecord, Store, StoreError, Subject};
use uuid::Uuid;
use xapi::Timestamp;

pub use self::read::{check, check_end, parse};
use crate::error::{CertificationError, Result, from_json, to_json};
use crate::people::Ties;

/// The JSON Schema of acts as they are told to the server.
pub const SCHEMA: &str = include_str!("../../../../schemas/act.schema.json");

/// The kind of an act that undoes another.
pub const UNDO: &str = "undo";

/// Everything found wrong with an act. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct ActErrors(pub Vec<Finding>);

impl fmt::Display for ActErrors {
    /// One line a finding.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Finding::list(&self.0, f)
    }
}

/// An act to be put on the record.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAct {
    /// Its id: sending it again under the same id does nothing.
    pub id: Uuid,
    /// About whom or what.
    pub subject: Subject,
    /// What is decided.
    pub kind: ActKind,
    /// Why.
    pub reason: String,
    /// Who decided it, if not whoever records it.
    pub approved_by: Option<String>,
}

/// Who puts something on the record: a key.
#[derive(Debug, Clone, Copy)]
pub struct Author<'a> {
    /// The key's id.
    pub key: &'a str,
    /// What the key is for.
    pub name: &'a str,
}

/// What the store keeps of an act as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ActBody {
    /// Why.
    pub(crate) reason: String,
    /// Who decided it, if not whoever recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) approved_by: Option<String>,
    /// The id of the key that recorded it.
    pub(crate) key: String,
    /// What was decided: its members, `kind` among them.
    #[serde(flatten)]
    pub(crate) what: Map<String, Value>,
}

impl ActBody {
    pub(crate) fn of(record: &ActRecord) -> Result<Self> {
        from_json(|| format!("act {}", record.id), &record.body)
    }

    /// The record of an act that says this; the store gives it its moment.
    pub(crate) fn record(
        self,
        id: Uuid,
        kind: &str,
        subject: Subject,
        curriculum: Option<&str>,
        author: &Author<'_>,
    ) -> Result<ActRecord> {
        Ok(ActRecord {
            id,
            kind: kind.to_owned(),
            subject,
            curriculum: curriculum.map(str::to_owned),
            at: Timestamp::from_micros(0),
            by: author.name.to_owned(),
            undoes: None,
            body: to_json("an act", &self)?,
        })
    }
}

/// Puts an act on the record; the same again is answered as it was recorded.
///
/// # Errors
/// [`StoreError::Exists`] when another act is recorded under its id, or the store fails.
pub async fn record(store: &dyn Store, act: &NewAct, author: &Author<'_>) -> Result<ActRecord> {
    let Ok(Value::Object(what)) = serde_json::to_value(&act.kind) else {
        return Err(unwritable());
    };
    let body = ActBody {
        reason: act.reason.clone(),
        approved_by: act.approved_by.clone(),
        key: author.key.to_owned(),
        what,
    };
    let record = body.record(
        act.id,
        act.kind.as_str(),
        act.subject.clone(),
        act.kind.curriculum(),
        author,
    )?;
    one(store.record_acts(vec![record], Vec::new()).await?)
}

/// Undoes an act from now on, by another that says why.
///
/// # Errors
/// [`StoreError::Missing`] when there is no such act or it undoes another itself; [`StoreError::Exists`] when it was
/// undone before, or another act is recorded under `id`.
pub async fn undo(
    store: &dyn Store,
    undone: &ActRecord,
    id: Uuid,
    reason: &str,
    approved_by: Option<String>,
    author: &Author<'_>,
) -> Result<ActRecord> {
    let body = ActBody {
        reason: reason.to_owned(),
        approved_by,
        key: author.key.to_owned(),
        what: Map::new(),
    };
    let curriculum = undone.curriculum.as_deref();
    let record = body.record(id, UNDO, undone.subject.clone(), curriculum, author)?;
    let record = ActRecord {
        undoes: Some(undone.id),
        ..record
    };
    one(store.record_acts(vec![record], Vec::new()).await?)
}

fn one(mut recorded: Vec<ActRecord>) -> Result<ActRecord> {
    recorded.pop().ok_or_else(unwritable)
}

fn unwritable() -> CertificationError {
    StoreError::Missing {
        what: "act in the answer of the store".to_owned(),
    }
    .into()
}

/// All that was decided about a person, and about those merged into them, in order.
pub(crate) async fn of_person(store: &dyn Store, person: &PersonRecord) -> Result<Vec<Act>> {
    let merged = Ties::of(person)?.merged_from;
    let ids = std::iter::once(person.id.clone()).chain(merged.into_iter().map(|merged| merged.id));
    let subjects: Vec<Subject> = ids.map(Subject::Person).collect();
    let records = store.acts_of(&subjects).await?;
    let mut unreadable = None;
    let acts = fold(&records, |id, error| {
        unreadable.get_or_insert((id, error));
    });
    match unreadable {
        None => Ok(acts),
        Some((id, reason)) => Err(StoreError::Corrupt {
            what: format!("act {id}"),
            reason,
        }
        .into()),
    }
}

/// What records come to: each decision with when it was undone. Those that are about the record itself (what undoes
/// and what merges) are no decisions. One that cannot be read is left out and told.
pub(crate) fn fold(records: &[ActRecord], mut unreadable: impl FnMut(Uuid, String)) -> Vec<Act> {
    let undone: HashMap<Uuid, Timestamp> = records
        .iter()
        .filter_map(|record| Some((record.undoes?, record.at)))
        .collect();
    let mut acts = Vec::new();
    for record in records {
        if !ActKind::ALL.contains(&record.kind.as_str()) {
            continue;
        }
        let body = match serde_json::from_str::<ActBody>(&record.body) {
            Ok(body) => body,
            Err(error) => {
                unreadable(record.id, error.to_string());
                continue;
            }
        };
        match serde_json::from_value(Value::Object(body.what)) {
            Ok(kind) => acts.push(Act {
                id: record.id,
                at: record.at,
                by: body.approved_by.unwrap_or_else(|| record.by.clone()),
                reason: body.reason,
                undone_at: undone.get(&record.id).copied(),
                kind,
            }),
            Err(error) => unreadable(record.id, error.to_string()),
        }
    }
    acts
}

/// An act as the API shows it. `undoing`: the act that undoes it, if one does.
pub(crate) fn shown(record: &ActRecord, undoing: Option<&ActRecord>) -> Result<Value> {
    let body = ActBody::of(record)?;
    let mut shown = body.what;
    let mut put = |name: &str, value: Value| shown.insert(name.to_owned(), value);
    put("id", json!(record.id));
    put("kind", json!(record.kind));
    match &record.subject {
        Subject::Person(id) => put("person", json!(id)),
        Subject::Group(name) => put("group", json!(name)),
        Subject::Curriculum(id) => put("curriculum", json!(id)),
    };
    if let Some(curriculum) = &record.curriculum {
        put("curriculum", json!(curriculum));
    }
    put("at", json!(record.at));
    put("by", json!(record.by));
    if let Some(approved_by) = body.approved_by {
        put("approved_by", json!(approved_by));
    }
    put("reason", json!(body.reason));
    if let Some(undone) = record.undoes {
        put("undoes", json!(undone));
    }
    if let Some(undoing) = undoing {
        put("undone_by", json!(undoing.id));
        put("undone_at", json!(undoing.at));
    }
    Ok(Value::Object(shown))
}
