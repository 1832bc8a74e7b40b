//! Evaluation: one person's evidence held against a curriculum.
//!
//! A pass of a course is *rooted* in the earliest moment on which it rests: its own, or that of a prerequisite's pass
//! before it. What is required is met at a moment if every required course has a counting pass by then; each moment
//! of a pass at which that is so, and no root is too old, earns a certificate from then on ([`fold`]). Which of the
//! certificates earned are shown one after the other is decided in [`certificates`]. Nothing in this is ever reset,
//! and no pass can take away what others earn.
//!
//! Evidence of a doubtful time counts only once somebody has reviewed it. Everything is then appraised twice: by what
//! is firm, which decides, and by all that may turn out to be true, which says what is pending.

mod certificates;
mod clock;
mod fold;
mod gather;
mod judge;
mod reasons;
mod report;
mod tree;
mod words;

use uuid::Uuid;
use xapi::Timestamp;

use crate::assignment::Assignment;
use crate::{Curriculum, Entitlement, Evidence, Person, Standing, Status, View};
use certificates::Certificate;
use clock::Clock;
use fold::Fold;
use gather::Row;

/// Where a person stands in a curriculum at a moment, by all of this evidence; see [`evaluate_as`].
pub fn evaluate(curriculum: &Curriculum, person: &Person, evidence: &[Evidence], at: Timestamp) -> Standing {
    evaluate_as(curriculum, person, evidence, &View::at(at))
}

/// Where a person stands in a curriculum at a moment, by what was known at a moment.
///
/// The evidence is that of this person alone, in any order; the same statement may be in it more than once, evidence
/// of other curricula too. Voided statements and those by the engine's own authority must not be in it. What happens
/// after `view.at`, or was stored after `view.known_at`, is left out.
pub fn evaluate_as(
    curriculum: &Curriculum,
    person: &Person,
    evidence: &[Evidence],
    view: &View<'_>,
) -> Standing {
    let clock = Clock::new(view.at);
    let assignment = Assignment::of(&curriculum.definition.audience, person);
    if assignment.is_never() {
        return not_assigned(None);
    }
    let assigned = assignment.covers(view.at);
    for change in assignment.changes() {
        clock.reached(change);
    }

    let rows = gather::rows(curriculum, evidence, view, &clock);
    let appraise = |rows| Appraisal::of(curriculum, &assignment, rows, &clock);
    let (firm, possible) = if rows.iter().any(|row| row.doubt.is_some()) {
        let firm = rows.iter().filter(|row| row.doubt.is_none()).cloned().collect();
        (appraise(firm), Some(appraise(rows)))
    } else {
        (appraise(rows), None)
    };

    let may_be = possible
        .as_ref()
        .is_some_and(|possible| possible.in_force().is_some());
    let started = possible.as_ref().unwrap_or(&firm).fold.started;
    let status = match (firm.in_force(), assigned) {
        (Some(_), _) => Status::Certified,
        (None, _) if may_be => Status::PendingReview,
        (None, false) => return not_assigned(clock.next()),
        (None, true) if !firm.chain.is_empty() => Status::Expired,
        (None, true) if started => Status::InProgress,
        (None, true) => Status::NotStarted,
    };
    let requirements = report::requirements(curriculum, person, &firm, possible.as_ref(), &clock);
    let entitlement = firm.entitlement();
    let (entitlement, lapsed) = if firm.in_force {
        (entitlement, None)
    } else {
        (None, entitlement)
    };
    Standing {
        status,
        entitlement,
        lapsed,
        requirements,
        due_at: None,
        next_change_at: clock.next(),
    }
}

/// What some evidence makes of a person.
struct Appraisal<'a> {
    rows: Vec<Row<'a>>,
    fold: Fold<'a>,
    /// The certificates so far, the first cycle first.
    chain: Vec<Certificate>,
    /// Whether the last of them is in force.
    in_force: bool,
}

impl<'a> Appraisal<'a> {
    fn of(curriculum: &'a Curriculum, assignment: &Assignment, rows: Vec<Row<'a>>, clock: &Clock) -> Self {
        let certification = &curriculum.definition.certification;
        let fold = Fold::of(&curriculum.plan, certification, &rows);
        let chain = certificates::chain(&fold.candidates, certification, assignment, clock);
        let in_force = chain.last().is_some_and(|last| !clock.reached(last.expires));
        Self {
            rows,
            fold,
            chain,
            in_force,
        }
    }

    fn in_force(&self) -> Option<&Certificate> {
        self.chain.last().filter(|_| self.in_force)
    }

    /// The last certificate with the proof of it and of all before it.
    fn entitlement(&self) -> Option<Entitlement> {
        let last = self.chain.last()?;
        let mut proof = Vec::with_capacity(self.rows.len());
        for certificate in &self.chain {
            self.fold
                .prove(certificate.position, certificate.leaf, &mut proof);
        }
        Some(Entitlement {
            earned_at: last.earned,
            expires_at: last.expires_at(),
            renewal_opens_at: last.renewal_opens_at(),
            cycle: u32::try_from(self.chain.len()).unwrap_or(u32::MAX),
            statements: statements(proof, &self.rows),
        })
    }
}

fn not_assigned(next_change_at: Option<Timestamp>) -> Standing {
    Standing {
        status: Status::NotAssigned,
        entitlement: None,
        lapsed: None,
        requirements: Vec::new(),
        due_at: None,
        next_change_at,
    }
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
