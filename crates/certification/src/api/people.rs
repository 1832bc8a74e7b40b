//! `/people`: who is behind the identifiers that statements name.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};
use store::{PersonRecord, Scope};
use web::{Caller, Problem};

use crate::api::answer::{PAGING, Page, json_answer, page_answer};
use crate::api::params::Params;
use crate::api::{Answer, Api, media_type, text, unsupported};
use crate::people::{PeopleErrors, from_record, import_people, parse_csv, parse_json, parse_person};

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
    let changed = import_people(api.store.as_ref(), people).await?;
    json_answer(
        StatusCode::OK,
        &json!({ "received": received, "changed": changed }),
    )
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
    match media_type(&request).as_str() {
        "application/json" => {}
        other => return Err(unsupported(other, "application/json")),
    }
    let text = text(&api, &request, payload).await?;
    let person = parse_person(BODY, &text, &path).map_err(|errors| invalid(&errors))?;
    let status = match api.store.person(&path).await? {
        Some(_) => StatusCode::OK,
        None => StatusCode::CREATED,
    };
    import_people(api.store.as_ref(), vec![person.clone()]).await?;
    json_answer(status, &person)
}

pub(super) async fn remove(api: Api, caller: Caller, path: Path<String>, request: HttpRequest) -> Answer {
    caller.require(Scope::People)?;
    Params::read(&request, &[])?;
    if api.store.remove_person(&path).await? {
        return Ok(HttpResponse::NoContent().finish());
    }
    Err(unknown(&path))
}

fn item(record: &PersonRecord) -> Result<Value, Problem> {
    let person = from_record(record)?;
    serde_json::to_value(person).map_err(|error| crate::api::answer::failure(&error))
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
