//! The engine: follows the log and the changes of people and curricula, decides, and keeps the ledger.
//!
//! Everything it writes hangs on one checkpoint: a commit holds what follows from a batch together with how far
//! that batch reached, and fails when another engine was faster. So a crash between any two steps loses nothing
//! and repeats nothing, and several engines may run at once: they divide people, each share with a checkpoint of its own.

mod agenda;
mod appraise;
mod definitions;
mod delta;
mod dispatch;
mod escalate;
mod follow;
mod publish;
mod registry;
mod run;
mod stand;
mod time;
mod upkeep;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

pub(crate) use agenda::Agenda;
pub use agenda::{Skipped, SkippedRecord};
pub(crate) use appraise::StandingBody;
use appraise::{Appraised, Appraiser};
pub(crate) use definitions::{Definitions, Revision, voided};
use delta::Delta;
pub(crate) use escalate::Escalation;
pub(crate) use follow::evidence;
pub(crate) use publish::query;
pub(crate) use stand::{Earlier, Known, stand};
use store::{ChangePosition, Checkpoint, Store, StoreError};
use tokio::sync::Mutex;
use uuid::Uuid;
use xapi::{Agent, Timestamp};

use crate::error::Result;
use crate::notice::PublicUrl;

/// After a small piece of the log so long is waited for more: each piece costs a commit and a round of looks for other
/// work, however small it is, and what takes statements in pays for that.
const GATHER: Duration = Duration::from_millis(10);
/// The same where none of its statements concerned anybody.
const GATHER_UNCONCERNED: Duration = Duration::from_millis(50);

/// Tells the time. Tests bring their own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How an engine works.
#[derive(Clone)]
pub struct EngineOptions {
    /// Whose statements the engine's own are. They are never evidence.
    pub authority: Agent,
    /// What the IRIs in its statements begin with.
    pub public_url: PublicUrl,
    /// How many log entries are taken into account in one commit; at least 1.
    pub batch: usize,
    /// How many people or statements are looked at in one commit of a longer work; at least 1.
    pub page: usize,
    /// What time it is.
    pub clock: Clock,
}

impl EngineOptions {
    /// With what is right for a server: batches of 500, pages of 250, the system's clock.
    #[must_use]
    pub fn new(authority: Agent, public_url: PublicUrl) -> Self {
        Self {
            authority,
            public_url,
            batch: 500,
            page: 250,
            clock: Arc::new(web::now),
        }
    }
}

/// The engine. Share one in an [`Arc`]; several on one store, in one process or more, do not harm each other.
pub struct Engine {
    store: Arc<dyn Store>,
    options: EngineOptions,
    /// What was read of the curricula, and the checkpoint's change it is good for.
    definitions: Mutex<Option<(ChangePosition, Arc<Definitions>)>>,
    /// What it is called among the engines that divide people.
    id: Uuid,
    /// How many entries of the log the last step took.
    taken: AtomicUsize,
    /// How many of them were read, as they may concern somebody.
    read: AtomicUsize,
    /// Whether it did nothing else.
    only_log: AtomicBool,
}

/// One piece of work: what it was based on and what is to be written.
struct Work {
    checkpoint: Checkpoint,
    agenda: Agenda,
    definitions: Arc<Definitions>,
    at: Timestamp,
    appraised: Appraised,
}

impl Engine {
    /// How often a piece of work is begun again because another engine was faster, before the next is tried.
    const ATTEMPTS: usize = 5;

    /// An engine on this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, options: EngineOptions) -> Self {
        Self {
            store,
            options,
            definitions: Mutex::new(None),
            id: Uuid::new_v4(),
            taken: AtomicUsize::new(0),
            read: AtomicUsize::new(0),
            only_log: AtomicBool::new(false),
        }
    }

    /// What this engine is called where it says which people it holds.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// Says that this engine is alive, and takes or gives up people so that it has as many as others.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn hold(&self) -> Result<bool> {
        Ok(self.store.hold(self.id).await?)
    }

    /// Says that this engine ends: others may take its people at once.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn leave(&self) -> Result<()> {
        Ok(self.store.leave(self.id).await?)
    }

    /// Does what there is to do now, one bounded piece of each kind: changes of people and curricula, the log,
    /// what is due, longer work, the outbox. Answers whether there was anything; when not, all is done.
    ///
    /// # Errors
    /// When the store fails. What was committed before stays; the rest is done by the next step.
    pub async fn step(&self) -> Result<bool> {
        let mut mine = self.mine().await?;
        let (mut log, mut other) = (false, false);
        self.taken.store(0, Ordering::Relaxed);
        self.read.store(0, Ordering::Relaxed);
        for checkpoint in &mut mine {
            other |= self.attempt(Piece::Changes, checkpoint).await?;
            log |= self.attempt(Piece::Log, checkpoint).await?;
            other |= self.attempt(Piece::Due, checkpoint).await?;
            other |= self.attempt(Piece::Agenda, checkpoint).await?;
            // What is about nobody is done by one.
            if checkpoint.share.has_slot(0) {
                other |= self.attempt(Piece::Upkeep, checkpoint).await?;
                other |= self.dispatch().await?;
            }
        }
        if mine.len() > 1 {
            other |= self.join_shares().await?;
        }
        self.only_log.store(log && !other, Ordering::Relaxed);
        Ok(log || other)
    }

    /// How long more is waited for after the last step, if it took only a small piece of the log.
    pub(crate) fn gather(&self) -> Option<Duration> {
        let [taken, read] = [&self.taken, &self.read].map(|count| count.load(Ordering::Relaxed));
        let (small, gather) = if read == 0 {
            (self.options.batch, GATHER_UNCONCERNED)
        } else {
            (self.options.batch / 4, GATHER)
        };
        (self.only_log.load(Ordering::Relaxed) && taken < small).then_some(gather)
    }

    /// The shares that this engine works on: those it holds, and those that nobody does.
    async fn mine(&self) -> Result<Vec<Checkpoint>> {
        let mut mine = self.store.checkpoints().await?;
        mine.retain(|checkpoint| checkpoint.holder.is_none_or(|holder| holder == self.id));
        Ok(mine)
    }

    /// Puts two shares together, so that the log is read once for both: from the one that has not come as far, since to
    /// take a statement into account again changes nothing.
    async fn join_shares(&self) -> Result<bool> {
        let mine = self.mine().await?;
        for (index, one) in mine.iter().enumerate() {
            for other in mine.iter().skip(index + 1) {
                if one.holder != other.holder {
                    continue;
                }
                let Some(agenda) = Agenda::parse(&one.state)?.joined(Agenda::parse(&other.state)?) else {
                    continue;
                };
                let next = Checkpoint {
                    share: one.share.union(other.share),
                    holder: one.holder,
                    generation: one.generation.max(other.generation) + 1,
                    position: one.position.min(other.position),
                    change: one.change.min(other.change),
                    state: agenda.to_state()?,
                };
                return match self.store.join(&[one.clone(), other.clone()], next).await {
                    Ok(()) | Err(StoreError::Changed { .. }) => Ok(true),
                    Err(error) => Err(error.into()),
                };
            }
        }
        Ok(false)
    }

    /// Steps until there is nothing left to do.
    ///
    /// # Errors
    /// Those of [`Engine::step`].
    pub async fn settle(&self) -> Result<()> {
        while self.step().await? {}
        Ok(())
    }

    /// Does a piece of work on a share, as of a checkpoint that was read before whatever else is read, and moves that on. If
    /// another engine has done so meanwhile it begins again on the newest.
    async fn attempt(&self, piece: Piece, checkpoint: &mut Checkpoint) -> Result<bool> {
        for _ in 0..Self::ATTEMPTS {
            let mut work = self.begin(checkpoint.clone()).await?;
            let done = match piece {
                Piece::Changes => self.take_changes(&mut work).await,
                Piece::Log => self.take_log(&mut work).await,
                Piece::Due => self.take_due(&mut work).await,
                Piece::Agenda => self.take_agenda(&mut work).await,
                Piece::Upkeep => self.take_upkeep(&mut work).await,
            };
            match done {
                Err(crate::CertificationError::Store(StoreError::Changed { .. })) => {
                    tracing::debug!(?piece, "another engine was faster; beginning again");
                    let newest = self.mine().await?;
                    match newest.into_iter().find(|newest| newest.share == checkpoint.share) {
                        Some(newest) => *checkpoint = newest,
                        None => break,
                    }
                }
                done => {
                    *checkpoint = work.checkpoint;
                    return done;
                }
            }
        }
        // Others are getting on with it.
        Ok(true)
    }

    /// Begins a piece of work.
    async fn begin(&self, checkpoint: Checkpoint) -> Result<Work> {
        let mut agenda = Agenda::parse(&checkpoint.state)?;
        agenda.authorities.insert(self.options.authority.ifi.clone());
        let at = (self.options.clock)();
        let definitions = self.definitions(&checkpoint, &mut agenda).await?;
        Ok(Work {
            checkpoint,
            agenda,
            definitions,
            at,
            appraised: Appraised::default(),
        })
    }

    async fn definitions(&self, checkpoint: &Checkpoint, agenda: &mut Agenda) -> Result<Arc<Definitions>> {
        let mut held = self.definitions.lock().await;
        if let Some((_, definitions)) = held.as_ref().filter(|(as_of, _)| *as_of == checkpoint.change) {
            return Ok(Arc::clone(definitions));
        }
        // Another engine has taken changes into account, or none has yet.
        let definitions = Arc::new(Definitions::load(self.store.as_ref(), &mut agenda.skipped).await?);
        *held = Some((checkpoint.change, Arc::clone(&definitions)));
        Ok(definitions)
    }

    fn appraiser(&self, work: &Work) -> Appraiser {
        Appraiser {
            store: Arc::clone(&self.store),
            url: self.options.public_url.clone(),
            definitions: Arc::clone(&work.definitions),
            in_force: Arc::new(work.agenda.in_force.clone()),
            at: work.at,
        }
    }

    /// Writes a piece of work, moving the checkpoint to `next`'s places. More work may follow on it.
    async fn finish(&self, work: &mut Work, next: Checkpoint) -> Result<()> {
        let Appraised { mut commit, skipped } = std::mem::take(&mut work.appraised);
        work.agenda.skipped.absorb(skipped);
        let next = Checkpoint {
            generation: work.checkpoint.generation + 1,
            state: work.agenda.to_state()?,
            ..next
        };
        commit.expected = work.checkpoint.generation;
        commit.next = next.clone();
        self.store.commit(commit).await?;
        if next.change != work.checkpoint.change {
            *self.definitions.lock().await = Some((next.change, Arc::clone(&work.definitions)));
        }
        work.checkpoint = next;
        Ok(())
    }
}

/// The kinds of work that end in a commit.
#[derive(Debug, Clone, Copy)]
enum Piece {
    Changes,
    Log,
    Due,
    Agenda,
    Upkeep,
}
