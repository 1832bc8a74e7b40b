//! What is said of what must not happen for a while.

use std::fmt::Write as _;

use super::super::absences::{ALWAYS, Counted};
use super::super::report::Report;
use super::super::words::{Day, Quoted};
use crate::plan::{NodeId, Requirement};

impl Report<'_> {
    /// Why it has not been long enough.
    pub(super) fn happened(&self, leaf: NodeId, out: &mut String) {
        let (counted, Some(period)) = (self.own.fold.absences.counted(leaf), self.plan.absence(leaf)) else {
            return;
        };
        let _ = match counted {
            Some(Counted {
                from, is_break: true, ..
            }) => write!(
                out,
                "reported on {}, less than {period} ago",
                Day(from, self.zone)
            ),
            Some(Counted { from, .. }) if from > ALWAYS => write!(
                out,
                "nothing reported, but that is counted only from {} on, less than {period} ago",
                Day(from, self.zone)
            ),
            _ => write!(out, "{period} without it are needed"),
        };
    }

    /// What has to be waited for.
    pub(super) fn until_absent(&self, leaf: NodeId, requirement: &Requirement, out: &mut String) {
        let title = Quoted(&requirement.title);
        let _ = match self.own.fold.absences.counted(leaf) {
            Some(counted) => {
                let until = Day(counted.until, self.zone);
                write!(out, "have nothing reported against {title} until {until}")
            }
            None => write!(out, "have nothing reported against {title}"),
        };
    }
}
