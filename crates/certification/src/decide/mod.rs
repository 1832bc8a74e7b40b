//! What to do about a certificate: the entitlement that evidence gives, held against what the ledger says.
//!
//! Pure: the same case gives the same decision, with the same ids.
//!
//! A certificate lives as long as the entitlement goes on without a gap. Renewed in time, it is the same
//! certificate with a later end; earned again after it had ended, it is the next one. So no two certificates
//! of a person and curriculum are ever live at once.

mod case;
mod reason;
#[cfg(test)]
mod tests;
mod writing;

use xapi::Timestamp;

use crate::certificate::{Certificate, Details, Entry, Kind, Status};
pub use case::{Case, Claim, Policy};
use writing::Writing;

/// What follows from a case. Nothing at all for most of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decision {
    /// Certificates that are new or changed, as they are now; one and the next at most.
    pub certificates: Vec<Certificate>,
    /// What happened to them, in order.
    pub entries: Vec<Entry>,
    /// When the newest certificate changes by itself if nothing else happens.
    pub wake_at: Option<Timestamp>,
}

impl Decision {
    fn then(mut self, next: Self) -> Self {
        self.certificates.extend(next.certificates);
        self.entries.extend(next.entries);
        self.wake_at = next.wake_at;
        self
    }
}

/// Decides a case.
#[must_use]
pub fn decide(case: &Case<'_>) -> Decision {
    let Some(newest) = case.certificates.last() else {
        return match case.claim {
            Some(claim) => issue(case, claim),
            None => Decision::default(),
        };
    };
    let claim = case.claim.filter(|claim| !is_spent(case, claim));
    let is_by_need = newest.details.suspended_by_need;
    let mut writing = Writing::of(case, newest.clone());
    match (newest.status, claim) {
        (Status::Revoked, Some(claim)) if is_same(newest, claim) => writing.reinstate(claim),
        (Status::Revoked, Some(claim)) => return issue(case, claim),
        (_, Some(claim)) if starts_anew(case, newest, claim) => {
            writing.close();
            return writing.finish().then(issue(case, claim));
        }
        (Status::Active, Some(claim)) => writing.follow(claim),
        (Status::Expired, Some(claim)) => {
            if !is_same(newest, claim) {
                writing.follow(claim);
            }
        }
        // Its time passed while it did not hold.
        (Status::Suspended, Some(claim))
            if is_by_need && has_same_time(newest, claim) && newest.has_ended(case.at) =>
        {
            writing.close();
        }
        (Status::Suspended | Status::Superseded, Some(claim)) => writing.reinstate(claim),
        (Status::Active | Status::Suspended | Status::Superseded, None) if let Some(by) = case.revoked => {
            writing.revoke(by)
        }
        (Status::Active | Status::Superseded, None) => writing.suspend_or_end(),
        // It is suspended for something else now: from now on it may be revoked for that, or not any more.
        (Status::Suspended, None) if case.suspended.is_some() != is_by_need => writing.suspend_or_end(),
        (Status::Suspended, None) if is_by_need => {}
        (Status::Suspended, None) => writing.revoke_if_due(),
        (Status::Expired | Status::Revoked, None) => {}
    }
    writing.finish()
}

/// What becomes of the certificates of somebody who was merged into another: the newest no longer stands for itself.
#[must_use]
pub fn supersede(case: &Case<'_>, into: &str) -> Decision {
    let Some(newest) = case.certificates.last().filter(|newest| newest.status.is_live()) else {
        return Decision::default();
    };
    let mut writing = Writing::of(case, newest.clone());
    if newest.has_ended(case.at) {
        writing.close();
    } else {
        writing.certificate.status = Status::Superseded;
        writing.unsuspend();
        writing.enter_as_is(Kind::Superseded, case.at, reason::superseded(into));
    }
    writing.finish()
}

/// Whether the claim is no more than what an earlier certificate already stood for, and ended with.
fn is_spent(case: &Case<'_>, claim: &Claim) -> bool {
    let [.., before, _newest] = case.certificates else {
        return false;
    };
    before.status == Status::Expired && ends_no_later(claim.expires_at, before.expires_at)
}

/// Whether the first end is not after the second; `None` is after all.
fn ends_no_later(first: Option<Timestamp>, second: Option<Timestamp>) -> bool {
    match (first, second) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(first), Some(second)) => first <= second,
    }
}

/// Whether the claim was earned only when the certificate had ended and could not be renewed any more.
fn starts_anew(case: &Case<'_>, certificate: &Certificate, claim: &Claim) -> bool {
    let too_late = |end: Timestamp| claim.earned_at > case.policy.grace_ends(end);
    certificate.has_ended(case.at) && certificate.expires_at.is_some_and(too_late)
}

fn has_same_time(certificate: &Certificate, claim: &Claim) -> bool {
    certificate.details.earned_at == claim.earned_at
        && certificate.expires_at == claim.expires_at
        && certificate.details.cycle == claim.cycle
}

fn is_same(certificate: &Certificate, claim: &Claim) -> bool {
    has_same_time(certificate, claim)
        && certificate.details.proof.statements == claim.statements
        && certificate.details.proof.acts == claim.acts
}

fn issue(case: &Case<'_>, claim: &Claim) -> Decision {
    let number = case.certificates.last().map_or(1, |newest| newest.number + 1);
    let certificate = Certificate {
        id: Certificate::id_of(case.person, case.curriculum, number),
        person: case.person.to_owned(),
        curriculum: case.curriculum.to_owned(),
        number,
        status: Status::Active,
        issued_at: claim.earned_at,
        expires_at: claim.expires_at,
        details: Details {
            title: case.certification_title.to_owned(),
            curriculum_title: case.title.to_owned(),
            decided_at: case.at,
            updated_at: case.at,
            earned_at: claim.earned_at,
            cycle: claim.cycle,
            suspended_at: None,
            suspended_by_need: false,
            entries: 0,
            proof: case.proof(&claim.statements, &claim.acts),
        },
    };
    let mut writing = Writing::of(case, certificate);
    writing.earn(Kind::Issued, claim, reason::issued(case, claim));
    writing.end_if_due();
    if writing.certificate.status == Status::Expired {
        // It was over before it was known: history, not news.
        writing.hush();
    }
    writing.finish()
}
