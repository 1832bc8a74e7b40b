//! What is kept of the people who are appraised.

use std::collections::{BTreeMap, HashMap};

use rules::Leads;
use store::{ActRecord, EvidenceRecord, NoticeRecord, PersonRecord, StandingRecord, Subject};

use super::Appraiser;
use crate::certificate::Certificate;
use crate::error::Result;
use crate::people::{self, Ties};

/// What is kept of one person.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) person: Option<PersonRecord>,
    pub(super) evidence: Vec<EvidenceRecord>,
    pub(super) standings: Vec<StandingRecord>,
    pub(super) certificates: Vec<Certificate>,
    /// Of those who were merged into them.
    pub(super) merged: Vec<Certificate>,
    pub(super) acts: Vec<ActRecord>,
    pub(super) notices: Vec<NoticeRecord>,
    pub(super) leads: Leads,
    pub(super) ties: Ties,
}

impl Appraiser {
    pub(super) async fn load(
        &self,
        ids: &[String],
        known: Vec<PersonRecord>,
    ) -> Result<BTreeMap<String, Kept>> {
        let mut kept: BTreeMap<String, Kept> = ids.iter().map(|id| (id.clone(), Kept::default())).collect();
        for person in known {
            if let Some(kept) = kept.get_mut(&person.id) {
                // One that cannot be read is noted when it is appraised.
                kept.ties = Ties::of(&person).unwrap_or_default();
                kept.person = Some(person);
            }
        }
        for row in self.store.evidence(ids).await? {
            if let Some(kept) = kept.get_mut(&row.person) {
                kept.evidence.push(row);
            }
        }
        for standing in self.store.standings_of(ids).await? {
            if let Some(kept) = kept.get_mut(&standing.person) {
                kept.standings.push(standing);
            }
        }
        for certificate in self.store.certificates_of(ids).await? {
            if let Some(kept) = kept.get_mut(&certificate.person) {
                kept.certificates.push(Certificate::from_record(certificate)?);
            }
        }
        for kept in kept.values_mut() {
            kept.merged = people::merged_certificates(self.store.as_ref(), &kept.ties).await?;
        }
        for (id, leads) in people::leads(self.store.as_ref(), ids, None).await? {
            if let Some(kept) = kept.get_mut(&id) {
                kept.leads = leads;
            }
        }
        // What was decided about somebody who was merged counts for the one who is left.
        let mut left: HashMap<String, String> = HashMap::new();
        for (id, kept) in &kept {
            let merged = kept.ties.merged_from.iter().map(|merged| merged.id.clone());
            left.extend(merged.map(|merged| (merged, id.clone())));
            if kept.ties.merged_into.is_none() {
                left.insert(id.clone(), id.clone());
            }
        }
        let about: Vec<Subject> = left.keys().cloned().map(Subject::Person).collect();
        for act in self.store.acts_of(&about).await? {
            if let Subject::Person(id) = &act.subject
                && let Some(kept) = left.get(id).and_then(|id| kept.get_mut(id))
            {
                kept.acts.push(act);
            }
        }
        if self
            .definitions
            .newest()
            .any(|(_, revision)| revision.curriculum.has_ladder())
        {
            for notice in self.store.notices_of(ids).await? {
                if let Some(kept) = notice.person.as_ref().and_then(|person| kept.get_mut(person)) {
                    kept.notices.push(notice);
                }
            }
        }
        Ok(kept)
    }
}
