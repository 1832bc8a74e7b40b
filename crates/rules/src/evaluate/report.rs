//! Every requirement of a curriculum with its outcome and the reason for it, in words.

use std::fmt::Write as _;

use chrono_tz::Tz;

use super::certificates::Certificate;
use super::clock::Clock;
use super::fold::{Declined, Fold, goes_stale};
use super::judge::Why;
use super::words::{Day, Points, Quoted};
use super::{Row, statements};
use crate::plan::{Kind, NodeId, Plan, Requirement, Test};
use crate::{
    Considered, Curriculum, Evidence, Number, Outcome, Person, RequirementKind, RequirementStanding,
};

/// How many statements that did not count are named per requirement.
const CONSIDERED: usize = 5;

/// Where the person stands in every requirement: for the certificate in force, else for the next one.
pub(super) fn requirements(
    curriculum: &Curriculum,
    person: &Person,
    fold: &Fold<'_>,
    rows: &[Row<'_>],
    in_force: Option<&Certificate>,
    clock: &Clock,
) -> Vec<RequirementStanding> {
    let report = Report {
        curriculum,
        plan: &curriculum.plan,
        zone: person.zone(),
        fold,
        rows,
        in_force,
        clock,
    };
    curriculum
        .plan
        .requirements
        .iter()
        .map(|requirement| report.standing(requirement))
        .collect()
}

struct Report<'a> {
    curriculum: &'a Curriculum,
    plan: &'a Plan,
    zone: Tz,
    fold: &'a Fold<'a>,
    rows: &'a [Row<'a>],
    in_force: Option<&'a Certificate>,
    clock: &'a Clock,
}

impl Report<'_> {
    fn standing(&self, requirement: &Requirement) -> RequirementStanding {
        let up_to = match self.in_force {
            Some(certificate) if requirement.required => certificate.position,
            _ => usize::MAX,
        };
        let is_met = self.is_met(requirement.node, requirement.required);
        let mut passes = Vec::new();
        let mut reason = String::new();
        let mut missing = String::new();
        if is_met {
            self.fold.passes(requirement.node, up_to, &mut passes);
        }
        for &leaf in self.leaves(requirement.node) {
            if self.is_met(leaf, requirement.required) {
                self.met(leaf, up_to, &mut reason);
            } else {
                self.unmet(leaf, &mut reason);
                self.missing(leaf, requirement, &mut missing);
            }
        }
        RequirementStanding {
            id: requirement.id.clone(),
            title: requirement.title.clone(),
            kind: if requirement.required {
                RequirementKind::Required
            } else {
                RequirementKind::Suggested
            },
            outcome: if is_met { Outcome::Met } else { Outcome::Unmet },
            statements: statements(passes, self.rows),
            reason,
            considered: self.considered(requirement),
            missing: (!missing.is_empty()).then_some(missing),
        }
    }

    /// Whether a node is met for the certificate in force, else for the next one. What is only suggested never
    /// grows old.
    fn is_met(&self, node: NodeId, required: bool) -> bool {
        match (self.in_force, self.fold.root(node)) {
            (Some(_), _) if required => true,
            (_, None) => false,
            (_, Some(_)) if !required => true,
            (_, Some(root)) => !self
                .clock
                .reached(goes_stale(root, &self.curriculum.definition.certification)),
        }
    }

    fn row(&self, position: usize) -> Option<&Evidence> {
        self.rows.get(position).map(|row| row.evidence)
    }

    fn leaves(&self, node: NodeId) -> &[NodeId] {
        match self.plan.nodes.get(node).map(|own| &own.kind) {
            Some(Kind::All(children)) => children,
            // The one that is asked for, as a list of one.
            _ => self.plan.ids.get(node..=node).unwrap_or_default(),
        }
    }

    fn test(&self, leaf: NodeId) -> Option<Test> {
        match self.plan.nodes.get(leaf)?.kind {
            Kind::Leaf { test, .. } => Some(test),
            Kind::All(_) => None,
        }
    }

    /// Writing to a text cannot fail: the results of `write!` below say nothing.
    fn met(&self, leaf: NodeId, up_to: usize, out: &mut String) {
        let Some(row) = self.fold.pass(leaf, up_to).and_then(|at| self.row(at)) else {
            return;
        };
        let day = Day(row.timestamp, self.zone);
        separate(out, " and ");
        let _ = match (self.test(leaf), row.score.and_then(|score| score.as_scaled())) {
            (Some(Test::Completed), _) => write!(out, "completed on {day}"),
            (_, Some(score)) => write!(out, "passed with {} on {day}", Points(score)),
            (_, None) => write!(out, "passed on {day}"),
        };
    }

    fn unmet(&self, leaf: NodeId, out: &mut String) {
        separate(out, "; ");
        if let Some(row) = self.fold.pass(leaf, usize::MAX).and_then(|at| self.row(at)) {
            let freshness = self.curriculum.definition.certification.freshness();
            let _ = write!(out, "{} on {}", self.done(leaf), Day(row.timestamp, self.zone));
            if let Some(freshness) = freshness {
                let _ = write!(out, ", and what it rests on is {freshness} old or older");
            }
            out.push_str(": does not count any more, take it again");
            return;
        }
        let declined = || self.fold.declined.iter().filter(|declined| declined.leaf == leaf);
        let too_early = declined()
            .rev()
            .find(|declined| matches!(declined.why, Why::Before(_)));
        let best = declined()
            .filter_map(|declined| match declined.why {
                Why::Below(score) => Some(score),
                Why::Failed(score) => score,
                _ => None,
            })
            .max();
        match (too_early, best, self.threshold(leaf), declined().next_back()) {
            (Some(declined), ..) => {
                let day = self
                    .rows
                    .get(declined.position)
                    .map(|row| Day(row.evidence.timestamp, self.zone));
                if let Some(day) = day {
                    let _ = write!(out, "{} on {day} ", self.done(leaf));
                }
                self.why(declined, out);
                out.push_str(": does not count, take it again");
            }
            (None, Some(best), Some(threshold), _) if best < threshold => {
                let _ = write!(out, "best score {} of {} needed", Points(best), Points(threshold));
            }
            (None, _, _, Some(declined))
                if !matches!(declined.why, Why::OnlyCompleted | Why::NotCompleted) =>
            {
                self.why(declined, out);
            }
            (None, ..) => {
                let _ = write!(out, "not {} yet", self.done(leaf));
            }
        }
    }

    fn threshold(&self, leaf: NodeId) -> Option<Number> {
        match self.test(leaf)? {
            Test::Passed { threshold } => threshold,
            Test::Completed => None,
        }
    }

    fn done(&self, leaf: NodeId) -> &'static str {
        match self.test(leaf) {
            Some(Test::Completed) => "completed",
            _ => "passed",
        }
    }

    /// Why a statement did not count.
    fn why(&self, declined: &Declined, out: &mut String) {
        let needed = self.threshold(declined.leaf);
        let _ = match (declined.why, needed) {
            (Why::Failed(Some(score)), Some(needed)) => {
                write!(out, "failed with {} ({} needed)", Points(score), Points(needed))
            }
            (Why::Failed(Some(score)), None) => write!(out, "failed with {}", Points(score)),
            (Why::Failed(None), _) => write!(out, "failed"),
            (Why::Below(score), needed) => {
                let needed = needed.unwrap_or(Number::ZERO);
                write!(out, "score {} of {} needed", Points(score), Points(needed))
            }
            (Why::NoScore, needed) => {
                let needed = needed.unwrap_or(Number::ZERO);
                write!(out, "no score was reported, {} needed", Points(needed))
            }
            (Why::OnlyCompleted, _) => write!(out, "completed, but that it was passed was not reported"),
            (Why::NotCompleted, _) => write!(out, "that it was completed was not reported"),
            (Why::Before(first), _) => {
                let title = self
                    .plan
                    .requirement_of(first)
                    .map_or("", |first| first.title.as_str());
                let met = self.fold.first_met(first).and_then(|at| self.row(at));
                match met {
                    Some(row) => {
                        write!(
                            out,
                            "before {} was met on {}",
                            Quoted(title),
                            Day(row.timestamp, self.zone)
                        )
                    }
                    None => write!(out, "before {} was met", Quoted(title)),
                }
            }
        };
    }

    fn missing(&self, leaf: NodeId, requirement: &Requirement, out: &mut String) {
        separate(out, ", and ");
        let title = Quoted(&requirement.title);
        let _ = match self.test(leaf) {
            Some(Test::Completed) => write!(out, "complete {title}"),
            Some(Test::Passed {
                threshold: Some(threshold),
            }) => {
                write!(out, "pass {title} with at least {}", Points(threshold))
            }
            _ => write!(out, "pass {title}"),
        };
        let Some(Kind::Leaf { after, .. }) = self.plan.nodes.get(leaf).map(|node| &node.kind) else {
            return;
        };
        let mut word = " after ";
        for first in after
            .iter()
            .filter(|first| !self.is_met(**first, requirement.required))
        {
            let title = self
                .plan
                .requirement_of(*first)
                .map_or("", |first| first.title.as_str());
            let _ = write!(out, "{word}{}", Quoted(title));
            word = " and ";
        }
    }

    fn considered(&self, requirement: &Requirement) -> Vec<Considered> {
        let leaves = self.leaves(requirement.node);
        let mut considered: Vec<Considered> = self
            .fold
            .declined
            .iter()
            .rev()
            .filter(|declined| leaves.contains(&declined.leaf))
            .filter_map(|declined| {
                let row = self.row(declined.position)?;
                let mut reason = String::new();
                self.why(declined, &mut reason);
                Some(Considered {
                    statement: row.statement,
                    timestamp: row.timestamp,
                    reason,
                })
            })
            .take(CONSIDERED)
            .collect();
        considered.reverse();
        considered
    }
}

fn separate(out: &mut String, by: &str) {
    if !out.is_empty() {
        out.push_str(by);
    }
}
