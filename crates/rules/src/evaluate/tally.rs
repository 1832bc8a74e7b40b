//! What several statements about one course come to: numbers and sums that are reached.

use std::cmp::Reverse;
use std::collections::HashMap;

use xapi::{Duration, Ifi, Timestamp};

use super::judge::Why;
use crate::definition::{Count, Distinct, Sum, Summed};
use crate::plan::{NodeId, Tallied};
use crate::{Evidence, Number, Period};

/// What was counted of leaves so far; nothing for leaves that one statement meets.
#[derive(Default)]
pub(super) struct Tallies(HashMap<NodeId, Tally>);

#[derive(Default)]
struct Tally {
    entries: Vec<Entry>,
    /// Where the leaf was met: the row by which it was, and all rows that it was met by together.
    together: Vec<(usize, Vec<usize>)>,
}

/// A statement that counts.
struct Entry {
    position: usize,
    when: Timestamp,
    root: Timestamp,
    key: Key,
    value: Number,
}

/// What makes a statement another one than those before.
#[derive(PartialEq, Clone)]
enum Key {
    Own(usize),
    Text(String),
    Agent(Ifi),
}

impl Tallies {
    /// Counts a statement that happened and is rooted at these moments. The moment in which the leaf is rooted if it is
    /// met by this statement, together with others.
    pub(super) fn count(
        &mut self,
        rule: &Tallied,
        leaf: NodeId,
        position: usize,
        (when, root): (Timestamp, Timestamp),
        evidence: &Evidence,
    ) -> Result<Option<Timestamp>, Why> {
        let (key, value) = match rule {
            Tallied::Count(count) => (key(count.distinct, position, when, evidence), Some(Number::ONE)),
            Tallied::Sum(sum) => (Some(Key::Own(position)), value(sum.of, evidence)),
        };
        let (Some(key), Some(value)) = (key, value.filter(|value| *value > Number::ZERO)) else {
            return Err(Why::NotTold);
        };
        let tally = self.0.entry(leaf).or_default();
        tally.entries.push(Entry {
            position,
            when,
            root,
            key,
            value,
        });
        let Some((taken, root)) = tally.enough(rule) else {
            return Ok(None);
        };
        tally.together.push((position, taken));
        Ok(Some(root))
    }

    /// The rows that meet a leaf together, where it is met by this one.
    pub(super) fn together(&self, leaf: NodeId, position: usize) -> Option<&[usize]> {
        let tally = self.0.get(&leaf)?;
        let found = tally.together.binary_search_by_key(&position, |own| own.0).ok()?;
        tally.together.get(found).map(|(_, rows)| rows.as_slice())
    }

    /// How much there is, as of the last statement.
    pub(super) fn reached(&self, leaf: NodeId, rule: &Tallied) -> Number {
        let tally = self.0.get(&leaf);
        tally.map_or(Number::ZERO, |tally| {
            let (mut keys, mut sum): (Vec<&Key>, Number) = (Vec::new(), Number::ZERO);
            for entry in tally.recent(rule.within()) {
                if !keys.contains(&&entry.key) {
                    keys.push(&entry.key);
                    sum = sum.plus(entry.value);
                }
            }
            sum
        })
    }
}

impl Tally {
    /// The entries that are near enough to the last one, itself among them.
    fn recent(&self, within: Option<Period>) -> impl Iterator<Item = &Entry> {
        let last = self.entries.last().map(|last| last.when);
        let from = within.zip(last).map(|(within, last)| within.before(last));
        let recent = self.entries.iter().rev();
        recent.take_while(move |entry| from.is_none_or(|from| entry.when > from))
    }

    /// The last entry, and as many besides as are needed: those that count longest, one of each key.
    fn enough(&self, rule: &Tallied) -> Option<(Vec<usize>, Timestamp)> {
        let needed = rule.needed();
        let mut recent: Vec<&Entry> = self.recent(rule.within()).collect();
        if let Some((_, others)) = recent.split_first_mut() {
            others.sort_by_key(|entry| (Reverse(entry.root), Reverse(entry.position)));
        }
        let mut keys: Vec<&Key> = Vec::new();
        let (mut taken, mut sum, mut root) = (Vec::new(), Number::ZERO, None);
        for entry in recent {
            if keys.contains(&&entry.key) {
                continue;
            }
            keys.push(&entry.key);
            taken.push(entry.position);
            sum = sum.plus(entry.value);
            let least = root.map_or(entry.root, |root: Timestamp| root.min(entry.root));
            if sum >= needed {
                return Some((taken, least));
            }
            root = Some(least);
        }
        None
    }
}

impl Tallied {
    /// How much is needed.
    pub(super) fn needed(&self) -> Number {
        match self {
            Self::Count(Count { at_least, .. }) => {
                Number::from_int(i64::try_from(*at_least).unwrap_or(i64::MAX))
            }
            Self::Sum(Sum { at_least, .. }) => at_least.number(),
        }
    }

    fn within(&self) -> Option<Period> {
        match self {
            Self::Count(count) => count.within,
            Self::Sum(sum) => sum.within,
        }
    }
}

fn key(distinct: Option<Distinct>, position: usize, when: Timestamp, evidence: &Evidence) -> Option<Key> {
    let text = |text: &str| Key::Text(text.to_owned());
    match distinct {
        None => Some(Key::Own(position)),
        Some(Distinct::Activity) => Some(text(evidence.activity.as_str())),
        Some(Distinct::Registration) => evidence.registration.map(|own| Key::Text(own.to_string())),
        Some(Distinct::Day) => Some(Key::Text(when.to_datetime().date_naive().to_string())),
        Some(Distinct::Instructor) => evidence.instructor.clone().map(Key::Agent),
        Some(Distinct::Authority) => evidence.authority.clone().map(Key::Agent),
        Some(Distinct::Platform) => evidence.platform.as_deref().map(text),
    }
}

fn value(of: Summed, evidence: &Evidence) -> Option<Number> {
    match of {
        Summed::Duration => {
            let seconds = evidence.duration.as_ref().and_then(Duration::as_seconds)?;
            Number::parse(&seconds.to_string()).ok()
        }
        Summed::Raw => evidence.score?.raw,
        Summed::Scaled => evidence.score?.as_scaled(),
    }
}
