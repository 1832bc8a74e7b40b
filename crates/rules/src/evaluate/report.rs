//! Every requirement of a curriculum with its outcome and the reason for it, in words.

use chrono_tz::Tz;

use super::certificates::Certificate;
use super::clock::Clock;
use super::deadline::Owing;
use super::fold::{Candidate, Step};
use super::gather::{Fact, Row};
use super::judge;
use super::reasons::separate;
use super::terms::Terms;
use super::upheld::Moment;
use super::{Appraisal, Context, cited};
use crate::plan::{NodeId, Plan, Requirement};
use crate::{Considered, Curriculum, Outcome, RequirementKind, RequirementStanding};

/// How many statements that did not count are named per requirement.
const CONSIDERED: usize = 5;

/// Where the person stands in every requirement: for the certificate in force, else for the next one.
pub(super) fn requirements(
    context: &Context<'_, '_>,
    firm: &Appraisal<'_>,
    possible: Option<&Appraisal<'_>>,
    owing: &Owing<'_>,
    is_suspended: bool,
) -> Vec<RequirementStanding> {
    let now = firm.moment(context.view.at).filter(|_| is_suspended);
    let report = |own, possible, is_firm| Report {
        curriculum: context.curriculum,
        plan: &context.curriculum.plan,
        terms: context.terms(),
        zone: context.person.zone(),
        own,
        possible,
        is_firm,
        clock: context.clock,
        owing,
        renewable: firm.renewable(),
        suspended: now.filter(|_| is_firm),
    };
    let possible = possible.map(|possible| report(possible, None, false));
    let report = report(firm, possible.as_ref(), true);
    let requirements = &context.curriculum.plan.requirements;
    let tops = requirements
        .iter()
        .filter(|requirement| requirement.group.is_none());
    // What renews a certificate is shown where there is one to renew.
    let shown = tops.filter(|top| top.kind != RequirementKind::Renewal || firm.renewable().is_some());
    shown.map(|requirement| report.standing(requirement)).collect()
}

pub(super) struct Report<'a> {
    curriculum: &'a Curriculum,
    pub(super) plan: &'a Plan,
    pub(super) terms: Terms<'a>,
    pub(super) zone: Tz,
    pub(super) own: &'a Appraisal<'a>,
    /// The same with what has to be reviewed first, if there is any.
    possible: Option<&'a Report<'a>>,
    /// Whether this is by what is firm.
    is_firm: bool,
    pub(super) clock: &'a Clock,
    owing: &'a Owing<'a>,
    /// What can be renewed, by what is firm.
    pub(super) renewable: Option<&'a Certificate>,
    /// Now, if the certificate in force is suspended: what it lost is not met.
    suspended: Option<Moment>,
}

impl Report<'_> {
    fn standing(&self, requirement: &Requirement) -> RequirementStanding {
        let up_to = self.up_to(requirement.kind);
        let is_met = self.is_met(requirement.node, requirement.kind);
        let parts: Vec<RequirementStanding> =
            self.parts(requirement).map(|part| self.standing(part)).collect();
        let mut passes = Vec::new();
        let mut reason = String::new();
        let mut missing = String::new();
        if is_met {
            let way = self.way(requirement.kind);
            self.own.fold.passes(requirement.node, &way, up_to, &mut passes);
        }
        if !parts.is_empty() {
            self.group(requirement, is_met, &parts, &mut reason, &mut missing);
        }
        // One waiver may say the same of both what must be passed and what must be completed.
        let mut said = String::new();
        for &leaf in &requirement.leaves {
            let is_met = self.is_met(leaf, requirement.kind);
            let mut own = String::new();
            if is_met {
                self.met(leaf, up_to, &mut own);
            } else {
                self.unmet(leaf, requirement, &mut own);
                self.missing(leaf, requirement, &mut missing);
            }
            if own != said {
                separate(&mut reason, if is_met { " and " } else { "; " });
                reason.push_str(&own);
            }
            said = own;
        }
        let outcome = if is_met && self.is_waived(requirement, up_to, &parts) {
            Outcome::Waived
        } else if is_met {
            Outcome::Met
        } else if let Some(possible) = self
            .possible
            .filter(|may| may.is_met(requirement.node, requirement.kind))
        {
            reason = possible.standing(requirement).reason;
            reason.push_str(", if that is accepted: it has to be reviewed");
            Outcome::PendingReview
        } else {
            Outcome::Unmet
        };
        let (statements, acts) = cited(passes, &self.own.rows);
        let due = self.owing.due(requirement);
        if !missing.is_empty() {
            self.by_when(requirement, due, &mut missing);
        }
        let course = self.curriculum.measures.named(&requirement.id);
        RequirementStanding {
            id: requirement.id.clone(),
            title: requirement.title.clone(),
            kind: requirement.kind,
            level: course.map(|course| course.level),
            delivery: course.and_then(|course| course.delivery),
            assessment: course.and_then(|course| course.assessment),
            outcome,
            statements,
            acts,
            reason,
            considered: self.considered(requirement),
            missing: (!missing.is_empty()).then_some(missing),
            due_at: due.map(|due| due.at),
            overdue: due.is_some_and(|due| self.owing.is_overdue(due, outcome)),
            parts,
        }
    }

    /// Whether a requirement that is met is met by waivers alone.
    fn is_waived(&self, requirement: &Requirement, up_to: Step, parts: &[RequirementStanding]) -> bool {
        let by_waiver = |leaf: &NodeId| {
            let row = self.own.fold.pass(*leaf, up_to).and_then(|at| self.row(at));
            row.is_some_and(|row| match &row.fact {
                Fact::Holds(holds) => holds.is_waiver(),
                Fact::Statement(evidence, _) => {
                    let test = self.test(*leaf);
                    test.is_some_and(|test| judge::is_waived(test, evidence))
                }
                Fact::Award(_) | Fact::Given(_) => false,
            })
        };
        if parts.is_empty() {
            return requirement.leaves.iter().any(by_waiver);
        }
        let mut met = parts.iter().filter(|part| {
            let counts =
                requirement.kind == RequirementKind::Suggested || part.kind != RequirementKind::Suggested;
            counts && part.outcome.is_met()
        });
        met.all(|part| part.outcome == Outcome::Waived)
    }

    pub(super) fn parts(&self, requirement: &Requirement) -> impl Iterator<Item = &Requirement> {
        requirement
            .parts
            .iter()
            .filter_map(|part| self.plan.requirements.get(*part))
    }

    /// How much of the evidence matters: for what is required, no more than earned the certificate in force.
    fn up_to(&self, kind: RequirementKind) -> Step {
        self.basis()
            .filter(|_| kind == RequirementKind::Required)
            .map_or(Step::LAST, |candidate| Step::at(candidate.position))
    }

    /// The way up from what earned the certificate in force: of several parts that would do, its proof has that one.
    fn way(&self, kind: RequirementKind) -> Vec<NodeId> {
        let basis = self.basis().filter(|_| kind == RequirementKind::Required);
        let leaf = basis.and_then(|candidate| candidate.leaf);
        leaf.map_or_else(Vec::new, |leaf| self.plan.way_up(leaf).collect())
    }

    /// Whether a node is met for the certificate in force, else for the next one; of what renews one, whether it is met
    /// since that can be renewed. What is only suggested never grows old.
    pub(super) fn is_met(&self, node: NodeId, kind: RequirementKind) -> bool {
        let Some(root) = self.own.fold.root_at(node, self.up_to(kind)) else {
            return false;
        };
        let stale = self.terms.goes_stale(root);
        match (kind, self.basis()) {
            (RequirementKind::Suggested, _) => true,
            (RequirementKind::Required, Some(candidate)) => {
                let is_upheld = |now| self.own.is_upheld(node, candidate.position, now);
                candidate.earned < stale && self.suspended.is_none_or(is_upheld)
            }
            // Where they stand is said by the revision that gave it; what is required here matters when that has ended.
            (RequirementKind::Required, None) if self.own.is_given() => !self.clock.is_past(stale),
            (RequirementKind::Required, None) => !self.clock.reached(stale),
            (RequirementKind::Renewal, _) => {
                let opens = self.renewable.map(Certificate::opens);
                opens.is_some_and(|opens| opens <= root) && !self.clock.reached(stale)
            }
        }
    }

    fn basis(&self) -> Option<&Candidate> {
        // What may have been met for a certificate that is over is not met by a review.
        self.own.basis(self.is_firm && self.plan.renewal.is_some())
    }

    pub(super) fn row(&self, position: usize) -> Option<&Row<'_>> {
        self.own.rows.get(position)
    }

    /// The latest statements that did not count, and those that have to be reviewed.
    fn considered(&self, requirement: &Requirement) -> Vec<Considered> {
        let own = self
            .own
            .fold
            .declined
            .iter()
            .rev()
            .filter(|declined| requirement.leaves.contains(&declined.leaf));
        let mut considered: Vec<Considered> = own
            .filter_map(|declined| {
                let row = self.row(declined.position)?;
                let mut reason = String::new();
                self.why(declined, &mut reason);
                said(row, reason)
            })
            .take(CONSIDERED)
            .collect();
        considered.dedup();
        considered.reverse();
        let possible = self
            .possible
            .map(|possible| possible.own.rows.as_slice())
            .unwrap_or_default();
        let doubtful = possible.iter().filter(|row| {
            row.doubt.is_some() && row.leaves.iter().any(|leaf| requirement.leaves.contains(leaf))
        });
        considered.extend(
            doubtful
                .take(CONSIDERED)
                .filter_map(|row| said(row, self.doubt(row)?)),
        );
        considered
    }
}

fn said(row: &Row<'_>, reason: String) -> Option<Considered> {
    let evidence = row.evidence()?;
    Some(Considered {
        statement: evidence.statement,
        timestamp: evidence.timestamp,
        reason,
    })
}
