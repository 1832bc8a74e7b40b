//! What follows from a newly published revision: its evidence is searched for in the log, then it comes into
//! force, then everybody is evaluated. Page by page, while ingest and the rest of the engine go on.

use std::collections::VecDeque;

use rules::Ask;
use store::{Share, StatementQuery, StoreError};

use crate::engine::follow::read;
use crate::engine::{Delta, Engine, Work};
use crate::error::Result;

/// After so many pages of people the log and all else have their turn.
const PAGES: usize = 8;
/// How many pages are read and evaluated while one is written.
const AHEAD: usize = 3;

impl Engine {
    /// Does some of the longest-waiting work.
    pub(super) async fn take_agenda(&self, share: Share) -> Result<bool> {
        let mut work = self.begin(share).await?;
        if !work.agenda.backfills.is_empty() {
            self.backfill(&mut work).await?;
            let next = work.checkpoint.clone();
            self.finish(&mut work, next).await?;
        } else if work.agenda.sweep.is_some() {
            self.sweep(&mut work).await?;
        } else {
            return Ok(false);
        }
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
            for record in self.attribute(facts, work.checkpoint.share).await? {
                delta.add(record);
            }
            delta.write(&mut work.appraised.commit);
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

    /// Evaluates some pages of people. While one is written the next are read and evaluated, each in a task of its own:
    /// that nobody else committed in between is what each commit checks, and our own are about other people.
    async fn sweep(&self, work: &mut Work) -> Result<()> {
        let appraiser = self.appraiser(work);
        let mut after = work.agenda.sweep.as_ref().and_then(|sweep| sweep.after.clone());
        let mut ahead = VecDeque::new();
        let (mut listed, mut is_end) = (0, false);
        loop {
            while !is_end && listed < PAGES && ahead.len() < AHEAD {
                let mut page = self.store.people(after.as_deref(), self.options.page).await?;
                after = page.last().map(|person| person.id.clone());
                page.retain(|person| work.checkpoint.share.has(&person.id));
                is_end = after.is_none();
                listed += 1;
                let appraiser = appraiser.clone();
                let task = tokio::spawn(async move { appraiser.appraise_page(page).await });
                ahead.push_back((task, after.clone()));
            }
            let Some((task, last)) = ahead.pop_front() else {
                return Ok(());
            };
            let broken = |error| StoreError::backend("evaluate a page of people", error);
            work.appraised = task.await.map_err(broken)??;
            work.agenda.swept(last);
            let next = work.checkpoint.clone();
            self.finish(work, next).await?;
        }
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
