use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Map, Value, json};
use store::StoreError;

use crate::current_request_id;

/// A refusal, as `application/problem+json` (RFC 9457): what was wrong, where, and what to do.
///
/// `code` is stable and meant for programs; it is also the tail of `type`.
#[derive(Debug, Clone)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    status: StatusCode,
    code: &'static str,
    detail: String,
    members: Map<String, Value>,
    headers: Vec<(header::HeaderName, header::HeaderValue)>,
}

impl Problem {
    /// A problem with a status, a stable code in kebab case and one clear sentence.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let parts = Parts {
            status,
            code,
            detail: detail.into(),
            members: Map::new(),
            headers: Vec::new(),
        };
        Self(Box::new(parts))
    }

    /// 400: the request can not be understood.
    #[must_use]
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 403: the key lacks a scope.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "scope-missing", detail)
    }

    /// 404: there is no such thing.
    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", detail)
    }

    /// Adds a member to the body: the place (`path`), the rule, a list of findings.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.members.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: header::HeaderName, value: header::HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// The status the answer will have.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.code
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}): {}",
            self.0.code,
            self.0.status.as_u16(),
            self.0.detail
        )
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut body = json!({
            "type": format!("urn:testamur:problem:{}", self.0.code),
            "title": self.0.status.canonical_reason().unwrap_or("Error"),
            "status": self.0.status.as_u16(),
            "detail": self.0.detail,
            "code": self.0.code,
        });
        if let Value::Object(members) = &mut body {
            members.extend(self.0.members.clone());
            if let Some(id) = current_request_id() {
                members.insert("request_id".to_owned(), Value::String(id));
            }
        }
        if self.0.status.is_server_error() {
            tracing::error!(code = self.0.code, detail = %self.0.detail, "request failed");
        } else {
            tracing::debug!(code = self.0.code, detail = %self.0.detail, "request refused");
        }
        let mut response = HttpResponse::build(self.0.status);
        for (name, value) in &self.0.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        if self.0.status == StatusCode::REQUEST_TIMEOUT {
            // The rest of the body is not waited for.
            response.force_close();
        }
        response
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .body(body.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let detail = error.to_string();
        match error {
            StoreError::StatementConflict { id, index } => {
                Self::new(StatusCode::CONFLICT, "statement-conflict", detail)
                    .with("statement", id.to_string())
                    .with("path", format!("$[{index}].id"))
            }
            StoreError::Changed { .. } => Self::new(StatusCode::CONFLICT, "changed", detail),
            StoreError::Exists { .. } => Self::new(StatusCode::CONFLICT, "exists", detail),
            StoreError::Missing { .. } => Self::not_found(detail),
            StoreError::Busy => retry_later("busy", detail),
            StoreError::Unavailable(_) => retry_later("store-unavailable", detail),
            StoreError::Corrupt { .. } | StoreError::Backend { .. } => {
                // The backing's own words may name files and hosts: they belong in the log, not in the answer.
                tracing::error!(error = %detail, "store failure");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "store-failure",
                    "the store could not do what was asked; the server's log has the reason under this request id",
                )
            }
        }
    }
}

pub(crate) fn retry_later(code: &'static str, detail: String) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
        .with_header(header::RETRY_AFTER, header::HeaderValue::from_static("1"))
}
