//! What some evidence makes of a person, and what of it proves that.

use std::collections::BTreeSet;

use uuid::Uuid;
use xapi::Timestamp;

use super::Context;
use super::absences::Absences;
use super::acts::Acts;
use super::certificates::{self, Certificate};
use super::clock::NEVER;
use super::fold::{Candidate, Fold};
use super::gather::{Fact, Row};
use super::holds::Holding;
use crate::assignment::Assignment;
use crate::{Decided, Entitlement, Given};

/// What some evidence makes of a person.
pub(super) struct Appraisal<'a> {
    pub(super) rows: Vec<Row<'a>>,
    pub(super) fold: Fold<'a>,
    /// The certificates so far, the first cycle first.
    pub(super) chain: Vec<Certificate>,
    /// Whether the last of them is in force.
    pub(super) in_force: bool,
    /// Whether the last of them is not and can still be renewed.
    pub(super) in_grace: bool,
    /// Everything that was earned so far, whether or not it was ever shown.
    pub(super) earned: Vec<Candidate>,
    /// The last revocation.
    revocation: Option<Uuid>,
    /// Until when what must not happen tells that no other took the place of the last, if it can be renewed.
    told_until: Option<Timestamp>,
}

impl<'a> Appraisal<'a> {
    pub(super) fn of(
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
        let needs_anything = !plan.always.is_empty();
        let earned = certificates::earned(
            &fold.candidates,
            &fold.renewals,
            has_renewal,
            needs_anything,
            terms,
        );
        let chain = certificates::chain(&fold.candidates, &earned, terms, assignment, context.clock);
        let is_before = |moment: &dyn Fn(&Certificate) -> Timestamp| {
            chain
                .last()
                .is_some_and(|last| !context.clock.reached(moment(last)))
        };
        let told_until = chain
            .last()
            .filter(|_| !plan.absences.is_empty())
            .and_then(|last| {
                let is_open = context.clock.reached(last.renewal_opens_at()?);
                is_open.then_some(context.view.at.min(last.candidate.expires))
            });
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
            told_until,
        }
    }

    /// Whether the certificate in force was given before: by an earlier revision.
    pub(super) fn is_given(&self) -> bool {
        self.in_force().is_some_and(|own| own.candidate.given.is_some())
    }

    pub(super) fn in_force(&self) -> Option<&Certificate> {
        self.chain.last().filter(|_| self.in_force)
    }

    /// The last certificate with the proof of it and of all before it.
    pub(super) fn entitlement(&self, context: &Context<'_, '_>) -> Option<Entitlement> {
        let last = self.chain.last()?;
        let (statements, mut acts) = self.proof(self.chain.len(), self.upholding_now(context, last));
        // What was shown before does not count because of it.
        acts.extend(self.revocation);
        let awarded = self.awarded(last);
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

    /// All certificates with their proofs, as certificates of this curriculum, the first cycle first.
    pub(super) fn certificates(&self, context: &Context<'_, '_>) -> Vec<Given> {
        let certificates = self.chain.iter().enumerate().map(|(count, own)| {
            let (statements, acts) = self.proof(count + 1, self.upholding_now(context, own));
            Given {
                curriculum: context.curriculum.id().to_owned(),
                earned_at: own.candidate.earned,
                from: own.from,
                renewal_opens_at: own.renewal_opens_at(),
                expires_at: own.expires_at(),
                statements,
                acts,
                awarded: self.awarded(own),
                suspensions: self.suspensions(context, own),
            }
        });
        certificates.collect()
    }

    /// The decision by which a certificate was awarded by hand.
    fn awarded(&self, certificate: &Certificate) -> Option<Decided> {
        match &self.rows.get(certificate.candidate.position)?.fact {
            Fact::Award(act) => Some(Decided::from(*act)),
            Fact::Given(given) => given.awarded.clone(),
            _ => None,
        }
    }

    /// The proof of the first so many certificates, and what upholds the last of them: statements and decisions, each
    /// once, in the order of evidence.
    pub(super) fn proof(&self, count: usize, upholding: Vec<usize>) -> (Vec<Uuid>, Vec<Uuid>) {
        let mut positions = upholding;
        positions.reserve(self.rows.len());
        let mut proved = BTreeSet::new();
        // Of those that were given before, the last cites what proves the others.
        let given = self
            .chain
            .iter()
            .take(count)
            .filter(|own| own.candidate.given.is_some());
        let cited_by_the_last = given.count().saturating_sub(1);
        for certificate in self.chain.iter().take(count).skip(cited_by_the_last) {
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
        // What must not happen would have earned one by itself, until the last of these took its place; and from when
        // that one can be renewed, another would have taken its place up to now, while it was in force.
        let (last, before) = chain.split_last()?;
        let since = before
            .last()
            .map_or(last.from, |before| before.opens().max(last.from));
        let since = self
            .told_until
            .filter(|_| count == self.chain.len())
            .unwrap_or(since);
        self.rows.partition_point(|row| row.when <= since).checked_sub(1)
    }

    /// What a certificate renews, if it is one only because of that.
    pub(super) fn renewed_by(&self, candidate: &Candidate) -> Option<&Candidate> {
        self.earned.get(candidate.renews?)
    }

    /// The certificate that one goes back to through those that renewed it by courses of their own.
    pub(super) fn before_renewals<'s>(&'s self, candidate: &'s Candidate) -> Option<&'s Candidate> {
        let mut own = candidate;
        while own.is_by_renewal {
            own = self.renewed_by(own)?;
        }
        Some(own)
    }

    /// The certificate that can be renewed: the one in force, or the last while its time of grace is not over.
    pub(super) fn renewable(&self) -> Option<&Certificate> {
        let last = self.chain.last().filter(|_| self.in_force || self.in_grace);
        last.filter(|last| last.candidate.expires != NEVER)
    }

    /// How what is required was met for the certificate in force; with courses of its own for the renewal, in the time
    /// of grace too. Nothing for one that was awarded by hand.
    pub(super) fn basis(&self, has_renewal: bool) -> Option<&Candidate> {
        let holds = self.in_force || (self.in_grace && has_renewal);
        let last = self.chain.last().filter(|_| holds)?;
        self.before_renewals(&last.candidate)
            .filter(|own| own.leaf.is_some())
    }
}

/// The statements and decisions at these positions, each once, in the order of evidence.
pub(super) fn cited(mut positions: Vec<usize>, rows: &[Row<'_>]) -> (Vec<Uuid>, Vec<Uuid>) {
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
            Fact::Given(given) => {
                statements.extend(&given.statements);
                acts.extend(&given.acts);
                is_shared = true;
            }
            Fact::Holds(holds) => match &holds.by {
                Holding::Waiver(act) | Holding::Credential(act) => acts.push(act.id),
                Holding::Certificate(other) => {
                    statements.extend(&other.proof.0);
                    acts.extend(&other.proof.1);
                    is_shared = true;
                }
                // What proves it are the statements that say when it happened last.
                Holding::Absence { .. } => {}
            },
        }
    }
    // Statements are cited by one row each, except those that prove certificates of other curricula or revisions.
    for list in [&mut statements, &mut acts].into_iter().filter(|_| is_shared) {
        let mut seen = BTreeSet::new();
        list.retain(|id| seen.insert(*id));
    }
    (statements, acts)
}
