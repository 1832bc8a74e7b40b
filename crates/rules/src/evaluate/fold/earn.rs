//! Where certificates are earned, renewed and awarded.

use xapi::Timestamp;

use super::super::clock::NEVER;
use super::super::tree;
use super::{Fold, Step};
use crate::plan::NodeId;
use crate::{ActKind, Given};

/// A moment at which everything required is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::evaluate) struct Candidate {
    pub(in crate::evaluate) position: usize,
    /// What was met there; none for a certificate awarded by hand, or given before.
    pub(in crate::evaluate) leaf: Option<NodeId>,
    pub(in crate::evaluate) earned: Timestamp,
    /// From when its time is counted: from then, except that what was only interrupted by what must not happen gives no
    /// more time than it would have given without that.
    pub(in crate::evaluate) from: Timestamp,
    /// [`NEVER`] without a validity.
    pub(in crate::evaluate) expires: Timestamp,
    /// The certificate that it renews, where it is one only because of that one: which of those that were earned.
    pub(in crate::evaluate) renews: Option<usize>,
    /// Whether it was earned by what renews a certificate and not by what earns one.
    pub(in crate::evaluate) is_by_renewal: bool,
    /// Of one that was given before, when it can be renewed.
    pub(in crate::evaluate) given: Option<Timestamp>,
}

/// A moment at which everything that renews a certificate is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::evaluate) struct Renewal {
    pub(in crate::evaluate) position: usize,
    /// What was met there.
    pub(in crate::evaluate) leaf: NodeId,
    pub(in crate::evaluate) when: Timestamp,
    /// The moment in which it is rooted.
    pub(in crate::evaluate) root: Timestamp,
    /// From when the time is counted of what it renews.
    pub(in crate::evaluate) from: Timestamp,
}

impl Fold<'_> {
    /// A certificate is earned by a pass if everything required is met with this pass among what meets it. What only
    /// resumes after it was interrupted gives no more time than it would have given otherwise: the time is counted from
    /// the moment in which all the rest is rooted.
    pub(super) fn earn(
        &mut self,
        (leaf, root): (NodeId, Timestamp),
        (position, moment): (usize, Timestamp),
        resumes: bool,
    ) {
        let is_known = self
            .candidates
            .last()
            .is_some_and(|last| last.position == position);
        // What never expires needs no second earning.
        let is_enough = self.candidates.last().is_some_and(|last| last.expires == NEVER);
        let is_shown = self.pass(leaf, Step::at(position)) == Some(position);
        let is_required = self.plan.nodes.get(leaf).is_some_and(|node| node.required);
        let is_renewing = self.plan.renewal.is_some() && self.plan.way_up(leaf).last() == self.plan.renewal;
        if is_enough || !is_shown || (is_known && !is_renewing) || !(is_required || is_renewing) {
            return;
        }
        let mut taken = (leaf, root);
        for group in self.plan.way_up(leaf).skip(1) {
            let Some(root) = tree::group_root(self.plan, group, Some(taken), &|child| self.root(child))
            else {
                return;
            };
            taken = (group, root);
        }
        if moment >= self.terms.goes_stale(taken.1) {
            return;
        }
        let rooted = taken.1.min(moment);
        // What is waived or held is rooted in none, even where a pass is shown in its place: one more pass takes no time.
        let rest = self.standing_root(taken.0, moment).filter(|_| resumes);
        let from = rest.map_or(moment, |rest| rest.min(moment));
        if is_renewing {
            self.renewals.push(Renewal {
                position,
                leaf,
                when: moment,
                root: rooted,
                from,
            });
        } else {
            self.candidates.push(Candidate {
                position,
                leaf: Some(leaf),
                earned: moment,
                from,
                expires: self.terms.expires(from),
                renews: None,
                is_by_renewal: false,
                given: None,
            });
        }
    }

    /// A certificate awarded by hand.
    pub(super) fn award(&mut self, position: usize, moment: Timestamp, kind: &ActKind) {
        let until = match kind {
            ActKind::Award { until, .. } => *until,
            _ => None,
        };
        let expires = until.unwrap_or_else(|| self.terms.expires(moment));
        if moment < expires {
            self.candidates.push(Candidate {
                position,
                leaf: None,
                earned: moment,
                from: moment,
                expires,
                renews: None,
                is_by_renewal: false,
                given: None,
            });
        }
    }

    /// A certificate that was given before.
    pub(super) fn give(&mut self, position: usize, given: &Given) {
        self.candidates.push(Candidate {
            position,
            leaf: None,
            earned: given.earned_at,
            from: given.from,
            expires: given.expires_at.unwrap_or(NEVER),
            renews: None,
            is_by_renewal: false,
            given: Some(given.renewal_opens_at.unwrap_or(NEVER)),
        });
    }
}
