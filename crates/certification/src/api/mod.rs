//! The management API, mounted at `/api/v1`: who is certified and why, and all that is told to the server to
//! decide it. docs/api.md describes it; what is said there is tested in this crate's `tests/`.

mod about;
mod acts;
mod answer;
mod certificates;
mod curricula;
mod engine;
mod events;
mod history;
mod keys;
mod measures;
mod notices;
mod params;
mod people;
mod preview;
mod recognition;
mod report;
mod standings;

use std::sync::Arc;

use ::web::{Caller, Problem, read_body};

use crate::api::events::Streams;
use crate::notice::PublicUrl;
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{self as routes, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, Route};
use store::{Scope, Store};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What a handler answers.
type Answer = Result<HttpResponse, Problem>;

/// The management API of one store.
#[derive(Clone)]
pub struct CertificationApi {
    core: Arc<Core>,
}

struct Core {
    store: Arc<dyn Store>,
    url: PublicUrl,
    body_limit: usize,
    streams: Arc<Streams>,
    /// How many questions about everybody are answered at once.
    turns: Arc<Semaphore>,
}

/// The most questions about everybody at once: each reads the evidence of many people.
const TURNS: usize = 2;

impl Core {
    /// A turn to ask about everybody, until it is dropped.
    fn turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.turns).try_acquire_owned().map_err(|_| {
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                format!("{TURNS} reports about everybody are being made already; try again in a moment"),
            )
            .with_header(header::RETRY_AFTER, header::HeaderValue::from_static("5"))
        })
    }
}

/// What every handler is given.
type Api = Data<Core>;

impl CertificationApi {
    /// The longest body that is taken unless told otherwise: 32 MiB, some 100,000 people.
    pub const BODY_LIMIT: usize = 32 * 1024 * 1024;

    /// The API of `store`, of a server that is found at `url`. Callers are checked by the [`web::Gate`](::web::Gate) in the application's data.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, url: PublicUrl) -> Self {
        let core = Core {
            store,
            url,
            body_limit: Self::BODY_LIMIT,
            streams: Arc::default(),
            turns: Arc::new(Semaphore::new(TURNS)),
        };
        Self { core: Arc::new(core) }
    }

    /// The same, taking bodies of at most `bytes`.
    #[must_use]
    pub fn with_body_limit(self, bytes: usize) -> Self {
        let Core {
            store,
            url,
            streams,
            turns,
            ..
        } = self.core.as_ref();
        let core = Core {
            store: Arc::clone(store),
            url: url.clone(),
            body_limit: bytes,
            streams: Arc::clone(streams),
            turns: Arc::clone(turns),
        };
        Self { core: Arc::new(core) }
    }

    /// Ends all event streams, and refuses new ones: they would keep a server from stopping.
    pub fn end_streams(&self) {
        self.core.streams.end();
    }

    /// Adds the resources, relative to where they are mounted, to a scope of its own: every path below that is
    /// answered here.
    pub fn configure(&self, config: &mut ServiceConfig) {
        config
            .app_data(Data::from(Arc::clone(&self.core)))
            .service(only(
                "/engine",
                vec![(Method::GET, routes::get().to(engine::progress))],
            ))
            .service(only(
                "/events",
                vec![(Method::GET, routes::get().to(events::stream))],
            ))
            .service(only(
                "/standings",
                vec![(Method::GET, routes::get().to(standings::list))],
            ))
            .service(only(
                "/certificates",
                vec![(Method::GET, routes::get().to(certificates::list))],
            ))
            .service(only(
                "/certificates/{id}",
                vec![(Method::GET, routes::get().to(certificates::one))],
            ))
            .service(only(
                "/acts",
                vec![
                    (Method::GET, routes::get().to(acts::list)),
                    (Method::POST, routes::post().to(acts::record)),
                ],
            ))
            .service(only(
                "/acts/{id}",
                vec![(Method::GET, routes::get().to(acts::one))],
            ))
            .service(only(
                "/acts/{id}/undo",
                vec![(Method::POST, routes::post().to(acts::undo))],
            ))
            .service(only(
                "/curricula/check",
                vec![(Method::POST, routes::post().to(curricula::check))],
            ))
            .service(only(
                "/curricula/preview",
                vec![(Method::POST, routes::post().to(preview::preview))],
            ))
            .service(only(
                "/curricula",
                vec![
                    (Method::GET, routes::get().to(curricula::list)),
                    (Method::POST, routes::post().to(curricula::publish)),
                ],
            ))
            .service(only(
                "/curricula/{id}/retire",
                vec![(Method::POST, routes::post().to(curricula::retire))],
            ))
            .service(only(
                "/history",
                vec![(Method::POST, routes::post().to(history::import))],
            ))
            .service(only(
                "/people/{id}/merge",
                vec![(Method::POST, routes::post().to(people::merge))],
            ))
            .service(only(
                "/people/{id}/unmerge",
                vec![(Method::POST, routes::post().to(people::unmerge))],
            ))
            .service(only(
                "/curricula/{id}",
                vec![(Method::GET, routes::get().to(curricula::one))],
            ))
            .service(only(
                "/curricula/{id}/report",
                vec![(Method::GET, routes::get().to(report::report))],
            ))
            .service(only(
                "/curricula/{id}/measures",
                vec![(Method::GET, routes::get().to(measures::of_curriculum))],
            ))
            .service(only(
                "/boards/{curriculum}",
                vec![(Method::GET, routes::get().to(recognition::board))],
            ))
            .service(only(
                "/notices",
                vec![(Method::GET, routes::get().to(notices::list))],
            ))
            .service(only(
                "/people",
                vec![
                    (Method::GET, routes::get().to(people::list)),
                    (Method::POST, routes::post().to(people::import)),
                ],
            ))
            .service(only(
                "/people/{id}/standings",
                vec![(Method::GET, routes::get().to(standings::of_person))],
            ))
            .service(only(
                "/people/{id}/history",
                vec![(Method::GET, routes::get().to(people::history))],
            ))
            .service(only(
                "/people/{id}/measures",
                vec![(Method::GET, routes::get().to(measures::of_person))],
            ))
            .service(only(
                "/people/{id}/recognition",
                vec![(Method::GET, routes::get().to(recognition::of_person))],
            ))
            .service(only(
                "/people/{id}",
                vec![
                    (Method::GET, routes::get().to(people::one)),
                    (Method::PUT, routes::put().to(people::put)),
                    (Method::DELETE, routes::delete().to(people::remove)),
                ],
            ))
            .service(only(
                "/keys",
                vec![
                    (Method::GET, routes::get().to(keys::list)),
                    (Method::POST, routes::post().to(keys::create)),
                ],
            ))
            .service(only(
                "/keys/{id}",
                vec![(Method::DELETE, routes::delete().to(keys::revoke))],
            ))
            .default_service(routes::to(unknown));
    }
}

/// A resource with these methods, and a clear answer to every other.
fn only(path: &str, methods: Vec<(Method, Route)>) -> Resource {
    let allowed = methods
        .iter()
        .map(|(method, _)| method.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    let mut resource = Resource::new(path);
    for (_, route) in methods {
        resource = resource.route(route);
    }
    resource.default_service(routes::to(move |request: HttpRequest| {
        let allowed = allowed.clone();
        async move { Err::<HttpResponse, _>(not_allowed(&request, &allowed)) }
    }))
}

fn not_allowed(request: &HttpRequest, allowed: &str) -> Problem {
    let problem = Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        format!(
            "{} does not take {}; it takes {allowed}",
            request.path(),
            request.method()
        ),
    );
    match header::HeaderValue::from_str(allowed) {
        Ok(value) => problem.with_header(header::ALLOW, value),
        Err(_) => problem,
    }
}

async fn unknown(request: HttpRequest) -> Answer {
    Err(Problem::not_found(format!(
        "there is nothing at {}; docs/api.md lists what there is",
        request.path()
    )))
}

/// Refuses a caller who may read neither the management API nor everything.
fn may_read(caller: &Caller) -> Result<(), Problem> {
    if caller.may(Scope::AllRead) {
        Ok(())
    } else {
        caller.require(Scope::Admin)
    }
}

/// The body as text, which must be of this media type.
async fn text_of(
    api: &Core,
    request: &HttpRequest,
    payload: routes::Payload,
    expected: &str,
) -> Result<String, Problem> {
    let found = media_type(request);
    if found != expected {
        return Err(unsupported(&found, expected));
    }
    text(api, request, payload).await
}

/// The body as text.
async fn text(api: &Core, request: &HttpRequest, payload: routes::Payload) -> Result<String, Problem> {
    let body = read_body(request.headers(), payload.into_inner(), api.body_limit).await?;
    String::from_utf8(body.into()).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Problem::bad_request(
            "not-utf-8",
            format!("the body is not UTF-8: byte {at} begins no character"),
        )
    })
}

/// The media type of the body, lower-case and without parameters.
fn media_type(request: &HttpRequest) -> String {
    request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

fn unsupported(found: &str, expected: &str) -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "media-type",
        format!("the Content-Type is {found:?}; send {expected}"),
    )
}
