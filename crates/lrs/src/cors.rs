//! What browsers ask before and after letting content of another origin speak to the server: e-learning packages
//! run wherever they are hosted.

use actix_web::HttpResponse;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::middleware::Next;

/// Any origin. Without credentials mode: a page can use only a key it holds, never one that the browser remembers.
const ANY: HeaderValue = HeaderValue::from_static("*");
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "ETag, Last-Modified, Content-Length, Content-Encoding, Retry-After, X-Experience-API-Version, \
     X-Experience-API-Consistent-Through, X-Request-Id",
);
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, PUT, POST, DELETE, OPTIONS");
const HEADERS: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, Content-Encoding, If-Match, If-None-Match, Accept, Accept-Language, Cache-Control, \
     X-Experience-API-Version, X-Request-Id",
);
const A_DAY: HeaderValue = HeaderValue::from_static("86400");

/// The answer to OPTIONS: what the resource takes and, to a browser's preflight, that it may go on. Needs no key:
/// browsers send none with it.
pub(crate) fn options(request: &HeaderMap, allowed: &'static str) -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    response.insert_header((header::ALLOW, HeaderValue::from_static(allowed)));
    if request.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        let headers = request
            .get(header::ACCESS_CONTROL_REQUEST_HEADERS)
            .cloned()
            .unwrap_or(HEADERS);
        response
            .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS))
            .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, headers))
            .insert_header((header::ACCESS_CONTROL_MAX_AGE, A_DAY))
            .insert_header((header::VARY, header::ACCESS_CONTROL_REQUEST_HEADERS.as_str()));
    }
    response.finish()
}

/// Middleware around everything else: lets the page that asked read the answer, also that of a server that is busy.
///
/// # Errors
/// Those of the services below it.
pub(crate) async fn open<B>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let from_a_page = request.headers().contains_key(header::ORIGIN);
    let mut response = next.call(request).await?;
    if from_a_page {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
    Ok(response)
}
