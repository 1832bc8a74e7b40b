//! What the threads of one store share.

use std::sync::{Mutex, PoisonError};

use store::StoreError;
use tokio::sync::watch;

use crate::log::memory::Memory;
use crate::options::SqliteOptions;
use crate::stored::StoredClock;

pub(crate) struct Shared {
    pub(crate) options: SqliteOptions,
    pub(crate) stored: StoredClock,
    pub(crate) memory: Memory,
    /// How far the log and the changes have come, for whoever waits for more.
    heads: watch::Sender<Heads>,
    /// Why the store can not be used any more.
    closed: Mutex<Option<String>>,
}

/// The last position of the log and of the changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Heads {
    pub(crate) log: i64,
    pub(crate) change: i64,
    /// Nobody will say any more.
    pub(crate) closed: bool,
}

impl Shared {
    pub(crate) fn new(options: SqliteOptions, stored: StoredClock, memory: Memory) -> Self {
        Self {
            options,
            stored,
            memory,
            heads: watch::Sender::new(Heads::default()),
            closed: Mutex::new(None),
        }
    }

    /// Tells who waits that the log or the changes have come this far.
    pub(crate) fn announce(&self, log: Option<i64>, change: Option<i64>) {
        self.heads.send_if_modified(|heads| {
            let before = *heads;
            heads.log = heads.log.max(log.unwrap_or_default());
            heads.change = heads.change.max(change.unwrap_or_default());
            *heads != before
        });
    }

    pub(crate) fn heads(&self) -> watch::Receiver<Heads> {
        self.heads.subscribe()
    }

    /// Makes the store unusable, for this reason, and wakes who waits. The first reason stays.
    pub(crate) fn close(&self, reason: &str) {
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        closed.get_or_insert_with(|| reason.to_owned());
        drop(closed);
        self.heads.send_modify(|heads| heads.closed = true);
    }

    /// Why there is no answer: the store was closed, or the thread that should have answered failed.
    pub(crate) fn unanswered(&self, doing: &'static str) -> StoreError {
        match self.closed.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            Some(reason) => StoreError::Unavailable(reason),
            None => StoreError::backend(doing, "its thread failed unexpectedly; the log says where"),
        }
    }
}
