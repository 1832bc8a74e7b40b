//! `/curricula`: what a person must show.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Path, Payload};
use rules::{Act, ActKind, Curriculum, DefinitionErrors, Loaded};
use serde_json::{Value, json};
use store::{CurriculumRecord, Scope, Store, Subject};
use web::{Caller, Problem};

use crate::acts::{self as kept, NewAct};
use crate::api::acts::{self, author, because};
use crate::api::answer::{failure, json_answer};
use crate::api::params::Params;
use crate::api::{Answer, Api, Core, may_read, media_type, text, unsupported};
use crate::curricula as published;

pub(super) async fn list(api: Api, caller: Caller, request: HttpRequest) -> Answer {
    may_read(&caller)?;
    Params::read(&request, &[])?;
    let records = api.store.curricula().await?;
    let ids: Vec<String> = records.iter().map(|record| record.id.clone()).collect();
    let retired = retirements(api.store.as_ref(), &ids).await?;
    let items = records
        .iter()
        .map(|record| {
            let mut item = head(record, &read(record)?);
            show_retired(&mut item, retired.get(&record.id));
            Ok(item)
        })
        .collect::<Result<Vec<_>, Problem>>()?;
    json_answer(StatusCode::OK, &json!({ "items": items }))
}

pub(super) async fn one(api: Api, caller: Caller, path: Path<String>, request: HttpRequest) -> Answer {
    may_read(&caller)?;
    let params = Params::read(&request, &["revision"])?;
    let revision = params.number("revision", 1, i64::MAX)?;
    let id = path.into_inner();
    let record = api.store.curriculum(&id, revision).await?.ok_or_else(|| {
        Problem::not_found(match revision {
            Some(revision) => format!("there is no revision {revision} of a curriculum {id:?}"),
            None => format!("there is no curriculum {id:?}"),
        })
    })?;
    let curriculum = read(&record)?;
    let mut body = head(&record, &curriculum);
    let retired = retirements(api.store.as_ref(), std::slice::from_ref(&id)).await?;
    show_retired(&mut body, retired.get(&id));
    if let Value::Object(members) = &mut body {
        members.insert("description".to_owned(), json!(curriculum.describe()));
        let definition: Value = serde_json::from_str(&record.body).map_err(|error| failure(&error))?;
        members.insert("definition".to_owned(), definition);
    }
    json_answer(StatusCode::OK, &body)
}

pub(super) async fn publish(api: Api, caller: Caller, request: HttpRequest, payload: Payload) -> Answer {
    caller.require(Scope::CurriculaWrite)?;
    Params::read(&request, &[])?;
    let Loaded {
        curriculum,
        mut warnings,
        ..
    } = load(&api, &request, payload).await?;
    let published = published::publish(api.store.as_ref(), &curriculum).await?;
    warnings.extend(published.warning("body"));
    let store = api.store.as_ref();
    warnings.extend(published::certificate_warnings(store, "body", &curriculum, &[]).await?);
    let mut body = head(&published.record, &curriculum);
    if let Value::Object(members) = &mut body {
        members.insert("description".to_owned(), json!(curriculum.describe()));
        members.insert("warnings".to_owned(), json!(warnings));
    }
    json_answer(
        if published.new {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        },
        &body,
    )
}

/// Retires a curriculum, on the record; undone as any act is.
pub(super) async fn retire(
    api: Api,
    caller: Caller,
    path: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Answer {
    caller.require(Scope::CurriculaWrite)?;
    Params::read(&request, &[])?;
    let because = because(&api, &request, payload).await?;
    let (store, curriculum) = (api.store.as_ref(), path.into_inner());
    if store.curriculum(&curriculum, None).await?.is_none() {
        return Err(Problem::not_found(format!(
            "there is no curriculum {curriculum:?}"
        )));
    }
    if store.act(because.id).await?.is_none()
        && let Some(act) = retirements(store, std::slice::from_ref(&curriculum))
            .await?
            .remove(&curriculum)
    {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "retired",
            format!(
                "the curriculum {curriculum:?} is retired already, by act {}",
                act.id
            ),
        ));
    }
    let act = NewAct {
        id: because.id,
        subject: Subject::Curriculum(curriculum.clone()),
        kind: ActKind::Retire { curriculum },
        reason: because.reason,
        approved_by: because.approved_by,
    };
    let record = kept::record(store, &act, &author(&caller)).await?;
    json_answer(StatusCode::CREATED, &acts::item(store, &record).await?)
}

/// The act by which each of these curricula is retired now.
async fn retirements(store: &dyn Store, ids: &[String]) -> Result<BTreeMap<String, Act>, Problem> {
    let subjects: Vec<Subject> = ids.iter().cloned().map(Subject::Curriculum).collect();
    let records = store.acts_of(&subjects).await?;
    let acts = kept::fold(
        &records,
        |id, error| tracing::error!(act = %id, error, "an act cannot be read"),
    );
    Ok(acts
        .into_iter()
        .filter(|act| act.undone_at.is_none())
        .filter_map(|act| Some((act.kind.curriculum()?.to_owned(), act)))
        .collect())
}

fn show_retired(body: &mut Value, act: Option<&Act>) {
    if let (Some(act), Value::Object(members)) = (act, body) {
        let retired = json!({ "act": act.id, "at": act.at, "by": act.by, "reason": act.reason });
        members.insert("retired".to_owned(), retired);
    }
}

pub(super) async fn check(api: Api, caller: Caller, request: HttpRequest, payload: Payload) -> Answer {
    may_read(&caller)?;
    Params::read(&request, &[])?;
    let Loaded {
        curriculum,
        mut warnings,
        ..
    } = load(&api, &request, payload).await?;
    let store = api.store.as_ref();
    warnings.extend(published::certificate_warnings(store, "body", &curriculum, &[]).await?);
    json_answer(
        StatusCode::OK,
        &json!({
            "id": curriculum.id(),
            "title": curriculum.title(),
            "hash": curriculum.hash(),
            "description": curriculum.describe(),
            "warnings": warnings,
        }),
    )
}

pub(super) async fn load(api: &Core, request: &HttpRequest, payload: Payload) -> Result<Loaded, Problem> {
    // What findings call the body; its ending says what it is read as.
    let name = match media_type(request).as_str() {
        "application/json" => "body.json",
        "" | "application/yaml" | "application/x-yaml" | "text/yaml" | "text/x-yaml" | "text/plain" => {
            "body.yaml"
        }
        other => return Err(unsupported(other, "application/json or application/yaml")),
    };
    let text = text(api, request, payload).await?;
    rules::load(name, &text).map_err(|errors| invalid(&errors))
}

fn invalid(errors: &DefinitionErrors) -> Problem {
    let count = errors.0.len();
    let first = errors.0.first().map(ToString::to_string).unwrap_or_default();
    let detail = match count {
        1 => first,
        more => format!("{more} things are wrong with the curriculum; the first: {first}"),
    };
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "curriculum-invalid", detail)
        .with("findings", json!(errors.0))
}

fn read(record: &CurriculumRecord) -> Result<Curriculum, Problem> {
    Curriculum::from_json(&record.body).map_err(|error| failure(&error))
}

fn head(record: &CurriculumRecord, curriculum: &Curriculum) -> Value {
    json!({
        "id": record.id,
        "title": curriculum.title(),
        "revision": record.revision,
        "hash": record.hash,
        "published_at": record.published_at,
    })
}
