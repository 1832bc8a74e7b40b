//! The door: every request of every resource comes in and every answer goes out here.

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use web::{Caller, Gate, Problem};
use xapi::Version;

use crate::app::{Core, Visit};
use crate::call::{Call, X_EXPERIENCE_API_VERSION};
use crate::{about, activities, agents, cors, documents, encoding, refusal, statements, version};

const CONSISTENT_THROUGH: HeaderName = HeaderName::from_static("x-experience-api-consistent-through");

/// The resources of the standard (1.0.3, Communication 2.0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resource {
    Statements,
    State,
    Agents,
    Activities,
    AgentProfile,
    ActivityProfile,
    About,
    Unknown,
}

impl Resource {
    /// Where they are.
    pub(crate) const PATHS: [(&'static str, Self); 7] = [
        ("/statements", Self::Statements),
        ("/activities/state", Self::State),
        ("/agents", Self::Agents),
        ("/activities", Self::Activities),
        ("/agents/profile", Self::AgentProfile),
        ("/activities/profile", Self::ActivityProfile),
        ("/about", Self::About),
    ];

    fn allowed(self) -> &'static str {
        match self {
            Self::Statements => "GET, HEAD, PUT, POST, OPTIONS",
            Self::State | Self::AgentProfile | Self::ActivityProfile => {
                "GET, HEAD, PUT, POST, DELETE, OPTIONS"
            }
            Self::Agents | Self::Activities | Self::About => "GET, HEAD, OPTIONS",
            Self::Unknown => "OPTIONS",
        }
    }

    fn takes(self, method: &Method) -> bool {
        self.allowed()
            .split(", ")
            .any(|allowed| allowed == method.as_str())
    }
}

/// Answers one request. Refusals are answers too.
pub(crate) async fn answer(
    core: &Core,
    resource: Resource,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    if request.method() == Method::OPTIONS {
        let mut response = cors::options(request.headers(), resource.allowed());
        version::set(&mut response, core.spoken.of(None));
        return response;
    }
    let mut named = Named::default();
    let mut response = match respond(core, resource, request.clone(), payload, &mut named).await {
        Ok(response) => response,
        Err(problem) => problem.error_response(),
    };
    let version = named
        .version
        .unwrap_or_else(|| core.spoken.of(named.key.as_deref()));
    version::set(&mut response, version);
    if resource == Resource::Statements && !response.headers().contains_key(CONSISTENT_THROUGH) {
        set_consistent_through(core, &mut response).await;
    }
    encoding::leave_small(&mut response);
    response
}

/// What became known of the request on the way, also if it was refused in the end.
#[derive(Default)]
struct Named {
    key: Option<String>,
    version: Option<Version>,
}

async fn respond(
    core: &Core,
    resource: Resource,
    request: HttpRequest,
    payload: Payload,
    named: &mut Named,
) -> Result<HttpResponse, Problem> {
    named.version = request
        .headers()
        .get(X_EXPERIENCE_API_VERSION)
        .and_then(|version| Version::negotiate(version.to_str().ok()).ok());
    let gate = request.app_data::<Data<Gate>>().map(|gate| Arc::clone(gate));
    let call = Call::read(request, payload, core.options.max_body_bytes).await?;

    if resource == Resource::About {
        // Open to everybody, in any version (1.0.3, Communication 2.8).
        return if resource.takes(&call.method) {
            about::get(&call)
        } else {
            Err(refusal::method(resource.allowed()))
        };
    }
    let caller = authenticate(gate.as_deref(), &call).await?;
    named.key = Some(caller.key.clone());
    let version = Version::negotiate(call.text(&X_EXPERIENCE_API_VERSION)?)
        .inspect_err(|_| named.version = None)
        .map_err(|error| refusal::header("X-Experience-API-Version", error.to_string()))?;
    named.version = Some(version);
    core.spoken.note(&caller.key, version);

    if resource == Resource::Unknown {
        return Err(Problem::not_found(format!(
            "there is no resource at {}; see the xAPI standard, 1.0.3 Communication 2.0, for those there are",
            call.path()
        )));
    }
    if !resource.takes(&call.method) {
        return Err(refusal::method(resource.allowed()));
    }
    let visit = Visit {
        core,
        caller: &caller,
        version,
    };
    match resource {
        Resource::Statements => statements::answer(visit, call).await,
        Resource::State => documents::state(visit, call).await,
        Resource::AgentProfile => documents::agent_profile(visit, call).await,
        Resource::ActivityProfile => documents::activity_profile(visit, call).await,
        Resource::Agents => agents::get(visit, &call).await,
        Resource::Activities => activities::get(visit, &call).await,
        Resource::About | Resource::Unknown => Err(refusal::method(resource.allowed())),
    }
}

async fn authenticate(gate: Option<&Gate>, call: &Call) -> Result<Caller, Problem> {
    let gate = gate.ok_or_else(|| {
        Problem::new(
            actix_web::http::StatusCode::INTERNAL_SERVER_ERROR,
            "no-gate",
            "the server was put together without a gate",
        )
    })?;
    gate.authenticate(call.header(&header::AUTHORIZATION)).await
}

/// On every response of the Statement Resource (1.0.3, Communication 2.1.3).
async fn set_consistent_through(core: &Core, response: &mut HttpResponse) {
    match core.store.consistent_through().await {
        Ok(through) => mark_consistent_through(response, through),
        // The answer itself stands; a promise that can not be made is left out.
        Err(error) => tracing::warn!(%error, "the moment of consistency could not be read"),
    }
}

/// States a moment that was read before the statements of the answer were.
pub(crate) fn mark_consistent_through(response: &mut HttpResponse, through: xapi::Timestamp) {
    if let Ok(value) = HeaderValue::from_str(&through.to_string()) {
        response.headers_mut().insert(CONSISTENT_THROUGH, value);
    }
}
