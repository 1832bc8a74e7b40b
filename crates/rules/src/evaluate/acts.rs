//! What was decided about the person in this curriculum, as far as it is known and not undone.

use std::borrow::Cow;

use uuid::Uuid;
use xapi::Timestamp;

use super::clock::{Clock, NEVER};
use crate::plan::{NodeId, Plan};
use crate::{Act, ActKind, Evidence, View};

/// The decisions that are in effect.
#[derive(Default)]
pub(super) struct Acts<'a> {
    /// About what is true, whenever it happened: reviews and equivalences.
    findings: Vec<&'a Act>,
    /// In effect from the moment they were made until they were undone.
    rulings: Vec<&'a Act>,
    revocation: Option<&'a Act>,
}

impl<'a> Acts<'a> {
    pub(super) fn of(curriculum: &str, view: &View<'a>, clock: &Clock) -> Self {
        let mut acts = Self::default();
        for act in view.acts_on(curriculum) {
            let undone = view.undone_at(act);
            match act.kind {
                ActKind::Review { .. } | ActKind::Equivalence { .. } | ActKind::Credential { .. } => {
                    if undone.is_none() {
                        acts.findings.push(act);
                    }
                }
                ActKind::Waiver { .. }
                | ActKind::Extension { .. }
                | ActKind::Award { .. }
                | ActKind::Revocation { .. } => {
                    let ever = undone.is_none_or(|undone| undone > act.at);
                    if ever && clock.reached(act.at) && !undone.is_some_and(|undone| clock.reached(undone)) {
                        acts.rulings.push(act);
                    }
                }
                // Figures are what measures are made from; whether a curriculum is in use is asked of it as a whole.
                ActKind::Figure { .. } | ActKind::Retire { .. } => {}
            }
        }
        acts.rulings.sort_by_key(|act| (act.at, act.id));
        acts.findings.sort_by_key(|act| (act.at, act.id));
        acts.findings.dedup();
        acts.rulings.dedup();
        let revocations = acts.rulings.iter().rev();
        acts.revocation = revocations
            .copied()
            .find(|act| matches!(act.kind, ActKind::Revocation { .. }));
        acts
    }

    /// The last revocation.
    pub(super) fn revocation(&self) -> Option<&'a Act> {
        self.revocation
    }

    /// Whether what happened then was not made void by a revocation.
    pub(super) fn counts_at(&self, when: Timestamp) -> bool {
        self.revocation.is_none_or(|revocation| when > revocation.at)
    }

    /// What was last decided about a statement; between two decisions of one moment, the refusal stands.
    pub(super) fn review(&self, of: Uuid) -> Option<bool> {
        let decisions = self.findings.iter().filter_map(|act| match act.kind {
            ActKind::Review {
                statement, accepted, ..
            } if statement == of => Some((act.at, !accepted)),
            _ => None,
        });
        decisions.max().map(|(_, refused)| !refused)
    }

    /// The decisions by which a statement speaks to courses whose activity it does not name; those are added.
    pub(super) fn equivalences(
        &self,
        plan: &Plan,
        evidence: &Evidence,
        leaves: &mut Cow<'_, [NodeId]>,
    ) -> Vec<&'a Act> {
        let mut by: Vec<&'a Act> = Vec::new();
        for act in &self.findings {
            let ActKind::Equivalence {
                requirement,
                activity,
                until,
                ..
            } = &act.kind
            else {
                continue;
            };
            let applies = evidence.activity == *activity && evidence.timestamp < until.unwrap_or(NEVER);
            let course = plan.requirement(requirement).filter(|_| applies);
            let own = course.iter().flat_map(|course| &course.leaves);
            // Nothing stands for what must not happen.
            for leaf in own.filter(|leaf| plan.absence(**leaf).is_none()) {
                if !leaves.contains(leaf) {
                    leaves.to_mut().push(*leaf);
                    if by.last().is_none_or(|last| last.id != act.id) {
                        by.push(act);
                    }
                }
            }
        }
        if !by.is_empty() {
            leaves.to_mut().sort_unstable();
        }
        by
    }

    /// Until when somebody has longer for what has one of these ids: of several decisions, the last.
    pub(super) fn extension(&self, ids: &[&str]) -> Option<Timestamp> {
        self.rulings.iter().rev().find_map(|act| match &act.kind {
            ActKind::Extension { requirement, due, .. } => requirement
                .as_deref()
                .is_none_or(|own| ids.contains(&own))
                .then_some(*due),
            _ => None,
        })
    }

    /// The certificates awarded by hand that no revocation took away.
    pub(super) fn awards(&self) -> impl Iterator<Item = &'a Act> {
        self.rulings
            .iter()
            .copied()
            .filter(|act| matches!(act.kind, ActKind::Award { .. }) && self.counts_at(act.at))
    }

    /// The waivers: the requirement, and when they end.
    pub(super) fn waivers(&self) -> impl Iterator<Item = (&'a Act, &'a str, Timestamp)> {
        self.rulings.iter().filter_map(|act| match &act.kind {
            ActKind::Waiver {
                requirement, until, ..
            } => Some((*act, requirement.as_str(), until.unwrap_or(NEVER))),
            _ => None,
        })
    }

    /// The credentials of outside issuers.
    pub(super) fn credentials(&self) -> impl Iterator<Item = &'a Act> {
        self.findings
            .iter()
            .copied()
            .filter(|act| matches!(act.kind, ActKind::Credential { .. }))
    }
}
