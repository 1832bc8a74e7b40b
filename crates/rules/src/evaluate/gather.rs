//! Which evidence counts, in which order, and which has to be looked at by somebody first.

use std::borrow::Cow;

use xapi::Timestamp;

use super::clock::Clock;
use super::judge;
use crate::definition::Reviewing;
use crate::plan::NodeId;
use crate::{Curriculum, Evidence, View};

/// Evidence that speaks of a course.
#[derive(Clone)]
pub(super) struct Row<'a> {
    pub(super) evidence: &'a Evidence,
    /// What it may speak to: at least one.
    pub(super) leaves: Cow<'a, [NodeId]>,
    /// When it happened, as far as it is believed.
    pub(super) when: Timestamp,
    /// Why it has to be looked at.
    pub(super) doubt: Option<Doubt>,
}

/// Why evidence has to be looked at before it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// It became known before it happened, or so it says.
    Ahead,
    /// It became known long after it happened.
    Backdated,
}

/// What speaks of the curriculum's activities, is known and has happened, each statement once, in the order of
/// evidence; what was refused is left out.
pub(super) fn rows<'a>(
    curriculum: &'a Curriculum,
    evidence: &'a [Evidence],
    view: &View<'_>,
    clock: &Clock,
) -> Vec<Row<'a>> {
    let reviewing = curriculum.definition.review.as_ref();
    let mut rows: Vec<Row<'a>> = Vec::with_capacity(evidence.len());
    for evidence in evidence {
        let leaves = judge::leaves(&curriculum.plan, evidence);
        if leaves.is_empty() || !view.knows(evidence.stored) {
            continue;
        }
        let doubt = reviewing.and_then(|reviewing| doubt(reviewing, evidence));
        let decision = doubt.and_then(|_| view.decision(evidence.statement));
        // What cannot have happened yet when it became known, happened then at the latest.
        let when = match doubt {
            Some(Doubt::Ahead) => evidence.stored,
            _ => evidence.timestamp,
        };
        if decision != Some(false) && clock.reached(when) {
            rows.push(Row {
                evidence,
                leaves,
                when,
                doubt: doubt.filter(|_| decision.is_none()),
            });
        }
    }
    rows.sort_by_key(|row| (row.when, row.evidence.stored, row.evidence.statement));
    rows.dedup_by_key(|row| row.evidence.statement);
    rows
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
