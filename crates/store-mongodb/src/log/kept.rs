//! What another store kept, at its own places.

use mongodb::bson::{Document, doc};
use mongodb::options::ReturnDocument;
use mongodb::{ClientSession, Database};
use store::transfer::LogRecord;
use store::{StoreError, StoreResult};

use super::group::Waiting;
use super::record::{Place, to_document};
use super::references::effects;
use super::write::insert;
use crate::raw::{Fields, Raw};
use crate::schema::{HEADS, LOG_HEAD};
use crate::transaction::Stopped;

/// Entries that follow each other, on their way into the log.
pub(crate) struct Kept {
    /// The position of the first.
    first: i64,
    /// When each was stored, in microseconds.
    stored: Vec<i64>,
    /// Each with its place among them.
    entries: Vec<(usize, Waiting)>,
}

impl Kept {
    /// `None` where there are none.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when they do not follow each other.
    pub(crate) fn new(entries: Vec<LogRecord>) -> StoreResult<Option<Self>> {
        let Some(first) = entries.first().map(|entry| entry.position.0) else {
            return Ok(None);
        };
        if !(first..)
            .zip(&entries)
            .all(|(place, entry)| entry.position.0 == place)
        {
            return Err(changed());
        }
        Ok(Some(Self {
            first,
            stored: entries.iter().map(|entry| entry.stored.as_micros()).collect(),
            entries: entries.into_iter().map(Waiting::kept).enumerate().collect(),
        }))
    }

    /// The position of the last.
    pub(crate) fn position(&self) -> i64 {
        self.first + super::write::count(self.entries.len()) - 1
    }

    /// When the last was stored, in microseconds.
    pub(crate) fn stored(&self) -> i64 {
        self.stored.last().copied().unwrap_or_default()
    }

    /// Writes them if they follow the head of the log.
    pub(crate) async fn write(
        &self,
        database: &Database,
        session: &mut ClientSession,
    ) -> Result<(), Stopped> {
        let heads: Raw = database.collection(HEADS);
        let before = heads
            .find_one_and_update(
                doc! { "_id": LOG_HEAD, "n": self.first - 1 },
                doc! { "$set": { "n": self.position(), "s": self.stored() } },
            )
            .return_document(ReturnDocument::Before)
            .session(&mut *session)
            .await?
            .ok_or_else(changed)?;
        let before = Fields::new("the head of the log", &before);
        let new: Vec<(usize, &Waiting)> = self.entries.iter().map(|(at, waiting)| (*at, waiting)).collect();
        let effects = effects(database, session, &new, before.i64("d")?).await?;
        let mut last = before.i64("s")?;
        let documents = (self.first..).zip(self.stored.iter().zip(&self.entries)).map(
            |(position, (stored, (_, waiting)))| {
                let place = Place {
                    position,
                    stored: *stored,
                    first: std::mem::replace(&mut last, *stored) != *stored,
                    voided: effects.voided.contains(&waiting.id),
                };
                to_document(
                    waiting,
                    effects.keys.get(&waiting.id).unwrap_or(&waiting.keys),
                    place,
                )
            },
        );
        insert(database, session, documents.collect(), &effects).await?;
        if effects.dangling != 0 {
            database
                .collection::<Document>(HEADS)
                .update_one(
                    doc! { "_id": LOG_HEAD },
                    doc! { "$inc": { "d": effects.dangling } },
                )
                .session(session)
                .await?;
        }
        Ok(())
    }
}

fn changed() -> StoreError {
    StoreError::Changed {
        what: "the head of the log".to_owned(),
    }
}
