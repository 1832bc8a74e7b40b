//! `/keys`: who may call, and do what.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Scope;
use web::{Caller, Gate, Problem};

use crate::api::answer::json_answer;
use crate::api::params::Params;
use crate::api::{Answer, Api, text_of};
use crate::keys as kept;

/// The longest name of a key, in characters.
const LONGEST: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewKey {
    name: String,
    scopes: Vec<String>,
}

pub(super) async fn list(api: Api, caller: Caller, request: HttpRequest) -> Answer {
    caller.require(Scope::Admin)?;
    Params::read(&request, &[])?;
    let keys = kept::list(api.store.as_ref()).await?;
    json_answer(
        StatusCode::OK,
        &json!({ "items": keys.iter().map(kept::shown).collect::<Vec<_>>() }),
    )
}

pub(super) async fn create(api: Api, caller: Caller, request: HttpRequest, payload: Payload) -> Answer {
    caller.require(Scope::Admin)?;
    Params::read(&request, &[])?;
    let text = text_of(&api, &request, payload, "application/json").await?;
    let new: NewKey = serde_json::from_str(&text).map_err(|error| {
        invalid(format!(
            "{error}; expected an object with \"name\" and \"scopes\", a list of scopes"
        ))
    })?;
    if new.name.trim().is_empty() || new.name.chars().count() > LONGEST {
        return Err(invalid(format!(
            "\"name\" must say what the key is for, in 1 to {LONGEST} characters"
        )));
    }
    if new.scopes.is_empty() {
        return Err(invalid(
            "\"scopes\" is empty; a key without a scope opens nothing".to_owned(),
        ));
    }
    let scopes = new
        .scopes
        .iter()
        .map(|scope| scope.parse())
        .collect::<Result<Vec<Scope>, String>>()
        .map_err(invalid)?;
    let (key, secret) = kept::create(api.store.as_ref(), &new.name, &scopes).await?;
    let mut body = kept::shown(&key);
    if let Value::Object(members) = &mut body {
        // The only time it is seen.
        members.insert("secret".to_owned(), json!(secret.reveal()));
    }
    json_answer(StatusCode::CREATED, &body)
}

pub(super) async fn revoke(
    api: Api,
    caller: Caller,
    gate: Data<Gate>,
    path: Path<String>,
    request: HttpRequest,
) -> Answer {
    caller.require(Scope::Admin)?;
    Params::read(&request, &[])?;
    if !kept::revoke(api.store.as_ref(), &path).await? {
        return Err(Problem::not_found(format!("there is no key {:?}", path.as_str())));
    }
    gate.forget(&path);
    Ok(HttpResponse::NoContent().finish())
}

fn invalid(detail: String) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "key-invalid", detail)
}
