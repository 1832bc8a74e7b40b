//! The curricula as the engine needs them at hand: every revision, and what they are interested in together.

use std::collections::BTreeMap;

use rules::{ActKind, Ask, Curriculum, Interest};
use store::{IndexKey, Store, StoreError, Subject};

use xapi::{Iri, Timestamp, VOIDED};

use crate::acts;
use crate::engine::agenda::{Agenda, Skipped};
use crate::error::{CertificationError, Result};

/// One revision of a curriculum.
#[derive(Debug)]
pub(crate) struct Revision {
    /// Its number.
    pub(crate) number: i64,
    /// Its hash.
    pub(crate) hash: String,
    /// When it was published.
    pub(crate) published_at: Timestamp,
    /// What it says.
    pub(crate) curriculum: Curriculum,
}

/// Every revision of every curriculum.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    /// By curriculum, then by revision.
    curricula: BTreeMap<String, BTreeMap<i64, Revision>>,
    /// When curricula were retired, and when that was undone.
    retired: BTreeMap<String, Vec<(Timestamp, Option<Timestamp>)>>,
    /// What all revisions are interested in: those, too, that certificates issued earlier rest on.
    pub(crate) interest: Interest,
    /// The index keys of all that, and of what voids: without any of them a statement changes nothing.
    pub(crate) keys: Vec<IndexKey>,
}

impl Definitions {
    /// Reads all revisions. One that can not be read is noted and left out.
    pub(crate) async fn load(store: &dyn Store, skipped: &mut Skipped) -> Result<Self> {
        let mut definitions = Self::default();
        for newest in store.curricula().await? {
            for number in 1..=newest.revision {
                let record = if number == newest.revision {
                    newest.clone()
                } else {
                    let id = &newest.id;
                    store
                        .curriculum(id, Some(number))
                        .await?
                        .ok_or_else(|| StoreError::Corrupt {
                            what: format!("curriculum {id}"),
                            reason: format!("revision {number} is missing"),
                        })?
                };
                match Curriculum::from_json(&record.body) {
                    Ok(curriculum) => {
                        definitions.interest.union(&curriculum.interest());
                        let revision = Revision {
                            number,
                            hash: record.hash,
                            published_at: record.published_at,
                            curriculum,
                        };
                        definitions
                            .curricula
                            .entry(record.id)
                            .or_default()
                            .insert(number, revision);
                    }
                    Err(error) => skipped.note(
                        "curriculum",
                        format!("{} revision {number}", record.id),
                        error.to_string(),
                    ),
                }
            }
        }
        let subjects: Vec<Subject> = definitions
            .curricula
            .keys()
            .cloned()
            .map(Subject::Curriculum)
            .collect();
        let acts = store.acts_of(&subjects).await?;
        for act in acts::fold(&acts, |id, error| skipped.note("act", id.to_string(), error)) {
            if let ActKind::Retire { curriculum } = act.kind {
                let times = definitions.retired.entry(curriculum).or_default();
                times.push((act.at, act.undone_at));
            }
        }
        definitions.keys = definitions.interest.asks().flat_map(keys).collect();
        definitions.keys.push(IndexKey::verb(&voided()?));
        Ok(definitions)
    }

    /// Whether a curriculum is retired at a moment, by what was known at another (`None`: by all that is known).
    pub(crate) fn is_retired(&self, curriculum: &str, at: Timestamp, known_at: Option<Timestamp>) -> bool {
        let known = |moment: &Timestamp| known_at.is_none_or(|known_at| *moment <= known_at);
        self.retired.get(curriculum).is_some_and(|times| {
            times.iter().any(|(from, until)| {
                known(from) && *from <= at && until.filter(known).is_none_or(|until| at < until)
            })
        })
    }

    /// Adds a draft as the next revision of its curriculum, as if it were published at `at`; answers its number.
    pub(crate) fn add_draft(&mut self, draft: Curriculum, at: Timestamp) -> i64 {
        let id = draft.id().to_owned();
        let revisions = self.curricula.entry(id).or_default();
        let number = revisions.keys().next_back().copied().unwrap_or(0) + 1;
        self.interest.union(&draft.interest());
        let revision = Revision {
            number,
            hash: draft.hash(),
            published_at: at,
            curriculum: draft,
        };
        revisions.insert(number, revision);
        number
    }

    /// The newest revision of each curriculum that was published at `at` or before.
    pub(crate) fn as_of(&self, at: Timestamp) -> impl Iterator<Item = (&String, &Revision)> {
        self.curricula.iter().filter_map(move |(id, revisions)| {
            let newest = revisions
                .values()
                .rev()
                .find(|revision| revision.published_at <= at)?;
            Some((id, newest))
        })
    }

    /// One revision.
    pub(crate) fn revision(&self, curriculum: &str, number: i64) -> Option<&Revision> {
        self.curricula.get(curriculum)?.get(&number)
    }

    /// When a curriculum was first published.
    pub(crate) fn published_at(&self, curriculum: &str) -> Option<Timestamp> {
        let revisions = self.curricula.get(curriculum)?;
        revisions.values().next().map(|first| first.published_at)
    }

    /// The revision before this one.
    pub(crate) fn preceding(&self, curriculum: &str, number: i64) -> Option<&Revision> {
        let revisions = self.curricula.get(curriculum)?;
        revisions
            .range(..number)
            .next_back()
            .map(|(_, revision)| revision)
    }

    /// The revision after this one, if it is in force or was.
    pub(crate) fn following(&self, curriculum: &str, number: i64) -> Option<&Revision> {
        self.curricula
            .get(curriculum)?
            .range(number + 1..)
            .next()
            .map(|(_, revision)| revision)
    }

    /// The newest readable revision of every curriculum.
    pub(crate) fn newest(&self) -> impl Iterator<Item = (&String, &Revision)> {
        self.curricula
            .iter()
            .filter_map(|(id, revisions)| Some((id, revisions.values().next_back()?)))
    }

    /// What a curriculum's revisions up to `number` are interested in that no revision in force, and none that is
    /// being searched for, was interested in.
    pub(crate) fn new_interest(&self, curriculum: &str, number: i64, agenda: &Agenda) -> Interest {
        let mut known = Interest::default();
        for backfill in &agenda.backfills {
            known.union(&backfill.interest);
        }
        for (id, revisions) in &self.curricula {
            let in_force = agenda.in_force.get(id).copied().unwrap_or(0);
            for (_, revision) in revisions.range(..=in_force) {
                known.union(&revision.curriculum.interest());
            }
        }
        let mut wanted = Interest::default();
        if let Some(revisions) = self.curricula.get(curriculum) {
            for (_, revision) in revisions.range(..=number) {
                wanted.union(&revision.curriculum.interest());
            }
        }
        wanted.minus(&known)
    }
}

/// The index keys of the statements that are asked for.
fn keys(ask: Ask) -> Vec<IndexKey> {
    match ask {
        Ask::Activity(activity) => vec![
            IndexKey::activity(&activity),
            IndexKey::related_activity(&activity),
        ],
        Ask::Verb(verb) => vec![IndexKey::verb(&verb)],
    }
}

/// The verb of statements that void others.
pub(crate) fn voided() -> Result<Iri> {
    Iri::parse(VOIDED).map_err(|error| CertificationError::Option {
        option: "the verb of voiding statements",
        found: error.to_string(),
        expected: "an IRI",
    })
}
