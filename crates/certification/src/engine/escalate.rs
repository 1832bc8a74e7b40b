//! The ladder at work: which steps are to be told or taken back now, and to whom; and who is told of certificates that
//! are lost.
//!
//! What was told is read from the notices, and new ones are written in the same commit as the standing they follow
//! from, under ids that say what they are. So a step is told once, whatever crashes and however many engines run.

use std::collections::{BTreeMap, BTreeSet};

use rules::ladder::{Ladder, Obligation, Recipient, Step, StepState, Told};
use rules::{Evidence, Person, Standing};
use serde::{Deserialize, Serialize};
use store::{EngineCommit, NoticePlace, NoticeRecord, StandingRecord, Store};
use uuid::Uuid;
use xapi::Timestamp;

use crate::certificate::{Certificate, Entry, Kind};
use crate::engine::StandingBody;
use crate::engine::definitions::Revision;
use crate::error::{Result, from_json, to_json};
use crate::people;
use crate::told::{self, CertificateBody, StepBody};

/// The ladder a person is on, as it is kept with their standing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Escalation {
    /// What is owed.
    pub(crate) obligation: String,
    /// By when.
    pub(crate) due_at: Timestamp,
    /// Since when that is known.
    pub(crate) since: Timestamp,
    /// The steps.
    pub(crate) steps: Vec<Step>,
}

/// What is looked at: a person in a curriculum.
pub(crate) struct Climbing<'a> {
    /// The revision in force; its ladder is for everybody.
    pub(crate) revision: &'a Revision,
    /// Who.
    pub(crate) person: &'a Person,
    /// Where they stand now.
    pub(crate) standing: &'a Standing,
    /// Their evidence.
    pub(crate) evidence: &'a [Evidence],
    /// Where they stood.
    pub(crate) before: Option<&'a StandingRecord>,
    /// All notices about them, of every curriculum.
    pub(crate) notices: &'a [NoticeRecord],
    /// Now.
    pub(crate) at: Timestamp,
}

/// What comes of it.
#[derive(Default)]
pub(crate) struct Climbed {
    /// The ladder they are on.
    pub(crate) escalation: Option<Escalation>,
    /// What is to be told and taken back.
    pub(crate) drafts: Vec<Draft>,
    /// When the next step is to be taken.
    pub(crate) next_at: Option<Timestamp>,
}

/// A notice whose recipients are not resolved yet.
pub(crate) struct Draft {
    manager: Option<String>,
    notice: NoticeRecord,
    body: Body,
}

/// What it says.
#[derive(Serialize)]
#[serde(untagged)]
enum Body {
    Step(StepBody),
    Certificate(CertificateBody),
}

impl Climbing<'_> {
    /// Where the person is on the ladder, and what follows.
    pub(crate) fn climb(&self) -> Result<Climbed> {
        let curriculum = &self.revision.curriculum;
        let mut told = self.told()?;
        let mut climbed = Climbed::default();
        if let Some(owed) = Obligation::open(curriculum, self.person, self.standing, self.at)
            .filter(|_| curriculum.has_ladder())
        {
            let (mine, earlier) = self.take(&mut told, &owed);
            let since = self.since(&owed)?;
            let ladder = Ladder::of(curriculum, &owed, since, &mine, self.at);
            for step in ladder.to_tell(&mine) {
                let times = earlier.iter().filter(|told| told.when == step.when).count();
                climbed.drafts.push(self.draft(&owed, step, times));
            }
            climbed.next_at = ladder.next_at;
            climbed.escalation = Some(Escalation {
                obligation: owed.key,
                due_at: owed.due_at,
                since,
                steps: ladder.steps,
            });
        }
        // What is left was told for something that is not owed any more.
        for (obligation, steps) in told {
            let Some(met_at) = Obligation::met_at(&obligation, self.standing, self.evidence) else {
                continue;
            };
            for (_, notice, body) in steps
                .into_iter()
                .filter(|(told, ..)| !told.withdrawn && met_at <= told.at)
            {
                climbed.drafts.push(self.withdrawal(notice, body, met_at));
            }
        }
        Ok(climbed)
    }

    /// The steps told in this curriculum, by what was owed.
    fn told(&self) -> Result<BTreeMap<String, Vec<ToldStep<'_>>>> {
        let mine = || {
            self.notices.iter().filter(|notice| {
                notice.kind == told::STEP && notice.curriculum == self.revision.curriculum.id()
            })
        };
        let withdrawn: BTreeSet<Uuid> = mine()
            .filter(|notice| notice.state == told::WITHDRAWN)
            .map(|notice| notice.id)
            .collect();
        let mut told: BTreeMap<String, Vec<ToldStep<'_>>> = BTreeMap::new();
        for notice in mine().filter(|notice| notice.state == told::TAKEN) {
            let body: StepBody = from_json(|| format!("notice {}", notice.id), &notice.body)?;
            let step = Told {
                when: notice.step.clone(),
                at: notice.at,
                withdrawn: withdrawn.contains(&told::withdrawal_of(notice.id)),
            };
            told.entry(notice.obligation.clone())
                .or_default()
                .push((step, notice, body));
        }
        Ok(told)
    }

    /// Since when it is known that this is owed.
    fn since(&self, owed: &Obligation) -> Result<Timestamp> {
        let Some(before) = self.before else {
            return Ok(self.at);
        };
        let what = || format!("standing of {} in {}", before.person, before.curriculum);
        let body: StandingBody = from_json(what, &before.body)?;
        let known = body
            .escalation
            .filter(|known| is_same(owed, &known.obligation, known.due_at));
        Ok(known.map_or(self.at, |known| known.since))
    }

    /// Takes out what was told for this obligation: in this time that the curriculum is theirs, and in earlier ones.
    fn take<'a>(
        &self,
        told: &mut BTreeMap<String, Vec<ToldStep<'a>>>,
        owed: &Obligation,
    ) -> (Vec<Told>, Vec<Told>) {
        let (mut mine, mut earlier) = (Vec::new(), Vec::new());
        for (obligation, steps) in told.iter_mut() {
            for (step, notice, body) in std::mem::take(steps) {
                if !is_same(owed, obligation, body.due_at) {
                    steps.push((step, notice, body));
                } else if body.due_at == owed.due_at
                    || self
                        .revision
                        .curriculum
                        .applies_throughout(self.person, step.at, self.at)
                {
                    mine.push(step);
                } else {
                    earlier.push(step);
                }
            }
        }
        (mine, earlier)
    }

    /// `times`: how often it was told when the curriculum was theirs before.
    fn draft(&self, owed: &Obligation, step: &Step, times: usize) -> Draft {
        let curriculum = &self.revision.curriculum;
        let person = self.person;
        let name = match times {
            0 => step.when.clone(),
            more => format!("{} ({more})", step.when),
        };
        let notice = NoticeRecord {
            id: told::id_of(told::STEP, &person.id, curriculum.id(), &owed.key, &name),
            place: NoticePlace::default(),
            kind: told::STEP.to_owned(),
            person: Some(person.id.clone()),
            curriculum: curriculum.id().to_owned(),
            obligation: owed.key.clone(),
            step: step.when.clone(),
            state: told::TAKEN.to_owned(),
            to: Vec::new(),
            at: step.at,
            decided_at: self.at,
            body: String::new(),
        };
        let body = Body::Step(StepBody {
            title: curriculum.title().to_owned(),
            due_at: owed.due_at,
            tell: step.tell.clone(),
            unknown: Vec::new(),
            say: step.say.clone(),
            consequence: step.consequence.clone(),
            withdraws: None,
            met_at: None,
        });
        Draft {
            manager: person.manager.clone(),
            notice,
            body,
        }
    }

    /// Tells those who were told that they should not have been.
    fn withdrawal(&self, told: &NoticeRecord, body: StepBody, met_at: Timestamp) -> Draft {
        let notice = NoticeRecord {
            id: told::withdrawal_of(told.id),
            place: NoticePlace::default(),
            state: told::WITHDRAWN.to_owned(),
            decided_at: self.at,
            ..told.clone()
        };
        Draft {
            manager: None,
            notice,
            body: Body::Step(StepBody {
                withdraws: Some(told.id),
                met_at: Some(met_at),
                ..body
            }),
        }
    }
}

type ToldStep<'a> = (Told, &'a NoticeRecord, StepBody);

/// Whether what was known under another name is the same: cycles are counted anew when an older certificate becomes
/// known, and the renewal that is due on a day is still the same.
fn is_same(owed: &Obligation, key: &str, due_at: Timestamp) -> bool {
    owed.key == key || (owed.is_renewal() && key.starts_with("renewal-") && due_at == owed.due_at)
}

/// Writes notices to those they are for: a recipient that nobody is known to be is not left out, the training office
/// is told in their place.
pub(crate) async fn address(store: &dyn Store, drafts: Vec<Draft>, commit: &mut EngineCommit) -> Result<()> {
    let managers: BTreeSet<String> = drafts.iter().filter_map(|draft| draft.manager.clone()).collect();
    let mut above: BTreeMap<String, Option<String>> = BTreeMap::new();
    if !managers.is_empty() {
        let ids: Vec<String> = managers.into_iter().collect();
        for record in store.people_by_id(&ids).await? {
            // One that can not be read was noted when it was looked at; whom they report to is not known.
            let manager = people::from_record(&record)
                .ok()
                .and_then(|manager| manager.manager);
            above.insert(record.id, manager);
        }
    }
    for mut draft in drafts {
        if draft.notice.state == told::TAKEN {
            draft.resolve(&above);
        }
        draft.notice.body = to_json("a notice", &draft.body)?;
        commit.notices.push(draft.notice);
    }
    Ok(())
}

impl Draft {
    /// That a certificate was suspended, holds again or was revoked: the learner and their manager are told.
    pub(crate) fn about_certificate(
        person: &Person,
        certificate: &Certificate,
        entry: &Entry,
    ) -> Option<Self> {
        if !matches!(entry.kind, Kind::Suspended | Kind::Reinstated | Kind::Revoked) {
            return None;
        }
        let (kind, id) = (entry.kind.as_str(), entry.id.to_string());
        let notice = NoticeRecord {
            id: told::id_of(told::CERTIFICATE, &person.id, &entry.curriculum, &id, kind),
            place: NoticePlace::default(),
            kind: told::CERTIFICATE.to_owned(),
            person: Some(person.id.clone()),
            curriculum: entry.curriculum.clone(),
            obligation: entry.certificate.to_string(),
            step: kind.to_owned(),
            state: told::TAKEN.to_owned(),
            to: Vec::new(),
            at: entry.at,
            decided_at: entry.decided_at,
            body: String::new(),
        };
        let body = CertificateBody {
            title: certificate.details.curriculum_title.clone(),
            certificate: entry.certificate,
            tell: vec![Recipient::Learner, Recipient::Manager],
            unknown: Vec::new(),
            say: entry.account.reason.clone(),
        };
        Some(Self {
            manager: person.manager.clone(),
            notice,
            body: Body::Certificate(body),
        })
    }

    /// `above` are the managers that are known, each with theirs.
    fn resolve(&mut self, above: &BTreeMap<String, Option<String>>) {
        let manager = self
            .manager
            .as_ref()
            .filter(|manager| above.contains_key(*manager));
        let their_manager = manager
            .and_then(|manager| above.get(manager))
            .and_then(Option::as_ref);
        let learner = self.notice.person.clone();
        let mut to: Vec<String> = Vec::new();
        let (tell, unknown) = match &mut self.body {
            Body::Step(body) => (&body.tell, &mut body.unknown),
            Body::Certificate(body) => (&body.tell, &mut body.unknown),
        };
        for recipient in tell {
            let found = match recipient {
                Recipient::Learner => learner.clone(),
                Recipient::Manager => manager.cloned(),
                Recipient::ManagerOfManager => their_manager.cloned(),
                Recipient::Training => Some(told::TRAINING.to_owned()),
            };
            if found.is_none() {
                unknown.push(*recipient);
            }
            let found = found.unwrap_or_else(|| told::TRAINING.to_owned());
            if !to.contains(&found) {
                to.push(found);
            }
        }
        self.notice.to = to;
    }
}

/// The steps as an answer shows them; those told for nothing are there only in the list of notices.
impl Escalation {
    /// The last step that was taken.
    pub(crate) fn reached(&self) -> Option<&Step> {
        self.steps.iter().rfind(|step| step.state == StepState::Taken)
    }
}
