//! What to do about a certificate: the entitlement that evidence gives, held against what the ledger says.
//!
//! Pure: the same case gives the same decision, with the same ids.
//!
//! A certificate lives as long as the entitlement goes on without a gap. Renewed in time, it is the same
//! certificate with a later end; earned again after it had ended, it is the next one. So no two certificates
//! of a person and curriculum are ever live at once.

mod reason;
#[cfg(test)]
mod tests;

use chrono_tz::Tz;
use rules::Decided;
use rules::{Curriculum, Period};
use uuid::Uuid;
use xapi::Timestamp;

use crate::certificate::{Account, Certificate, Derivation, Details, Entry, Kind, Proof, Status};

/// What the curriculum says of certificates that are suspended or have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How long a suspended certificate waits for its proof to come back.
    pub recovery: Period,
    /// How long after its end a certificate can still be renewed.
    pub grace: Option<Period>,
}

impl Policy {
    /// What a curriculum says.
    #[must_use]
    pub fn of(curriculum: &Curriculum) -> Self {
        Self {
            recovery: curriculum.recovery(),
            grace: curriculum.grace(),
        }
    }

    /// When a certificate suspended at `since` is revoked.
    fn recovery_ends(&self, since: Timestamp) -> Timestamp {
        self.recovery.after(since)
    }

    /// Until when a certificate that ended can be renewed.
    fn grace_ends(&self, end: Timestamp) -> Timestamp {
        self.grace.map_or(end, |grace| grace.after(end))
    }
}

impl Default for Policy {
    /// Where the curriculum says nothing: 14 days, and no grace.
    fn default() -> Self {
        Self {
            recovery: Period::FORTNIGHT,
            grace: None,
        }
    }
}

/// What evidence entitles a person to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// When it was earned.
    pub earned_at: Timestamp,
    /// When it ends; `None` for never. May have passed.
    pub expires_at: Option<Timestamp>,
    /// Which cycle it is, from 1.
    pub cycle: u32,
    /// The statements that earn it.
    pub statements: Vec<Uuid>,
    /// The acts that are part of the proof.
    pub acts: Vec<Uuid>,
    /// The act by which it was awarded, if it was awarded by hand.
    pub awarded: Option<Decided>,
}

/// All that a decision is made from.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// Whose.
    pub person: &'a str,
    /// The curriculum.
    pub curriculum: &'a str,
    /// Its title.
    pub title: &'a str,
    /// The title of what it certifies.
    pub certification_title: &'a str,
    /// The revision that was evaluated.
    pub revision: i64,
    /// That revision's hash.
    pub hash: &'a str,
    /// The person's certificates of this curriculum, by number.
    pub certificates: &'a [Certificate],
    /// What the evidence entitles to, if to anything.
    pub claim: Option<&'a Claim>,
    /// What every requirement came to.
    pub requirements: &'a Derivation,
    /// Statements that the newest certificate cites and that no longer count.
    pub lost: &'a [Uuid],
    /// The act that revoked what was earned, if nothing was earned since.
    pub revoked: Option<&'a Decided>,
    /// Why the certificate that was earned does not hold for now, though nothing is lost: it is no claim, and comes
    /// back by itself.
    pub suspended: Option<&'a str>,
    /// What the curriculum says of certificates that are suspended or have ended.
    pub policy: Policy,
    /// The zone of the person's days.
    pub zone: Tz,
    /// Now.
    pub at: Timestamp,
}

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
        (Status::Suspended | Status::Superseded, Some(claim)) => writing.reinstate(claim),
        (Status::Active | Status::Suspended | Status::Superseded, None) if let Some(by) = case.revoked => {
            writing.revoke(by)
        }
        (Status::Active | Status::Superseded, None) => writing.suspend_or_end(),
        (Status::Suspended, None) if case.suspended.is_some() => {}
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
        writing.certificate.details.suspended_at = None;
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

fn is_same(certificate: &Certificate, claim: &Claim) -> bool {
    certificate.details.earned_at == claim.earned_at
        && certificate.expires_at == claim.expires_at
        && certificate.details.cycle == claim.cycle
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

impl Case<'_> {
    fn proof(&self, statements: &[Uuid], acts: &[Uuid]) -> Proof {
        Proof {
            statements: statements.to_vec(),
            acts: acts.to_vec(),
            revision: self.revision,
            hash: self.hash.to_owned(),
            requirements: self.requirements.clone(),
        }
    }
}

/// A certificate being changed, with the entries that say so.
struct Writing<'a> {
    case: &'a Case<'a>,
    certificate: Certificate,
    entries: Vec<Entry>,
}

impl<'a> Writing<'a> {
    const fn of(case: &'a Case<'a>, certificate: Certificate) -> Self {
        Self {
            case,
            certificate,
            entries: Vec::new(),
        }
    }

    /// Gives an active or ended certificate what the claim says now.
    fn follow(&mut self, claim: &Claim) {
        let was = self.certificate.clone();
        if !is_same(&was, claim) {
            let later = !ends_no_later(claim.expires_at, was.expires_at);
            let holds = claim.expires_at.is_none_or(|end| end > self.case.at);
            self.take(claim);
            self.certificate.status = Status::Active;
            if later {
                self.earn(Kind::Renewed, claim, reason::renewed(self.case, &was, claim));
            } else {
                self.earn(Kind::Amended, claim, reason::amended(self.case, &was, claim));
            }
            if was.status == Status::Expired && !holds {
                // Ended as before, only elsewhere: put down, not announced.
                self.certificate.status = Status::Expired;
                self.hush();
                return;
            }
        }
        self.end_if_due();
    }

    /// Makes the claim what the certificate rests on.
    fn take(&mut self, claim: &Claim) {
        let certificate = &mut self.certificate;
        if claim.cycle <= certificate.details.cycle && certificate.details.earned_at == certificate.issued_at
        {
            // Still the first cycle: what came late also says when it began.
            certificate.issued_at = claim.earned_at;
        }
        certificate.expires_at = claim.expires_at;
        certificate.details.earned_at = claim.earned_at;
        certificate.details.cycle = claim.cycle;
        certificate.details.title = self.case.certification_title.to_owned();
        certificate.details.curriculum_title = self.case.title.to_owned();
        certificate.details.proof = self.case.proof(&claim.statements, &claim.acts);
    }

    fn reinstate(&mut self, claim: &Claim) {
        self.take(claim);
        self.certificate.status = Status::Active;
        self.certificate.details.suspended_at = None;
        self.enter(
            Kind::Reinstated,
            self.case.at,
            reason::reinstated(self.case, claim),
        );
        self.end_if_due();
    }

    fn suspend_or_end(&mut self) {
        if self.certificate.has_ended(self.case.at) {
            self.close();
            return;
        }
        self.certificate.status = Status::Suspended;
        self.certificate.details.suspended_at = Some(self.case.at);
        self.enter_as_is(Kind::Suspended, self.case.at, reason::suspended(self.case));
    }

    /// Revokes a certificate by hand, from the moment at which that was decided.
    fn revoke(&mut self, by: &Decided) {
        if self.certificate.expires_at.is_some_and(|end| end <= by.at) {
            self.close();
            return;
        }
        self.certificate.status = Status::Revoked;
        self.certificate.details.suspended_at = None;
        self.enter_as_is(Kind::Revoked, by.at, reason::revoked_by(self.case, by));
    }

    /// Ends a certificate whose time has passed, suspended or not, before the next one is issued.
    fn close(&mut self) {
        if matches!(self.certificate.status, Status::Suspended | Status::Superseded) {
            self.certificate.status = Status::Active;
            self.certificate.details.suspended_at = None;
        }
        self.end_if_due();
    }

    fn end_if_due(&mut self) {
        if self.certificate.status != Status::Active {
            return;
        }
        if let Some(end) = self.certificate.expires_at.filter(|end| *end <= self.case.at) {
            self.certificate.status = Status::Expired;
            self.enter_as_is(Kind::Expired, end, reason::expired(self.case, end));
        }
    }

    fn revoke_if_due(&mut self) {
        let since = self.certificate.details.suspended_at.unwrap_or(self.case.at);
        let due = self.case.policy.recovery_ends(since);
        if due <= self.case.at {
            self.certificate.status = Status::Revoked;
            self.enter_as_is(Kind::Revoked, due, reason::revoked(self.case, since));
        }
    }

    /// Writes an entry about what was earned, at the moment at which it was.
    fn earn(&mut self, kind: Kind, claim: &Claim, reason: String) {
        self.enter(kind, claim.earned_at, reason);
        if let Some(entry) = self.entries.last_mut() {
            entry.account.awarded = claim.awarded.is_some();
        }
    }

    /// Writes an entry whose proof is the certificate's own.
    fn enter(&mut self, kind: Kind, at: Timestamp, reason: String) {
        let proof = self.certificate.details.proof.clone();
        self.write(kind, at, reason, proof);
    }

    /// Writes an entry whose derivation is how things stand, while the certificate keeps what it was issued on.
    fn enter_as_is(&mut self, kind: Kind, at: Timestamp, reason: String) {
        let own = &self.certificate.details.proof;
        let proof = self.case.proof(&own.statements, &own.acts);
        self.write(kind, at, reason, proof);
    }

    fn write(&mut self, kind: Kind, at: Timestamp, reason: String, proof: Proof) {
        let certificate = &mut self.certificate;
        certificate.details.entries += 1;
        certificate.details.updated_at = self.case.at;
        let entry = Entry {
            id: Entry::id_of(certificate.id, certificate.details.entries, kind),
            certificate: certificate.id,
            person: certificate.person.clone(),
            curriculum: certificate.curriculum.clone(),
            kind,
            at,
            decided_at: self.case.at,
            account: Account {
                reason,
                told: true,
                awarded: false,
                cycle: certificate.details.cycle,
                earned_at: certificate.details.earned_at,
                expires_at: certificate.expires_at,
                proof,
            },
        };
        self.entries.push(entry);
    }

    fn hush(&mut self) {
        for entry in &mut self.entries {
            entry.account.told = false;
        }
    }

    fn finish(self) -> Decision {
        let wake_at = match self.certificate.status {
            Status::Active => self.certificate.expires_at,
            Status::Suspended if self.case.suspended.is_some() => None,
            Status::Suspended => {
                let since = self.certificate.details.suspended_at;
                since.map(|since| self.case.policy.recovery_ends(since))
            }
            Status::Expired | Status::Revoked | Status::Superseded => None,
        };
        let certificates = if self.entries.is_empty() {
            Vec::new()
        } else {
            vec![self.certificate]
        };
        Decision {
            certificates,
            entries: self.entries,
            wake_at,
        }
    }
}
