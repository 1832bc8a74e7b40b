//! What follows from a newly published revision: its evidence is searched for in the log, then it comes into
//! force, then everybody is evaluated. Page by page, while ingest and the rest of the engine go on.

use rules::Ask;
use store::StatementQuery;

use crate::engine::follow::read;
use crate::engine::{Delta, Engine, Work};
use crate::error::Result;

impl Engine {
    /// Does one page of the longest-waiting work.
    pub(super) async fn take_agenda(&self) -> Result<bool> {
        let mut work = self.begin().await?;
        if !work.agenda.backfills.is_empty() {
            self.backfill(&mut work).await?;
        } else if work.agenda.sweep.is_some() {
            self.sweep(&mut work).await?;
        } else {
            return Ok(false);
        }
        let next = work.checkpoint.clone();
        self.finish(work, next).await?;
        Ok(true)
    }

    async fn backfill(&self, work: &mut Work) -> Result<()> {
        let Some(mut search) = work.agenda.backfills.pop_front() else {
            return Ok(());
        };
        let next = search.interest.asks().next();
        if let Some(ask) = next {
            let page = self
                .store
                .query(&StatementQuery {
                    ascending: true,
                    limit: self.options.batch,
                    after: search.after,
                    ..query(ask)
                })
                .await?;
            let mut facts = Vec::new();
            for entry in &page.statements {
                if let Some(statement) = read(entry, work) {
                    facts.extend(self.fact(entry, &statement, work)?);
                }
            }
            let mut delta = Delta::default();
            for record in self.attribute(facts).await? {
                delta.add(record);
            }
            delta.write(&mut work.commit);
            search.after = page.next;
            if page.next.is_none() {
                search.interest.drop_first();
            }
        }
        if search.interest.asks().next().is_none() {
            tracing::info!(curriculum = %search.curriculum, revision = search.revision, "in force");
            work.agenda.in_force.insert(search.curriculum, search.revision);
            work.agenda.sweep_all();
        } else {
            work.agenda.backfills.push_front(search);
        }
        Ok(())
    }

    async fn sweep(&self, work: &mut Work) -> Result<()> {
        let after = work.agenda.sweep.as_ref().and_then(|sweep| sweep.after.clone());
        let page = self.store.people(after.as_deref(), self.options.page).await?;
        let people: Vec<String> = page.into_iter().map(|person| person.id).collect();
        let last = people.last().cloned();
        self.appraiser(&work.definitions.clone(), work.at)
            .appraise(people, &Delta::default(), &mut work.agenda, &mut work.commit)
            .await?;
        work.agenda.swept(last);
        Ok(())
    }
}

/// The statements that are asked for.
pub(crate) fn query(ask: Ask) -> StatementQuery {
    match ask {
        Ask::Activity(activity) => StatementQuery {
            activity: Some(activity),
            related_activities: true,
            ..StatementQuery::default()
        },
        Ask::Verb(verb) => StatementQuery {
            verb: Some(verb),
            ..StatementQuery::default()
        },
    }
}
