use mongodb::bson::RawDocumentBuf;
use mongodb::bson::raw::{RawArrayBuf, cstr};
use store::transfer::LogRecord;
use store::{Position, StoreResult, StoredStatement};
use uuid::Uuid;
use xapi::{Fingerprint, Timestamp};

use super::group::Waiting;
use crate::raw::{Fields, binary, uuid};

/// Where and when a statement is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) position: i64,
    pub(crate) stored: i64,
    /// Whether it is the first of its batch: only those are in the index by `stored`.
    pub(crate) first: bool,
    pub(crate) voided: bool,
}

/// A statement as it is kept. One letter a field: names are kept with every document.
///
/// `_id`; `f` fingerprint; `k` index keys, inherited ones and pairs included; `n` position; `s` stored, in
/// microseconds; `t` text. Few have: `g` stored again, on the first of a batch; `r` the statement it refers to,
/// with `o`, its own keys, and `x`, whether it voids it; `v` it is voided.
pub(crate) fn to_document(waiting: &Waiting, keys: &[i64], place: Place) -> RawDocumentBuf {
    let mut document = RawDocumentBuf::new();
    document.append(cstr!("_id"), uuid(waiting.id));
    document.append(cstr!("f"), binary(&waiting.fingerprint));
    document.append(cstr!("k"), RawArrayBuf::from_iter(keys.iter().copied()));
    document.append(cstr!("n"), place.position);
    document.append(cstr!("s"), place.stored);
    if place.first {
        document.append(cstr!("g"), place.stored);
    }
    if let Some(target) = waiting.refers_to {
        document.append(cstr!("r"), uuid(target));
        document.append(cstr!("o"), RawArrayBuf::from_iter(waiting.keys.iter().copied()));
        if waiting.voids {
            document.append(cstr!("x"), true);
        }
    }
    if place.voided {
        document.append(cstr!("v"), true);
    }
    document.append(cstr!("t"), &*waiting.text(place.stored));
    document
}

/// A kept statement.
pub(crate) fn from_document(found: Fields<'_>) -> StoreResult<StoredStatement> {
    Ok(StoredStatement {
        position: Position(found.i64("n")?),
        id: found.uuid("_id")?,
        stored: Timestamp::from_micros(found.i64("s")?),
        voided: found.flag("v")?,
        text: found.text("t")?,
    })
}

/// A kept statement with all that is kept of it.
pub(crate) fn kept_from_document(found: Fields<'_>) -> StoreResult<LogRecord> {
    let StoredStatement {
        position,
        id,
        stored,
        voided,
        text,
    } = from_document(found)?;
    let linked = linked_from_document(found)?;
    Ok(LogRecord {
        position,
        id,
        stored,
        voided,
        voiding: linked.voids,
        refers_to: linked.target,
        fingerprint: Fingerprint::from_bytes(found.bytes32("f")?),
        keys: super::keys::without_pairs(&linked.own).collect(),
        text,
    })
}

/// What a kept statement has to do with others.
#[derive(Debug, Clone)]
pub(crate) struct Linked {
    pub(crate) id: Uuid,
    pub(crate) target: Option<Uuid>,
    pub(crate) voids: bool,
    /// Its own keys, without what it inherited.
    pub(crate) own: Vec<i64>,
}

pub(crate) fn linked_from_document(found: Fields<'_>) -> StoreResult<Linked> {
    let target = found.optional_uuid("r")?;
    Ok(Linked {
        id: found.uuid("_id")?,
        target,
        voids: found.flag("x")?,
        own: found.numbers(if target.is_some() { "o" } else { "k" })?,
    })
}
