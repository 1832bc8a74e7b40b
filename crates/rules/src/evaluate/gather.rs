//! Which evidence counts, in which order, and which has to be looked at by somebody first.

use std::borrow::Cow;

use uuid::Uuid;
use xapi::Timestamp;

use super::acts::Acts;
use super::clock::Clock;
use super::holds::Holds;
use super::judge;
use crate::definition::Reviewing;
use crate::plan::NodeId;
use crate::{Act, Curriculum, Evidence, Given, View};

/// Something that speaks of a course, at its place in the order of evidence.
#[derive(Clone)]
pub(super) struct Row<'a> {
    pub(super) fact: Fact<'a>,
    /// What it may speak to.
    pub(super) leaves: Cow<'a, [NodeId]>,
    /// When it happened, as far as it is believed.
    pub(super) when: Timestamp,
    /// Why it has to be looked at.
    pub(super) doubt: Option<Doubt>,
}

/// What a row is.
#[derive(Clone)]
pub(super) enum Fact<'a> {
    /// A statement, and the decisions by which it speaks to courses whose activity it does not name.
    Statement(&'a Evidence, Vec<&'a Act>),
    /// What meets courses for a time by itself.
    Holds(Holds<'a>),
    /// A certificate awarded by hand.
    Award(&'a Act),
    /// A certificate that was given before.
    Given(&'a Given),
}

/// Why evidence has to be looked at before it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// It became known before it happened, or so it says.
    Ahead,
    /// It became known long after it happened.
    Backdated,
}

impl<'a> Row<'a> {
    /// The statement it is.
    pub(super) fn evidence(&self) -> Option<&'a Evidence> {
        match self.fact {
            Fact::Statement(evidence, _) => Some(evidence),
            Fact::Holds(_) | Fact::Award(_) | Fact::Given(_) => None,
        }
    }

    /// Its place in the order of evidence: when it happened, when it became known, its id.
    pub(super) fn place(&self) -> (Timestamp, Timestamp, Uuid) {
        match &self.fact {
            Fact::Statement(evidence, _) => (self.when, evidence.stored, evidence.statement),
            Fact::Award(act) => (self.when, act.at, act.id),
            // It is there before all that happens at its moment.
            Fact::Given(_) => (self.when, Timestamp::from_micros(i64::MIN), Uuid::nil()),
            // What nobody does is there when its time has come, before all that is done then.
            Fact::Holds(holds) if holds.is_absence() => {
                (self.when, Timestamp::from_micros(i64::MIN), Uuid::nil())
            }
            Fact::Holds(holds) => (self.when, self.when, holds.id()),
        }
    }
}

/// What speaks of the curriculum's courses, is known and has happened, each statement once, in the order of
/// evidence; what was refused, and what a revocation has made void, is left out.
pub(super) fn rows<'a>(
    curriculum: &'a Curriculum,
    evidence: &'a [Evidence],
    acts: &Acts<'a>,
    holds: Vec<Row<'a>>,
    view: &View<'a>,
    clock: &Clock,
) -> Vec<Row<'a>> {
    let reviewing = curriculum.definition.review.as_ref();
    let mut rows: Vec<Row<'a>> = Vec::with_capacity(evidence.len() + holds.len());
    for evidence in evidence {
        let mut leaves = judge::leaves(&curriculum.plan, evidence);
        let equivalences = acts.equivalences(&curriculum.plan, evidence, &mut leaves);
        if leaves.is_empty() {
            continue;
        }
        let placed = when(reviewing, evidence, acts, view, clock);
        if let Some((when, doubt)) = placed.filter(|(when, _)| acts.counts_at(*when)) {
            rows.push(Row {
                fact: Fact::Statement(evidence, equivalences),
                leaves,
                when,
                doubt,
            });
        }
    }
    rows.extend(holds);
    rows.extend(acts.awards().map(|act| Row {
        fact: Fact::Award(act),
        leaves: Cow::Borrowed(&[]),
        when: act.at,
        doubt: None,
    }));
    rows.extend(view.given_by(curriculum.id()).map(|given| Row {
        fact: Fact::Given(given),
        leaves: Cow::Borrowed(&[]),
        when: given.earned_at,
        doubt: None,
    }));
    rows.sort_by_key(Row::place);
    rows.dedup_by(|row, before| match (row.evidence(), before.evidence()) {
        (Some(own), Some(before)) => own.statement == before.statement,
        _ => false,
    });
    rows
}

/// When evidence happened, as far as it is believed, and why it has to be looked at first, if it has to. `None` if it
/// is not known, has not happened yet, or was refused.
pub(super) fn when(
    reviewing: Option<&Reviewing>,
    evidence: &Evidence,
    acts: &Acts<'_>,
    view: &View<'_>,
    clock: &Clock,
) -> Option<(Timestamp, Option<Doubt>)> {
    if !view.knows(evidence.stored) {
        return None;
    }
    let doubt = reviewing.and_then(|reviewing| doubt(reviewing, evidence));
    let decision = doubt.and_then(|_| acts.review(evidence.statement));
    // What cannot have happened yet when it became known, happened then at the latest.
    let when = match doubt {
        Some(Doubt::Ahead) => evidence.stored,
        _ => evidence.timestamp,
    };
    (decision != Some(false) && clock.reached(when)).then_some((when, doubt.filter(|_| decision.is_none())))
}

fn doubt(reviewing: &Reviewing, evidence: &Evidence) -> Option<Doubt> {
    if evidence
        .authority
        .as_ref()
        .is_some_and(|authority| reviewing.trusted.contains(authority))
    {
        return None;
    }
    if evidence.timestamp > reviewing.ahead.after(evidence.stored) {
        return Some(Doubt::Ahead);
    }
    let latest = reviewing.backdated?.after(evidence.timestamp);
    (evidence.stored > latest).then_some(Doubt::Backdated)
}
