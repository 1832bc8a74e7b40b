//! Attachments and signatures.

use serde_json::json;

use super::{after, before};
use crate::proxy::{Request, Response, Spoiling};

fn multipart(request: &Request) -> bool {
    request
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("multipart/"))
}

fn replace(body: &mut [u8], old: &[u8], new: &[u8]) {
    let mut at = 0;
    while let Some(found) = body
        .get(at..)
        .and_then(|rest| rest.windows(old.len()).position(|part| part == old))
    {
        at += found;
        body[at..at + new.len()].copy_from_slice(new);
        at += new.len();
    }
}

pub(super) fn all() -> Vec<Spoiling> {
    vec![
        before("never sends attachments", "attachments.returned", |request, _| {
            if request.is("GET", "statements") {
                request.without_parameter("attachments");
            }
            None
        }),
        before(
            "always sends attachments",
            "attachments.not-returned",
            |request, _| {
                if request.is("GET", "statements") {
                    request.without_parameter("attachments");
                    request.query.push(("attachments".to_owned(), "true".to_owned()));
                }
                None
            },
        ),
        after(
            "spoils attached data",
            "attachments.taken",
            |request, response, _| {
                if request.parameter("attachments") == Some("true") {
                    replace(&mut response.body, b"An essay, ", b"An es\0ay, ");
                }
            },
        ),
        after(
            "drops the hashes of parts",
            "attachments.taken",
            |request, response, _| {
                if request.parameter("attachments") == Some("true") {
                    let lower = String::from_utf8_lossy(&response.body).contains("x-experience-api-hash");
                    let name: &[u8] = if lower {
                        b"x-experience-api-hash"
                    } else {
                        b"X-Experience-API-Hash"
                    };
                    replace(&mut response.body, name, b"x-something-else-hash");
                }
            },
        ),
        after(
            "takes parts that belong to nothing",
            "attachments.no-excess-parts",
            |request, response, _| {
                if multipart(request) && response.status == 400 {
                    response.status = 200;
                    response.set_json(&json!([]));
                }
            },
        ),
        before("knows no multipart", "attachments.batch", |request, _| {
            multipart(request).then(|| Response::own(415))
        }),
        after(
            "takes attachments without data",
            "attachments.data-or-link",
            |request, response, _| {
                if request.is("POST", "statements") && response.status == 400 {
                    response.status = 200;
                }
            },
        ),
        after(
            "does not check signatures",
            "signed.verified",
            |request, response, _| {
                let signed = String::from_utf8_lossy(&request.body).contains("attachments/signature");
                if signed && response.status == 400 {
                    response.status = 200;
                    response.set_json(&json!([]));
                }
            },
        ),
        before("refuses signatures", "signed.taken", |request, _| {
            let signed = String::from_utf8_lossy(&request.body).contains("attachments/signature");
            signed.then(|| Response::own(400))
        }),
    ]
}
