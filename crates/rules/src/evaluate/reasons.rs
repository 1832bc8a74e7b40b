//! The reasons that are given: why a requirement is met or not, what is missing, why a statement did not count.
//!
//! Writing to a text cannot fail: the results of `write!` say nothing.

mod attempts;
mod tallied;

use std::fmt::Write as _;

use xapi::Timestamp;

use super::clock::NEVER;
use super::deadline::DueAt;
use super::fold::{Declined, Step};
use super::gather::{Doubt, Fact, Row};
use super::holds::{Holding, Holds};
use super::judge::{self, Why};
use super::report::Report;
use super::words::{Day, Points, Quoted, Score};
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
            let _ = write!(missing, "{}{part}", if index > 0 { "; " } else { "" });
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
            Fact::Holds(holds) => return self.held(row, holds, out),
            Fact::Award(_) => None,
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
    fn held(&self, row: &Row<'_>, holds: &Holds<'_>, out: &mut String) {
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
            Holding::Certificate(other) => {
                let title = Quoted(other.curriculum.certification_title());
                write!(out, "holds the certificate {title} since {day}")
            }
        };
        if holds.until != NEVER {
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
                Wanted::Certificate { .. } => write!(out, "that certificate is not in force"),
            };
            return;
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

    /// Whether a statement was an attempt where not any that passed will do.
    fn is_tried(&self, declined: &Declined) -> bool {
        self.attempts(declined.leaf).is_some() && !matches!(declined.why, Why::Before(_))
    }

    fn threshold(&self, leaf: NodeId) -> Option<PassingScore> {
        match self.test(leaf)? {
            Test::Passed { threshold } => threshold,
            Test::Completed | Test::Matched | Test::Satisfied | Test::Holds => None,
        }
    }

    fn done(&self, leaf: NodeId) -> &'static str {
        match self.test(leaf) {
            Some(Test::Completed) => "completed",
            Some(Test::Matched) => "shown",
            Some(Test::Satisfied) => "reported as satisfied",
            _ => "passed",
        }
    }

    /// Why a statement did not count.
    pub(super) fn why(&self, declined: &Declined, out: &mut String) {
        let needed = self.threshold(declined.leaf);
        let _ = match (declined.why, needed) {
            (Why::Failed(Some(score)), Some(needed)) => {
                let (score, needed) = scores(needed, score);
                write!(out, "failed with {score} ({needed} needed)")
            }
            (Why::Failed(Some(score)), None) => write!(out, "failed with {}", Points(score)),
            (Why::Failed(None), _) => write!(out, "failed"),
            (Why::Below(score), Some(needed)) => {
                let (score, needed) = scores(needed, score);
                write!(out, "score {score} of {needed} needed")
            }
            (Why::Below(score), None) => write!(out, "score {}", Points(score)),
            (Why::NoScore, Some(needed)) => {
                let (_, needed) = scores(needed, needed.least());
                write!(out, "no score was reported, {needed} needed")
            }
            (Why::NoScore, None) => write!(out, "no score was reported"),
            (Why::OnlyCompleted, _) => write!(out, "completed, but that it was passed was not reported"),
            (Why::NotCompleted, _) => write!(out, "that it was completed was not reported"),
            (Why::NotBy, _) => write!(
                out,
                "{}, but by an authority that does not count here",
                self.done(declined.leaf)
            ),
            (Why::NoDuration, _) => write!(
                out,
                "how long it took was not reported, and there is a time limit"
            ),
            (Why::TooLong, _) => {
                let took = self
                    .row(declined.position)
                    .and_then(|row| row.evidence()?.duration.as_ref());
                write!(
                    out,
                    "it took longer ({}) than the time limit",
                    took.map_or("", |took| took.as_str())
                )
            }
            (Why::NotWaived, _) => write!(out, "waived, but not for a reason that counts here"),
            (Why::NotSo, _) => {
                let says = self
                    .plan
                    .requirement_of(declined.leaf)
                    .and_then(|own| own.conditions.says.as_ref());
                let row = self.row(declined.position).and_then(|row| row.evidence());
                let unmet = says.zip(row).and_then(|(says, row)| says.why_not(row));
                write!(
                    out,
                    "{}, but it does not count unless {}",
                    self.done(declined.leaf),
                    unmet.unwrap_or_default()
                )
            }
            (Why::TooSoon(_) | Why::TooMany(..) | Why::NotDeciding | Why::Mean(_), _) => {
                self.not_deciding(declined.leaf, declined.why, out);
                Ok(())
            }
            (Why::NotOther | Why::NotTold | Why::TooEarly(_), _) => {
                self.not_so(declined.leaf, declined.why, out);
                Ok(())
            }
            (Why::Before(first), _) if self.is_claim(declined.leaf, first) => {
                write!(out, "before its parts were met")
            }
            (Why::Before(first), _) => {
                let title = self
                    .plan
                    .requirement_of(first)
                    .map_or("", |first| first.title.as_str());
                let met = self.own.fold.first_met(first);
                match met.and_then(|at| self.row(at)) {
                    Some(_) if met < Some(declined.position) => {
                        write!(out, "while {} was not met any more", Quoted(title))
                    }
                    Some(row) => {
                        write!(
                            out,
                            "before {} was met on {}",
                            Quoted(title),
                            Day(row.when, self.zone)
                        )
                    }
                    None => write!(out, "before {} was met", Quoted(title)),
                }
            }
        };
    }

    pub(super) fn missing(&self, leaf: NodeId, requirement: &Requirement, out: &mut String) {
        separate(out, ", and ");
        let title = Quoted(&requirement.title);
        let _ = match self.test(leaf) {
            Some(Test::Completed) => write!(out, "complete {title}"),
            Some(Test::Holds) => match self.plan.wanted(leaf) {
                Some(Wanted::Certificate { curriculum, .. }) => {
                    write!(out, "hold the certificate of {curriculum} for {title}")
                }
                _ => write!(out, "show the credential {title}"),
            },
            Some(Test::Passed {
                threshold: Some(threshold),
            }) => {
                let (_, needed) = scores(threshold, threshold.least());
                write!(out, "pass {title} with at least {needed}")
            }
            Some(Test::Matched) => write!(out, "show {title}"),
            Some(Test::Satisfied) => write!(out, "have {title} reported as satisfied"),
            _ => write!(out, "pass {title}"),
        };
        self.attempts_left(leaf, out);
        self.still_missing(leaf, out);
        let Some(Kind::Leaf { after, .. }) = self.plan.nodes.get(leaf).map(|node| &node.kind) else {
            return;
        };
        let mut word = " after ";
        for first in after
            .iter()
            .filter(|first| !self.is_claim(leaf, **first) && !self.is_met(**first, requirement.kind))
        {
            let title = self
                .plan
                .requirement_of(*first)
                .map_or("", |first| first.title.as_str());
            let _ = write!(out, "{word}{}", Quoted(title));
            word = " and ";
        }
    }

    /// By when what is missing is due. A tier leaves that to what is in it.
    pub(super) fn by_when(&self, requirement: &Requirement, due: Option<DueAt>, out: &mut String) {
        let parts_say_it = self.parts(requirement).any(|part| !part.is_part);
        let last_day = |end: Timestamp| {
            let last = Timestamp::from_micros(end.as_micros().saturating_sub(1));
            Day(last, self.zone)
        };
        let _ = match (due, self.renewable) {
            (Some(due), _) if due.is_defined && !parts_say_it => write!(out, ", by {}", last_day(due.at)),
            (Some(_), Some(own)) if requirement.kind == RequirementKind::Renewal => {
                let closes = self.terms.grace_ends(own.candidate.expires);
                write!(
                    out,
                    ", from {} to {}",
                    Day(own.opens(), self.zone),
                    Day(closes, self.zone)
                )
            }
            _ => Ok(()),
        };
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

fn separate(out: &mut String, by: &str) {
    if !out.is_empty() {
        out.push_str(by);
    }
}
