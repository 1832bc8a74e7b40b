//! `/people`: who is behind the identifiers that statements name.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{PersonRecord, Scope};
use uuid::Uuid;
use web::{Caller, Problem};

use crate::api::acts::{self, author, check_reason, told};
use crate::api::answer::{PAGING, Page, json_answer, page_answer};
use crate::api::params::Params;
use crate::api::{Answer, Api, media_type, text, text_of, unsupported};
use crate::people::{
    self, Imported, MERGE, Merge, PeopleErrors, Ties, Unmerge, from_record, import_people, parse_csv,
    parse_json, parse_person,
};

/// What findings call the body.
const BODY: &str = "body";

pub(super) async fn list(api: Api, caller: Caller, request: HttpRequest) -> Answer {
    caller.require(Scope::People)?;
    let params = Params::read(&request, &PAGING)?;
    let page = Page::<String>::read(&params)?;
    let mut records = api.store.people(page.after.as_deref(), page.probe()).await?;
    let next = page.cut(&mut records, |record| record.id.clone());
    let items = records.iter().map(item).collect::<Result<Vec<_>, Problem>>()?;
    page_answer(&request, items, next)
}

pub(super) async fn one(api: Api, caller: Caller, path: Path<String>, request: HttpRequest) -> Answer {
    caller.require(Scope::People)?;
    Params::read(&request, &[])?;
    let record = api.store.person(&path).await?.ok_or_else(|| unknown(&path))?;
    json_answer(StatusCode::OK, &item(&record)?)
}

/// Every version of a person, oldest first. Of somebody who was removed, too.
pub(super) async fn history(api: Api, caller: Caller, path: Path<String>, request: HttpRequest) -> Answer {
    caller.require(Scope::People)?;
    Params::read(&request, &[])?;
    let versions = api.store.person_versions(&path).await?;
    if versions.is_empty() {
        return Err(unknown(&path));
    }
    let items = versions
        .iter()
        .map(|version| {
            let person = version.person.as_ref().map(item).transpose()?;
            Ok(json!({ "known_at": version.known_at, "person": person }))
        })
        .collect::<Result<Vec<_>, Problem>>()?;
    json_answer(StatusCode::OK, &json!({ "items": items }))
}

pub(super) async fn import(api: Api, caller: Caller, request: HttpRequest, payload: Payload) -> Answer {
    caller.require(Scope::People)?;
    Params::read(&request, &[])?;
    let parse = match media_type(&request).as_str() {
        "application/json" => parse_json,
        "text/csv" => parse_csv,
        other => return Err(unsupported(other, "application/json or text/csv")),
    };
    let text = text(&api, &request, payload).await?;
    let people = parse(BODY, &text).map_err(|errors| invalid(&errors))?;
    let received = people.len();
    let Imported { changed, merged } = import_people(api.store.as_ref(), people).await?;
    let mut body = json!({ "received": received, "changed": changed });
    if !merged.is_empty() {
        body["merged"] = json!(merged);
    }
    json_answer(StatusCode::OK, &body)
}

pub(super) async fn put(
    api: Api,
    caller: Caller,
    path: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Answer {
    caller.require(Scope::People)?;
    Params::read(&request, &[])?;
    let text = text_of(&api, &request, payload, "application/json").await?;
    let person = parse_person(BODY, &text, &path).map_err(|errors| invalid(&errors))?;
    let status = match api.store.person(&path).await? {
        Some(_) => StatusCode::OK,
        None => StatusCode::CREATED,
    };
    if !import_people(api.store.as_ref(), vec![person])
        .await?
        .merged
        .is_empty()
    {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "merged",
            format!(
                "the person {:?} was merged into another; unmerge them, or change that one",
                path.as_str()
            ),
        ));
    }
    let record = api.store.person(&path).await?.ok_or_else(|| unknown(&path))?;
    json_answer(status, &item(&record)?)
}

pub(super) async fn remove(api: Api, caller: Caller, path: Path<String>, request: HttpRequest) -> Answer {
    caller.require(Scope::People)?;
    Params::read(&request, &[])?;
    if api.store.remove_person(&path).await? {
        return Ok(HttpResponse::NoContent().finish());
    }
    Err(unknown(&path))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMerge {
    #[serde(default = "Uuid::new_v4")]
    id: Uuid,
    from: String,
    reason: String,
    approved_by: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewUnmerge {
    #[serde(default = "Uuid::new_v4")]
    id: Uuid,
    act: Uuid,
    reason: String,
    approved_by: Option<String>,
}

/// Merges another person into this one.
pub(super) async fn merge(
    api: Api,
    caller: Caller,
    path: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Answer {
    caller.require(Scope::People)?;
    Params::read(&request, &[])?;
    let expected = "{\"from\": \"the other id\", \"reason\": \"…\"}";
    let new: NewMerge = told(&api, &request, payload, expected).await?;
    check_reason(&new.reason)?;
    let store = api.store.as_ref();
    if let Some(before) = store.act(new.id).await?.filter(|before| before.kind == MERGE) {
        return json_answer(StatusCode::OK, &acts::item(store, &before).await?);
    }
    let into = store.person(&path).await?.ok_or_else(|| unknown(&path))?;
    let from = store
        .person(&new.from)
        .await?
        .ok_or_else(|| refused(format!("there is no person {:?}", new.from)))?;
    let merge = Merge {
        act: new.id,
        into: &into,
        from: &from,
        reason: new.reason,
        approved_by: new.approved_by,
    };
    let act = people::merge(store, &merge, &author(&caller))
        .await?
        .map_err(refused)?;
    json_answer(StatusCode::CREATED, &acts::item(store, &act).await?)
}

/// Takes apart what an act merged.
pub(super) async fn unmerge(
    api: Api,
    caller: Caller,
    path: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Answer {
    caller.require(Scope::People)?;
    Params::read(&request, &[])?;
    let expected = "{\"act\": \"the id of the act that merged them\", \"reason\": \"…\"}";
    let new: NewUnmerge = told(&api, &request, payload, expected).await?;
    check_reason(&new.reason)?;
    let store = api.store.as_ref();
    let person = store.person(&path).await?.ok_or_else(|| unknown(&path))?;
    let unmerge = Unmerge {
        act: new.id,
        merge: new.act,
        person: &person,
        reason: new.reason,
        approved_by: new.approved_by,
    };
    let act = people::unmerge(store, &unmerge, &author(&caller))
        .await?
        .map_err(refused)?;
    json_answer(StatusCode::CREATED, &acts::item(store, &act).await?)
}

fn refused(detail: String) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "merge-invalid", detail)
}

fn item(record: &PersonRecord) -> Result<Value, Problem> {
    let failed = |error: serde_json::Error| crate::api::answer::failure(&error);
    let mut shown = serde_json::to_value(from_record(record)?).map_err(failed)?;
    let ties = Ties::of(record)?;
    if let Some(into) = &ties.merged_into {
        shown["merged_into"] = json!(into);
    }
    if !ties.merged_from.is_empty() {
        shown["merged_from"] = serde_json::to_value(&ties.merged_from).map_err(failed)?;
    }
    Ok(shown)
}

fn unknown(id: &str) -> Problem {
    Problem::not_found(format!("there is no person {id:?}"))
}

fn invalid(errors: &PeopleErrors) -> Problem {
    let first = errors.0.first().map(ToString::to_string).unwrap_or_default();
    let detail = match errors.0.len() {
        1 => first,
        more => format!("{more} things are wrong; nobody was added or changed. The first: {first}"),
    };
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "people-invalid", detail).with("findings", json!(errors.0))
}
