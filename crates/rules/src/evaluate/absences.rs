//! What is met while nothing of a kind happens: for a length of time, counted from when the curriculum became the
//! person's and anew from each statement of that kind.
//!
//! It holds by itself from the end of that time until the next such statement. All statements of the kind are part of a
//! proof: without them it would have held at other times.

use std::borrow::Cow;

use xapi::{Ifi, Timestamp};

use super::clock::{Clock, NEVER};
use super::gather::{Fact, Row};
use super::holds::{Holding, Holds};
use super::judge::{self, Verdict};
use crate::Person;
use crate::assignment::Assignment;
use crate::calendar::start_of;
use crate::plan::{NodeId, Plan, Test};

/// Since when it is counted for those of whom the registry says neither a first day in a role nor a day of hire.
pub(super) const ALWAYS: Timestamp = Timestamp::from_micros(0);

/// The leaves that are met while nothing of a kind happens.
#[derive(Default)]
pub(super) struct Absences(Vec<Absence>);

struct Absence {
    leaf: NodeId,
    /// The rows that say it happened.
    breaks: Vec<usize>,
    counted: Option<Counted>,
}

/// What is counted as of the last row.
#[derive(Clone, Copy)]
pub(super) struct Counted {
    /// From when on.
    pub(super) from: Timestamp,
    /// Whether something of the kind happened then; else the curriculum became the person's, or a revocation was made.
    pub(super) is_break: bool,
    /// When it will have been long enough.
    pub(super) until: Timestamp,
}

/// From when on the days are counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Start {
    at: Timestamp,
    is_break: bool,
}

impl Absences {
    /// Adds to rows in order what holds by absence.
    pub(super) fn among<'a>(
        plan: &'a Plan,
        person: &Person,
        assignment: &Assignment,
        revoked: Option<Timestamp>,
        rows: &mut Vec<Row<'a>>,
        clock: &Clock,
    ) -> Self {
        if plan.absences.is_empty() {
            return Self::default();
        }
        let mut absences = Vec::with_capacity(plan.absences.len());
        let mut holding = Vec::new();
        for (leaf, period) in &plan.absences {
            let breaks = breaks(plan, *leaf, &person.identifiers, rows);
            let moments = breaks.iter().filter_map(|at| rows.get(*at)).map(|row| row.when);
            let moments: Vec<Timestamp> = moments.collect();
            let mut counted = None;
            for (from, until) in assignment.stretches() {
                let begin = begin(person, from).max(revoked.unwrap_or(ALWAYS));
                let first = Start {
                    at: begin,
                    is_break: false,
                };
                let after = moments.iter().filter(|at| begin <= **at && **at < until);
                let starts = after.map(|at| Start {
                    at: *at,
                    is_break: true,
                });
                let starts: Vec<Start> = std::iter::once(first).chain(starts).collect();
                for (index, start) in starts.iter().enumerate() {
                    let end = starts.get(index + 1).map_or(until, |next| next.at);
                    let shown = period.after(start.at);
                    if shown < end && start.at < end && clock.reached(shown) {
                        clock.reached(end);
                        holding.push(row(*leaf, shown, end, start.is_break));
                    }
                }
                let is_now = begin < until && clock.reached(begin) && !clock.reached(until);
                let last = starts.last().filter(|_| is_now);
                counted = counted.or(last.map(|last| Counted {
                    from: last.at,
                    is_break: last.is_break,
                    until: period.after(last.at),
                }));
            }
            absences.push((*leaf, counted));
        }
        rows.extend(holding);
        rows.sort_by_key(Row::place);
        // Places have changed.
        let own = absences.into_iter().map(|(leaf, counted)| Absence {
            leaf,
            breaks: breaks(plan, leaf, &person.identifiers, rows),
            counted,
        });
        Self(own.collect())
    }

    /// What is counted for a leaf now.
    pub(super) fn counted(&self, leaf: NodeId) -> Option<Counted> {
        self.0.iter().find(|own| own.leaf == leaf)?.counted
    }

    /// The rows up to a position that say it happened, of every leaf.
    pub(super) fn up_to(&self, position: usize) -> impl Iterator<Item = (NodeId, usize)> {
        self.0.iter().flat_map(move |own| {
            let breaks = own.breaks.iter().take_while(move |own| **own <= position);
            breaks.map(|at| (own.leaf, *at))
        })
    }
}

/// When the days of a stretch of time begin.
fn begin(person: &Person, from: Timestamp) -> Timestamp {
    let hired = || person.hired.map(|day| start_of(day, person.zone()));
    match from {
        Assignment::BEGINNING => hired().unwrap_or(ALWAYS),
        dated => dated,
    }
}

/// The rows that say of a leaf that it happened.
fn breaks(plan: &Plan, leaf: NodeId, learner: &[Ifi], rows: &[Row<'_>]) -> Vec<usize> {
    let Some(own) = plan.requirement_of(leaf) else {
        return Vec::new();
    };
    let says_so = |row: &Row<'_>| {
        row.leaves.contains(&leaf)
            && row.evidence().is_some_and(|evidence| {
                judge::judge(Test::Absent, &own.conditions, learner, evidence) == Verdict::Counts
            })
    };
    let rows = rows.iter().enumerate().filter(|(_, row)| says_so(row));
    rows.map(|(position, _)| position).collect()
}

fn row<'a>(leaf: NodeId, from: Timestamp, until: Timestamp, resumes: bool) -> Row<'a> {
    Row {
        fact: Fact::Holds(Holds {
            by: Holding::Absence { resumes },
            until: until.min(NEVER),
        }),
        leaves: Cow::Owned(vec![leaf]),
        when: from,
        doubt: None,
    }
}
