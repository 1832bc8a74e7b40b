//! Evaluation: one person's evidence held against a curriculum.
//!
//! A pass of a course is *rooted* in the earliest moment on which it rests: its own, or that of a prerequisite's pass
//! before it. What is required is met at a moment if every required course has a counting pass by then; each moment
//! of a pass at which that is so, and no root is too old, earns a certificate from then on ([`fold`]). Which of the
//! certificates earned are shown one after the other is decided in [`certificates`]. Nothing in this is ever reset,
//! and no pass can take away what others earn.
//!
//! What meets a course for a time by itself (a waiver, a credential, a certificate of another curriculum) is rooted in
//! no moment: it holds as long as it holds ([`holds`]).
//!
//! Evidence of a doubtful time counts only once somebody has reviewed it. Everything is then appraised twice: by what
//! is firm, which decides, and by all that may turn out to be true, which says what is pending.

mod absences;
mod acts;
mod appraisal;
mod attempts;
mod certificates;
mod clock;
mod context;
mod deadline;
mod fold;
mod gather;
mod history;
mod holds;
mod judge;
mod proof;
mod reasons;
mod report;
mod tally;
mod terms;
mod tree;
mod upheld;
mod words;

use std::cell::RefCell;
use std::collections::BTreeMap;

use xapi::Timestamp;

use crate::{Act, Curriculum, Decided, Evidence, Given, Person, Standing, Status, Suspended, View};
use acts::Acts;
use appraisal::{Appraisal, cited};
use clock::Clock;
use context::Context;
use deadline::Owing;
pub(crate) use history::{Accepted, accepted, attempts, history};
pub(crate) use tree::can_be_met_without;

/// Where a person stands in a curriculum at a moment, by all of this evidence; see [`evaluate_as`].
pub fn evaluate(curriculum: &Curriculum, person: &Person, evidence: &[Evidence], at: Timestamp) -> Standing {
    evaluate_as(curriculum, person, evidence, &View::at(at))
}

/// Where a person stands in a curriculum at a moment, by what was known at a moment.
///
/// The evidence is that of this person alone, in any order; the same statement may be in it more than once, evidence
/// of other curricula too. Voided statements and those by the engine's own authority must not be in it. What happens
/// after `view.at`, or was stored or decided after `view.known_at`, is left out.
pub fn evaluate_as(
    curriculum: &Curriculum,
    person: &Person,
    evidence: &[Evidence],
    view: &View<'_>,
) -> Standing {
    evaluated(curriculum, person, evidence, view, false).0
}

/// [`evaluate_as`], and the certificates that the person had up to the moment, the first cycle first: what a later revision
/// goes on from ([`View::given`]).
pub fn evaluate_with_certificates(
    curriculum: &Curriculum,
    person: &Person,
    evidence: &[Evidence],
    view: &View<'_>,
) -> (Standing, Vec<Given>) {
    evaluated(curriculum, person, evidence, view, true)
}

fn evaluated(
    curriculum: &Curriculum,
    person: &Person,
    evidence: &[Evidence],
    view: &View<'_>,
    with_certificates: bool,
) -> (Standing, Vec<Given>) {
    let clock = Clock::new(view.at);
    let known = RefCell::new(BTreeMap::from([(curriculum.id(), Vec::new())]));
    let context = Context {
        curriculum,
        person,
        evidence,
        view,
        clock: &clock,
        known: &known,
    };
    let assignment = context.assignment();
    let acts = Acts::of(curriculum.id(), view, &clock);
    let certificates = |firm: &Appraisal<'_>| {
        let certificates = with_certificates.then(|| firm.certificates(&context));
        certificates.unwrap_or_default()
    };
    if assignment.is_never() {
        let before = if view.given.is_empty() {
            Vec::new()
        } else {
            certificates(&context.firm())
        };
        return (not_assigned(acts.revocation(), clock.next()), before);
    }
    let assigned = assignment.covers(view.at);
    let others = context.other_certificates();
    let rows = context.rows(&acts, &others);
    let appraise = |rows| Appraisal::of(&context, &assignment, &acts, rows);
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
    let suspended = firm.in_force().and_then(|own| firm.suspended(&context, own));
    let revoked = acts.revocation().filter(|_| firm.chain.is_empty());
    let status = match (firm.in_force(), assigned) {
        (Some(_), _) if suspended.is_some() => Status::Suspended,
        (Some(_), _) => Status::Certified,
        (None, _) if may_be => Status::PendingReview,
        (None, false) => return (not_assigned(revoked, clock.next()), certificates(&firm)),
        (None, true) if firm.in_grace => Status::InGrace,
        (None, true) if !firm.chain.is_empty() => Status::Expired,
        (None, true) if started => Status::InProgress,
        (None, true) => Status::NotStarted,
    };
    let owing = Owing::of(
        &context,
        &assignment,
        &acts,
        &firm,
        status == Status::PendingReview,
    );
    let requirements = report::requirements(&context, &firm, possible.as_ref(), &owing, suspended.is_some());
    let (due_at, overdue) = owing.whole(&requirements);
    let entitlement = firm.entitlement(&context);
    let (entitlement, suspended, lapsed) = match (entitlement, suspended) {
        (Some(entitlement), Some(reason)) => (None, Some(Suspended { reason, entitlement }), None),
        (entitlement, _) if firm.in_force => (entitlement, None, None),
        // What ended is nothing to those whom it is not for any more.
        (entitlement, _) => (None, None, entitlement.filter(|_| assigned)),
    };
    let standing = Standing {
        status,
        entitlement,
        lapsed,
        suspended,
        revoked: revoked.map(Decided::from),
        requirements,
        due_at,
        overdue,
        next_change_at: clock.next(),
    };
    (standing, certificates(&firm))
}

impl From<&Act> for Decided {
    fn from(act: &Act) -> Self {
        Self {
            act: act.id,
            at: act.at,
            by: act.by.clone(),
            reason: act.reason.clone(),
        }
    }
}

fn not_assigned(revoked: Option<&Act>, next_change_at: Option<Timestamp>) -> Standing {
    Standing {
        status: Status::NotAssigned,
        entitlement: None,
        lapsed: None,
        suspended: None,
        revoked: revoked.map(Decided::from),
        requirements: Vec::new(),
        due_at: None,
        overdue: false,
        next_change_at,
    }
}
