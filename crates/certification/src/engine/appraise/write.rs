//! What is written of a standing, and of what was decided because of it.

use rules::{Person, Standing};
use serde::{Deserialize, Serialize};
use store::{EngineCommit, OutboxEntry, StandingRecord};
use xapi::Timestamp;

use super::Appraiser;
use crate::decide::Decision;
use crate::engine::definitions::Revision;
use crate::engine::escalate::{Draft, Escalation};
use crate::error::{Result, to_json};
use crate::notice;

/// How soon a standing is looked at again that named a moment already past.
const AGAIN_AFTER_MICROS: i64 = 60 * 1_000_000;

/// What the store keeps of a standing as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StandingBody {
    /// The curriculum's title.
    pub(crate) title: String,
    /// The revision's hash.
    pub(crate) hash: String,
    /// The standing with its reasons.
    pub(crate) standing: Standing,
    /// The ladder they are on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) escalation: Option<Escalation>,
}

impl Appraiser {
    /// Leaves standings as they are, to be looked at again later.
    pub(super) fn put_off(&self, standings: Vec<StandingRecord>, commit: &mut EngineCommit) {
        let due = standings
            .into_iter()
            .filter(|standing| standing.next_change_at.is_some_and(|next| next <= self.at));
        commit.standings.extend(due.map(|standing| StandingRecord {
            next_change_at: Some(self.later()),
            ..standing
        }));
    }

    fn later(&self) -> Timestamp {
        Timestamp::from_micros(self.at.as_micros().saturating_add(AGAIN_AFTER_MICROS))
    }

    pub(super) fn write(
        &self,
        person: &Person,
        revision: &Revision,
        (standing, escalation): (Standing, Option<Escalation>),
        also: [Option<Timestamp>; 3],
        before: Option<StandingRecord>,
        commit: &mut EngineCommit,
    ) -> Result<()> {
        let curriculum = revision.curriculum.id().to_owned();
        let next_change_at = standing
            .next_change_at
            .into_iter()
            .chain(also.into_iter().flatten())
            .min();
        if standing.status == rules::Status::NotAssigned && next_change_at.is_none() {
            if before.is_some() {
                commit.lapsed.push((person.id.clone(), curriculum));
            }
            return Ok(());
        }
        let next_change_at = next_change_at.map(|next| self.ahead(next, &person.id, &curriculum));
        let status = standing.status.as_str().to_owned();
        let body = StandingBody {
            title: revision.curriculum.title().to_owned(),
            hash: revision.hash.clone(),
            standing,
            escalation,
        };
        let record = StandingRecord {
            person: person.id.clone(),
            curriculum,
            revision: revision.number,
            status,
            next_change_at,
            body: to_json("a standing", &body)?,
        };
        if before.as_ref() != Some(&record) {
            commit.standings.push(record);
        }
        Ok(())
    }

    /// A moment that is past would be due again at once, for ever.
    fn ahead(&self, next: Timestamp, person: &str, curriculum: &str) -> Timestamp {
        if next > self.at {
            return next;
        }
        tracing::warn!(person, curriculum, %next, "a standing named a moment that is past as its next change");
        self.later()
    }

    /// Writes what was decided; answers what people are to be told of it.
    pub(super) fn record(
        &self,
        person: &Person,
        decision: Decision,
        commit: &mut EngineCommit,
    ) -> Result<Vec<Draft>> {
        let mut drafts = Vec::new();
        let subject = notice::Subject {
            id: &person.id,
            name: person.name.as_deref(),
            ifi: person.identifiers.first(),
        };
        for entry in &decision.entries {
            commit.ledger.push(entry.to_record()?);
            let about = decision
                .certificates
                .iter()
                .find(|certificate| certificate.id == entry.certificate);
            if let (true, Some(certificate)) = (entry.account.told, about) {
                drafts.extend(Draft::about_certificate(person, certificate, entry));
                let statements = notice::statements(&self.url, &subject, certificate, entry);
                commit
                    .outbox
                    .extend(statements.into_iter().map(|(id, statement)| OutboxEntry {
                        id: notice::outbox_id(id),
                        kind: notice::STATEMENT.to_owned(),
                        body: statement.to_string(),
                        due_at: self.at,
                    }));
            }
        }
        for certificate in &decision.certificates {
            commit.certificates.push(certificate.to_record()?);
        }
        Ok(drafts)
    }
}
