use std::sync::Arc;

use ::web::Problem;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, ServiceConfig, get, head, resource, to};
use actix_web::{HttpResponse, Resource};
use serde_json::json;
use store::Store;

use crate::server::engine::EngineTask;

/// What readiness depends on.
pub(crate) struct Health {
    pub(crate) store: Arc<dyn Store>,
    /// `None` where this process leaves certification to another.
    pub(crate) engine: Option<Arc<EngineTask>>,
}

/// Mounts `/healthz` (the process lives) and `/readyz` (it can do its work). Both are open to everybody: they
/// tell nothing of what is kept.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(
        probe("/healthz")
            .route(get().to(healthz))
            .route(head().to(healthz)),
    );
    config.service(probe("/readyz").route(get().to(readyz)).route(head().to(readyz)));
}

/// A resource that is only looked at.
fn probe(path: &'static str) -> Resource {
    resource(path).default_service(to(move || async move {
        let problem = Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            format!("{path} takes only GET and HEAD"),
        );
        Err::<HttpResponse, _>(
            problem.with_header(header::ALLOW, header::HeaderValue::from_static("GET, HEAD")),
        )
    }))
}

async fn healthz() -> HttpResponse {
    answer(&json!({ "status": "alive", "version": env!("CARGO_PKG_VERSION") }))
}

async fn readyz(health: Data<Health>) -> Result<HttpResponse, Problem> {
    health
        .store
        .ready()
        .await
        .map_err(|error| not_ready(error.to_string()))?;
    let engine = match &health.engine {
        None => "elsewhere",
        Some(engine) => {
            engine.ready().map_err(not_ready)?;
            "running"
        }
    };
    Ok(answer(
        &json!({ "status": "ready", "store": "ready", "engine": engine }),
    ))
}

fn answer(body: &serde_json::Value) -> HttpResponse {
    // Probes ask for this moment's state: nothing on the way may keep an answer.
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(body)
}

fn not_ready(reason: String) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", reason)
}
