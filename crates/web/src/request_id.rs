use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use tracing::Instrument;
use uuid::Uuid;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static REQUEST_ID: String;
}

/// The id of the request being answered by this task.
#[must_use]
pub fn current_request_id() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok()
}

/// Middleware (for `actix_web::middleware::from_fn`): gives every request an id — the caller's own
/// `X-Request-Id` if it is 1 to 128 of `A-Z a-z 0-9 . _ -`, else a new one —, returns it in the answer's
/// header, puts it into every problem body and log line, and writes one log line an answer.
///
/// # Errors
/// Those of the services below it.
pub async fn request_id(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let id = request
        .headers()
        .get(X_REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|value| is_sane(value))
        .map_or_else(|| Uuid::new_v4().simple().to_string(), str::to_owned);
    let span = tracing::info_span!(
        "request",
        request_id = %id,
        method = %request.method(),
        // The path alone: queries carry personal data.
        path = %request.path(),
    );
    let started = Instant::now();
    let header = HeaderValue::from_str(&id).ok();
    REQUEST_ID
        .scope(
            id,
            async move {
                let mut response = next.call(request).await?;
                if let Some(header) = header {
                    response.headers_mut().insert(X_REQUEST_ID, header);
                }
                tracing::info!(
                    status = response.status().as_u16(),
                    micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
                    "answered"
                );
                Ok(response)
            }
            .instrument(span),
        )
        .await
}

fn is_sane(id: &str) -> bool {
    (1..=128).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}
