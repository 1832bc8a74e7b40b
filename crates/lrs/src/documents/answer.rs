//! Answers with an entity tag and the time of the last change.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue, HttpDate};
use sha1::{Digest, Sha1};
use web::Problem;
use xapi::Timestamp;

use super::precondition::Preconditions;
use crate::call::Call;

/// The entity tag, without quotes: for 1.0.x "a hexadecimal string of the SHA-1 digest of the contents", in lower
/// case (1.0.3, Communication 3.1); 2.0 leaves it to the server.
pub(super) fn etag(content: &[u8]) -> String {
    let digest = Sha1::digest(content);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Marks an answer with an entity tag.
pub(super) fn tag(response: &mut HttpResponse, etag: &str) {
    if let Ok(value) = HeaderValue::from_str(&format!("\"{etag}\"")) {
        response.headers_mut().insert(header::ETAG, value);
    }
}

/// JSON with an entity tag; 304 where the client has it already.
pub(crate) fn json(call: &Call, body: String) -> Result<HttpResponse, Problem> {
    let etag = etag(body.as_bytes());
    let mut response = if Preconditions::of(call)?.knows(&etag) {
        HttpResponse::NotModified().finish()
    } else {
        HttpResponse::Ok().content_type("application/json").body(body)
    };
    tag(&mut response, &etag);
    Ok(response)
}

/// Says when the content last changed, to the second, as HTTP has it.
pub(crate) fn last_modified(response: &mut HttpResponse, at: Timestamp) {
    let date = HttpDate::from(std::time::SystemTime::from(at.to_datetime()));
    if let Ok(value) = HeaderValue::from_str(&date.to_string()) {
        response.headers_mut().insert(header::LAST_MODIFIED, value);
    }
}
