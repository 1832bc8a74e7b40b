use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use mongodb::Database;
use mongodb::bson::{Document, doc};
use mongodb::options::{ReadConcern, ReturnDocument};
use store::StoreResult;

use super::write::{no_head, now_micros};
use crate::error::doing;
use crate::raw::{Fields, Raw};
use crate::schema::{HEADS, LOG_HEAD};

const READ: &str = "read the head of the log";

/// How far behind the clock the answer may be: so long it is kept in memory, and so old the head may be before
/// it is pushed forward.
const LAG: Duration = Duration::from_millis(100);

/// Up to which moment the log is complete.
///
/// The head of the log holds the newest `stored` that was given: every transaction that appends takes a later
/// one by writing the head, before it writes statements, and both become visible together. So with `s` read
/// from the head, by majority:
///
/// - every statement with `stored` <= `s` is readable: it was committed with the head that said so, or before;
/// - no other can come: whoever appends next, in whatever process, reads `s` or later and gives more.
///
/// That holds however many processes write, and whatever their clocks say, for it rests on the one document.
/// When nobody writes `s` would stand still, so one that is older than `LAG` is pushed forward to the primary's
/// clock. The push is a write to the same document: it comes before or after each transaction that appends,
/// never in between, and a transaction it meets is repeated and gives more than was pushed.
///
/// A moment stays true for ever, so the last one is kept in memory for `LAG`, and reads stay cheap.
#[derive(Default)]
pub(crate) struct Consistent {
    known: Mutex<Known>,
    refresh: tokio::sync::Mutex<()>,
}

#[derive(Default, Clone, Copy)]
struct Known {
    moment: i64,
    since: Option<Instant>,
}

impl Consistent {
    /// This process has committed a transaction that gave `stored`.
    pub(crate) fn reached(&self, stored: i64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if stored >= known.moment {
            *known = Known {
                moment: stored,
                since: Some(Instant::now()),
            };
        }
    }

    /// The moment, in microseconds.
    pub(crate) async fn through(&self, database: &Database) -> StoreResult<i64> {
        if let Some(moment) = self.fresh() {
            return Ok(moment);
        }
        // Of many who ask at once, one asks the database.
        let _one = self.refresh.lock().await;
        if let Some(moment) = self.fresh() {
            return Ok(moment);
        }
        let since = Instant::now();
        let lag = i64::try_from(LAG.as_micros()).unwrap_or(i64::MAX);
        let head = head(database).await?;
        let moment = if head.now - head.stored > lag {
            push(database).await?
        } else {
            head.stored
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if moment >= known.moment {
            *known = Known {
                moment,
                since: Some(since),
            };
        }
        Ok(known.moment)
    }

    fn fresh(&self) -> Option<i64> {
        let known = *self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .since
            .is_some_and(|since| since.elapsed() < LAG)
            .then_some(known.moment)
    }
}

/// The head of the log, as a majority has it.
pub(crate) struct Head {
    /// Its position.
    pub(crate) position: i64,
    /// The newest `stored`, in microseconds.
    pub(crate) stored: i64,
    /// What the clock of the primary says, in microseconds.
    pub(crate) now: i64,
}

/// Reads the head.
pub(crate) async fn head(database: &Database) -> StoreResult<Head> {
    let heads: Raw = database.collection(HEADS);
    let found = heads
        .find_one(doc! { "_id": LOG_HEAD })
        .projection(doc! { "_id": 0, "n": 1, "s": 1, "now": now_micros() })
        .await
        .map_err(doing(READ))?
        .ok_or_else(no_head)?;
    let found = Fields::new("the head of the log", &found);
    Ok(Head {
        position: found.i64("n")?,
        stored: found.i64("s")?,
        now: found.i64("now")?,
    })
}

/// The position of the head as it is on the primary, whether a majority has that or not.
pub(crate) async fn written_position(database: &Database) -> StoreResult<i64> {
    let heads: Raw = database.collection(HEADS);
    let found = heads
        .find_one(doc! { "_id": LOG_HEAD })
        .projection(doc! { "_id": 0, "n": 1 })
        .read_concern(ReadConcern::local())
        .await
        .map_err(doing(READ))?
        .ok_or_else(no_head)?;
    Fields::new("the head of the log", &found).i64("n")
}

/// Pushes the newest `stored` forward to the primary's clock.
async fn push(database: &Database) -> StoreResult<i64> {
    let heads: Raw = database.collection(HEADS);
    let forward: Vec<Document> = vec![doc! { "$set": { "s": { "$max": ["$s", now_micros()] } } }];
    let pushed = heads
        .find_one_and_update(doc! { "_id": LOG_HEAD }, forward)
        .return_document(ReturnDocument::After)
        .await
        .map_err(doing("push the head of the log forward"))?
        .ok_or_else(no_head)?;
    Fields::new("the head of the log", &pushed).i64("s")
}
