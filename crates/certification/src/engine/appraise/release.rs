//! What becomes of certificates that no standing sees to any more.

use std::collections::BTreeMap;

use rules::Person;
use store::{EngineCommit, OutboxEntry};

use super::Appraiser;
use super::kept::Kept;
use crate::certificate::{Certificate, Status};
use crate::decide::{Case, Claim, Policy, decide, supersede};
use crate::engine::escalate::Draft;
use crate::error::{Result, to_json};
use crate::notice::{self, Ending};

impl Appraiser {
    /// Somebody who is no longer in the registry, or merged into another: their standings go; certificates stay until
    /// they end, or until then stand for nothing.
    pub(super) fn release(&self, id: &str, kept: &Kept, commit: &mut EngineCommit) -> Result<Vec<Draft>> {
        commit.lapsed.extend(
            kept.standings
                .iter()
                .map(|standing| (id.to_owned(), standing.curriculum.clone())),
        );
        let mut newest: BTreeMap<&str, Vec<Certificate>> = BTreeMap::new();
        for certificate in &kept.certificates {
            newest
                .entry(&certificate.curriculum)
                .or_default()
                .push(certificate.clone());
        }
        let person = Person {
            id: id.to_owned(),
            ..Person::default()
        };
        let mut drafts = Vec::new();
        for held in newest.values() {
            drafts.extend(self.keep_until_it_ends(
                &person,
                held,
                kept.ties.merged_into.as_deref(),
                commit,
            )?);
        }
        Ok(drafts)
    }

    /// A certificate that no standing sees to any more stays until it ends, which a notice names the moment of; one of
    /// somebody who was merged into another is superseded.
    pub(super) fn keep_until_it_ends(
        &self,
        person: &Person,
        held: &[Certificate],
        merged_into: Option<&str>,
        commit: &mut EngineCommit,
    ) -> Result<Vec<Draft>> {
        let Some(last) = held.last().filter(|last| last.status.is_live()) else {
            return Ok(Vec::new());
        };
        let details = &last.details;
        let claim = own_claim(last);
        let case = Case {
            person: &person.id,
            curriculum: &last.curriculum,
            title: &details.curriculum_title,
            certification_title: &details.title,
            revision: details.proof.revision,
            since: details.proof.since,
            hash: &details.proof.hash,
            certificates: held,
            claim: claim.as_ref(),
            requirements: &details.proof.requirements,
            lost: &[],
            undone: &[],
            unmet: &[],
            at_once: false,
            revoked: None,
            suspended: None,
            policy: self
                .definitions
                .revision(&last.curriculum, details.proof.revision)
                .map(|revision| Policy::of(&revision.curriculum))
                .unwrap_or_default(),
            zone: person.zone(),
            at: self.at,
        };
        let decision = match merged_into {
            Some(into) => supersede(&case, into),
            None => decide(&case),
        };
        if let Some(due_at) = decision.wake_at {
            commit.outbox.push(OutboxEntry {
                id: last.ending_id(due_at),
                kind: notice::ENDING.to_owned(),
                body: to_json(
                    "a notice",
                    &Ending {
                        person: person.id.clone(),
                    },
                )?,
                due_at,
            });
        }
        self.record(person, decision, commit)
    }
}

/// What an active certificate stands for by itself.
pub(super) fn own_claim(certificate: &Certificate) -> Option<Claim> {
    (certificate.status == Status::Active).then(|| Claim {
        earned_at: certificate.details.earned_at,
        expires_at: certificate.expires_at,
        cycle: certificate.details.cycle,
        statements: certificate.details.proof.statements.clone(),
        acts: certificate.details.proof.acts.clone(),
        awarded: None,
    })
}
