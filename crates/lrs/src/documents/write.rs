//! PUT, POST and DELETE: read, decide, and write on condition that nothing changed in between.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use bytes::Bytes;
use store::{Document, DocumentKey, Expected, StoreError};
use web::Problem;

use super::answer::etag;
use super::merge;
use super::precondition::Preconditions;
use super::target::{Kind, Target};
use crate::app::Visit;
use crate::call::Call;
use crate::content_type::ContentType;
use crate::refusal;

/// How often a write that lost a race begins again. Each time somebody else has won, so many in a row mean a crowd.
const ATTEMPTS: usize = 16;

const OCTETS: &str = "application/octet-stream";

pub(super) async fn put(visit: Visit<'_>, call: Call, target: Target) -> Result<HttpResponse, Problem> {
    let (kind, key) = one(target)?;
    let (conditions, sent) = sent(visit, call).await?;
    if sent.is_json {
        merge::check_json(&sent.content)?;
    }
    replace(visit, &key, |current| {
        conditions.check_put(
            current.map(|document| document.etag.as_str()),
            kind,
            visit.version,
        )?;
        Ok(Some(sent.document(sent.content.clone())))
    })
    .await
}

pub(super) async fn post(visit: Visit<'_>, call: Call, target: Target) -> Result<HttpResponse, Problem> {
    let (_, key) = one(target)?;
    let (conditions, sent) = sent(visit, call).await?;
    if !sent.is_json {
        return Err(refusal::header(
            "Content-Type",
            "a POSTed document is merged, so it must be application/json; PUT takes any type (1.0.3, Communication 2.2)",
        ));
    }
    merge::check_object(&sent.content)?;
    replace(visit, &key, |current| {
        conditions.check(current.map(|document| document.etag.as_str()))?;
        let content = match current {
            None => sent.content.clone(),
            Some(old) if ContentType::parse(&old.content_type).is_json() => merge::merge(&old.content, &sent.content)?,
            Some(old) => {
                return Err(refusal::header(
                    "Content-Type",
                    format!(
                        "the document that is there is {:?}, so nothing can be merged into it; PUT replaces it (1.0.3, \
                         Communication 2.2)",
                        old.content_type
                    ),
                ));
            }
        };
        Ok(Some(sent.document(content)))
    })
    .await
}

pub(super) async fn delete(visit: Visit<'_>, call: Call, target: Target) -> Result<HttpResponse, Problem> {
    let conditions = Preconditions::of(&call)?;
    match target {
        Target::Many {
            scope,
            any_registration,
            ..
        } => {
            visit.store().delete_documents(&scope, any_registration).await?;
            Ok(HttpResponse::NoContent().finish())
        }
        Target::One { key, .. } => {
            replace(visit, &key, |current| {
                conditions.check(current.map(|document| document.etag.as_str()))?;
                Ok(None)
            })
            .await
        }
    }
}

/// A document as it was sent.
struct Sent {
    content: Bytes,
    content_type: String,
    is_json: bool,
}

impl Sent {
    fn document(&self, content: Bytes) -> Document {
        Document {
            etag: etag(&content),
            content,
            content_type: self.content_type.clone(),
            updated: web::now(),
        }
    }
}

async fn sent(visit: Visit<'_>, mut call: Call) -> Result<(Preconditions, Sent), Problem> {
    let conditions = Preconditions::of(&call)?;
    let content_type = call.content_type_text()?.unwrap_or(OCTETS).to_owned();
    let is_json = ContentType::parse(&content_type).is_json();
    let content = call.take_body(visit.core.options.max_body_bytes).await?;
    Ok((
        conditions,
        Sent {
            content,
            content_type,
            is_json,
        },
    ))
}

fn one(target: Target) -> Result<(Kind, DocumentKey), Problem> {
    match target {
        Target::One { kind, key } => Ok((kind, key)),
        // Parameters were read so that this can not be; a refusal is still better than a guess.
        Target::Many { .. } => Err(refusal::parameter(
            "profileId",
            "this request needs the id of one document",
        )),
    }
}

/// Replaces the document by what `decide` makes of the one that is there, which is asked again when somebody else
/// was faster.
async fn replace(
    visit: Visit<'_>,
    key: &DocumentKey,
    decide: impl Fn(Option<&Document>) -> Result<Option<Document>, Problem>,
) -> Result<HttpResponse, Problem> {
    for _ in 0..ATTEMPTS {
        let current = visit.store().document(key).await?;
        let new = decide(current.as_ref())?;
        if current.is_none() && new.is_none() {
            return Ok(HttpResponse::NoContent().finish());
        }
        let expected = match current {
            None => Expected::Absent,
            Some(document) => Expected::Etag(document.etag),
        };
        match visit.store().replace_document(key, &expected, new).await {
            Ok(()) => return Ok(HttpResponse::NoContent().finish()),
            Err(StoreError::Changed { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::new(
        StatusCode::CONFLICT,
        "changed",
        "the document kept being changed by others; read it again and retry",
    ))
}
