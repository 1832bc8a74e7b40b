//! `/acts`: what people decided, on the record.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Path, Payload};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::{ActFilter, ActRecord, Scope, Store, Subject};
use uuid::Uuid;
use web::{Caller, Problem};
use xapi::Timestamp;

use crate::acts::{self as kept, ActErrors, Author};
use crate::api::answer::{PAGING, Page, json_answer, page_answer};
use crate::api::params::Params;
use crate::api::{Answer, Api, may_read, text_of};
use crate::people::MERGE;
use crate::shape::finding;

/// What findings call the body.
const BODY: &str = "body";
/// The longest reason, in characters.
const LONGEST: usize = 2_000;

/// Why something is done, by whom: the body of whatever undoes or changes a record.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Because {
    /// Sent again under the same id, it is done once.
    #[serde(default = "Uuid::new_v4")]
    pub(super) id: Uuid,
    pub(super) reason: String,
    pub(super) approved_by: Option<String>,
}

pub(super) fn author(caller: &Caller) -> Author<'_> {
    Author {
        key: &caller.key,
        name: &caller.name,
    }
}

pub(super) async fn list(api: Api, caller: Caller, request: HttpRequest) -> Answer {
    may_read(&caller)?;
    let known = ["person", "group", "curriculum", "kind", PAGING[0], PAGING[1]];
    let params = Params::read(&request, &known)?;
    let subject = match (params.text("person"), params.text("group")) {
        (Some(_), Some(_)) => {
            return Err(Problem::bad_request(
                "invalid-parameter",
                "an act is about a person or a group; ask for one of \"person\" and \"group\"",
            )
            .with("parameter", "group"));
        }
        (Some(person), None) => Some(Subject::Person(person)),
        (None, group) => group.map(Subject::Group),
    };
    let page = Page::<Timestamp>::read(&params)?;
    let filter = ActFilter {
        subject,
        curriculum: params.text("curriculum"),
        kind: params.text("kind"),
        after: page.after,
        limit: page.probe(),
    };
    let mut records = api.store.acts(&filter).await?;
    let next = page.cut(&mut records, |record| record.at);
    let ids: Vec<Uuid> = records.iter().map(|record| record.id).collect();
    let undoing = api.store.acts_undoing(&ids).await?;
    let items = records
        .iter()
        .map(|record| {
            let undone = undoing.iter().find(|act| act.undoes == Some(record.id));
            Ok(kept::shown(record, undone)?)
        })
        .collect::<Result<Vec<_>, Problem>>()?;
    page_answer(&request, items, next)
}

pub(super) async fn one(api: Api, caller: Caller, path: Path<String>, request: HttpRequest) -> Answer {
    may_read(&caller)?;
    Params::read(&request, &[])?;
    let record = find(api.store.as_ref(), &path).await?;
    json_answer(StatusCode::OK, &item(api.store.as_ref(), &record).await?)
}

pub(super) async fn record(api: Api, caller: Caller, request: HttpRequest, payload: Payload) -> Answer {
    caller.require(Scope::ActsWrite)?;
    Params::read(&request, &[])?;
    let text = text_of(&api, &request, payload, "application/json").await?;
    let act = kept::parse(BODY, &text).map_err(|errors| invalid(&errors))?;
    let store = api.store.as_ref();
    let known = store.act(act.id).await?.is_some();
    let mut findings = kept::check(store, BODY, &act).await?;
    if !known {
        findings.extend(kept::check_end(BODY, &act, web::now()));
    }
    if !findings.is_empty() {
        return Err(invalid(&ActErrors(findings)));
    }
    let record = kept::record(store, &act, &author(&caller)).await?;
    let status = if known {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    json_answer(status, &item(store, &record).await?)
}

pub(super) async fn undo(
    api: Api,
    caller: Caller,
    path: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Answer {
    Params::read(&request, &[])?;
    if !caller.may(Scope::CurriculaWrite) {
        caller.require(Scope::ActsWrite)?;
    }
    let because = because(&api, &request, payload).await?;
    let store = api.store.as_ref();
    let undone = find(store, &path).await?;
    // Whoever may do something may undo it.
    caller.require(match undone.subject {
        Subject::Curriculum(_) => Scope::CurriculaWrite,
        _ => Scope::ActsWrite,
    })?;
    let refusal = |detail: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "act-invalid", detail);
    if undone.kind == MERGE {
        return Err(refusal(format!(
            "act {} merged two people; take them apart with POST /api/v1/people/{{id}}/unmerge",
            undone.id
        )));
    }
    if undone.undoes.is_some() {
        return Err(refusal(format!(
            "act {} undoes another and cannot be undone; record anew what it undid",
            undone.id
        )));
    }
    let Because {
        id,
        reason,
        approved_by,
    } = because;
    let record = kept::undo(store, &undone, id, &reason, approved_by, &author(&caller)).await?;
    json_answer(StatusCode::CREATED, &item(store, &record).await?)
}

/// The reason in a body, and by whom.
pub(super) async fn because(api: &Api, request: &HttpRequest, payload: Payload) -> Result<Because, Problem> {
    let because: Because = told(api, request, payload, "{\"reason\": \"…\"}").await?;
    check_reason(&because.reason)?;
    Ok(because)
}

/// What a JSON body says.
pub(super) async fn told<T: DeserializeOwned>(
    api: &Api,
    request: &HttpRequest,
    payload: Payload,
    expected: &str,
) -> Result<T, Problem> {
    let text = text_of(api, request, payload, "application/json").await?;
    serde_json::from_str(&text)
        .map_err(|error| invalid(&ActErrors(vec![finding(BODY, "", error.to_string(), expected)])))
}

pub(super) fn check_reason(reason: &str) -> Result<(), Problem> {
    let length = reason.chars().count();
    if !reason.trim().is_empty() && length <= LONGEST {
        return Ok(());
    }
    let message = format!("the reason has {length} characters that say nothing or too much");
    let expected = format!("why, in 1 to {LONGEST} characters");
    Err(invalid(&ActErrors(vec![finding(
        BODY, "/reason", message, expected,
    )])))
}

async fn find(store: &dyn Store, id: &str) -> Result<ActRecord, Problem> {
    let unknown = || Problem::not_found(format!("there is no act {id:?}"));
    let id = Uuid::parse_str(id).map_err(|_| unknown())?;
    store.act(id).await?.ok_or_else(unknown)
}

/// An act as it is shown, with what undoes it.
pub(super) async fn item(store: &dyn Store, record: &ActRecord) -> Result<Value, Problem> {
    let undoing = store.acts_undoing(&[record.id]).await?;
    Ok(kept::shown(record, undoing.first())?)
}

fn invalid(errors: &ActErrors) -> Problem {
    let first = errors.0.first().map(ToString::to_string).unwrap_or_default();
    let detail = match errors.0.len() {
        1 => first,
        more => format!("{more} things are wrong with the act; the first: {first}"),
    };
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "act-invalid", detail).with("findings", json!(errors.0))
}
