//! Reading acts: the shape by the schema, then what they name by the registry.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rules::{ActKind, Curriculum, Finding, closest};
use serde_json::{Map, Value};
use store::{CurriculumRecord, PersonRecord, Store, Subject};
use uuid::Uuid;
use xapi::Timestamp;

use crate::acts::{ActErrors, NewAct, SCHEMA};
use crate::error::{CertificationError, Result};
use crate::people::as_known;
use crate::shape::{Shape, finding};

/// The schema of each kind by its word: `$defs` has them under it.
static SHAPES: LazyLock<BTreeMap<&str, Shape>> = LazyLock::new(|| {
    let Ok(Value::Object(schema)) = serde_json::from_str(SCHEMA) else {
        return BTreeMap::new();
    };
    let Some(Value::Object(definitions)) = schema.get("$defs") else {
        return BTreeMap::new();
    };
    ActKind::ALL
        .iter()
        .filter_map(|kind| {
            let mut own = definitions.get(*kind)?.as_object()?.clone();
            own.insert("$defs".to_owned(), Value::Object(definitions.clone()));
            Some((*kind, Shape::new(Value::Object(own))?))
        })
        .collect()
});

/// Reads one act from JSON: an object with `kind`, whom it is about, and what the kind says.
///
/// # Errors
/// All that is wrong with it, each with its JSON pointer. Whether what it names is there is for [`check`].
pub fn parse(file: &str, text: &str) -> Result<NewAct, ActErrors> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        ActErrors(vec![Finding {
            line: Some(error.line()),
            column: Some(error.column()),
            ..finding(file, "", error.to_string(), "JSON (RFC 8259)")
        }])
    })?;
    let wrong = |finding| Err(ActErrors(vec![finding]));
    let Some(kind) = value.get("kind").and_then(Value::as_str) else {
        let expected = format!("an object with \"kind\": one of {}", kinds());
        return wrong(finding(file, "/kind", "there is no kind", expected));
    };
    let Some(shape) = SHAPES.get(kind) else {
        let meant = closest(kind, SHAPES.keys().copied());
        let meant = meant.map_or_else(String::new, |meant| format!("; did you mean {meant:?}?"));
        return wrong(finding(
            file,
            "/kind",
            format!("there is no kind {kind:?} to record"),
            format!("one of {}{meant}", kinds()),
        ));
    };
    let findings = shape.findings(file, "", &value);
    if !findings.is_empty() {
        return Err(ActErrors(findings));
    }
    let Value::Object(members) = value else {
        return wrong(finding(file, "", "this is no object", "an object"));
    };
    let act = read(file, members)?;
    let findings = contradictions(file, &act.kind);
    if findings.is_empty() {
        Ok(act)
    } else {
        Err(ActErrors(findings))
    }
}

fn kinds() -> String {
    SHAPES.keys().copied().collect::<Vec<_>>().join(", ")
}

fn read(file: &str, mut members: Map<String, Value>) -> Result<NewAct, ActErrors> {
    let mut take = |name: &str| match members.remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    let id = take("id")
        .and_then(|id| Uuid::parse_str(&id).ok())
        .unwrap_or_else(Uuid::new_v4);
    let reason = take("reason").unwrap_or_default();
    let approved_by = take("approved_by");
    let subject = match (take("person"), take("group")) {
        (Some(person), _) => Subject::Person(person),
        (None, group) => Subject::Group(group.unwrap_or_default()),
    };
    let kind = serde_json::from_value(Value::Object(members)).map_err(|error| {
        let expected = "an act as in schemas/act.schema.json";
        ActErrors(vec![finding(file, "", error.to_string(), expected)])
    })?;
    Ok(NewAct {
        id,
        subject,
        kind,
        reason,
        approved_by,
    })
}

/// What cannot be, whatever is in the registry.
fn contradictions(file: &str, kind: &ActKind) -> Vec<Finding> {
    let (first, last, path) = match kind {
        ActKind::Credential {
            issued,
            expires: Some(expires),
            ..
        } => (issued, expires, "/expires"),
        ActKind::Figure {
            from: Some(from),
            until,
            ..
        } => (from, until, "/until"),
        _ => return Vec::new(),
    };
    if first < last {
        return Vec::new();
    }
    let message = format!("the end is {last}, not after the beginning, {first}");
    vec![finding(file, path, message, "a later moment")]
}

/// That what is recorded at a moment would hold at all: a waiver and an award do from then on.
#[must_use]
pub fn check_end(file: &str, act: &NewAct, at: Timestamp) -> Option<Finding> {
    let (ActKind::Waiver { until, .. } | ActKind::Award { until, .. }) = &act.kind else {
        return None;
    };
    let until = until.filter(|until| *until <= at)?;
    let message = format!("the end is {until}, which has passed, so it would never hold");
    Some(finding(file, "/until", message, "a later moment, or none"))
}

/// What an act names that is not there: the person, the curriculum, the requirement, the statement.
///
/// # Errors
/// When the store fails.
pub async fn check(store: &dyn Store, file: &str, act: &NewAct) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    if let Subject::Person(id) = &act.subject {
        match (store.person(id).await?, &act.kind) {
            (None, _) => {
                let message = format!("there is no person {id:?}");
                let expected = "the id of a person in the registry; add them first (PUT /api/v1/people/{id})";
                findings.push(finding(file, "/person", message, expected));
            }
            (Some(person), ActKind::Award { curriculum, .. }) => {
                findings.extend(check_award(store, file, curriculum, &person).await?);
            }
            (Some(_), _) => {}
        }
    }
    if let Some(id) = act.kind.curriculum() {
        let unknown = check_curriculum(store, file, id, act.kind.requirement()).await?;
        if let (None, ActKind::Extension { requirement, .. }) = (&unknown, &act.kind) {
            findings.extend(check_extension(store, file, id, requirement.as_deref()).await?);
        }
        findings.extend(unknown);
    }
    if let ActKind::Review { statement, .. } = &act.kind
        && store.statement(*statement).await?.is_none()
    {
        let message = format!("there is no statement {statement}");
        findings.push(finding(
            file,
            "/statement",
            message,
            "the id of a statement in the log",
        ));
    }
    Ok(findings)
}

/// That the curriculum is or was for whom it is awarded to: nobody else is certified by it.
async fn check_award(
    store: &dyn Store,
    file: &str,
    id: &str,
    person: &PersonRecord,
) -> Result<Option<Finding>> {
    let Some(newest) = store.curriculum(id, None).await? else {
        return Ok(None);
    };
    let curriculum = defined(&newest)?;
    // What is decided about somebody who was merged into another counts for that one.
    let Some((_, person)) = as_known(store, person, None).await? else {
        return Ok(None);
    };
    if curriculum.is_ever_for(&person) {
        return Ok(None);
    }
    let message = format!(
        "the curriculum {id:?} is not for {:?}, and nobody else is certified by it",
        person.id
    );
    let expected = "somebody in its audience; give them its role or group first (PUT /api/v1/people/{id})";
    Ok(Some(finding(file, "/person", message, expected)))
}

fn defined(record: &CurriculumRecord) -> Result<Curriculum> {
    Curriculum::from_json(&record.body).map_err(|error| {
        CertificationError::Store(store::StoreError::Corrupt {
            what: format!("curriculum {} revision {}", record.id, record.revision),
            reason: error.to_string(),
        })
    })
}

async fn check_curriculum(
    store: &dyn Store,
    file: &str,
    id: &str,
    requirement: Option<&str>,
) -> Result<Option<Finding>> {
    let Some(newest) = store.curriculum(id, None).await? else {
        let known = store.curricula().await?;
        let expected = meant(id, known.iter().map(|known| known.id.as_str()), "curriculum");
        let message = format!("there is no curriculum {id:?}");
        return Ok(Some(finding(file, "/curriculum", message, expected)));
    };
    let Some(requirement) = requirement else {
        return Ok(None);
    };
    // Whoever is certified may stay with an older revision, and be excused from what it requires.
    let mut known = Vec::new();
    for number in (1..=newest.revision).rev() {
        let Some(record) = store.curriculum(id, Some(number)).await? else {
            continue;
        };
        let curriculum = defined(&record)?;
        let ids: Vec<String> = curriculum.requirement_ids().map(str::to_owned).collect();
        if ids.iter().any(|id| id == requirement) {
            return Ok(None);
        }
        known.extend(ids);
    }
    let message = format!("the curriculum {id:?} has no course or group {requirement:?}");
    let expected = meant(requirement, known.iter().map(String::as_str), "course or group");
    Ok(Some(finding(file, "/requirement", message, expected)))
}

/// That what somebody is to have longer for is ever due, by any revision: they may go by an older one.
async fn check_extension(
    store: &dyn Store,
    file: &str,
    id: &str,
    requirement: Option<&str>,
) -> Result<Option<Finding>> {
    let newest = store
        .curriculum(id, None)
        .await?
        .map_or(0, |newest| newest.revision);
    for number in (1..=newest).rev() {
        let record = store.curriculum(id, Some(number)).await?;
        if let Some(record) = record
            && defined(&record)?.can_be_due(requirement)
        {
            return Ok(None);
        }
    }
    let (path, what) = match requirement {
        Some(requirement) => (
            "/requirement",
            format!("{requirement:?} of the curriculum {id:?}"),
        ),
        None => ("/curriculum", format!("the curriculum {id:?}")),
    };
    let message = format!("{what} is never due by itself, so nobody can have longer for it");
    let expected =
        "something with a due date, or whose certificate ends; or a \"due\" in a new revision first";
    Ok(Some(finding(file, path, message, expected)))
}

fn meant<'a>(found: &str, known: impl Iterator<Item = &'a str>, what: &str) -> String {
    match closest(found, known) {
        Some(meant) => format!("the id of a {what}; did you mean {meant:?}?"),
        None => format!("the id of a {what}"),
    }
}
