//! The reasons that are given: why a requirement is met or not, what is missing, why a statement did not count.
//!
//! Writing to a text cannot fail: the results of `write!` say nothing.

mod absent;
mod attempts;
mod declined;
mod missing;
mod tallied;

use std::fmt::Write as _;

use super::clock::NEVER;
use super::fold::Step;
use super::gather::{Doubt, Fact, Row};
use super::holds::{Holding, Holds};
use super::judge::{self, Why};
use super::report::Report;
use super::words::{Day, Quoted, Score};
use crate::definition::PassingScore;
use crate::plan::{Kind, Needs, NodeId, Requirement, Test, Wanted};
use crate::{ActKind, Number, RequirementKind, RequirementStanding};

impl Report<'_> {
    /// What is said of a group: how much is needed and how much is there.
    pub(super) fn group(
        &self,
        requirement: &Requirement,
        is_met: bool,
        parts: &[RequirementStanding],
        reason: &mut String,
        missing: &mut String,
    ) {
        let Some(needs) = self.needs(requirement) else {
            return;
        };
        // What is only suggested in a tier is neither needed nor counted.
        let counts = |part: &&RequirementStanding| {
            requirement.kind == RequirementKind::Suggested || part.kind != RequirementKind::Suggested
        };
        let all = parts.iter().filter(counts).count();
        let met = parts
            .iter()
            .filter(counts)
            .filter(|part| part.outcome.is_met())
            .count();
        let worth = |part: &Requirement| {
            self.plan
                .nodes
                .get(part.node)
                .map_or(Number::ZERO, |node| node.worth)
        };
        let there = self
            .parts(requirement)
            .zip(parts)
            .filter(|(_, part)| part.outcome.is_met())
            .fold(Number::ZERO, |sum, (part, _)| sum.plus(worth(part)));
        let _ = match needs {
            Needs::All => write!(reason, "{met} of {all} are met"),
            Needs::AtLeast(count) => write!(reason, "{met} of at least {count} are met"),
            Needs::Points(points) => write!(reason, "{there} of {points} points are there"),
        };
        if is_met {
            return;
        }
        let _ = match needs {
            Needs::All => Ok(()),
            Needs::AtLeast(count) => write!(missing, "{} more of: ", count.saturating_sub(met)),
            Needs::Points(points) => write!(missing, "{} more points from: ", points.minus(there)),
        };
        let open = parts
            .iter()
            .filter(counts)
            .filter_map(|part| part.missing.as_deref());
        for (index, part) in open.enumerate() {
            missing.push_str(if index > 0 { "; " } else { "" });
            // What is missing of a group within it is one of its entries.
            let _ = if part.contains("; ") {
                write!(missing, "({part})")
            } else {
                write!(missing, "{part}")
            };
        }
    }

    /// What shows that a leaf is met.
    pub(super) fn met(&self, leaf: NodeId, up_to: Step, out: &mut String) {
        let Some(row) = self.own.fold.pass(leaf, up_to).and_then(|at| self.row(at)) else {
            return;
        };
        let day = Day(row.when, self.zone);
        separate(out, " and ");
        let score = match &row.fact {
            Fact::Statement(evidence, _)
                if self
                    .test(leaf)
                    .is_some_and(|test| judge::is_waived(test, evidence)) =>
            {
                let reason = judge::waived_for(evidence).map_or("", |reason| reason.as_str());
                let _ = write!(out, "waived ({reason}) on {day}");
                return;
            }
            Fact::Statement(evidence, _) => evidence.score,
            Fact::Holds(holds) => return self.held(leaf, row, holds, out),
            Fact::Award(_) | Fact::Given(_) => None,
        };
        let done = self.done(leaf);
        let together = self.own.fold.pass(leaf, up_to);
        let together = together.map_or(0, |by| self.own.fold.together(leaf, by).len());
        if together > 0 {
            return self.met_together(leaf, together, day, out);
        }
        let _ = match (self.test(leaf), score) {
            (Some(Test::Passed { threshold }), Some(score)) => {
                let reached = threshold.map_or_else(|| score.as_scaled(), |threshold| threshold.of(&score));
                match reached {
                    Some(reached) => write!(out, "{done} with {} on {day}", Score(threshold, reached)),
                    None => write!(out, "{done} on {day}"),
                }
            }
            _ => write!(out, "{done} on {day}"),
        };
    }

    /// What holds by itself.
    fn held(&self, leaf: NodeId, row: &Row<'_>, holds: &Holds<'_>, out: &mut String) {
        let day = Day(row.when, self.zone);
        let _ = match &holds.by {
            Holding::Waiver(act) => write!(out, "waived by {} on {day}", act.by),
            Holding::Credential(act) => match &act.kind {
                ActKind::Credential {
                    title,
                    credential,
                    issuer,
                    ..
                } => {
                    let title = title.as_deref().unwrap_or(credential.as_str());
                    write!(out, "holds {} of {issuer} since {day}", Quoted(title))
                }
                _ => Ok(()),
            },
            Holding::Absence { .. } => {
                let period = self
                    .plan
                    .absence(leaf)
                    .map_or_else(String::new, |period| period.to_string());
                write!(out, "nothing reported for {period}, as of {day}")
            }
            Holding::Certificate(other) => {
                let title = Quoted(other.curriculum.certification_title());
                write!(out, "holds the certificate {title} since {day}")
            }
        };
        // Of what must not happen, the end is that somebody's role ends.
        if holds.until != NEVER && !holds.is_absence() {
            let _ = write!(out, ", until {}", Day(holds.until, self.zone));
        }
        if let Holding::Waiver(act) = &holds.by
            && !act.reason.is_empty()
        {
            let _ = write!(out, ": {}", act.reason);
        }
    }

    pub(super) fn unmet(&self, leaf: NodeId, requirement: &Requirement, out: &mut String) {
        separate(out, "; ");
        if let Some(wanted) = self.plan.wanted(leaf) {
            let _ = match wanted {
                Wanted::Credential { .. } => write!(out, "no such credential is known to be valid"),
                Wanted::Certificate(_) => write!(out, "that certificate is not in force"),
            };
            return;
        }
        if self.test(leaf) == Some(Test::Absent) {
            return self.happened(leaf, out);
        }
        if let Some(row) = self.own.fold.pass(leaf, Step::LAST).and_then(|at| self.row(at)) {
            let certification = self.terms.certification;
            let _ = write!(out, "{} on {}", self.done(leaf), Day(row.when, self.zone));
            let _ = match (requirement.kind, self.renewable, certification.freshness()) {
                (RequirementKind::Renewal, Some(own), _) if row.when < own.opens() => {
                    let opens = Day(own.opens(), self.zone);
                    write!(
                        out,
                        " before the renewal window opens on {opens}: does not count, take it again then"
                    )
                }
                (_, _, Some(freshness))
                    if certification.within.is_some() || certification.expires_on.is_none() =>
                {
                    write!(
                        out,
                        ", and what it rests on is {freshness} old or older: does not count any more, take it again"
                    )
                }
                _ => write!(out, ": does not count any more, take it again"),
            };
            return;
        }
        let declined = || {
            self.own
                .fold
                .declined
                .iter()
                .filter(|declined| declined.leaf == leaf)
        };
        if self.not_enough(leaf, out) {
            return;
        }
        let last = declined().next_back();
        if let Some(last) = last.filter(|last| self.is_tried(last)) {
            return self.why(last, out);
        }
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
                    .own
                    .rows
                    .get(declined.position)
                    .map(|row| Day(row.when, self.zone));
                if let Some(day) = day {
                    let _ = write!(out, "{} on {day} ", self.done(leaf));
                }
                self.why(declined, out);
                out.push_str(": does not count, take it again");
            }
            (None, Some(best), Some(threshold), _) if best < threshold.least() => {
                let (best, needed) = scores(threshold, best);
                let _ = write!(out, "best score {best} of {needed} needed");
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

    fn threshold(&self, leaf: NodeId) -> Option<PassingScore> {
        match self.test(leaf)? {
            Test::Passed { threshold } => threshold,
            Test::Completed | Test::Matched | Test::Satisfied | Test::Absent | Test::Holds => None,
        }
    }

    fn done(&self, leaf: NodeId) -> &'static str {
        match self.test(leaf) {
            Some(Test::Completed) => "completed",
            Some(Test::Matched) => "shown",
            Some(Test::Satisfied) => "reported as satisfied",
            Some(Test::Absent) => "reported",
            _ => "passed",
        }
    }

    pub(super) fn doubt(&self, row: &Row<'_>) -> Option<String> {
        let known = Day(row.evidence()?.stored, self.zone);
        Some(match row.doubt? {
            Doubt::Ahead => format!("dated later than it became known, on {known}: has to be reviewed"),
            Doubt::Backdated => format!("became known only on {known}: has to be reviewed"),
        })
    }

    pub(super) fn test(&self, leaf: NodeId) -> Option<Test> {
        match self.plan.nodes.get(leaf)?.kind {
            Kind::Leaf { test, .. } => Some(test),
            Kind::Group { .. } => None,
        }
    }
}

/// A score that was reached and the one that is needed, for people.
fn scores(needed: PassingScore, reached: Number) -> (Score, Score) {
    (Score(Some(needed), reached), Score(Some(needed), needed.least()))
}

pub(super) fn separate(out: &mut String, by: &str) {
    if !out.is_empty() {
        out.push_str(by);
    }
}
