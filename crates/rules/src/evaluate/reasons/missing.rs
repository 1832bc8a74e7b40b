//! What has to be done still, and by when.

use std::fmt::Write as _;

use xapi::Timestamp;

use super::super::deadline::DueAt;
use super::super::report::Report;
use super::super::words::{Day, Quoted};
use super::{scores, separate};
use crate::RequirementKind;
use crate::plan::{Kind, NodeId, Requirement, Test, Wanted};

impl Report<'_> {
    pub(in crate::evaluate) fn missing(&self, leaf: NodeId, requirement: &Requirement, out: &mut String) {
        separate(out, ", and ");
        if self.test(leaf) == Some(Test::Absent) {
            return self.until_absent(leaf, requirement, out);
        }
        let title = Quoted(&requirement.title);
        let _ = match self.test(leaf) {
            Some(Test::Completed) => write!(out, "complete {title}"),
            Some(Test::Holds) => match self.plan.wanted(leaf) {
                Some(Wanted::Certificate(curriculum)) => {
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
    pub(in crate::evaluate) fn by_when(
        &self,
        requirement: &Requirement,
        due: Option<DueAt>,
        out: &mut String,
    ) {
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
}
