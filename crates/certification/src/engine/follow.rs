//! Following the log: statements become evidence, people touched are appraised.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use rules::{Evidence, Interest};
use store::{Checkpoint, EvidenceRecord, IndexKey, LogPage, Share, StoredStatement};
use uuid::Uuid;
use xapi::{Ifi, Statement};

use crate::engine::{Agenda, Delta, Engine, Work};
use crate::error::{Result, to_json};

/// What one statement can prove, before it is known whose it is.
pub(crate) struct Fact {
    actor: Ifi,
    statement: Uuid,
    position: store::Position,
    body: String,
}

impl Engine {
    /// Takes the next batch of the log into account.
    pub(super) async fn take_log(&self, work: &mut Work) -> Result<bool> {
        let share = work.checkpoint.share;
        let after = work.checkpoint.position;
        let LogPage { entries, through } = self
            .store
            .read_log_of(after, self.options.batch, &wanted(work))
            .await?;
        if through == after {
            return Ok(false);
        }
        let taken = usize::try_from(through.0 - after.0).unwrap_or(usize::MAX);
        self.taken.fetch_add(taken, Ordering::Relaxed);
        self.read.fetch_add(entries.len(), Ordering::Relaxed);

        let mut facts = Vec::new();
        let mut delta = Delta::default();
        for entry in &entries {
            let Some(statement) = read(entry, work) else {
                continue;
            };
            if let Some(target) = statement.voids() {
                delta.withdrawn.insert(target);
            } else if !entry.voided {
                facts.extend(self.fact(entry, &statement, work)?);
            }
        }
        let mut people = self.withdrawn_from(&mut delta, share).await?;
        for record in self.attribute(facts, share).await? {
            people.insert(record.person.clone());
            delta.add(record);
        }
        self.appraiser(work)
            .appraise(people, &delta, &mut work.appraised)
            .await?;
        delta.write(&mut work.appraised.commit);
        let next = Checkpoint {
            position: through,
            ..work.checkpoint.clone()
        };
        self.finish(work, next).await?;
        Ok(true)
    }

    /// What a statement can prove, if a curriculum is interested in it.
    pub(super) fn fact(
        &self,
        entry: &StoredStatement,
        statement: &Statement,
        work: &Work,
    ) -> Result<Option<Fact>> {
        let Some((actor, evidence)) = evidence(statement, &work.definitions.interest, &work.agenda) else {
            return Ok(None);
        };
        Ok(Some(Fact {
            actor: actor.clone(),
            statement: entry.id,
            position: entry.position,
            body: to_json("evidence", &evidence)?,
        }))
    }

    /// Gives facts to the people of a share that they are about; those of nobody known are left: they are found again
    /// when the person appears.
    pub(super) async fn attribute(&self, facts: Vec<Fact>, share: Share) -> Result<Vec<EvidenceRecord>> {
        let actors: Vec<Ifi> = facts
            .iter()
            .map(|fact| fact.actor.clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        if actors.is_empty() {
            return Ok(Vec::new());
        }
        let people = self.store.people_by_ifi(&actors).await?;
        let known: std::collections::BTreeMap<Ifi, String> = actors
            .into_iter()
            .zip(people)
            .filter_map(|(ifi, person)| Some((ifi, person?)))
            .collect();
        Ok(facts
            .into_iter()
            .filter_map(|fact| {
                let person = known.get(&fact.actor).filter(|person| share.has(person))?;
                Some(EvidenceRecord {
                    person: person.clone(),
                    statement: fact.statement,
                    position: fact.position,
                    body: fact.body,
                })
            })
            .collect())
    }

    async fn withdrawn_from(&self, delta: &mut Delta, share: Share) -> Result<BTreeSet<String>> {
        if delta.withdrawn.is_empty() {
            return Ok(BTreeSet::new());
        }
        let targets: Vec<Uuid> = delta.withdrawn.iter().copied().collect();
        let mut rows = self.store.evidence_of_statements(&targets).await?;
        rows.retain(|row| share.has(&row.person));
        let kept = rows.iter().map(|row| (row.person.clone(), row.statement));
        delta.withdrawn_rows.extend(kept);
        Ok(rows.into_iter().map(|row| row.person).collect())
    }
}

/// The index keys of all that may concern the rules: what can be evidence, and what takes evidence away.
fn wanted(work: &Work) -> Vec<IndexKey> {
    let equivalents = work.agenda.equivalents.iter().map(IndexKey::activity);
    work.definitions.keys.iter().copied().chain(equivalents).collect()
}

/// Whom a statement speaks of, and what it proves: nothing if it is the engine's own, or nobody is interested.
pub(crate) fn evidence<'s>(
    statement: &'s Statement,
    interest: &Interest,
    agenda: &Agenda,
) -> Option<(&'s Ifi, Evidence)> {
    let is_wanted = interest.concerns(statement) || agenda.is_equivalent(statement);
    if statement.is_voiding() || agenda.is_own(statement) || !is_wanted {
        return None;
    }
    // An actor that is a group says of none of its members what that one did.
    let xapi::Actor::Agent(agent) = &statement.actor else {
        return None;
    };
    Some((&agent.ifi, Evidence::from_statement(statement)?))
}

/// A statement as types; one that can not be read is noted and left where it is.
pub(super) fn read(entry: &StoredStatement, work: &mut Work) -> Option<Statement> {
    match Statement::from_stored(&entry.text) {
        Ok(statement) => Some(statement),
        Err(error) => {
            work.agenda.skipped.note_statement(entry.id, error.to_string());
            None
        }
    }
}
