//! What is said where one statement is not enough, of who saw it, and of what has to wait.

use std::fmt::Write as _;

use super::super::judge::Why;
use super::super::report::Report;
use super::super::words::{Day, Quoted};
use super::{Kind, NodeId, Test};
use crate::Number;
use crate::definition::{Sum, Summed};
use crate::plan::{Conditions, Requirement, Tallied};

impl Report<'_> {
    fn conditions(&self, leaf: NodeId) -> Option<&Conditions> {
        self.plan.requirement_of(leaf).map(|own| &own.conditions)
    }

    /// What the statements of a leaf must come to.
    pub(super) fn tallied(&self, leaf: NodeId) -> Option<&Tallied> {
        self.conditions(leaf)?.tallied.as_ref()
    }

    /// What shows that a leaf is met by several statements.
    pub(super) fn met_together(&self, leaf: NodeId, count: usize, day: Day, out: &mut String) {
        let done = self.done(leaf);
        let _ = match self.tallied(leaf) {
            Some(Tallied::Count(_)) => write!(out, "{done} {}, the last on {day}", times(count)),
            Some(Tallied::Sum(sum)) => write!(out, "{} reached on {day}", amount(sum, sum.at_least.number())),
            None => write!(out, "{done} on average, the last of {count} on {day}"),
        };
    }

    /// How much there is of what a leaf needs; false if there is nothing to say.
    pub(super) fn not_enough(&self, leaf: NodeId, out: &mut String) -> bool {
        let Some(rule) = self.tallied(leaf) else {
            return false;
        };
        let there = self.own.fold.tallies.reached(leaf, rule);
        if there == Number::ZERO {
            return false;
        }
        let _ = match rule {
            Tallied::Count(count) => write!(out, "{} {there} of {} times", self.done(leaf), count.at_least),
            Tallied::Sum(sum) => write!(
                out,
                "{} of {} needed",
                amount(sum, there),
                amount(sum, sum.at_least.number())
            ),
        };
        true
    }

    /// How much is still missing, and what it has to wait for.
    pub(super) fn still_missing(&self, leaf: NodeId, out: &mut String) {
        if let Some(rule) = self.tallied(leaf) {
            let there = self.own.fold.tallies.reached(leaf, rule);
            let is_met = self.own.fold.root(leaf).is_some() || there >= rule.needed();
            // What is there and too old is needed again.
            let there = if is_met { Number::ZERO } else { there };
            let more = rule.needed().minus(there);
            let another = if there == Number::ZERO { "" } else { " more" };
            let _ = match rule {
                Tallied::Count(_) if more == Number::ONE => write!(out, " once{another}"),
                Tallied::Count(_) => write!(out, " {more}{another} times"),
                Tallied::Sum(sum) => write!(out, " for {}{another}", amount(sum, more)),
            };
        }
        if let Some((first, wait)) = self.conditions(leaf).and_then(|own| own.not_before) {
            let first = self.plan.requirement_of(first);
            let title = first.map_or("", |first| first.title.as_str());
            let _ = write!(out, ", not before {wait} after {}", Quoted(title));
        }
    }

    /// Why a statement did not count by what it does not name, or because it was too early.
    pub(super) fn not_so(&self, leaf: NodeId, why: Why, out: &mut String) {
        let done = self.done(leaf);
        let _ = match why {
            Why::NotOther => write!(out, "{done}, but it names nobody else who saw it"),
            Why::NotTold => write!(out, "{done}, but it does not say what is counted"),
            Why::TooEarly(first) => {
                let title = self.plan.requirement_of(first);
                let title = title.map_or("", |first| first.title.as_str());
                let wait = self.conditions(leaf).and_then(|own| own.not_before);
                let wait = wait.map(|(_, wait)| wait.to_string()).unwrap_or_default();
                write!(out, "{done}, but not {wait} after {} was met", Quoted(title))
            }
            _ => Ok(()),
        };
    }

    /// Whether a leaf comes after the parts of its own group: then it is the claim that those are satisfied.
    pub(super) fn is_claim(&self, leaf: NodeId, first: NodeId) -> bool {
        self.test(leaf) == Some(Test::Satisfied)
            && self
                .plan
                .requirement_of(leaf)
                .is_some_and(|own| own.inner == first)
    }

    /// How much a group needs of its parts.
    pub(super) fn needs(&self, requirement: &Requirement) -> Option<crate::plan::Needs> {
        match self.plan.nodes.get(requirement.inner)?.kind {
            Kind::Group { needs, .. } => Some(needs),
            Kind::Leaf { .. } => None,
        }
    }
}

fn times(count: usize) -> String {
    match count {
        1 => String::from("once"),
        count => format!("{count} times"),
    }
}

/// A sum: lengths of time in hours.
fn amount(sum: &Sum, amount: Number) -> String {
    match sum.of {
        Summed::Duration => format!("{} hours", amount.over(3_600)),
        Summed::Raw | Summed::Scaled => format!("{amount} points"),
    }
}
