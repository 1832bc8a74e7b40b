//! Statements with data attached.

mod forms;
mod giving;
mod refusing;
mod taking;

use serde_json::Value;

use crate::lrs::{Answer, Lrs};
use crate::requirement::{Check, Requirement, ensure};
use crate::sample::{Data, with};
use crate::tools::compare::same_statement;
use crate::tools::multipart::{self, Part};
use crate::tools::store::{absent, id_of, stored};

pub(super) fn all() -> Vec<Requirement> {
    [taking::all(), giving::all(), refusing::all(), forms::all()].concat()
}

pub(super) async fn send(lrs: &Lrs, parts: &[Part]) -> Check<Answer> {
    let body = multipart::write(parts);
    lrs.post("statements")
        .body(&multipart::content_type(), body)
        .send()
        .await
}

/// A statement with this data attached.
pub(super) fn holding(data: &[&Data]) -> Value {
    with("attachments", data.iter().map(|data| data.described()).collect())
}

/// Stores a statement with its data.
pub(super) async fn attach(lrs: &Lrs, data: &[&Data]) -> Check<Value> {
    let sent = holding(data);
    let mut parts = vec![Part::statements(&sent)];
    parts.extend(data.iter().map(|data| data.part()));
    send(lrs, &parts).await?.status(200)?;
    same_statement(&sent, &stored(lrs, &id_of(&sent)).await?)?;
    Ok(sent)
}

pub(super) async fn with_attachments(lrs: &Lrs, sent: &Value) -> Check<Vec<Part>> {
    let call = lrs
        .get("statements")
        .query("statementId", id_of(sent))
        .query("attachments", "true");
    multipart::read(call.send().await?.status(200)?)
}

/// Fails unless one of the parts is this data, with the headers the standard asks for.
pub(super) fn holds(parts: &[Part], data: &Data) -> Check {
    let found = parts
        .iter()
        .skip(1)
        .find(|part| part.header("x-experience-api-hash") == Some(&data.sha2));
    let Some(part) = found else {
        let hashes: Vec<_> = parts
            .iter()
            .map(|part| part.header("x-experience-api-hash"))
            .collect();
        return ensure(
            false,
            format!("a part with X-Experience-API-Hash: {}", data.sha2),
            format!("{hashes:?}"),
        );
    };
    ensure(
        part.body == data.bytes,
        "the bytes that were sent",
        format!("{} other bytes", part.body.len()),
    )?;
    let encoding = part.header("content-transfer-encoding");
    ensure(
        encoding == Some("binary"),
        "Content-Transfer-Encoding: binary",
        format!("{encoding:?}"),
    )
}

pub(super) async fn refused(lrs: &Lrs, sent: &Value, parts: &[Part]) -> Check {
    send(lrs, parts).await?.status(400)?;
    absent(lrs, &id_of(sent)).await
}
