//! PUT and POST: validate, seal, keep all or nothing (1.0.3, Communication 2.1.1 and 2.1.2).

use actix_web::HttpResponse;
use store::{NewStatement, Scope, StoreError};
use uuid::Uuid;
use web::Problem;
use xapi::{Actor, ReceivedStatement, Statements};

use super::incoming;
use crate::app::Visit;
use crate::call::Call;
use crate::{attachments, refusal, signature};

pub(super) async fn post(visit: Visit<'_>, mut call: Call) -> Result<HttpResponse, Problem> {
    visit.caller.require(Scope::StatementsWrite)?;
    call.params.only(&[])?;
    let incoming = incoming::open(visit, &mut call).await?;
    let Statements { single, statements } =
        xapi::parse_statements(&incoming.json, visit.version, &visit.core.options.limits())
            .map_err(|error| refusal::body(&error))?;
    let ids = keep(visit, statements, incoming.parts, None, single).await?;

    let mut body = String::with_capacity(2 + ids.len() * 39);
    body.push('[');
    for (at, id) in ids.iter().enumerate() {
        body.push_str(if at == 0 { "\"" } else { ",\"" });
        body.push_str(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
        body.push('"');
    }
    body.push(']');
    Ok(HttpResponse::Ok().content_type("application/json").body(body))
}

pub(super) async fn put(visit: Visit<'_>, mut call: Call) -> Result<HttpResponse, Problem> {
    visit.caller.require(Scope::StatementsWrite)?;
    call.params.only(&["statementId"])?;
    let id = call.params.require_uuid("statementId")?;
    let incoming = incoming::open(visit, &mut call).await?;
    let statement = xapi::parse_statement(&incoming.json, visit.version, &visit.core.options.limits())
        .map_err(|error| refusal::body(&error))?;
    if let Some(own) = statement.statement().id
        && own != id
    {
        return Err(refusal::at(
            "$.id",
            "xAPI 1.0.3 Communication 2.1.1",
            format!("found the id {own}; expected {id}, as in the parameter \"statementId\", or none"),
        ));
    }
    keep(visit, vec![statement], incoming.parts, Some(id), true).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Keeps the statements with all that comes with them, or nothing. Answers their ids, in order.
async fn keep(
    visit: Visit<'_>,
    statements: Vec<ReceivedStatement>,
    parts: Option<attachments::Parts>,
    id: Option<Uuid>,
    single: bool,
) -> Result<Vec<Uuid>, Problem> {
    let signatures = attachments::receive(visit, &statements, parts, single).await?;
    signature::check(&statements, &signatures, visit.version, single)?;

    let ifi = visit.authority_ifi();
    let authority = Actor::Agent(visit.authority());
    let define = visit.caller.may(Scope::Define);
    let batch: Vec<_> = statements
        .into_iter()
        .map(|received| {
            // Random, though ids in the order of time would lie side by side in indexes: the standard's UUIDs are
            // those of RFC 4122 (Data 4.4), and there are clients that refuse the versions that came after it.
            let id = received.statement().id.or(id).unwrap_or_else(Uuid::new_v4);
            NewStatement::new(received.seal(id, &authority), &ifi, define)
        })
        .collect();
    if batch.is_empty() {
        return Ok(Vec::new());
    }
    visit
        .store()
        .append(batch)
        .await
        .map(|appended| appended.ids)
        .map_err(|error| match error {
            conflict @ StoreError::StatementConflict { .. } if single => {
                Problem::from(conflict).with("path", "$.id")
            }
            other => other.into(),
        })
}
