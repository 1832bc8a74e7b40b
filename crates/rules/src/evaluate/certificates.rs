//! Which of the certificates that were earned are shown, one after the other.
//!
//! A certificate stays as it is until its renewal window opens; from then on, the certificate with the latest expiry
//! among those earned by then takes its place. So passing twice in a week makes one certificate, not two, and a pass
//! before the window is not lost. At every moment, a certificate is in force exactly if any that was earned is.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use xapi::Timestamp;

use super::clock::{Clock, NEVER};
use super::fold::{Candidate, Renewal};
use super::terms::Terms;
use crate::assignment::Assignment;
use crate::definition::ValidFrom;

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

    /// When it can be renewed.
    pub(super) fn opens(&self) -> Timestamp {
        self.renewal_opens
    }

    pub(super) fn renewal_opens_at(&self) -> Option<Timestamp> {
        self.expires_at().map(|_| self.renewal_opens)
    }
}

/// Everything that is earned: what is earned by itself, and what renews it. In the order in which it was earned.
///
/// Every certificate that was earned can be renewed while its window is open, whether or not it is the one that was
/// shown then. So whoever passes more has all that they would have had without it: of all the ways to go from one
/// certificate to the next, the one that lasts longest is shown in the end.
pub(super) fn earned(
    firsts: &[Candidate],
    renewals: &[Renewal],
    by_courses_of_its_own: bool,
    needs_anything: bool,
    terms: Terms<'_>,
) -> Vec<Candidate> {
    let prior = terms.certification.valid_from() == ValidFrom::PriorExpiry;
    if !prior && !by_courses_of_its_own {
        // What earns a certificate renews it, and counts from the same moment either way.
        return firsts.to_vec();
    }
    let mut all: Vec<Candidate> = Vec::with_capacity(firsts.len());
    // Those that can still be renewed, by their expiry; of several with one expiry, the one earned first. What rests on an
    // award is another matter, where courses are needed all the time.
    let mut open = Open::new();
    let (mut firsts, mut renewals) = (firsts.iter().peekable(), renewals.iter().peekable());
    loop {
        let next = [
            firsts.peek().map(|first| first.position),
            renewals.peek().map(|renewal| renewal.position),
        ];
        let Some(position) = next.into_iter().flatten().min() else {
            break;
        };
        let first = firsts.next_if(|first| first.position == position);
        let mut new: Vec<Candidate> = Vec::new();
        // An award by hand renews nothing.
        if let Some((first, leaf)) = first.and_then(|first| Some((first, first.leaf?)))
            && !by_courses_of_its_own
        {
            let renewal = Renewal {
                position,
                leaf,
                when: first.earned,
                root: first.from,
                from: first.from,
            };
            renew(&renewal, &mut open, &all, prior, terms, &mut new);
        }
        while let Some(renewal) = renewals.next_if(|renewal| renewal.position == position) {
            renew(renewal, &mut open, &all, prior, terms, &mut new);
            for candidate in &mut new {
                candidate.is_by_renewal = true;
            }
        }
        new.extend(first);
        for candidate in new {
            if candidate.expires == NEVER {
                all.push(candidate);
            } else {
                let needs = needs_anything && rests_on_courses(&candidate, &all);
                if let Entry::Vacant(place) = open.entry((candidate.expires, needs)) {
                    place.insert(all.len());
                    all.push(candidate);
                }
            }
        }
    }
    all
}

/// By expiry, and whether anything it needs can be lost, the certificates that can be renewed: which of those earned.
type Open = BTreeMap<(Timestamp, bool), usize>;

fn rests_on_courses(candidate: &Candidate, all: &[Candidate]) -> bool {
    let before = |own: &&Candidate| all.get(own.renews.filter(|_| own.is_by_renewal)?);
    let basis = std::iter::successors(Some(candidate), before).last();
    basis.is_some_and(|basis| basis.leaf.is_some())
}

/// What one moment at which everything is met that renews a certificate makes of those that can be renewed then.
fn renew(
    renewal: &Renewal,
    open: &mut Open,
    all: &[Candidate],
    prior: bool,
    terms: Terms<'_>,
    new: &mut Vec<Candidate>,
) {
    while let Some(over) = open
        .first_entry()
        .filter(|first| terms.grace_ends(first.key().0) < renewal.when)
    {
        over.remove();
    }
    for (&(expires, _), &renewed) in open.iter() {
        let Some(own) = all.get(renewed) else {
            continue;
        };
        // What happened at the moment in which it was earned earned it, in whichever order it came.
        if own.earned == renewal.when || opens(own, terms) > renewal.root {
            continue;
        }
        let on = terms.expires(if prior { expires } else { renewal.from });
        // What would be over already (an award that ended at its own time, then a fixed day) lasts from the renewal.
        let next = if on > renewal.when {
            on
        } else {
            terms.expires(renewal.from)
        };
        if next > expires && next > renewal.when {
            new.push(Candidate {
                position: renewal.position,
                leaf: Some(renewal.leaf),
                earned: renewal.when,
                from: renewal.from,
                expires: next,
                renews: Some(renewed),
                is_by_renewal: false,
                given: None,
            });
        }
    }
}

/// The certificates up to now, the first cycle first: those among `given` that were given before, and what goes on from
/// there. Candidates come in the order in which they were earned.
pub(super) fn chain(
    given: &[Candidate],
    candidates: &[Candidate],
    terms: Terms<'_>,
    assignment: &Assignment,
    clock: &Clock,
) -> Vec<Certificate> {
    // Who was not in the audience yet, or not any more, is certified from the moment they are, if it is not too late.
    let in_effect: Vec<(Timestamp, Candidate)> = candidates
        .iter()
        .filter(|candidate| candidate.given.is_none())
        .filter_map(|candidate| {
            let from = assignment.first_from(candidate.earned)?;
            (from < candidate.expires).then_some((from, *candidate))
        })
        .collect();

    let given = given.iter().filter(|candidate| candidate.given.is_some());
    let mut chain: Vec<Certificate> = given.map(|own| certificate(own.from, own, terms)).collect();
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
        chain.push(certificate(*from, chosen, terms));
    }
    chain
}

fn certificate(from: Timestamp, candidate: &Candidate, terms: Terms<'_>) -> Certificate {
    Certificate {
        candidate: *candidate,
        from,
        renewal_opens: opens(candidate, terms),
    }
}

/// When what was earned can be renewed.
fn opens(candidate: &Candidate, terms: Terms<'_>) -> Timestamp {
    let own = || terms.renewal_opens(candidate.earned, candidate.expires);
    candidate.given.unwrap_or_else(own)
}
