//! The alternate request syntax of 1.0.x (Communication 1.3): everything in a form, for browsers that can not set
//! headers. Version 2.0 has none.

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use bytes::Bytes;
use web::Problem;
use xapi::Version;

use crate::call::{Call, X_EXPERIENCE_API_VERSION};
use crate::params::{Params, pairs};
use crate::refusal;

/// The form parameters that are headers.
const HEADERS: [HeaderName; 6] = [
    header::AUTHORIZATION,
    X_EXPERIENCE_API_VERSION,
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
];

/// Turns a POST with the query parameter `method` into the request it stands for.
pub(crate) async fn read(mut call: Call, limit: usize) -> Result<Call, Problem> {
    if version(call.text(&X_EXPERIENCE_API_VERSION)?) == Some(Version::V2_0) {
        return Err(removed());
    }
    call.params.only(&["method"]).map_err(|problem| {
        problem.with(
            "rule",
            "xAPI 1.0.3 Communication 1.3: all other parameters belong into the form",
        )
    })?;
    let method = match call.params.require("method")? {
        "GET" => Method::GET,
        "HEAD" => Method::HEAD,
        "PUT" => Method::PUT,
        "POST" => Method::POST,
        "DELETE" => Method::DELETE,
        _ => {
            return Err(refusal::parameter(
                "method",
                "the parameter \"method\" must be GET, HEAD, PUT, POST or DELETE (1.0.3, Communication 1.3)",
            ));
        }
    };
    // Real packages send the form as text/plain, or without a type; forms of files are another thing altogether.
    if call
        .content_type()?
        .is_some_and(|kind| kind.essence().starts_with("multipart/"))
    {
        return Err(refusal::header(
            "Content-Type",
            "in the alternate syntax the body is a form: application/x-www-form-urlencoded (1.0.3, Communication 1.3)",
        ));
    }
    let form = call.take_body(limit).await?;

    let (mut headers, mut params, mut content) = (Vec::new(), Vec::new(), None);
    for (name, value) in pairs(&form)? {
        if name == "content" {
            if content.replace(Bytes::from(value)).is_some() {
                return Err(refusal::parameter(
                    "content",
                    "the form parameter \"content\" is there twice; send it once",
                ));
            }
        } else if let Some(header) = HEADERS
            .iter()
            .find(|header| header.as_str().eq_ignore_ascii_case(&name))
        {
            let value = HeaderValue::from_str(&value).map_err(|_| {
                refusal::header(
                    header.as_str(),
                    format!("the form parameter {name:?} holds what no header can hold"),
                )
            })?;
            headers.push((header.clone(), value));
        } else {
            params.push((name, value));
        }
    }
    let call = call.into_form(method, Params::of_pairs(params)?, headers, content);
    if version(call.text(&X_EXPERIENCE_API_VERSION)?) == Some(Version::V2_0) {
        return Err(removed());
    }
    Ok(call)
}

fn version(header: Option<&str>) -> Option<Version> {
    Version::negotiate(header).ok()
}

fn removed() -> Problem {
    refusal::parameter(
        "method",
        "xAPI 2.0 has no alternate request syntax: send the request with its own method, and its parameters in the \
         query string",
    )
}
