//! GET: a document, or the ids of those there are.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use web::Problem;

use super::answer::{json, last_modified, tag};
use super::precondition::Preconditions;
use super::target::Target;
use crate::app::Visit;
use crate::call::Call;

const NOSNIFF: (HeaderName, HeaderValue) = (
    header::X_CONTENT_TYPE_OPTIONS,
    HeaderValue::from_static("nosniff"),
);
/// A document can be a page with scripts. Whoever opens it in a browser must not run them in this server's name.
const SANDBOX: (HeaderName, HeaderValue) = (
    header::CONTENT_SECURITY_POLICY,
    HeaderValue::from_static("sandbox"),
);

pub(super) async fn get(visit: Visit<'_>, call: &Call, target: Target) -> Result<HttpResponse, Problem> {
    let key = match &target {
        Target::Many {
            scope,
            any_registration,
            since,
            ..
        } => {
            let found = visit
                .store()
                .list_documents(scope, *any_registration, *since)
                .await?;
            let mut response = json(call, list(&found.ids))?;
            if let Some(updated) = found.updated {
                last_modified(&mut response, updated);
            }
            return Ok(response);
        }
        Target::One { key, .. } => key,
    };
    let document = visit
        .store()
        .document(key)
        .await?
        .ok_or_else(|| Problem::not_found(format!("there is no {}", target.describe())))?;
    let mut response = if Preconditions::of(call)?.knows(&document.etag) {
        HttpResponse::NotModified().finish()
    } else {
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, document.content_type))
            .insert_header(NOSNIFF)
            .insert_header(SANDBOX)
            .body(document.content)
    };
    tag(&mut response, &document.etag);
    last_modified(&mut response, document.updated);
    Ok(response)
}

fn list(ids: &[String]) -> String {
    let mut out = String::from("[");
    for (at, id) in ids.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        xapi::json::write_string(id, &mut out);
    }
    out.push(']');
    out
}
