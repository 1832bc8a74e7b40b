//! What is said of attempts, where not any that passed will do.

use std::fmt::Write as _;

use super::super::judge::Why;
use super::super::report::Report;
use super::super::words::{Minute, Points};
use super::{NodeId, scores};
use crate::Number;
use crate::definition::{Attempts, Counting};

impl Report<'_> {
    /// Which attempts at a leaf count, if it says so.
    pub(super) fn attempts(&self, leaf: NodeId) -> Option<&Attempts> {
        self.plan.attempts(leaf)
    }

    /// Why an attempt did not count, or did not help.
    pub(super) fn not_deciding(&self, leaf: NodeId, why: Why, out: &mut String) {
        let is_first = self
            .attempts(leaf)
            .is_some_and(|rule| rule.count == Counting::First);
        let _ = match why {
            Why::TooSoon(again) => write!(
                out,
                "too soon after a failed attempt: the next counts from {} on",
                Minute(again, self.zone)
            ),
            Why::TooMany(number, most) => write!(out, "attempt {number}, of which at most {most} count"),
            Why::NotDeciding if is_first => write!(out, "{}, but the first attempt decides", self.done(leaf)),
            Why::NotDeciding => write!(out, "{}, but a later attempt decides", self.done(leaf)),
            Why::Mean(mean) => self.mean(leaf, mean, out),
            _ => Ok(()),
        };
    }

    fn mean(&self, leaf: NodeId, mean: Number, out: &mut String) -> std::fmt::Result {
        match self.threshold(leaf) {
            Some(threshold) => {
                let (mean, needed) = scores(threshold, mean);
                write!(out, "average score {mean} of {needed} needed")
            }
            None => write!(out, "average score {}", Points(mean)),
        }
    }

    /// How many attempts are left, and from when on the next counts.
    pub(super) fn attempts_left(&self, leaf: NodeId, out: &mut String) {
        let Some(rule) = self.attempts(leaf) else { return };
        let left = self.own.fold.tried.left(leaf);
        // One series after another: what was tried in one that is over does not matter.
        let limit = match rule.count {
            Counting::First => Some(1),
            _ => rule.maximum,
        };
        let is_over = limit.is_some() && left.series_ends.is_some_and(|ends| self.clock.reached(ends));
        let taken = if is_over { 0 } else { left.taken };
        let again = rule.cool_down.zip(left.failed).filter(|_| !is_over);
        let again = again.map(|(wait, failed)| wait.after(failed));
        let again = again.filter(|again| !self.clock.reached(*again));
        let Some(most) = limit.filter(|most| taken >= *most) else {
            if let Some(most) = rule.maximum.filter(|_| rule.count != Counting::First) {
                let _ = write!(out, " ({} of {most} attempts left)", most - taken);
            }
            if let Some(again) = again {
                let _ = write!(out, ", from {} on", Minute(again, self.zone));
            }
            return;
        };
        let _ = match rule.count {
            Counting::First => write!(out, ", but the first attempt decided"),
            _ if most == 1 => write!(out, ", but the one attempt was taken"),
            _ => write!(out, ", but all {most} attempts were taken"),
        };
        if let Some(ends) = left.series_ends.filter(|ends| *ends != super::NEVER) {
            let _ = write!(out, "; the next counts from {} on", Minute(ends, self.zone));
        }
    }
}
