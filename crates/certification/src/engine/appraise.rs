//! From evidence to standings and decisions, for several people at once.

mod kept;
mod release;
mod write;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rules::{Certified, Curriculum, Evidence, Person, RequirementKind, RequirementStanding};
use store::{EngineCommit, PersonRecord, StandingRecord, Store};
use uuid::Uuid;
use xapi::Timestamp;

use crate::acts;
use crate::certificate::{Certificate, Derivation};
use crate::decide::{Case, Claim, Decision, Policy, decide};
use crate::engine::agenda::Skipped;
use crate::engine::definitions::{Definitions, Revision};
use crate::engine::delta::Delta;
use crate::engine::escalate::{self, Climbing, Draft};
use crate::engine::stand::{Earlier, Known, Stand, stand};
use crate::error::{Result, from_json};
use crate::notice::PublicUrl;
use kept::Kept;
use release::own_claim;
pub(crate) use write::StandingBody;

/// How many people's evidence is held in memory at once.
const AT_ONCE: usize = 50;

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
        let in_force: Vec<&Revision> = self
            .in_force
            .iter()
            .filter_map(|(id, number)| self.definitions.revision(id, *number))
            .collect();
        let others: Vec<&Curriculum> = in_force.iter().map(|revision| &revision.curriculum).collect();
        let mut certificates: HashMap<String, Vec<Certificate>> = HashMap::new();
        for certificate in kept.certificates {
            certificates
                .entry(certificate.curriculum.clone())
                .or_default()
                .push(certificate);
        }
        let known = Known {
            person: &person,
            evidence: &evidence,
            acts: &acts,
            others: &others,
            given: &[],
            retired: &[],
            at: self.at,
            known_at: None,
        };
        let (earlier, mut standings_before) =
            Earlier::of(&self.definitions, &in_force, &known, |curriculum| {
                let merged = kept.merged.iter().filter(|own| own.curriculum == curriculum);
                certificates
                    .get(curriculum)
                    .into_iter()
                    .flatten()
                    .chain(merged)
                    .collect()
            });
        let known = known.after(&earlier);
        let mut standings: HashMap<String, StandingRecord> = kept
            .standings
            .into_iter()
            .map(|standing| (standing.curriculum.clone(), standing))
            .collect();

        for in_force in in_force {
            let curriculum = in_force.curriculum.id();
            let held = certificates
                .get(curriculum)
                .map(Vec::as_slice)
                .unwrap_or_default();
            if self.definitions.is_retired(curriculum, self.at, None) {
                drafts.extend(self.keep_until_it_ends(&person, held, None, commit)?);
                continue;
            }
            let stand = stand(
                &self.definitions,
                in_force,
                &known,
                &mut standings_before,
                held.last(),
            );
            let decision = self.decide(&known, &stand, held)?;
            let (revision, standing) = (stand.revision, stand.standing);
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

    fn decide(
        &self,
        known: &Known<'_>,
        Stand {
            revision,
            standing,
            since,
            ..
        }: &Stand<'_>,
        held: &[Certificate],
    ) -> Result<Decision> {
        let proof = held.last().map(|newest| &newest.details.proof);
        let evidence: BTreeSet<Uuid> = match proof {
            Some(_) => known.evidence.iter().map(|fact| fact.statement).collect(),
            None => BTreeSet::new(),
        };
        let cited = proof.iter().flat_map(|proof| &proof.statements);
        let lost: Vec<Uuid> = cited.filter(|id| !evidence.contains(id)).copied().collect();
        let is_undone = |id: &&Uuid| {
            let mut undone = known.acts.iter().filter(|act| act.undone_at.is_some());
            undone.any(|act| act.id == **id)
        };
        let decided = proof.iter().flat_map(|proof| &proof.acts);
        let undone: Vec<Uuid> = decided.filter(is_undone).copied().collect();
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
        let is_unmet =
            |own: &&RequirementStanding| own.kind == RequirementKind::Required && !own.outcome.is_met();
        let unmet: Vec<String> = if claim.is_none() {
            let unmet = standing.requirements.iter().filter(is_unmet);
            unmet
                .map(|own| format!("{:?} ({})", own.title, own.reason))
                .collect()
        } else {
            Vec::new()
        };
        Ok(decide(&Case {
            person: &known.person.id,
            curriculum: revision.curriculum.id(),
            title: revision.curriculum.title(),
            certification_title: revision.curriculum.certification_title(),
            revision: revision.number,
            since: *since,
            hash: &revision.hash,
            certificates: held,
            claim: claim.as_ref(),
            requirements: &requirements,
            lost: &lost,
            undone: &undone,
            unmet: &unmet,
            at_once: revision.curriculum.certified() == Certified::AtOnce,
            revoked: standing.revoked.as_ref(),
            suspended: standing.suspended.as_ref().map(|own| own.reason.as_str()),
            policy: Policy::of(&revision.curriculum),
            zone: known.person.zone(),
            at: self.at,
        }))
    }
}
