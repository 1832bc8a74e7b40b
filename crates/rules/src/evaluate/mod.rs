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
mod attempts;
mod certificates;
mod clock;
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
mod words;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use uuid::Uuid;
use xapi::Timestamp;

use crate::assignment::Assignment;
use crate::{Act, Curriculum, Decided, Entitlement, Evidence, Person, Standing, Status, Suspended, View};
use absences::Absences;
use acts::Acts;
use certificates::Certificate;
use clock::{Clock, NEVER};
use deadline::Owing;
use fold::{Candidate, Fold, Step};
use gather::{Fact, Row};
pub(crate) use history::{Accepted, accepted, attempts, history};
use holds::{Holding, OtherCertificate};
use terms::Terms;
use words::Quoted;

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
    if assignment.is_never() {
        return not_assigned(acts.revocation(), clock.next());
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
    let suspended = context.suspended(&firm, &others);
    let revoked = acts.revocation().filter(|_| firm.chain.is_empty());
    let status = match (firm.in_force(), assigned) {
        (Some(_), _) if suspended.is_some() => Status::Suspended,
        (Some(_), _) => Status::Certified,
        (None, _) if may_be => Status::PendingReview,
        (None, false) => return not_assigned(revoked, clock.next()),
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
    let requirements = report::requirements(&context, &firm, possible.as_ref(), &owing);
    let (due_at, overdue) = owing.whole(&requirements);
    let entitlement = firm.entitlement();
    let (entitlement, suspended, lapsed) = match (entitlement, suspended) {
        (Some(entitlement), Some(reason)) => (None, Some(Suspended { reason, entitlement }), None),
        (entitlement, _) if firm.in_force => (entitlement, None, None),
        // What ended is nothing to those whom it is not for any more.
        (entitlement, _) => (None, None, entitlement.filter(|_| assigned)),
    };
    Standing {
        status,
        entitlement,
        lapsed,
        suspended,
        revoked: revoked.map(Decided::from),
        requirements,
        due_at,
        overdue,
        next_change_at: clock.next(),
    }
}

/// What every part of an evaluation is about.
#[derive(Clone, Copy)]
struct Context<'a, 'v> {
    curriculum: &'a Curriculum,
    person: &'a Person,
    evidence: &'a [Evidence],
    view: &'v View<'a>,
    clock: &'v Clock,
    /// The certificates of the curricula that were looked at, by curriculum.
    known: &'v RefCell<BTreeMap<&'a str, Vec<Rc<OtherCertificate<'a>>>>>,
}

impl<'a> Context<'a, '_> {
    fn assignment(&self) -> Assignment {
        let assignment = Assignment::of(&self.curriculum.definition.audience, self.person);
        for change in assignment.changes() {
            self.clock.reached(change);
        }
        assignment
    }

    fn terms(&self) -> Terms<'a> {
        Terms {
            certification: &self.curriculum.definition.certification,
            zone: self.person.zone(),
        }
    }

    fn rows(&self, acts: &Acts<'a>, others: &[Rc<OtherCertificate<'a>>]) -> Vec<Row<'a>> {
        let holds = holds::rows(&self.curriculum.plan, acts, others, self.clock);
        gather::rows(self.curriculum, self.evidence, acts, holds, self.view, self.clock)
    }

    /// The certificates of other curricula that this one asks for.
    fn other_certificates(&self) -> Vec<Rc<OtherCertificate<'a>>> {
        let mut certificates = Vec::new();
        let mut asked: Vec<&str> = Vec::new();
        for (_, id, _) in self.curriculum.plan.certificates() {
            let other = self.view.others.iter().copied().find(|other| other.id() == id);
            let Some(other) = other.filter(|other| !asked.contains(&other.id())) else {
                continue;
            };
            asked.push(other.id());
            let known = self.known.borrow().get(other.id()).cloned();
            certificates.extend(known.unwrap_or_else(|| self.certificates_of(other)));
        }
        certificates
    }

    /// Every certificate of another curriculum so far. Looked up once; while it is being looked up, there are none: no
    /// curriculum counts for itself, through however many others.
    fn certificates_of(&self, curriculum: &'a Curriculum) -> Vec<Rc<OtherCertificate<'a>>> {
        self.known.borrow_mut().insert(curriculum.id(), Vec::new());
        let context = Context { curriculum, ..*self };
        let assignment = context.assignment();
        let acts = Acts::of(curriculum.id(), self.view, self.clock);
        let mut rows = context.rows(&acts, &context.other_certificates());
        rows.retain(|row| row.doubt.is_none());
        let appraisal = Appraisal::of(&context, &assignment, &acts, rows);
        let certificates: Vec<_> = appraisal
            .chain
            .iter()
            .enumerate()
            .map(|(count, certificate)| {
                let (statements, acts) = appraisal.proof(count + 1);
                Rc::new(OtherCertificate {
                    curriculum,
                    from: certificate.from,
                    until: certificate.candidate.expires,
                    statements,
                    acts,
                })
            })
            .collect();
        self.known
            .borrow_mut()
            .insert(curriculum.id(), certificates.clone());
        certificates
    }

    /// Why the certificate in force does not hold for now: another one that it always needs is not in force.
    fn suspended(&self, firm: &Appraisal<'_>, others: &[Rc<OtherCertificate<'_>>]) -> Option<String> {
        let certificate = firm.in_force()?;
        // An award by hand needs nothing.
        certificate.candidate.leaf?;
        let needed = self
            .curriculum
            .plan
            .certificates()
            .filter(|(_, _, always)| *always);
        needed
            .map(|(leaf, id, _)| (leaf, id))
            .find(|(leaf, id)| {
                let is_used = firm.fold.pass(*leaf, Step::at(certificate.candidate.position));
                let by_certificate = is_used.and_then(|position| firm.rows.get(position)).is_some_and(|row| {
                    matches!(&row.fact, Fact::Holds(holds) if matches!(holds.by, Holding::Certificate(_)))
                });
                let is_held = others.iter().any(|other| {
                    other.curriculum.id() == *id
                        && other.from <= self.view.at
                        && !self.clock.reached(other.until)
                });
                by_certificate && !is_held
            })
            .map(|(leaf, id)| {
                let other = self.view.others.iter().find(|other| other.id() == id);
                let title = other.map_or(id, |other| other.certification_title());
                let asked_by = self.curriculum.plan.requirement_of(leaf);
                format!(
                    "the certificate {} is not in force, and {} needs it all the time",
                    Quoted(title),
                    Quoted(asked_by.map_or(self.curriculum.title(), |own| own.title.as_str()))
                )
            })
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
    /// Whether the last of them is not and can still be renewed.
    in_grace: bool,
    /// Everything that was earned so far, whether or not it was ever shown.
    earned: Vec<Candidate>,
    /// The last revocation.
    revocation: Option<Uuid>,
}

impl<'a> Appraisal<'a> {
    fn of(
        context: &Context<'a, '_>,
        assignment: &Assignment,
        acts: &Acts<'_>,
        mut rows: Vec<Row<'a>>,
    ) -> Self {
        let terms = context.terms();
        let void_until = acts.revocation().map(|revocation| revocation.at);
        let plan = &context.curriculum.plan;
        let absences = Absences::among(
            plan,
            context.person,
            assignment,
            void_until,
            &mut rows,
            context.clock,
        );
        let learner = &context.person.identifiers;
        let fold = Fold::of(plan, terms, learner, absences, &rows, void_until, context.view.at);
        fold.ask(context.clock, &rows);
        let has_renewal = context.curriculum.plan.renewal.is_some();
        let earned = certificates::earned(&fold.candidates, &fold.renewals, has_renewal, terms);
        let chain = certificates::chain(&earned, terms, assignment, context.clock);
        let is_before = |moment: &dyn Fn(&Certificate) -> Timestamp| {
            chain
                .last()
                .is_some_and(|last| !context.clock.reached(moment(last)))
        };
        let in_force = is_before(&|last| last.candidate.expires);
        let in_grace = !in_force && is_before(&|last| terms.grace_ends(last.candidate.expires));
        Self {
            rows,
            fold,
            chain,
            in_force,
            in_grace,
            earned,
            revocation: acts.revocation().map(|act| act.id),
        }
    }

    fn in_force(&self) -> Option<&Certificate> {
        self.chain.last().filter(|_| self.in_force)
    }

    /// The last certificate with the proof of it and of all before it.
    fn entitlement(&self) -> Option<Entitlement> {
        let last = self.chain.last()?;
        let (statements, mut acts) = self.proof(self.chain.len());
        // What was shown before does not count because of it.
        acts.extend(self.revocation);
        let awarded = match self.rows.get(last.candidate.position).map(|row| &row.fact) {
            Some(Fact::Award(act)) => Some(Decided::from(*act)),
            _ => None,
        };
        Some(Entitlement {
            earned_at: last.candidate.earned,
            expires_at: last.expires_at(),
            renewal_opens_at: last.renewal_opens_at(),
            cycle: u32::try_from(self.chain.len()).unwrap_or(u32::MAX),
            statements,
            acts,
            awarded,
        })
    }

    /// The proof of the first so many certificates: statements and decisions, each once, in the order of evidence.
    fn proof(&self, count: usize) -> (Vec<Uuid>, Vec<Uuid>) {
        let mut positions = Vec::with_capacity(self.rows.len());
        let mut proved = BTreeSet::new();
        for certificate in self.chain.iter().take(count) {
            // What it renews is part of the proof, and what that renews.
            let mut next = Some(&certificate.candidate);
            while let Some(own) = next.filter(|own| proved.insert((own.position, own.expires))) {
                self.fold.prove(own, &self.rows, &mut positions);
                next = self.renewed_by(own);
            }
        }
        if let Some(last) = self.last_that_could_tell(count) {
            self.fold.prove_attempts(last, &self.rows, &mut positions);
        }
        cited(positions, &self.rows)
    }

    /// The last row without which others than the first so many certificates might have been earned.
    fn last_that_could_tell(&self, count: usize) -> Option<usize> {
        let chain = self.chain.get(..count)?;
        if self.fold.plan.absences.is_empty() {
            let earned = chain.iter().filter(|own| own.candidate.leaf.is_some());
            return earned.map(|own| own.candidate.position).max();
        }
        // What must not happen would have earned one by itself, until the last of these took its place.
        let (last, before) = chain.split_last()?;
        let since = before
            .last()
            .map_or(last.from, |before| before.opens().max(last.from));
        self.rows.partition_point(|row| row.when <= since).checked_sub(1)
    }

    /// What a certificate renews, if it is one only because of that.
    fn renewed_by(&self, candidate: &Candidate) -> Option<&Candidate> {
        self.earned.get(candidate.renews?)
    }

    /// The certificate that can be renewed: the one in force, or the last while its time of grace is not over.
    fn renewable(&self) -> Option<&Certificate> {
        let last = self.chain.last().filter(|_| self.in_force || self.in_grace);
        last.filter(|last| last.candidate.expires != NEVER)
    }

    /// How what is required was met for the certificate in force; with courses of its own for the renewal, in the time
    /// of grace too. Nothing for one that was awarded by hand.
    fn basis(&self, has_renewal: bool) -> Option<&Candidate> {
        let holds = self.in_force || (self.in_grace && has_renewal);
        let mut own = &self.chain.last().filter(|_| holds)?.candidate;
        while own.is_by_renewal {
            own = self.renewed_by(own)?;
        }
        Some(own).filter(|own| own.leaf.is_some())
    }
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

/// The statements and decisions at these positions, each once, in the order of evidence.
fn cited(mut positions: Vec<usize>, rows: &[Row<'_>]) -> (Vec<Uuid>, Vec<Uuid>) {
    positions.sort_unstable();
    positions.dedup();
    let (mut statements, mut acts) = (Vec::with_capacity(positions.len()), Vec::new());
    let mut is_shared = false;
    for row in positions.into_iter().filter_map(|position| rows.get(position)) {
        match &row.fact {
            Fact::Statement(evidence, by) => {
                statements.push(evidence.statement);
                acts.extend(by.iter().map(|act| act.id));
                is_shared |= !by.is_empty();
            }
            Fact::Award(act) => acts.push(act.id),
            Fact::Holds(holds) => match &holds.by {
                Holding::Waiver(act) | Holding::Credential(act) => acts.push(act.id),
                Holding::Certificate(other) => {
                    statements.extend(&other.statements);
                    acts.extend(&other.acts);
                    is_shared = true;
                }
                // What proves it are the statements that say when it happened last.
                Holding::Absence { .. } => {}
            },
        }
    }
    // Statements are cited by one row each, except those that prove certificates of other curricula.
    for list in [&mut statements, &mut acts].into_iter().filter(|_| is_shared) {
        let mut seen = BTreeSet::new();
        list.retain(|id| seen.insert(*id));
    }
    (statements, acts)
}
