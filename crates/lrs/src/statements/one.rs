//! GET of one statement, by `statementId` or `voidedStatementId`.

use actix_web::HttpResponse;
use actix_web::http::Method;
use web::Problem;
use xapi::{Actor, Statement};

use super::format::Format;
use crate::access::Readable;
use crate::app::Visit;
use crate::call::Call;
use crate::documents::last_modified;
use crate::params::Params;
use crate::{attachments, refusal};

const PARAMS: [&str; 4] = ["statementId", "voidedStatementId", "format", "attachments"];

pub(super) fn is_asked(params: &Params) -> bool {
    params.get("statementId").is_some() || params.get("voidedStatementId").is_some()
}

pub(super) async fn get(visit: Visit<'_>, call: &Call, readable: Readable) -> Result<HttpResponse, Problem> {
    let params = &call.params;
    params.only(&PARAMS)?;
    let (id, voided) = match (params.uuid("statementId")?, params.uuid("voidedStatementId")?) {
        (Some(id), None) => (id, false),
        (None, Some(id)) => (id, true),
        _ => {
            return Err(refusal::parameter(
                "voidedStatementId",
                "\"statementId\" and \"voidedStatementId\" exclude each other; send one of them (1.0.3, Communication 2.1.3)",
            ));
        }
    };
    let format = Format::of(params)?;
    let with_attachments = params.boolean("attachments")?;

    let absent = || {
        Problem::not_found(if voided {
            format!("there is no voided statement {id}")
        } else {
            format!("there is no statement {id}, or it is voided")
        })
    };
    let mut found = visit
        .store()
        .statement(id)
        .await?
        .filter(|found| found.voided == voided)
        .ok_or_else(absent)?;
    if readable == Readable::Mine && !is_mine(visit, &found.text)? {
        return Err(absent());
    }
    let stored = found.stored;
    let named = if with_attachments {
        attachments::named_in([found.text.as_str()])?
    } else {
        Vec::new()
    };
    format
        .apply(visit, call, std::slice::from_mut(&mut found))
        .await?;

    let mut response = if with_attachments {
        attachments::send(visit, found.text, named, call.method == Method::HEAD).await?
    } else {
        HttpResponse::Ok()
            .content_type("application/json")
            .body(found.text)
    };
    last_modified(&mut response, stored);
    Ok(response)
}

/// Whether the caller wrote the statement itself.
fn is_mine(visit: Visit<'_>, text: &str) -> Result<bool, Problem> {
    let statement = Statement::from_stored(text).map_err(|error| refusal::corrupt("a statement", &error))?;
    Ok(statement.authority.as_ref().and_then(Actor::ifi) == Some(&visit.authority_ifi()))
}
