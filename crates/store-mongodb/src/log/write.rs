use mongodb::bson::{Bson, Document, RawDocumentBuf, doc};
use mongodb::options::ReturnDocument;
use mongodb::{ClientSession, Database};
use store::StoreError;

use super::definitions::{Learnt, Settled};
use super::group::Sorted;
use super::record::{Place, to_document};
use super::references::{Effects, effects};
use crate::raw::{Fields, Raw, binary_uuid, update_all};
use crate::schema::{HEADS, LOG_HEAD, STATEMENTS};
use crate::transaction::Stopped;

/// What one transaction wrote.
pub(crate) struct Written {
    /// The position of its last statement.
    pub(crate) position: i64,
    /// The `stored` of its last statement.
    pub(crate) stored: i64,
    /// What it learnt of definitions, with their version before and after.
    pub(crate) learnt: (Learnt, i64, i64),
}

/// Takes places in the log for new statements and writes them and all that follows from them.
///
/// The head is written first. From then on no other transaction can take places until this one has ended:
/// whatever is read below stays as it is, and nobody's positions come between.
pub(crate) async fn write(
    database: &Database,
    session: &mut ClientSession,
    sorted: &Sorted<'_>,
    settled: &Settled,
) -> Result<Written, Stopped> {
    let head = take_places(database, session, sorted.new.len(), sorted.moments).await?;
    let head = Fields::new("the head of the log", &head);
    let (position, stored) = (head.i64("n")?, head.i64("s")?);
    let (dangling, version) = (head.i64("d")?, head.i64("a")?);

    let effects = effects(database, session, &sorted.new, dangling).await?;
    let learnt = settled.merge(database, session, &sorted.new, version).await?;

    let mut last_moment = None;
    let first_position = position - count(sorted.new.len()) + 1;
    let first_stored = stored - count(sorted.moments) + 1;
    let documents = sorted.new.iter().enumerate().map(|(index, (moment, waiting))| {
        let place = Place {
            position: first_position + count(index),
            stored: first_stored + count(*moment),
            first: last_moment.replace(*moment) != Some(*moment),
            voided: effects.voided.contains(&waiting.id),
        };
        let keys = effects.keys.get(&waiting.id).unwrap_or(&waiting.keys);
        to_document(waiting, keys, place)
    });
    insert(database, session, documents.collect(), &effects).await?;

    let version_after = version + i64::from(learnt.changed);
    if effects.dangling != 0 || learnt.changed {
        let more = doc! { "$inc": { "d": effects.dangling, "a": version_after - version } };
        let heads = database.collection::<Document>(HEADS);
        heads
            .update_one(doc! { "_id": LOG_HEAD }, more)
            .session(&mut *session)
            .await?;
    }
    Ok(Written {
        position,
        stored,
        learnt: (learnt, version, version_after),
    })
}

/// Writes new statements, and what they mean for those that are kept.
pub(super) async fn insert(
    database: &Database,
    session: &mut ClientSession,
    documents: Vec<RawDocumentBuf>,
    effects: &Effects,
) -> Result<(), Stopped> {
    let statements: Raw = database.collection(STATEMENTS);
    statements
        .insert_many(documents)
        .ordered(false)
        .session(&mut *session)
        .await?;

    let keys = effects.kept_keys.iter().map(|(id, keys)| {
        (
            doc! { "_id": binary_uuid(*id) },
            doc! { "$set": { "k": keys.as_slice() } },
        )
    });
    let voided = effects
        .kept_voided
        .iter()
        .map(|id| (doc! { "_id": binary_uuid(*id) }, doc! { "$set": { "v": true } }));
    update_all(database, session, STATEMENTS, keys.chain(voided).collect()).await
}

/// Moves the head on by `statements` positions and `moments` microseconds, from the clock of the primary, or
/// from the last `stored` should that clock have been set back.
async fn take_places(
    database: &Database,
    session: &mut ClientSession,
    statements: usize,
    moments: usize,
) -> Result<mongodb::bson::RawDocumentBuf, Stopped> {
    let first_moment = doc! { "$max": [now_micros(), { "$add": ["$s", 1_i64] }] };
    let pipeline = vec![doc! { "$set": {
        "n": { "$add": ["$n", count(statements)] },
        "s": { "$add": [first_moment, count(moments) - 1] },
    } }];
    let heads: Raw = database.collection(HEADS);
    heads
        .find_one_and_update(doc! { "_id": LOG_HEAD }, pipeline)
        .return_document(ReturnDocument::After)
        .session(session)
        .await?
        .ok_or_else(|| Stopped::Store(no_head()))
}

/// The primary's clock in microseconds, as an expression.
pub(crate) fn now_micros() -> Bson {
    doc! { "$multiply": [{ "$toLong": "$$NOW" }, 1_000_i64] }.into()
}

pub(crate) fn no_head() -> StoreError {
    StoreError::Corrupt {
        what: "the head of the log".to_owned(),
        reason: "it is missing; restore the database from a backup".to_owned(),
    }
}

/// Lengths of what is in memory always fit.
pub(crate) fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
