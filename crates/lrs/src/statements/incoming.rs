//! The body of a PUT or POST: JSON alone, or `multipart/mixed` with the JSON first (1.0.3, Communication 1.5).

use bytes::Bytes;
use web::Problem;

use crate::app::Visit;
use crate::attachments::Parts;
use crate::call::{Body, Call};
use crate::refusal;

/// The statements' JSON, and the parts after it that are still to be read.
pub(super) struct Incoming {
    pub(super) json: Bytes,
    pub(super) parts: Option<Parts>,
}

pub(super) async fn open(visit: Visit<'_>, call: &mut Call) -> Result<Incoming, Problem> {
    let limit = visit.core.options.max_body_bytes;
    let content_type = call.content_type()?;
    match content_type {
        Some(kind) if kind.is_json() => {}
        // A form has one kind of content, whether it says so or not.
        None if call.is_alternate() => {}
        Some(kind) if kind.is_multipart_mixed() => {
            let Body::Live(payload) = std::mem::replace(&mut call.body, Body::Given(None)) else {
                return Err(refusal::header(
                    "Content-Type",
                    "in the alternate syntax no attachments can be sent (1.0.3, Communication 1.3)",
                ));
            };
            let mut parts = Parts::open(
                call.http_headers(),
                payload,
                &kind,
                visit.core.options.max_attachment_bytes,
            )?;
            let json = parts.statements(limit).await?;
            return Ok(Incoming {
                json,
                parts: Some(parts),
            });
        }
        Some(kind) => {
            return Err(refusal::header(
                "Content-Type",
                format!(
                    "statements are sent as application/json or multipart/mixed, not {:?} (1.0.3, Communication 1.5)",
                    kind.essence().chars().take(60).collect::<String>()
                ),
            ));
        }
        None => {
            return Err(refusal::header(
                "Content-Type",
                "the header Content-Type is missing; statements are sent as application/json or multipart/mixed \
                 (1.0.3, Communication 1.5)",
            ));
        }
    }
    let json = call.take_body(limit).await?;
    Ok(Incoming { json, parts: None })
}
