use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use mongodb::Database;
use mongodb::bson::doc;
use store::{IndexKey, StoreResult};

use crate::error::doing;
use crate::schema::{BY_KEY, STATEMENTS};

/// Counting stops here: what is more common is common enough.
const MOST: i64 = 10_000;
/// How many counts are remembered at most; about 50 bytes each.
const REMEMBERED: usize = 50_000;
/// How long a count below [`MOST`] is good for. One that reached it stays so: statements are only added.
const GOOD_FOR: Duration = Duration::from_secs(60);

/// How many statements have a key, roughly: an index answers a filter of several keys by the entries of one of
/// them, and which one decides what the query costs.
#[derive(Default)]
pub(crate) struct Rarity {
    known: Mutex<HashMap<IndexKey, (i64, Instant)>>,
}

impl Rarity {
    /// How many statements have one of the keys, up to about [`MOST`] each.
    pub(crate) async fn of(&self, database: &Database, keys: &[IndexKey]) -> StoreResult<i64> {
        let mut sum = 0;
        for key in keys {
            sum += match self.remembered(*key) {
                Some(count) => count,
                None => self.count(database, *key).await?,
            };
        }
        Ok(sum)
    }

    fn remembered(&self, key: IndexKey) -> Option<i64> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, at) = *known.get(&key)?;
        (count >= MOST || at.elapsed() < GOOD_FOR).then_some(count)
    }

    async fn count(&self, database: &Database, key: IndexKey) -> StoreResult<i64> {
        // Not an aggregation: this counts entries of the index and reads no statement.
        let counted = database
            .run_command(doc! { "count": STATEMENTS, "query": { "k": key.0 }, "limit": MOST, "hint": BY_KEY })
            .await
            .map_err(doing("count statements"))?;
        let count = counted
            .get_i32("n")
            .map(i64::from)
            .or_else(|_| counted.get_i64("n"))
            .unwrap_or(MOST);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(key, (count, Instant::now()));
        Ok(count)
    }
}
