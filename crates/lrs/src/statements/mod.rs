//! The Statement Resource (1.0.3, Communication 2.1).

mod format;
mod incoming;
mod list;
mod one;
mod page;
mod write;

use actix_web::HttpResponse;
use actix_web::http::Method;
use web::Problem;

use crate::access;
use crate::app::Visit;
use crate::call::Call;
use crate::entry::mark_consistent_through;

pub(crate) async fn answer(visit: Visit<'_>, call: Call) -> Result<HttpResponse, Problem> {
    match call.method {
        Method::POST => write::post(visit, call).await,
        Method::PUT => write::put(visit, call).await,
        _ => get(visit, &call).await,
    }
}

async fn get(visit: Visit<'_>, call: &Call) -> Result<HttpResponse, Problem> {
    let readable = access::read_statements(visit.caller)?;
    // Read before the statements are: what is promised must be true of this very answer.
    let through = visit.store().consistent_through().await?;
    let mut response = if one::is_asked(&call.params) {
        one::get(visit, call, readable).await?
    } else {
        list::get(visit, call, readable).await?
    };
    mark_consistent_through(&mut response, through);
    Ok(response)
}
