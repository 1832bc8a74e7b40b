//! The document resources: State, Agent Profile, Activity Profile (1.0.3, Communication 2.2, 2.3, 2.6, 2.7).
//!
//! They differ in what their documents belong to ([`target`]) and in how careful a writer must be
//! ([`precondition`]); everything else is shared.

mod answer;
mod merge;
mod precondition;
mod read;
mod target;
mod write;

use actix_web::HttpResponse;
use actix_web::http::Method;
use web::Problem;

pub(crate) use answer::{json, last_modified};
use target::{Kind, Target};

use crate::access::{self, Want};
use crate::app::Visit;
use crate::call::Call;

pub(crate) async fn state(visit: Visit<'_>, call: Call) -> Result<HttpResponse, Problem> {
    serve(visit, call, Kind::State).await
}

pub(crate) async fn agent_profile(visit: Visit<'_>, call: Call) -> Result<HttpResponse, Problem> {
    serve(visit, call, Kind::AgentProfile).await
}

pub(crate) async fn activity_profile(visit: Visit<'_>, call: Call) -> Result<HttpResponse, Problem> {
    serve(visit, call, Kind::ActivityProfile).await
}

async fn serve(visit: Visit<'_>, call: Call, kind: Kind) -> Result<HttpResponse, Problem> {
    let reads = matches!(call.method, Method::GET | Method::HEAD);
    access::documents(
        visit.caller,
        kind.scope(),
        if reads { Want::Read } else { Want::Write },
    )?;
    let target = Target::of(kind, &call, visit.version)?;
    match call.method {
        Method::PUT => write::put(visit, call, target).await,
        Method::POST => write::post(visit, call, target).await,
        Method::DELETE => write::delete(visit, call, target).await,
        _ => read::get(visit, &call, target).await,
    }
}
