//! The moment of an evaluation. Every comparison with it goes through here, so that it is known when the next of them
//! will come out differently.

use std::cell::Cell;

use xapi::Timestamp;

/// Later than everything.
pub(super) const NEVER: Timestamp = Timestamp::from_micros(i64::MAX);

pub(super) struct Clock {
    at: Timestamp,
    next: Cell<Timestamp>,
}

impl Clock {
    pub(super) fn new(at: Timestamp) -> Self {
        Self {
            at,
            next: Cell::new(NEVER),
        }
    }

    /// Whether a moment has come. If not, it is kept as one at which something may change.
    pub(super) fn reached(&self, moment: Timestamp) -> bool {
        if self.is_past(moment) {
            return true;
        }
        self.next.set(self.next.get().min(moment));
        false
    }

    /// Whether a moment has come, for what changes nothing that is shown when it comes.
    pub(super) fn is_past(&self, moment: Timestamp) -> bool {
        moment <= self.at
    }

    /// The first moment that was asked for and has not come.
    pub(super) fn next(&self) -> Option<Timestamp> {
        Some(self.next.get()).filter(|next| *next != NEVER)
    }
}
