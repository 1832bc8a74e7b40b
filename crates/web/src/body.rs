use actix_web::dev::{Decompress, Payload};
use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;

use crate::{Problem, reserve};

/// The most that is set aside for a body before it comes.
const DECLARED: usize = 64 * 1024;

/// Reads a request body, decompressed by its `Content-Encoding`, and refuses it as soon as it is longer
/// than `limit` bytes, whatever it claims to be.
///
/// # Errors
/// 413 when it is too long, 400 when it breaks off or can not be decompressed, 408 when it comes too slowly, 503 when
/// there is no room for it.
pub async fn read_body(headers: &HeaderMap, payload: Payload, limit: usize) -> Result<Bytes, Problem> {
    let plain = !headers.contains_key(header::CONTENT_ENCODING);
    let declared = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    // No more than has room: what a client declares costs it nothing.
    let capacity = if plain { declared.unwrap_or(0) } else { 0 };
    let mut body = BytesMut::with_capacity(capacity.min(DECLARED));
    let mut chunks = Decompress::from_headers(payload, headers);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| unreadable(&error))?;
        if body.len() + chunk.len() > limit {
            return Err(too_large(limit));
        }
        reserve(chunk.len())?;
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn too_large(limit: usize) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body-too-large",
        format!("the body is longer than the {limit} bytes this server takes; send it in smaller pieces"),
    )
}

/// Why a body could not be read to its end: 408 where it came too slowly, else 400.
#[must_use]
pub fn unreadable(error: &PayloadError) -> Problem {
    if let PayloadError::Io(io) = error
        && io.kind() == std::io::ErrorKind::TimedOut
    {
        return Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "body-too-slow",
            "the body came too slowly; send it again over a better line, or in smaller pieces",
        );
    }
    Problem::bad_request(
        "body-unreadable",
        format!("the body could not be read to its end: {error}"),
    )
}
