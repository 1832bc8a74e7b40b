//! What follows from a newly published revision: its evidence is searched for in the log, then it comes into
//! force, then everybody is evaluated. Page by page, while ingest and the rest of the engine go on.

use std::collections::VecDeque;

use rules::Ask;
use store::{StatementQuery, StoreError};
use tokio::task::JoinHandle;

use crate::engine::appraise::{Appraised, Appraiser};
use crate::engine::follow::read;
use crate::engine::{Delta, Engine, Work};
use crate::error::Result;

/// After so many pages of people the log and all else have their turn, if they have something to do.
const PAGES: usize = 8;
/// After so many they have it in any case.
const MOST_PAGES: usize = 64;
/// How many pages are read and evaluated while one is written.
const AHEAD: usize = 4;

/// Pages of people that are being read and evaluated, each in a task of its own.
struct Ahead {
    appraiser: Appraiser,
    /// The page, and the last person on it; `None` where everybody has been looked at with it.
    pages: VecDeque<(JoinHandle<Result<Appraised>>, Option<String>)>,
    /// The last person on the last of them.
    after: Option<String>,
    /// How many there were.
    listed: usize,
    /// No more follow: these are the last, or it is the turn of others.
    is_end: bool,
}

impl Engine {
    /// Does some of the longest-waiting work.
    pub(super) async fn take_agenda(&self, work: &mut Work) -> Result<bool> {
        if !work.agenda.backfills.is_empty() {
            self.backfill(work).await?;
            let next = work.checkpoint.clone();
            self.finish(work, next).await?;
        } else if work.agenda.sweep.is_some() {
            self.sweep(work).await?;
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

    /// Evaluates some pages of people. While one is written the next are read and evaluated: that nobody else committed
    /// in between is what each commit checks, and our own are about other people.
    async fn sweep(&self, work: &mut Work) -> Result<()> {
        let mut ahead = Ahead {
            appraiser: self.appraiser(work),
            pages: VecDeque::new(),
            after: work.agenda.sweep.as_ref().and_then(|sweep| sweep.after.clone()),
            listed: 0,
            is_end: false,
        };
        loop {
            self.look_ahead(&mut ahead, work).await?;
            let Some((page, last)) = ahead.pages.pop_front() else {
                return Ok(());
            };
            let broken = |error| StoreError::backend("evaluate a page of people", error);
            work.appraised = page.await.map_err(broken)??;
            // Before it is written, so that no core waits for the disk.
            self.look_ahead(&mut ahead, work).await?;
            work.agenda.swept(last);
            let next = work.checkpoint.clone();
            self.finish(work, next).await?;
        }
    }

    /// Begins with the next pages.
    async fn look_ahead(&self, ahead: &mut Ahead, work: &Work) -> Result<()> {
        while !ahead.is_end && ahead.pages.len() < AHEAD {
            let begins_turn = ahead.listed > 0 && ahead.listed.is_multiple_of(PAGES);
            if begins_turn && (ahead.listed >= MOST_PAGES || self.is_awaited(work).await?) {
                ahead.is_end = true;
                break;
            }
            let mut page = self
                .store
                .people(ahead.after.as_deref(), self.options.page)
                .await?;
            ahead.is_end = page.len() < self.options.page;
            ahead.after = page
                .last()
                .filter(|_| !ahead.is_end)
                .map(|person| person.id.clone());
            page.retain(|person| work.checkpoint.share.has(&person.id));
            ahead.listed += 1;
            let appraiser = ahead.appraiser.clone();
            let task = tokio::spawn(async move { appraiser.appraise_page(page).await });
            ahead.pages.push_back((task, ahead.after.clone()));
        }
        Ok(())
    }

    /// Whether there is something to do besides: in the log, with people or curricula, because it is due, or for the
    /// outside.
    async fn is_awaited(&self, work: &Work) -> Result<bool> {
        let now = (self.options.clock)();
        let at = &work.checkpoint;
        Ok(self.store.head().await? > at.position
            || !self.store.changes(at.change, 1).await?.is_empty()
            || self
                .store
                .next_change_at(at.share)
                .await?
                .is_some_and(|next| next <= now)
            // What is about nobody is done by one.
            || (at.share.has_slot(0) && !self.store.outbox(now, 1).await?.is_empty()))
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
