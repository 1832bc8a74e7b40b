//! Statements that are asked for again and again, kept once they are read a second time.
//!
//! A page of fifty statements lies on fifty pages of the file; reading those is nearly all that a query costs. To keep one
//! costs about as much as to read it, so what is read once, as queries at random places do, is let go.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use store::StoredStatement;

/// Statements by position, up to so many bytes of text.
pub(crate) struct Texts {
    cache: Cache<i64, Arc<StoredStatement>, ByLength>,
    /// Which positions were read lately, each in the place that its last digits give it.
    read_lately: Box<[AtomicI64]>,
    /// Grows when a statement is voided, the one thing that ever changes a statement.
    voidings: AtomicU64,
}

/// How many statements had been voided when a transaction began. What it read may be kept if that is still so.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Voidings(u64);

#[derive(Clone)]
struct ByLength;

/// What a kept statement takes beside its text.
const OVERHEAD: u64 = 160;
/// The length of a usual statement.
const USUAL: u64 = 1_400;
/// So many times the statements that there is room for are remembered as read.
const REMEMBERED: usize = 4;

impl Weighter<i64, Arc<StoredStatement>> for ByLength {
    fn weight(&self, _: &i64, statement: &Arc<StoredStatement>) -> u64 {
        OVERHEAD + statement.text.len() as u64
    }
}

impl Texts {
    pub(crate) fn new(mib: u32) -> Self {
        let bytes = u64::from(mib) * 1_024 * 1_024;
        let statements = usize::try_from(bytes / (USUAL + OVERHEAD)).unwrap_or(0);
        Self {
            cache: Cache::with_weighter(statements, bytes, ByLength),
            read_lately: (0..statements * REMEMBERED).map(|_| AtomicI64::new(0)).collect(),
            voidings: AtomicU64::new(0),
        }
    }

    pub(crate) fn get(&self, position: i64) -> Option<Arc<StoredStatement>> {
        self.cache.get(&position)
    }

    /// To be asked before a transaction begins.
    pub(crate) fn voidings(&self) -> Voidings {
        Voidings(self.voidings.load(Ordering::SeqCst))
    }

    /// [`Self::keep`], unless this is the first time lately that the statement was read.
    pub(crate) fn read(&self, seen: Voidings, statement: &Arc<StoredStatement>) {
        let position = statement.position.0;
        let places = self.read_lately.len();
        let place = usize::try_from(position)
            .ok()
            .and_then(|position| position.checked_rem(places));
        let before = place
            .and_then(|place| self.read_lately.get(place))
            .map(|last| last.swap(position, Ordering::Relaxed));
        if before == Some(position) {
            self.keep(seen, Arc::clone(statement));
        }
    }

    /// Keeps a statement as it was seen by a transaction that began when these had been voided.
    pub(crate) fn keep(&self, seen: Voidings, statement: Arc<StoredStatement>) {
        let position = statement.position.0;
        self.cache.insert(position, statement);
        // It may have been voided meanwhile: then whoever did that counted first and removed it after, either
        // before this, and this sees the count, or after it.
        if self.voidings() != seen {
            self.cache.remove(&position);
        }
    }

    /// Forgets a statement that has been voided.
    pub(crate) fn voided(&self, position: i64) {
        self.voidings.fetch_add(1, Ordering::SeqCst);
        self.cache.remove(&position);
    }

    /// Forgets all, because it is not known which have been voided.
    pub(crate) fn some_voided(&self) {
        self.voidings.fetch_add(1, Ordering::SeqCst);
        self.cache.clear();
    }
}

#[cfg(test)]
mod tests;
