//! How answers are written: JSON, and lists page by page.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use web::{Cursor, Problem};

use crate::api::Answer;
use crate::api::params::Params;
use crate::error::CertificationError;

/// The parameters of every list.
pub(super) const PAGING: [&str; 2] = ["limit", "cursor"];

/// How many items a page has unless asked for otherwise, and at most.
const LIMIT: (i64, i64) = (50, 500);

/// JSON with a status.
pub(super) fn json_answer(status: StatusCode, body: &impl Serialize) -> Answer {
    let body = serde_json::to_string(body).map_err(|error| failure(&error))?;
    Ok(HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .body(body))
}

pub(super) fn failure(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "an answer could not be written");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "the answer could not be written; the server's log has the reason under this request id",
    )
}

impl From<CertificationError> for Problem {
    fn from(error: CertificationError) -> Self {
        match error {
            CertificationError::Store(error) => error.into(),
            error @ CertificationError::TooMuch => {
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "too-much", error.to_string())
            }
            other => failure(&other),
        }
    }
}

/// Which part of a list is asked for; `K` is the key of the last item before it.
pub(super) struct Page<K> {
    pub(super) limit: usize,
    pub(super) after: Option<K>,
}

impl<K: DeserializeOwned + Serialize> Page<K> {
    pub(super) fn read(params: &Params) -> Result<Self, Problem> {
        let limit = params.number("limit", 1, LIMIT.1)?.unwrap_or(LIMIT.0);
        let after = params
            .text("cursor")
            .map(|word| Cursor::decode(&word))
            .transpose()?;
        Ok(Self {
            limit: usize::try_from(limit).unwrap_or(1),
            after,
        })
    }

    /// One more than asked for: whether there is a next page shows by whether it comes.
    pub(super) const fn probe(&self) -> usize {
        self.limit + 1
    }

    /// Cuts a probe down to the page; answers the key to go on after, if there is more.
    pub(super) fn cut<T>(&self, items: &mut Vec<T>, key: impl Fn(&T) -> K) -> Option<K> {
        if items.len() <= self.limit {
            return None;
        }
        items.truncate(self.limit);
        items.last().map(key)
    }
}

/// A page of a list, with the link to the next where there is one.
pub(super) fn page_answer(request: &HttpRequest, items: Vec<Value>, next: Option<impl Serialize>) -> Answer {
    let mut body = json!({ "items": items });
    if let (Some(next), Value::Object(members)) = (next, &mut body) {
        let word = Cursor::encode(&next)?;
        let kept = request
            .query_string()
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
        let query: Vec<_> = kept
            .map(str::to_owned)
            .chain([format!("cursor={word}")])
            .collect();
        members.insert(
            "next".to_owned(),
            json!(format!("{}?{}", request.path(), query.join("&"))),
        );
    }
    json_answer(StatusCode::OK, &body)
}
