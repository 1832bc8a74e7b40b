use mongodb::bson::raw::{RawArrayBuf, cstr};
use mongodb::bson::{RawDocumentBuf, rawdoc};
use store::{
    ActRecord, Change, ChangePosition, Changed, CurriculumRecord, PersonRecord, PersonVersion, StoreError,
    StoreResult, Subject,
};
use xapi::{Ifi, Timestamp};

use crate::raw::{Fields, uuid};

/// `k` the identifiers as they are compared, each once, for the unique index; `i` as they were given; `m` the manager.
pub(super) fn person_to(person: &PersonRecord) -> StoreResult<RawDocumentBuf> {
    let keys = keys_of(&person.ifis);
    let ifis =
        serde_json::to_string(&person.ifis).map_err(|error| StoreError::backend("put people", error))?;
    let mut document = rawdoc! { "_id": person.id.as_str() };
    // Without the field rather than with an empty array: that would be one value, for one person only.
    if !keys.is_empty() {
        document.append(cstr!("k"), RawArrayBuf::from_iter(keys));
    }
    document.append(cstr!("i"), ifis);
    if let Some(manager) = &person.manager {
        document.append(cstr!("m"), manager.as_str());
    }
    document.append(cstr!("b"), person.body.as_str());
    Ok(document)
}

/// Identifiers as they are compared, each once.
pub(crate) fn keys_of(ifis: &[Ifi]) -> Vec<String> {
    let mut keys: Vec<String> = ifis.iter().map(Ifi::key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// A version from `at` on: `p` the person, `t` the moment; without `b` the person was removed.
pub(super) fn version_to(
    id: &str,
    person: Option<&PersonRecord>,
    at: Timestamp,
) -> StoreResult<RawDocumentBuf> {
    let mut document = rawdoc! { "p": id, "t": at.as_micros() };
    if let Some(person) = person {
        let ifis =
            serde_json::to_string(&person.ifis).map_err(|error| StoreError::backend("put people", error))?;
        document.append(cstr!("i"), ifis);
        if let Some(manager) = &person.manager {
            document.append(cstr!("m"), manager.as_str());
        }
        document.append(cstr!("b"), person.body.as_str());
    }
    Ok(document)
}

pub(super) fn version_from(version: Fields<'_>) -> StoreResult<PersonVersion> {
    let removed = version.optional_text("b")?.is_none();
    Ok(PersonVersion {
        known_at: Timestamp::from_micros(version.i64("t")?),
        person: if removed {
            None
        } else {
            Some(person_of(version, "p")?)
        },
    })
}

pub(super) fn person_from(person: Fields<'_>) -> StoreResult<PersonRecord> {
    person_of(person, "_id")
}

fn person_of(person: Fields<'_>, id: &str) -> StoreResult<PersonRecord> {
    let ifis = serde_json::from_str(&person.text("i")?).map_err(|error| StoreError::Corrupt {
        what: "a person".to_owned(),
        reason: error.to_string(),
    })?;
    Ok(PersonRecord {
        id: person.text(id)?,
        ifis,
        manager: person.optional_text("m")?,
        body: person.text("b")?,
    })
}

pub(super) fn curriculum_from(curriculum: Fields<'_>) -> StoreResult<CurriculumRecord> {
    Ok(CurriculumRecord {
        id: curriculum.text("c")?,
        revision: curriculum.i64("r")?,
        hash: curriculum.text("h")?,
        published_at: Timestamp::from_micros(curriculum.i64("at")?),
        body: curriculum.text("b")?,
    })
}

pub(super) fn change_from(change: Fields<'_>) -> StoreResult<Change> {
    let changed = match (change.optional_text("p")?, change.optional_text("g")?) {
        (Some(person), _) => Changed::Person(person),
        (None, Some(group)) => Changed::Group(group),
        (None, None) => Changed::Curriculum(change.text("c")?),
    };
    Ok(Change {
        position: ChangePosition(change.i64("_id")?),
        changed,
    })
}

/// What an act is about, as one text to be found by.
pub(super) fn subject_to(subject: &Subject) -> String {
    match subject {
        Subject::Person(id) => format!("p:{id}"),
        Subject::Group(name) => format!("g:{name}"),
        Subject::Curriculum(id) => format!("c:{id}"),
    }
}

/// `s` what it is about, `c` the curriculum, `k` the kind, `u` the act that it undoes.
pub(super) fn act_to(act: &ActRecord) -> RawDocumentBuf {
    let mut document = rawdoc! {
        "_id": uuid(act.id),
        "at": act.at.as_micros(),
        "k": act.kind.as_str(),
        "s": subject_to(&act.subject),
        "by": act.by.as_str(),
        "b": act.body.as_str(),
    };
    if let Some(curriculum) = &act.curriculum {
        document.append(cstr!("c"), curriculum.as_str());
    }
    if let Some(undone) = act.undoes {
        document.append(cstr!("u"), uuid(undone));
    }
    document
}

pub(super) fn act_from(act: Fields<'_>) -> StoreResult<ActRecord> {
    let subject = act.text("s")?;
    let subject = match subject.split_once(':') {
        Some(("p", id)) => Subject::Person(id.to_owned()),
        Some(("g", name)) => Subject::Group(name.to_owned()),
        Some(("c", id)) => Subject::Curriculum(id.to_owned()),
        _ => {
            return Err(StoreError::Corrupt {
                what: "an act".to_owned(),
                reason: format!("it is about {subject:?}"),
            });
        }
    };
    Ok(ActRecord {
        id: act.uuid("_id")?,
        kind: act.text("k")?,
        subject,
        curriculum: act.optional_text("c")?,
        at: Timestamp::from_micros(act.i64("at")?),
        by: act.text("by")?,
        undoes: act.optional_uuid("u")?,
        body: act.text("b")?,
    })
}
