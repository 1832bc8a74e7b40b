//! From evidence to standings and decisions, for several people at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rules::{Curriculum, Evidence, Leads, Person, Standing};
use serde::{Deserialize, Serialize};
use store::{
    ActRecord, EngineCommit, EvidenceRecord, NoticeRecord, OutboxEntry, PersonRecord, StandingRecord, Store,
    Subject,
};
use uuid::Uuid;
use xapi::Timestamp;

use crate::acts;
use crate::certificate::{Certificate, Derivation, Status};
use crate::decide::{Case, Claim, Decision, Policy, decide, supersede};
use crate::engine::agenda::Skipped;
use crate::engine::definitions::{Definitions, Revision};
use crate::engine::delta::Delta;
use crate::engine::escalate::{self, Climbing, Draft, Escalation};
use crate::engine::stand::{Known, stand};
use crate::error::{Result, from_json, to_json};
use crate::notice::{self, Ending, PublicUrl};
use crate::people::{self, Ties};

/// How many people's evidence is held in memory at once.
const AT_ONCE: usize = 50;

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

/// What all appraisals of a step have in common.
#[derive(Clone)]
pub(crate) struct Appraiser {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) url: PublicUrl,
    pub(crate) definitions: Arc<Definitions>,
    /// The revision of each curriculum that people are evaluated by.
    pub(crate) in_force: Arc<BTreeMap<String, i64>>,
    pub(crate) at: Timestamp,
}

/// What came of several people.
#[derive(Default)]
pub(crate) struct Appraised {
    /// What is to be written.
    pub(crate) commit: EngineCommit,
    /// What could not be read.
    pub(crate) skipped: Skipped,
}

/// What is kept of one person.
#[derive(Default)]
struct Kept {
    person: Option<PersonRecord>,
    evidence: Vec<EvidenceRecord>,
    standings: Vec<StandingRecord>,
    certificates: Vec<Certificate>,
    acts: Vec<ActRecord>,
    notices: Vec<NoticeRecord>,
    leads: Leads,
    ties: Ties,
}

impl Appraiser {
    /// Evaluates every curriculum in force for each of these people, decides, and writes what changes into
    /// `appraised`.
    pub(crate) async fn appraise(
        &self,
        people: impl IntoIterator<Item = String>,
        delta: &Delta,
        appraised: &mut Appraised,
    ) -> Result<()> {
        let people: Vec<String> = people.into_iter().collect();
        for ids in people.chunks(AT_ONCE) {
            let known = self.store.people_by_id(ids).await?;
            self.appraise_known(ids, known, delta, appraised).await?;
        }
        Ok(())
    }

    /// [`Self::appraise`] of a page of people in the registry.
    pub(crate) async fn appraise_page(&self, page: Vec<PersonRecord>) -> Result<Appraised> {
        let ids: Vec<String> = page.iter().map(|person| person.id.clone()).collect();
        let mut appraised = Appraised::default();
        self.appraise_known(&ids, page, &Delta::default(), &mut appraised)
            .await?;
        Ok(appraised)
    }

    async fn appraise_known(
        &self,
        ids: &[String],
        known: Vec<PersonRecord>,
        delta: &Delta,
        appraised: &mut Appraised,
    ) -> Result<()> {
        let mut drafts = Vec::new();
        for (id, kept) in self.load(ids, known).await? {
            match &kept.person {
                Some(_) if kept.ties.merged_into.is_none() => {
                    drafts.extend(self.appraise_one(kept, delta, appraised)?);
                }
                _ => drafts.extend(self.release(&id, &kept, &mut appraised.commit)?),
            }
        }
        escalate::address(self.store.as_ref(), drafts, &mut appraised.commit).await
    }

    async fn load(&self, ids: &[String], known: Vec<PersonRecord>) -> Result<BTreeMap<String, Kept>> {
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

    fn appraise_one(
        &self,
        kept: Kept,
        delta: &Delta,
        Appraised { commit, skipped }: &mut Appraised,
    ) -> Result<Vec<Draft>> {
        let mut drafts = Vec::new();
        let Some(record) = kept.person else {
            return Ok(drafts);
        };
        let person: Person = match from_json(|| format!("person {}", record.id), &record.body) {
            Ok(person) => Person {
                id: record.id.clone(),
                identifiers: record.ifis.clone(),
                manager: record.manager.clone(),
                leads: kept.leads,
                ..person
            },
            Err(error) => {
                skipped.note("person", &record.id, error.to_string());
                self.put_off(kept.standings, commit);
                return Ok(drafts);
            }
        };
        let mut evidence = Vec::new();
        for row in delta.apply(&record.id, kept.evidence) {
            match serde_json::from_str::<Evidence>(&row.body) {
                Ok(fact) => evidence.push(fact),
                Err(error) => skipped.note_statement(row.statement, format!("its evidence: {error}")),
            }
        }
        evidence.sort_by(Evidence::order);

        let acts = acts::fold(&kept.acts, |id, error| {
            skipped.note("act", id.to_string(), error);
        });
        let others: Vec<&Curriculum> = self
            .in_force
            .iter()
            .filter_map(|(id, number)| Some(&self.definitions.revision(id, *number)?.curriculum))
            .collect();
        let known = Known {
            person: &person,
            evidence: &evidence,
            acts: &acts,
            others: &others,
            at: self.at,
            known_at: None,
        };

        let mut certificates: HashMap<String, Vec<Certificate>> = HashMap::new();
        for certificate in kept.certificates {
            certificates
                .entry(certificate.curriculum.clone())
                .or_default()
                .push(certificate);
        }
        let mut standings: HashMap<String, StandingRecord> = kept
            .standings
            .into_iter()
            .map(|standing| (standing.curriculum.clone(), standing))
            .collect();

        for (curriculum, number) in self.in_force.iter() {
            let Some(in_force) = self.definitions.revision(curriculum, *number) else {
                continue;
            };
            let held = certificates.remove(curriculum).unwrap_or_default();
            if self.definitions.is_retired(curriculum, self.at, None) {
                drafts.extend(self.keep_until_it_ends(&person, &held, None, commit)?);
                continue;
            }
            let stand = stand(&self.definitions, in_force, &known, held.last());
            let (revision, standing) = (stand.revision, stand.standing);
            let decision = self.decide(&person, revision, &standing, &evidence, &held)?;
            let before = standings.remove(curriculum);
            let climbed = Climbing {
                revision: in_force,
                person: &person,
                standing: &standing,
                evidence: &evidence,
                before: before.as_ref(),
                notices: &kept.notices,
                at: self.at,
            }
            .climb()?;
            drafts.extend(climbed.drafts);
            self.write(
                &person,
                revision,
                (standing, climbed.escalation),
                [stand.also_at, decision.wake_at, climbed.next_at],
                before,
                commit,
            )?;
            drafts.extend(self.record(&person, decision, commit)?);
        }
        // What is left belongs to nothing in force any more.
        commit.lapsed.extend(
            standings
                .into_values()
                .map(|standing| (standing.person, standing.curriculum)),
        );
        Ok(drafts)
    }

    /// Leaves standings as they are, to be looked at again later.
    fn put_off(&self, standings: Vec<StandingRecord>, commit: &mut EngineCommit) {
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

    fn decide(
        &self,
        person: &Person,
        revision: &Revision,
        standing: &Standing,
        evidence: &[Evidence],
        held: &[Certificate],
    ) -> Result<Decision> {
        let lost: Vec<Uuid> = match held.last() {
            Some(newest) => {
                let known: BTreeSet<Uuid> = evidence.iter().map(|fact| fact.statement).collect();
                newest
                    .details
                    .proof
                    .statements
                    .iter()
                    .filter(|id| !known.contains(id))
                    .copied()
                    .collect()
            }
            None => Vec::new(),
        };
        let claim = match held.last() {
            // Whoever the curriculum is not for any more keeps what they have earned until it ends.
            Some(newest)
                if standing.status == rules::Status::NotAssigned
                    && standing.revoked.is_none()
                    && lost.is_empty() =>
            {
                own_claim(newest)
            }
            _ => standing
                .entitlement
                .as_ref()
                .or(standing.lapsed.as_ref())
                .map(|entitlement| Claim {
                    earned_at: entitlement.earned_at,
                    expires_at: entitlement.expires_at,
                    cycle: entitlement.cycle,
                    statements: entitlement.statements.clone(),
                    acts: entitlement.acts.clone(),
                    awarded: entitlement.awarded.clone(),
                }),
        };
        if held.is_empty() && claim.is_none() {
            // There is nothing to decide, and no derivation to be kept.
            return Ok(Decision::default());
        }
        let requirements = Derivation::of(&standing.requirements)?;
        Ok(decide(&Case {
            person: &person.id,
            curriculum: revision.curriculum.id(),
            title: revision.curriculum.title(),
            certification_title: revision.curriculum.certification_title(),
            revision: revision.number,
            hash: &revision.hash,
            certificates: held,
            claim: claim.as_ref(),
            requirements: &requirements,
            lost: &lost,
            revoked: standing.revoked.as_ref(),
            suspended: standing.suspended.as_ref().map(|own| own.reason.as_str()),
            policy: Policy::of(&revision.curriculum),
            zone: person.zone(),
            at: self.at,
        }))
    }

    fn write(
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
    fn record(&self, person: &Person, decision: Decision, commit: &mut EngineCommit) -> Result<Vec<Draft>> {
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

    /// Somebody who is no longer in the registry, or merged into another: their standings go; certificates stay until
    /// they end, or until then stand for nothing.
    fn release(&self, id: &str, kept: &Kept, commit: &mut EngineCommit) -> Result<Vec<Draft>> {
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
    fn keep_until_it_ends(
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
            hash: &details.proof.hash,
            certificates: held,
            claim: claim.as_ref(),
            requirements: &details.proof.requirements,
            lost: &[],
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
fn own_claim(certificate: &Certificate) -> Option<Claim> {
    (certificate.status == Status::Active).then(|| Claim {
        earned_at: certificate.details.earned_at,
        expires_at: certificate.expires_at,
        cycle: certificate.details.cycle,
        statements: certificate.details.proof.statements.clone(),
        acts: certificate.details.proof.acts.clone(),
        awarded: None,
    })
}
