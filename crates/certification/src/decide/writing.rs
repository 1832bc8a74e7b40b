//! A certificate being changed, with the entries that say so.

use rules::Decided;
use xapi::Timestamp;

use super::{Case, Claim, Decision, ends_no_later, is_same, reason};
use crate::certificate::{Account, Certificate, Entry, Kind, Proof, Status};

/// A certificate being changed, with the entries that say so.
pub(super) struct Writing<'a> {
    case: &'a Case<'a>,
    pub(super) certificate: Certificate,
    entries: Vec<Entry>,
}

impl<'a> Writing<'a> {
    pub(super) const fn of(case: &'a Case<'a>, certificate: Certificate) -> Self {
        Self {
            case,
            certificate,
            entries: Vec::new(),
        }
    }

    /// Gives an active or ended certificate what the claim says now.
    pub(super) fn follow(&mut self, claim: &Claim) {
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

    pub(super) fn reinstate(&mut self, claim: &Claim) {
        self.take(claim);
        self.certificate.status = Status::Active;
        self.unsuspend();
        self.enter(
            Kind::Reinstated,
            self.case.at,
            reason::reinstated(self.case, claim),
        );
        self.end_if_due();
    }

    pub(super) fn suspend_or_end(&mut self) {
        if self.certificate.has_ended(self.case.at) {
            self.close();
            return;
        }
        self.certificate.status = Status::Suspended;
        self.certificate.details.suspended_at = Some(self.case.at);
        self.certificate.details.suspended_by_need = self.case.suspended.is_some();
        self.enter_as_is(Kind::Suspended, self.case.at, reason::suspended(self.case));
    }

    /// Revokes a certificate by hand, from the moment at which that was decided.
    pub(super) fn revoke(&mut self, by: &Decided) {
        if self.certificate.expires_at.is_some_and(|end| end <= by.at) {
            self.close();
            return;
        }
        self.certificate.status = Status::Revoked;
        self.unsuspend();
        self.enter_as_is(Kind::Revoked, by.at, reason::revoked_by(self.case, by));
    }

    /// Ends a certificate whose time has passed, suspended or not, before the next one is issued.
    pub(super) fn close(&mut self) {
        if matches!(self.certificate.status, Status::Suspended | Status::Superseded) {
            self.certificate.status = Status::Active;
            self.unsuspend();
        }
        self.end_if_due();
    }

    /// Takes away what is said of a suspension.
    pub(super) fn unsuspend(&mut self) {
        self.certificate.details.suspended_at = None;
        self.certificate.details.suspended_by_need = false;
    }

    pub(super) fn end_if_due(&mut self) {
        if self.certificate.status != Status::Active {
            return;
        }
        if let Some(end) = self.certificate.expires_at.filter(|end| *end <= self.case.at) {
            self.certificate.status = Status::Expired;
            self.enter_as_is(Kind::Expired, end, reason::expired(self.case, end));
        }
    }

    pub(super) fn revoke_if_due(&mut self) {
        let since = self.certificate.details.suspended_at.unwrap_or(self.case.at);
        let due = self.case.policy.recovery_ends(since);
        if due <= self.case.at {
            self.certificate.status = Status::Revoked;
            self.enter_as_is(Kind::Revoked, due, reason::revoked(self.case, since));
        }
    }

    /// Writes an entry about what was earned, at the moment at which it was.
    pub(super) fn earn(&mut self, kind: Kind, claim: &Claim, reason: String) {
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
    pub(super) fn enter_as_is(&mut self, kind: Kind, at: Timestamp, reason: String) {
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

    pub(super) fn hush(&mut self) {
        for entry in &mut self.entries {
            entry.account.told = false;
        }
    }

    pub(super) fn finish(self) -> Decision {
        let wake_at = match self.certificate.status {
            Status::Active => self.certificate.expires_at,
            Status::Suspended if self.certificate.details.suspended_by_need => None,
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
