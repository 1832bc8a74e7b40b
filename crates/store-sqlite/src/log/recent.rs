//! The index of the newest entries, in memory.
//!
//! An index row for each key of each statement would fall on some random page of the file, and pages are what
//! writing costs. So the newest entries are indexed here, and settled in the file's index thousands at a time,
//! sorted (see [`settle`](super::settle)). Nothing is lost with the memory: a statement's row holds its keys, and
//! what it inherits is in a small table, so this can be read again from the log at any time.

use std::collections::HashMap;

use uuid::Uuid;

use super::lists::{Direction, List};
use crate::fault::Fault;

/// Entries in an unbroken range of the log, by id and by key.
#[derive(Debug)]
pub(crate) struct Generation {
    /// The range begins after this position.
    after: i64,
    /// The last position of the range.
    through: i64,
    ids: HashMap<Uuid, i64>,
    lists: HashMap<i64, Vec<i64>>,
}

impl Generation {
    fn new(after: i64) -> Self {
        Self {
            after,
            through: after,
            ids: HashMap::new(),
            lists: HashMap::new(),
        }
    }

    pub(crate) fn through(&self) -> i64 {
        self.through
    }

    /// The entries' ids and positions, by id.
    pub(crate) fn sorted_ids(&self) -> Vec<(Uuid, i64)> {
        let mut ids: Vec<_> = self.ids.iter().map(|(id, position)| (*id, *position)).collect();
        ids.sort_unstable();
        ids
    }

    /// The keys with how many positions each has, by key.
    pub(crate) fn sorted_keys(&self) -> Vec<(i64, usize)> {
        let mut keys: Vec<_> = self.lists.iter().map(|(key, list)| (*key, list.len())).collect();
        keys.sort_unstable();
        keys
    }

    /// The positions under a key, ascending.
    pub(crate) fn positions(&self, key: i64) -> &[i64] {
        self.lists.get(&key).map(Vec::as_slice).unwrap_or_default()
    }

    /// Those of them from `low` through `high`.
    fn between(&self, key: i64, low: i64, high: i64) -> &[i64] {
        let list = self.positions(key);
        let end = list.partition_point(|position| *position <= high);
        let start = list.partition_point(|position| *position < low).min(end);
        list.get(start..end).unwrap_or_default()
    }

    fn push(&mut self, position: i64, id: Uuid, keys: impl IntoIterator<Item = i64>) {
        self.through = position;
        self.ids.insert(id, position);
        for key in keys {
            self.lists.entry(key).or_default().push(position);
        }
    }

    fn inherit(&mut self, position: i64, keys: impl IntoIterator<Item = i64>) {
        for key in keys {
            let list = self.lists.entry(key).or_default();
            if let Err(place) = list.binary_search(&position) {
                list.insert(place, position);
            }
        }
    }
}

/// The index of all entries after [`Recent::base`].
#[derive(Debug)]
pub(crate) struct Recent {
    /// Being settled in the file.
    settling: Option<Generation>,
    /// Growing.
    active: Generation,
    /// The last row of `inherited` taken in.
    inherited: i64,
}

impl Recent {
    /// Nothing yet, after a position through which everything is in the file's index.
    pub(crate) fn after(base: i64) -> Self {
        Self {
            settling: None,
            active: Generation::new(base),
            inherited: 0,
        }
    }

    /// Everything through this position is in the file's index.
    pub(crate) fn base(&self) -> i64 {
        self.settling
            .as_ref()
            .map_or(self.active.after, |settling| settling.after)
    }

    /// Everything through this position is in here or in the file's index.
    pub(crate) fn head(&self) -> i64 {
        self.active.through
    }

    /// The last row of `inherited` taken in.
    pub(crate) fn inherited(&self) -> i64 {
        self.inherited
    }

    /// How many entries are not being settled yet.
    pub(crate) fn active_len(&self) -> usize {
        self.active.ids.len()
    }

    /// Takes in an entry; one that is in already changes nothing.
    pub(crate) fn push(&mut self, position: i64, id: Uuid, keys: impl IntoIterator<Item = i64>) {
        if position > self.head() {
            self.active.push(position, id, keys);
        }
    }

    /// Takes in a row of `inherited`; one that is in already changes nothing.
    pub(crate) fn inherit(&mut self, row: i64, position: i64, keys: impl IntoIterator<Item = i64>) {
        if row <= self.inherited {
            return;
        }
        self.inherited = row;
        if position > self.active.after {
            self.active.inherit(position, keys);
        } else if let Some(settling) = &mut self.settling
            && position > settling.after
        {
            settling.inherit(position, keys);
        }
    }

    pub(crate) fn position_of(&self, id: &Uuid) -> Option<i64> {
        let generations = [Some(&self.active), self.settling.as_ref()];
        generations
            .into_iter()
            .flatten()
            .find_map(|generation| generation.ids.get(id).copied())
    }

    /// The generation being settled.
    pub(crate) fn settling(&self) -> Option<&Generation> {
        self.settling.as_ref()
    }

    /// Makes what has grown so far the generation to settle, unless one is being settled.
    pub(crate) fn begin_settling(&mut self) -> Option<&Generation> {
        if self.settling.is_none() {
            let next = Generation::new(self.active.through);
            self.settling = Some(std::mem::replace(&mut self.active, next));
        }
        self.settling.as_ref()
    }

    /// Forgets what the file's index has taken over.
    pub(crate) fn settled(&mut self, through: i64) {
        if through <= self.base() {
            return;
        }
        if self
            .settling
            .as_ref()
            .is_some_and(|settling| settling.through == through)
        {
            self.settling = None;
        } else {
            // Another process settled a range of its own; the rest is read again from the log.
            *self = Self::after(through);
        }
    }

    /// The list of a key's positions from `low` through `high`.
    pub(crate) fn list(&self, key: i64, direction: Direction, low: i64, high: i64) -> RecentList<'_> {
        let settling = self
            .settling
            .as_ref()
            .map(|generation| generation.between(key, low, high));
        RecentList {
            older: settling.unwrap_or_default(),
            newer: self.active.between(key, low, high),
            direction,
        }
    }
}

/// A key's positions in memory: those of the generation being settled, and the newer ones.
pub(crate) struct RecentList<'a> {
    older: &'a [i64],
    newer: &'a [i64],
    direction: Direction,
}

impl List for RecentList<'_> {
    fn seek(&mut self, at: i64) -> Result<Option<i64>, Fault> {
        let [first, second] = match self.direction {
            Direction::Ascending => [self.older, self.newer],
            Direction::Descending => [self.newer, self.older],
        };
        Ok(seek(first, at, self.direction).or_else(|| seek(second, at, self.direction)))
    }
}

/// The first position of an ascending list that is `at` or comes after it in a direction.
pub(crate) fn seek(list: &[i64], at: i64, direction: Direction) -> Option<i64> {
    match direction {
        Direction::Ascending => list.get(list.partition_point(|position| *position < at)).copied(),
        Direction::Descending => list
            .partition_point(|position| *position <= at)
            .checked_sub(1)
            .and_then(|place| list.get(place))
            .copied(),
    }
}

#[cfg(test)]
mod tests;
