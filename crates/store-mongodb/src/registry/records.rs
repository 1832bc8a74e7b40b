use mongodb::bson::raw::{RawArrayBuf, cstr};
use mongodb::bson::{RawDocumentBuf, rawdoc};
use store::{Change, ChangePosition, Changed, CurriculumRecord, PersonRecord, StoreError, StoreResult};
use xapi::{Ifi, Timestamp};

use crate::raw::Fields;

/// `k` the identifiers as they are compared, each once, for the unique index; `i` as they were given.
pub(super) fn person_to(person: &PersonRecord) -> StoreResult<RawDocumentBuf> {
    let mut keys: Vec<String> = person.ifis.iter().map(Ifi::key).collect();
    keys.sort_unstable();
    keys.dedup();
    let ifis =
        serde_json::to_string(&person.ifis).map_err(|error| StoreError::backend("put people", error))?;
    let mut document = rawdoc! { "_id": person.id.as_str() };
    // Without the field rather than with an empty array: that would be one value, for one person only.
    if !keys.is_empty() {
        document.append(cstr!("k"), RawArrayBuf::from_iter(keys));
    }
    document.append(cstr!("i"), ifis);
    document.append(cstr!("b"), person.body.as_str());
    Ok(document)
}

pub(super) fn person_from(person: Fields<'_>) -> StoreResult<PersonRecord> {
    let ifis = serde_json::from_str(&person.text("i")?).map_err(|error| StoreError::Corrupt {
        what: "a person".to_owned(),
        reason: error.to_string(),
    })?;
    Ok(PersonRecord {
        id: person.text("_id")?,
        ifis,
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
    let changed = match change.optional_text("p")? {
        Some(person) => Changed::Person(person),
        None => Changed::Curriculum(change.text("c")?),
    };
    Ok(Change {
        position: ChangePosition(change.i64("_id")?),
        changed,
    })
}
