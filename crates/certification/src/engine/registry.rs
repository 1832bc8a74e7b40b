//! Following the changes of people and curricula.

use std::collections::BTreeSet;

use rules::ActKind;
use store::{Changed, Checkpoint, PersonRecord, StatementQuery, Subject};

use crate::acts;
use crate::engine::agenda::Backfill;
use crate::engine::follow::read;
use crate::engine::{Delta, Engine, Work};
use crate::error::Result;

impl Engine {
    /// Takes the next changes into account.
    pub(super) async fn take_changes(&self, work: &mut Work) -> Result<bool> {
        let share = work.checkpoint.share;
        let changes = self
            .store
            .changes(work.checkpoint.change, self.options.page)
            .await?;
        let Some(last) = changes.last().map(|change| change.position) else {
            return Ok(false);
        };

        let mut people = BTreeSet::new();
        let mut curricula = BTreeSet::new();
        for change in changes {
            match change.changed {
                Changed::Person(id) if share.has(&id) => drop(people.insert(id)),
                Changed::Person(_) => {}
                Changed::Curriculum(id) => drop(curricula.insert(id)),
                // Whom a figure of a group concerns is for each curriculum to say.
                Changed::Group(_) => work.agenda.sweep_all(),
            }
        }
        if !curricula.is_empty() {
            // What is remembered is from before the change.
            *self.definitions.lock().await = None;
            work.definitions = self.definitions(&work.checkpoint, &mut work.agenda).await?;
            schedule(work, &curricula);
        }
        let delta = self.rebuild(&people, work).await?;
        self.appraiser(work)
            .appraise(people, &delta, &mut work.appraised)
            .await?;
        delta.write(&mut work.appraised.commit);
        let next = Checkpoint {
            change: last,
            ..work.checkpoint.clone()
        };
        self.finish(work, next).await?;
        Ok(true)
    }

    /// Collects the evidence of changed people anew from the log: their identifiers may be others now.
    async fn rebuild(&self, people: &BTreeSet<String>, work: &mut Work) -> Result<Delta> {
        let mut delta = Delta::default();
        if people.is_empty() {
            return Ok(delta);
        }
        let ids: Vec<String> = people.iter().cloned().collect();
        delta.forgotten.extend(people.iter().cloned());
        self.learn_equivalents(&ids, work).await?;
        for person in self.store.people_by_id(&ids).await? {
            self.collect(&person, &mut delta, work).await?;
        }
        Ok(delta)
    }

    /// Remembers what stands for a course by the acts about these people, so that it is evidence too.
    async fn learn_equivalents(&self, people: &[String], work: &mut Work) -> Result<()> {
        let about: Vec<Subject> = people.iter().cloned().map(Subject::Person).collect();
        let records = self.store.acts_of(&about).await?;
        // What can not be read is noted where people are appraised.
        for act in acts::fold(&records, |_, _| {}) {
            if let ActKind::Equivalence { activity, .. } = act.kind {
                work.agenda.equivalents.insert(activity);
            }
        }
        Ok(())
    }

    async fn collect(&self, person: &PersonRecord, delta: &mut Delta, work: &mut Work) -> Result<()> {
        for ifi in &person.ifis {
            let mut query = StatementQuery {
                agent: Some(ifi.clone()),
                ascending: true,
                limit: self.options.batch,
                ..StatementQuery::default()
            };
            loop {
                let page = self.store.query(&query).await?;
                let mut facts = Vec::new();
                for entry in &page.statements {
                    if let Some(statement) = read(entry, work) {
                        facts.extend(self.fact(entry, &statement, work)?);
                    }
                }
                // The query finds statements about an agent as well as those by it.
                for record in self.attribute(facts, work.checkpoint.share).await? {
                    if record.person == person.id {
                        delta.add(record);
                    }
                }
                if page.next.is_none() {
                    break;
                }
                query.after = page.next;
            }
        }
        Ok(())
    }
}

/// Plans the search for what newly published revisions need.
fn schedule(work: &mut Work, curricula: &BTreeSet<String>) {
    let newest: Vec<(String, i64)> = work
        .definitions
        .newest()
        .filter(|(id, _)| curricula.contains(*id))
        .map(|(id, revision)| (id.clone(), revision.number))
        .collect();
    for (curriculum, revision) in newest {
        let agenda = &mut work.agenda;
        let known = agenda.in_force.get(&curriculum).copied().unwrap_or(0);
        if known >= revision {
            // Nothing new to read: it was retired, or is in use again.
            agenda.sweep_all();
            continue;
        }
        let planned = agenda
            .backfills
            .iter()
            .filter(|backfill| backfill.curriculum == curriculum);
        if planned.map(|backfill| backfill.revision).fold(known, i64::max) >= revision {
            continue;
        }
        let interest = work.definitions.new_interest(&curriculum, revision, agenda);
        agenda.backfills.push_back(Backfill {
            curriculum,
            revision,
            interest,
            after: None,
        });
    }
}
