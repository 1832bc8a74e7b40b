//! Evaluation: one person's evidence held against a curriculum.
//!
//! A pass of a course is *rooted* in the earliest moment on which it rests: its own, or that of a prerequisite's pass
//! before it. What is required is met at a moment if every required course has a counting pass by then; each moment
//! of a pass at which that is so, and no root is too old, earns a certificate from then on ([`fold`]). Which of the
//! certificates earned are shown one after the other is decided in [`certificates`]. Nothing in this is ever reset,
//! and no pass can take away what others earn.

mod certificates;
mod clock;
mod fold;
mod judge;
mod report;
mod tree;
mod words;

use std::borrow::Cow;

use uuid::Uuid;
use xapi::Timestamp;

use crate::assignment::Assignment;
use crate::{Curriculum, Entitlement, Evidence, Person, Standing, Status};
use certificates::Certificate;
use clock::Clock;
use fold::Fold;

use crate::plan::{NodeId, Plan};

/// Where a person stands in a curriculum at a moment, by this evidence.
///
/// The evidence is that of this person alone, in any order; the same statement may be in it more than once, evidence
/// of other curricula too. Voided statements and those by the engine's own authority must not be in it. What happens
/// after `at` is left out.
pub fn evaluate(curriculum: &Curriculum, person: &Person, evidence: &[Evidence], at: Timestamp) -> Standing {
    let clock = Clock::new(at);
    let assignment = Assignment::of(&curriculum.definition.audience, person);
    if assignment.is_never() {
        return not_assigned(None);
    }
    let assigned = assignment.covers(at);
    for change in assignment.changes() {
        clock.reached(change);
    }

    let rows = in_order(&curriculum.plan, evidence, &clock);
    let fold = Fold::of(&curriculum.plan, &curriculum.definition.certification, &rows);
    let chain = certificates::chain(
        &fold.candidates,
        &curriculum.definition.certification,
        &assignment,
        &clock,
    );
    let in_force = chain.last().filter(|last| !clock.reached(last.expires));

    let status = match (in_force, assigned) {
        (Some(_), _) => Status::Certified,
        (None, false) => return not_assigned(clock.next()),
        (None, true) if !chain.is_empty() => Status::Expired,
        (None, true) if fold.started => Status::InProgress,
        (None, true) => Status::NotStarted,
    };
    let entitlement = (!chain.is_empty())
        .then(|| entitlement(&fold, &rows, &chain))
        .flatten();
    let requirements = report::requirements(curriculum, person, &fold, &rows, in_force, &clock);
    let (entitlement, lapsed) = if in_force.is_some() {
        (entitlement, None)
    } else {
        (None, entitlement)
    };
    Standing {
        status,
        entitlement,
        lapsed,
        requirements,
        next_change_at: clock.next(),
    }
}

fn not_assigned(next_change_at: Option<Timestamp>) -> Standing {
    Standing {
        status: Status::NotAssigned,
        entitlement: None,
        lapsed: None,
        requirements: Vec::new(),
        next_change_at,
    }
}

/// Evidence with the leaves it may speak to: at least one.
struct Row<'a> {
    evidence: &'a Evidence,
    leaves: Cow<'a, [NodeId]>,
}

/// What speaks of the curriculum's activities and has happened, each statement once, in the order of evidence.
fn in_order<'a>(plan: &'a Plan, evidence: &'a [Evidence], clock: &Clock) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::with_capacity(evidence.len());
    rows.extend(
        evidence
            .iter()
            .map(|evidence| Row {
                evidence,
                leaves: judge::leaves(plan, evidence),
            })
            .filter(|row| !row.leaves.is_empty() && clock.reached(row.evidence.timestamp)),
    );
    rows.sort_by(|a, b| a.evidence.order(b.evidence));
    rows.dedup_by_key(|row| row.evidence.statement);
    rows
}

/// The last certificate with the proof of it and of all before it.
fn entitlement(fold: &Fold<'_>, rows: &[Row<'_>], chain: &[Certificate]) -> Option<Entitlement> {
    let last = chain.last()?;
    let mut proof = Vec::with_capacity(rows.len());
    for certificate in chain {
        fold.prove(certificate.position, certificate.leaf, &mut proof);
    }
    Some(Entitlement {
        earned_at: last.earned,
        expires_at: last.expires_at(),
        renewal_opens_at: last.renewal_opens_at(),
        cycle: u32::try_from(chain.len()).unwrap_or(u32::MAX),
        statements: statements(proof, rows),
    })
}

/// The statements at these positions, each once, in the order of evidence.
fn statements(mut positions: Vec<usize>, rows: &[Row<'_>]) -> Vec<Uuid> {
    positions.sort_unstable();
    positions.dedup();
    positions
        .into_iter()
        .filter_map(|position| rows.get(position))
        .map(|row| row.evidence.statement)
        .collect()
}
