//! Which of the certificates that were earned are shown, one after the other.
//!
//! A certificate stays as it is until its renewal window opens; from then on, the certificate with the latest expiry
//! among those earned by then takes its place. So passing twice in a week makes one certificate, not two, and a pass
//! before the window is not lost. At every moment, a certificate is in force exactly if any that was earned is.

use xapi::Timestamp;

use super::clock::{Clock, NEVER};
use super::fold::Candidate;
use crate::assignment::Assignment;
use crate::definition::Certification;
use crate::plan::NodeId;

/// A certificate that is or was in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Certificate {
    /// Where in the rows it was earned.
    pub(super) position: usize,
    /// What was met there.
    pub(super) leaf: NodeId,
    pub(super) earned: Timestamp,
    /// [`NEVER`] without a validity.
    pub(super) expires: Timestamp,
    renewal_opens: Timestamp,
}

impl Certificate {
    pub(super) fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires).filter(|expires| *expires != NEVER)
    }

    pub(super) fn renewal_opens_at(&self) -> Option<Timestamp> {
        self.expires_at().map(|_| self.renewal_opens)
    }
}

/// The certificates up to now, the first cycle first. Candidates come in the order in which they were earned, and so
/// in the order of their expiry.
pub(super) fn chain(
    candidates: &[Candidate],
    certification: &Certification,
    assignment: &Assignment,
    clock: &Clock,
) -> Vec<Certificate> {
    // Who was not in the audience yet, or not any more, is certified from the moment they are, if it is not too late.
    let in_effect: Vec<(Timestamp, Candidate)> = candidates
        .iter()
        .filter_map(|candidate| {
            let from = assignment.first_from(candidate.earned)?;
            (from < candidate.expires).then_some((from, *candidate))
        })
        .collect();

    let mut chain: Vec<Certificate> = Vec::new();
    loop {
        // The first that would last longer than the current one, and when it can take its place.
        let current = chain.last();
        let next = match current {
            None => 0,
            Some(current) => in_effect.partition_point(|(_, candidate)| candidate.expires <= current.expires),
        };
        let Some((from, _)) = in_effect.get(next) else {
            break;
        };
        let moment = current.map_or(*from, |current| current.renewal_opens.max(*from));
        if !clock.reached(moment) {
            break;
        }
        // The one that lasts longest of those in effect by then; of equals, the one earned first.
        let by_then = in_effect.partition_point(|(from, _)| *from <= moment);
        let Some((_, longest)) = by_then.checked_sub(1).and_then(|last| in_effect.get(last)) else {
            break;
        };
        let first = in_effect.partition_point(|(_, candidate)| candidate.expires < longest.expires);
        let Some((_, chosen)) = in_effect.get(first) else {
            break;
        };
        chain.push(certificate(chosen, certification));
    }
    chain
}

fn certificate(candidate: &Candidate, certification: &Certification) -> Certificate {
    let renewal_opens = match certification.renewal_window {
        Some(window) => window.before(candidate.expires).max(candidate.earned),
        None => {
            let lasts = candidate
                .expires
                .as_micros()
                .saturating_sub(candidate.earned.as_micros());
            Timestamp::from_micros(candidate.expires.as_micros().saturating_sub(lasts / 4))
        }
    };
    Certificate {
        position: candidate.position,
        leaf: candidate.leaf,
        earned: candidate.earned,
        expires: candidate.expires,
        renewal_opens,
    }
}
