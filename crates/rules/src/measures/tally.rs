//! Counting up: what two halves of the people give is what all of them give.

use uuid::Uuid;
use xapi::Timestamp;

use crate::number::Sum;
use crate::{Combine, Number};

/// The order of values in time, which is total: when it happened, when it became known, from what.
pub(super) type Moment = (Timestamp, Timestamp, Uuid);

/// Values, added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    count: u64,
    sum: Sum,
    latest: Option<(Moment, Number)>,
}

impl Tally {
    /// Adds a value.
    pub(super) fn add(&mut self, value: Number, moment: Moment) {
        self.count += 1;
        self.sum.add(value);
        self.latest = self.latest.max(Some((moment, value)));
    }

    /// Adds what was counted up elsewhere.
    pub(super) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum.merge(other.sum);
        self.latest = self.latest.max(other.latest);
    }

    /// How many values there are.
    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    /// When the latest of them happened.
    pub(super) fn moment(&self) -> Option<Moment> {
        self.latest.map(|(moment, _)| moment)
    }

    /// All of them as one; `None` without any.
    pub(super) fn value(&self, combine: Combine) -> Option<Number> {
        match combine {
            Combine::Mean => self.sum.over(self.count),
            Combine::Sum => (self.count > 0).then(|| self.sum.total()),
            Combine::Latest => self.latest.map(|(_, value)| value),
        }
    }

    /// Their mean.
    pub(super) fn mean(&self) -> Option<Number> {
        self.value(Combine::Mean)
    }
}
