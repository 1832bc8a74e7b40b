//! The refusals that several resources share. Each names the place.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use web::Problem;
use xapi::ValidationError;

/// 400: a parameter is missing, doubled, unknown or malformed.
pub(crate) fn parameter(name: &str, detail: impl Into<String>) -> Problem {
    Problem::bad_request("invalid-parameter", detail).with("parameter", name)
}

/// 400: a header is missing or malformed.
pub(crate) fn header(name: &str, detail: impl Into<String>) -> Problem {
    Problem::bad_request("invalid-header", detail).with("header", name)
}

/// 400: the body breaks a rule of the standard, at a place.
pub(crate) fn body(error: &ValidationError) -> Problem {
    let mut problem = Problem::bad_request("invalid-body", error.to_string())
        .with("path", error.path())
        .with("rule", error.rule());
    if let Some(index) = error.statement_index() {
        problem = problem.with("statement_index", index);
    }
    if let Some((line, column)) = error.line_and_column() {
        problem = problem.with("line", line).with("column", column);
    }
    problem
}

/// 400: something about the body that validation does not see, at a place.
pub(crate) fn at(path: impl Into<String>, rule: &str, detail: impl Into<String>) -> Problem {
    Problem::bad_request("invalid-body", detail)
        .with("path", path.into())
        .with("rule", rule)
}

/// 400: a query parameter holds JSON that breaks a rule.
pub(crate) fn json_parameter(name: &str, error: &ValidationError) -> Problem {
    Problem::bad_request(
        "invalid-parameter",
        format!("the parameter {name:?} is not right: {error}"),
    )
    .with("parameter", name)
    .with("path", error.path())
    .with("rule", error.rule())
}

/// 405, with what is allowed.
pub(crate) fn method(allowed: &'static str) -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        format!("this resource takes only {allowed}"),
    )
    .with_header(header::ALLOW, HeaderValue::from_static(allowed))
}

/// 413 for what is limited beside the body as a whole.
pub(crate) fn too_large(what: &str, limit: u64) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body-too-large",
        format!("{what} is longer than the {limit} bytes this server takes"),
    )
}

/// 500: what is kept can not be read as what it must be.
pub(crate) fn corrupt(what: &str, error: &ValidationError) -> Problem {
    store::StoreError::Corrupt {
        what: what.to_owned(),
        reason: error.to_string(),
    }
    .into()
}
