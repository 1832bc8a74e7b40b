//! `/history`: attendance and past records.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use serde_json::json;
use store::Scope;
use web::{Caller, Problem};

use crate::api::answer::json_answer;
use crate::api::params::Params;
use crate::api::{Answer, Api, text_of};
use crate::history;

pub(super) async fn import(api: Api, caller: Caller, request: HttpRequest, payload: Payload) -> Answer {
    caller.require(Scope::HistoryWrite)?;
    Params::read(&request, &[])?;
    let text = text_of(&api, &request, payload, "text/csv").await?;
    let imported = history::import(api.store.as_ref(), &api.url, "body", &text, web::now()).await?;
    let imported = imported.map_err(|errors| {
        let first = errors.0.first().map(ToString::to_string).unwrap_or_default();
        let detail = match errors.0.len() {
            1 => first,
            more => format!("{more} things are wrong; nothing was imported. The first: {first}"),
        };
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "history-invalid", detail)
            .with("findings", json!(errors.0))
    })?;
    json_answer(StatusCode::OK, &imported)
}
