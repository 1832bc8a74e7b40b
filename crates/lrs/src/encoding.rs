//! Compressed bodies, both ways.

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, ResponseError as _};
use web::Problem;

use crate::{refusal, version};

/// Shorter answers are not worth compressing: they fit in one packet anyway.
const WORTH_COMPRESSING: u64 = 1024;

const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

/// 400 for a request body in an encoding that is not understood here. Reading it as it is would keep rubbish.
pub(crate) fn check(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(value) = headers.get(header::CONTENT_ENCODING) else {
        return Ok(());
    };
    let name = String::from_utf8_lossy(value.as_bytes())
        .trim()
        .to_ascii_lowercase();
    // Some clients say here what belongs into the charset; the body is plain then.
    if matches!(
        name.as_str(),
        "gzip" | "deflate" | "br" | "zstd" | "identity" | "" | "utf-8" | "utf8"
    ) {
        return Ok(());
    }
    Err(refusal::header(
        "Content-Encoding",
        format!("the body is encoded as {name:?}; this server reads gzip, deflate, br and zstd"),
    ))
}

/// Marks an answer that is better sent as it is; [`settle`] takes the mark away again.
pub(crate) fn leave_small(response: &mut HttpResponse) {
    let small = match response.body().size() {
        BodySize::None => true,
        BodySize::Sized(length) => length < WORTH_COMPRESSING,
        BodySize::Stream => false,
    };
    if small {
        leave(response);
    }
}

/// Marks an answer that is not to be compressed.
pub(crate) fn leave(response: &mut HttpResponse) {
    response.headers_mut().insert(header::CONTENT_ENCODING, IDENTITY);
}

/// Middleware around the compressor. An answer that was compressed gets another entity tag than the plain one
/// (1.0.3, Communication 3.1: "MUST NOT calculate the included ETag as above"); where the client takes no encoding
/// that there is, it is told so in the manner of all refusals.
pub(crate) async fn settle(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let mut response = next.call(request).await?;
    if response.status() == StatusCode::NOT_ACCEPTABLE {
        let mut refusal = Problem::new(
            StatusCode::NOT_ACCEPTABLE,
            "encoding-not-acceptable",
            "Accept-Encoding leaves nothing that this server has: it sends gzip, br, zstd, or the answer as it is",
        )
        .with("header", "Accept-Encoding")
        .error_response();
        version::set(&mut refusal, version::LATEST);
        return Ok(response.into_response(refusal.map_into_right_body()));
    }
    let headers = response.headers_mut();
    match headers.get(header::CONTENT_ENCODING) {
        None => {}
        Some(encoding) if *encoding == IDENTITY => {
            headers.remove(header::CONTENT_ENCODING);
        }
        Some(encoding) => {
            let suffixed = headers
                .get(header::ETAG)
                .and_then(|etag| etag.to_str().ok()?.strip_suffix('"'))
                .zip(encoding.to_str().ok())
                .and_then(|(etag, encoding)| HeaderValue::from_str(&format!("{etag}-{encoding}\"")).ok());
            if let Some(suffixed) = suffixed {
                headers.insert(header::ETAG, suffixed);
            }
        }
    }
    Ok(response.map_into_left_body())
}

/// The entity tag of the document itself, whatever encoding it was sent in.
pub(crate) fn plain_etag(etag: &str) -> &str {
    ["-gzip", "-br", "-zstd", "-deflate"]
        .into_iter()
        .find_map(|suffix| etag.strip_suffix(suffix))
        .unwrap_or(etag)
}
