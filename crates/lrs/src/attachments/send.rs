//! Attachments out: the JSON first, then every attachment that is kept, once.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, future, stream};
use store::{Sha2, StoreError};
use uuid::Uuid;
use web::Problem;
use xapi::Statement;

use super::receive::all;
use crate::app::Visit;
use crate::{encoding, refusal};

/// An attachment to be sent.
pub(crate) struct Named {
    /// As the statement has it.
    hash: String,
    content_type: String,
}

/// The attachments that these statements name, each once.
pub(crate) fn named_in<'a>(statements: impl IntoIterator<Item = &'a str>) -> Result<Vec<Named>, Problem> {
    let mut seen = HashSet::new();
    let mut named = Vec::new();
    for text in statements {
        // Where a name is written with escapes, only reading tells.
        if !text.contains("\"attachments\"") && !text.contains("\\u") {
            continue;
        }
        let statement =
            Statement::from_stored(text).map_err(|error| refusal::corrupt("a statement", &error))?;
        for (_, attachment) in all(&statement) {
            if seen.insert(attachment.sha2.to_ascii_lowercase()) {
                named.push(Named {
                    hash: attachment.sha2.clone(),
                    content_type: attachment.content_type.clone(),
                });
            }
        }
    }
    Ok(named)
}

/// An answer in `multipart/mixed` (1.0.3, Communication 1.5.2). What is known only by its URL is left out.
pub(crate) async fn send(
    visit: Visit<'_>,
    json: String,
    named: Vec<Named>,
    head_only: bool,
) -> Result<HttpResponse, Problem> {
    // Random, so no content can hold it but by an accident of 1 to 2^122.
    let boundary = Uuid::new_v4().simple().to_string();
    let mut builder = HttpResponse::Ok();
    if let Ok(kind) = HeaderValue::from_str(&format!("multipart/mixed; boundary={boundary}")) {
        builder.insert_header((header::CONTENT_TYPE, kind));
    }
    let mut response = if head_only {
        builder.finish()
    } else {
        let first = format!("--{boundary}\r\nContent-Type: application/json\r\n\r\n{json}");
        let last = format!("\r\n--{boundary}--\r\n");
        let store = Arc::clone(&visit.core.store);
        let attachments = stream::iter(named)
            .then(move |named| {
                let store = Arc::clone(&store);
                let head = part_head(&boundary, &named);
                async move {
                    let sha2 = Sha2(named.hash.to_ascii_lowercase());
                    let content = store.attachment(&sha2).await?;
                    Ok::<_, StoreError>(match content {
                        None => stream::empty().boxed(),
                        Some(content) => stream::once(future::ready(Ok(Bytes::from(head))))
                            .chain(content)
                            .boxed(),
                    })
                }
            })
            .try_flatten();
        let body = stream::once(future::ready(Ok(Bytes::from(first))))
            .chain(attachments)
            .chain(stream::once(future::ready(Ok(Bytes::from(last)))))
            .inspect_err(|error| tracing::error!(%error, "an answer with attachments broke off"));
        builder.streaming(body)
    };
    // Attachments are mostly compressed already, and their parts are read by their bytes.
    encoding::leave(&mut response);
    Ok(response)
}

fn part_head(boundary: &str, named: &Named) -> String {
    let mut head = format!("\r\n--{boundary}\r\n");
    // A type that no header can hold would break the parts apart.
    let kind = match HeaderValue::from_str(&named.content_type) {
        Ok(_) => named.content_type.as_str(),
        Err(_) => "application/octet-stream",
    };
    // Writing to a String does not fail.
    let _ = write!(
        head,
        "Content-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {}\r\n\r\n",
        named.hash
    );
    head
}
