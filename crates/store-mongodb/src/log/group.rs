use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use store::transfer::LogRecord;
use store::{Definition, NewStatement, StoreError};
use uuid::Uuid;
use xapi::{SealedStatement, Timestamp};

/// A statement of a waiting batch, with all that costs something worked out beforehand.
pub(crate) struct Waiting {
    pub(crate) id: Uuid,
    pub(crate) fingerprint: [u8; 32],
    pub(crate) keys: Vec<i64>,
    /// Bytes of its text.
    pub(crate) size: usize,
    /// The statement its object refers to.
    pub(crate) refers_to: Option<Uuid>,
    /// Whether it voids that one.
    pub(crate) voids: bool,
    /// What it says of activities, to be merged into their definitions.
    pub(crate) definitions: Vec<Definition>,
    content: Content,
}

enum Content {
    /// Its text lacks `stored`.
    Sealed(Box<SealedStatement>),
    /// The text that another store kept.
    Kept(String),
}

impl Waiting {
    pub(crate) fn new(statement: NewStatement) -> Self {
        Self {
            id: statement.sealed.id(),
            fingerprint: *statement.sealed.fingerprint().as_bytes(),
            keys: super::keys::with_pairs(statement.keys.as_slice().iter().map(|key| key.0)),
            size: statement.sealed.text(Timestamp::from_micros(0)).len(),
            refers_to: statement.refers_to,
            voids: statement.voids.is_some(),
            definitions: statement.definitions,
            content: Content::Sealed(Box::new(statement.sealed)),
        }
    }

    /// What another store kept.
    pub(crate) fn kept(entry: LogRecord) -> Self {
        Self {
            id: entry.id,
            fingerprint: *entry.fingerprint.as_bytes(),
            keys: super::keys::with_pairs(entry.keys.iter().map(|key| key.0)),
            size: entry.text.len(),
            refers_to: entry.refers_to,
            voids: entry.voiding,
            definitions: Vec::new(),
            content: Content::Kept(entry.text),
        }
    }

    /// The whole text of a statement that is stored at this moment, in microseconds.
    pub(crate) fn text(&self, stored: i64) -> Cow<'_, str> {
        match &self.content {
            Content::Sealed(sealed) => Cow::Owned(sealed.text(Timestamp::from_micros(stored))),
            Content::Kept(text) => Cow::Borrowed(text),
        }
    }
}

/// What is to become of the batches of a group, given what is kept already.
pub(crate) struct Sorted<'g> {
    /// For each batch: how many of its statements are new, or why it is refused.
    pub(crate) outcomes: Vec<Result<usize, Conflict>>,
    /// The new statements in the order of the log, each with its place among the batches that bring any.
    pub(crate) new: Vec<(usize, &'g Waiting)>,
    /// How many batches bring new statements: each gets a `stored` of its own.
    pub(crate) moments: usize,
}

/// An id that is taken by another statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Conflict {
    id: Uuid,
    index: usize,
}

impl From<Conflict> for StoreError {
    fn from(Conflict { id, index }: Conflict) -> Self {
        Self::StatementConflict { id, index }
    }
}

/// Goes through the batches in order: what a batch brings is there for the next, unless it is refused.
pub(crate) fn sort<'g>(batches: &[&'g [Waiting]], kept: &HashMap<Uuid, [u8; 32]>) -> Sorted<'g> {
    let mut taken: HashMap<Uuid, [u8; 32]> = HashMap::new();
    let mut sorted = Sorted {
        outcomes: Vec::with_capacity(batches.len()),
        new: Vec::new(),
        moments: 0,
    };
    for batch in batches {
        let outcome = news(batch, |id| kept.get(id).or_else(|| taken.get(id)));
        sorted.outcomes.push(outcome.map(|news| {
            let count = news.len();
            taken.extend(news.iter().map(|new| (new.id, new.fingerprint)));
            sorted
                .new
                .extend(news.into_iter().map(|new| (sorted.moments, new)));
            sorted.moments += usize::from(count > 0);
            count
        }));
    }
    sorted
}

fn news<'b, 'k>(
    batch: &'b [Waiting],
    kept: impl Fn(&Uuid) -> Option<&'k [u8; 32]>,
) -> Result<Vec<&'b Waiting>, Conflict> {
    let mut here: HashMap<Uuid, [u8; 32]> = HashMap::new();
    let mut news = Vec::new();
    for (index, waiting) in batch.iter().enumerate() {
        match kept(&waiting.id).or_else(|| here.get(&waiting.id)) {
            None => {
                here.insert(waiting.id, waiting.fingerprint);
                news.push(waiting);
            }
            Some(known) if *known == waiting.fingerprint => {}
            Some(_) => {
                return Err(Conflict {
                    id: waiting.id,
                    index,
                });
            }
        }
    }
    Ok(news)
}

/// All ids of a group, each once.
pub(crate) fn ids(batches: &[&[Waiting]]) -> HashSet<Uuid> {
    batches
        .iter()
        .flat_map(|batch| batch.iter().map(|waiting| waiting.id))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::contract::sample::{id, sealed, simple};

    fn waiting(id: Uuid, verb: usize) -> Waiting {
        Waiting::new(sealed(&simple(id, 1, verb, 1)))
    }

    fn outcomes(batches: &[&[Waiting]], kept: &HashMap<Uuid, [u8; 32]>) -> Vec<Result<usize, Conflict>> {
        sort(batches, kept).outcomes
    }

    #[test]
    fn the_same_again_is_new_once_in_its_batch_and_among_batches() {
        let (a, b) = (id(), id());
        let first = [waiting(a, 1), waiting(a, 1), waiting(b, 1)];
        let second = [waiting(b, 1)];
        let sorted = sort(&[&first, &second], &HashMap::new());
        assert_eq!(sorted.outcomes, [Ok(2), Ok(0)]);
        assert_eq!(
            sorted.new.iter().map(|(_, new)| new.id).collect::<Vec<_>>(),
            [a, b]
        );
        assert_eq!(
            sorted.moments, 1,
            "only batches that bring something take a moment"
        );
    }

    #[test]
    fn a_conflict_names_the_later_statement_and_drops_its_batch_alone() {
        let (a, b) = (id(), id());
        let first = [waiting(b, 1), waiting(a, 1), waiting(a, 2)];
        // Nothing of the first batch is there for the second.
        let second = [waiting(b, 2)];
        let third = [waiting(b, 1)];
        let batches: [&[Waiting]; 3] = [&first, &second, &third];
        let expected = [
            Err(Conflict { id: a, index: 2 }),
            Ok(1),
            Err(Conflict { id: b, index: 0 }),
        ];
        assert_eq!(outcomes(&batches, &HashMap::new()), expected);
    }

    #[test]
    fn what_is_kept_is_compared_by_fingerprint() {
        let (a, b) = (waiting(id(), 1), waiting(id(), 1));
        let kept = HashMap::from([(a.id, a.fingerprint), (b.id, [0; 32])]);
        let conflict = Conflict { id: b.id, index: 1 };
        assert_eq!(outcomes(&[&[a, b]], &kept), [Err(conflict)]);
    }

    #[test]
    fn each_batch_with_something_new_takes_the_next_moment() {
        let batches = [[waiting(id(), 1)], [waiting(id(), 1)]];
        let batches: Vec<&[Waiting]> = batches.iter().map(<[_; 1]>::as_slice).collect();
        let sorted = sort(&batches, &HashMap::new());
        assert_eq!(
            sorted.new.iter().map(|(moment, _)| *moment).collect::<Vec<_>>(),
            [0, 1]
        );
        assert_eq!(sorted.moments, 2);
    }
}
