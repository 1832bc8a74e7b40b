//! Attempts at passing a course, where it says which of them count: the best, the first, the latest or all of them, how
//! many, and how soon after a failed one.
//!
//! Attempts are counted in series. A series begins with an attempt and ends when a certificate earned by it could be
//! renewed; the next attempt after that begins another. So each cycle has its own, and nothing is reset.

use std::collections::HashMap;

use uuid::Uuid;
use xapi::Timestamp;

use super::judge::Why;
use super::terms::Terms;
use crate::definition::{Attempts, Counting, PassingScore};
use crate::number::Sum;
use crate::plan::NodeId;
use crate::{Evidence, Number};

/// The context extension by which cmi5 tells one launch of a unit from another (cmi5 9.6.3.1).
const SESSION: &str = "https://w3id.org/xapi/cmi5/context/extensions/sessionid";

/// The attempts so far, by the leaf they are about; none of leaves that any pass meets.
#[derive(Default)]
pub(super) struct Tried(HashMap<NodeId, Tries>);

#[derive(Default)]
struct Tries {
    /// The last series.
    series: Option<Series>,
    /// The rows of all attempts that counted, those of earlier series too, in order.
    rows: Vec<usize>,
    /// Where the leaf was met by several attempts together: by which row, and where in `rows` those begin and end.
    together: Vec<(usize, usize, usize)>,
}

struct Series {
    ends: Timestamp,
    /// Where in [`Tries::rows`] it begins.
    begin: usize,
    attempts: Vec<Attempt>,
    /// How many came after as many as count.
    beyond: usize,
}

/// One attempt: a result, or those of one cmi5 session together.
struct Attempt {
    session: Option<(Option<Uuid>, String)>,
    when: Timestamp,
    passed: bool,
    score: Option<Number>,
}

/// What a statement does to a leaf.
#[derive(Clone, Copy)]
pub(super) enum Effect {
    /// It is met by this statement, rooted in this moment.
    Met(Timestamp),
    /// It is not met any more.
    Unmet,
    Nothing,
}

/// A statement that is an attempt.
pub(super) struct Try<'e> {
    pub(super) leaf: NodeId,
    pub(super) position: usize,
    pub(super) when: Timestamp,
    /// The moment in which it is rooted.
    pub(super) root: Timestamp,
    /// Why it did not pass, if it did not.
    pub(super) failed: Option<Why>,
    pub(super) threshold: Option<PassingScore>,
    pub(super) evidence: &'e Evidence,
}

/// How many attempts there may still be, and from when on.
pub(super) struct Left {
    pub(super) taken: usize,
    /// When the series ends; `None` before any attempt.
    pub(super) series_ends: Option<Timestamp>,
    /// When the last failed attempt was.
    pub(super) failed: Option<Timestamp>,
}

impl Tried {
    /// Counts an attempt. The second is why it does not count, if so.
    pub(super) fn attempt(
        &mut self,
        rule: &Attempts,
        terms: Terms<'_>,
        own: &Try<'_>,
    ) -> (Effect, Option<Why>) {
        let tries = self.0.entry(own.leaf).or_default();
        let series = match tries.series.take().filter(|series| own.when < series.ends) {
            Some(series) => series,
            None => Series {
                ends: terms.renewal_opens(own.when, terms.expires(own.when)),
                begin: tries.rows.len(),
                attempts: Vec::new(),
                beyond: 0,
            },
        };
        let series = tries.series.insert(series);
        let index = match series.place(rule, own) {
            Ok(index) => index,
            Err(why) => return (Effect::Nothing, Some(why)),
        };
        tries.rows.push(own.position);
        let is_last = index + 1 == series.attempts.len();
        let passed = series.attempts.get(index).is_some_and(|attempt| attempt.passed);
        let met = match own.failed {
            None => Effect::Met(own.root),
            Some(_) => Effect::Nothing,
        };
        let other_decides = || (Effect::Nothing, own.failed.or(Some(Why::NotDeciding)));
        match rule.count {
            Counting::Best => (met, own.failed),
            Counting::First if index > 0 => other_decides(),
            // A further result of an attempt that another came after.
            Counting::Latest if !is_last => other_decides(),
            Counting::First | Counting::Latest if !passed => (Effect::Unmet, own.failed),
            Counting::First | Counting::Latest => (met, own.failed),
            Counting::Average => match (series.mean(), own.threshold) {
                (Some(mean), Some(threshold)) if mean >= threshold.least() => {
                    tries
                        .together
                        .push((own.position, series.begin, tries.rows.len()));
                    (Effect::Met(own.root), None)
                }
                (Some(mean), _) => (Effect::Unmet, Some(Why::Mean(mean))),
                (None, _) => (Effect::Nothing, own.failed),
            },
        }
    }

    /// The rows that meet a leaf together, where it is met by this one.
    pub(super) fn together(&self, leaf: NodeId, position: usize) -> Option<&[usize]> {
        let tries = self.0.get(&leaf)?;
        let found = tries.together.binary_search_by_key(&position, |own| own.0).ok()?;
        let (_, begin, end) = tries.together.get(found)?;
        tries.rows.get(*begin..*end)
    }

    /// Every attempt up to a position.
    pub(super) fn up_to(&self, position: usize) -> impl Iterator<Item = (NodeId, usize)> {
        self.0.iter().flat_map(move |(leaf, tries)| {
            let until = tries.rows.partition_point(|own| *own <= position);
            tries.rows.iter().take(until).map(|own| (*leaf, *own))
        })
    }

    /// What was tried in the last series.
    pub(super) fn left(&self, leaf: NodeId) -> Left {
        let series = self.0.get(&leaf).and_then(|tries| tries.series.as_ref());
        Left {
            taken: series.map_or(0, |series| series.attempts.len()),
            series_ends: series.map(|series| series.ends),
            failed: series.and_then(Series::last_failed),
        }
    }
}

impl Series {
    /// Which attempt a statement is of; or why it is none that counts.
    fn place(&mut self, rule: &Attempts, own: &Try<'_>) -> Result<usize, Why> {
        let session = session(own.evidence);
        let known = self
            .attempts
            .iter()
            .position(|attempt| session.is_some() && attempt.session == session);
        let index = match known {
            Some(index) => index,
            None => {
                if let Some(most) = rule.maximum.filter(|most| self.attempts.len() >= *most) {
                    self.beyond += 1;
                    return Err(Why::TooMany(most + self.beyond, most));
                }
                let again = rule.cool_down.zip(self.last_failed());
                let again = again.map(|(wait, failed)| wait.after(failed));
                if let Some(again) = again.filter(|again| own.when < *again) {
                    return Err(Why::TooSoon(again));
                }
                self.attempts.push(Attempt {
                    session,
                    when: own.when,
                    passed: false,
                    score: None,
                });
                self.attempts.len() - 1
            }
        };
        if let Some(attempt) = self.attempts.get_mut(index) {
            attempt.passed |= own.failed.is_none();
            let score = own.evidence.score.and_then(|score| match own.threshold {
                Some(threshold) => threshold.of(&score),
                None => score.as_scaled(),
            });
            attempt.score = attempt.score.max(score);
        }
        Ok(index)
    }

    fn last_failed(&self) -> Option<Timestamp> {
        let mut attempts = self.attempts.iter().rev();
        attempts.find(|attempt| !attempt.passed).map(|failed| failed.when)
    }

    /// The mean of the scores there are.
    fn mean(&self) -> Option<Number> {
        let (mut sum, mut count) = (Sum::default(), 0);
        for score in self.attempts.iter().filter_map(|attempt| attempt.score) {
            sum.add(score);
            count += 1;
        }
        sum.over(count)
    }
}

fn session(evidence: &Evidence) -> Option<(Option<Uuid>, String)> {
    let mut extensions = evidence.context_extensions.iter();
    let (_, id) = extensions.find(|(iri, _)| iri.as_str() == SESSION)?;
    Some((evidence.registration, id.as_str()?.to_owned()))
}
