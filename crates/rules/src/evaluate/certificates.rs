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

/// A certificate that is or was in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Certificate {
    /// How it was earned, and when it expires.
    pub(super) candidate: Candidate,
    /// From when on it is in force: not before the curriculum is for the person.
    pub(super) from: Timestamp,
    renewal_opens: Timestamp,
}

impl Certificate {
    pub(super) fn expires_at(&self) -> Option<Timestamp> {
        Some(self.candidate.expires).filter(|expires| *expires != NEVER)
    }

    pub(super) fn renewal_opens_at(&self) -> Option<Timestamp> {
        self.expires_at().map(|_| self.renewal_opens)
    }
}

/// The certificates up to now, the first cycle first. Candidates come in the order in which they were earned.
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
            Some(current) => {
                let lasts_longer =
                    |(_, own): &(Timestamp, Candidate)| own.expires > current.candidate.expires;
                in_effect.iter().position(lasts_longer).unwrap_or(usize::MAX)
            }
        };
        let Some((from, _)) = in_effect.get(next) else {
            break;
        };
        let moment = current.map_or(*from, |current| current.renewal_opens.max(*from));
        if !clock.reached(moment) {
            break;
        }
        // The one that lasts longest of those in effect by then; of equals, the one earned first.
        let by_then = in_effect.iter().filter(|(from, _)| *from <= moment);
        let Some((from, chosen)) = by_then.max_by_key(|(from, candidate)| {
            (candidate.expires, std::cmp::Reverse((*from, candidate.position)))
        }) else {
            break;
        };
        chain.push(certificate(*from, chosen, certification));
    }
    chain
}

fn certificate(from: Timestamp, candidate: &Candidate, certification: &Certification) -> Certificate {
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
        candidate: *candidate,
        from,
        renewal_opens,
    }
}
