//! The one thread that writes.
//!
//! Everything that waits is written in one transaction, whose commit makes it all durable at once: the more
//! there is to do, the less each costs.

mod group;
mod job;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use rusqlite::Connection;
use store::transfer::LogRecord;
use store::{Appended, NewStatement, Position, StoreError, StoreResult};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use xapi::Timestamp;

use self::group::Groups;
use self::job::{Append, Batch, Job, WriteFn};
use crate::fault::Fault;
use crate::shared::Shared;

/// The way to the writer's thread. What is not a statement waits for one of this many places in the queue.
pub(crate) struct Writer {
    jobs: Sender<Job>,
    shared: Arc<Shared>,
    room: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

const PLACES: usize = 256;
/// The most that one transaction takes: statements, and other writes.
const STATEMENTS_A_GROUP: usize = 1_000;
const WRITES_A_GROUP: usize = 64;

impl Writer {
    pub(crate) fn start(connection: Connection, shared: Arc<Shared>) -> std::io::Result<Self> {
        let (jobs, waiting) = unbounded();
        let groups = Groups::new(connection, Arc::clone(&shared));
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || run(groups, &waiting))?;
        let room = usize::try_from(shared.options.waiting_kib).unwrap_or(Semaphore::MAX_PERMITS);
        Ok(Self {
            jobs,
            shared,
            room: Arc::new(Semaphore::new(room)),
            places: Arc::new(Semaphore::new(PLACES)),
        })
    }

    /// Appends a batch; refuses at once when too much is waiting.
    pub(crate) async fn append(&self, batch: Vec<NewStatement>) -> StoreResult<Appended> {
        let moment = Timestamp::from_micros(0);
        let share = self.share(batch.iter().map(|statement| statement.sealed.text(moment).len()))?;
        let ((new, head), batch) = self.keep(Batch::New(batch), share).await?;
        let ids = match batch {
            Batch::New(batch) => batch.iter().map(|statement| statement.sealed.id()).collect(),
            Batch::Kept(_) => Vec::new(),
        };
        Ok(Appended { ids, new, head })
    }

    /// Appends what another store kept, at its own places; refuses at once when too much is waiting.
    pub(crate) async fn put(&self, entries: Vec<LogRecord>) -> StoreResult<()> {
        let share = self.share(entries.iter().map(|entry| entry.text.len()))?;
        self.keep(Batch::Kept(entries), share).await.map(drop)
    }

    async fn keep(
        &self,
        batch: Batch,
        share: OwnedSemaphorePermit,
    ) -> StoreResult<((usize, Position), Batch)> {
        let (reply, answer) = oneshot::channel();
        self.send("keep statements", Job::Append(Append::new(batch, share, reply)))?;
        let (outcome, batch) = answer
            .await
            .map_err(|_| self.shared.unanswered("keep statements"))?;
        Ok((outcome?, batch))
    }

    /// A batch's share of the queue, by the lengths of its texts.
    fn share(&self, lengths: impl Iterator<Item = usize>) -> StoreResult<OwnedSemaphorePermit> {
        let kib = lengths.map(|length| 1 + length / 1_024).sum::<usize>();
        let kib = u32::try_from(kib)
            .unwrap_or(u32::MAX)
            .min(self.shared.options.waiting_kib);
        Arc::clone(&self.room)
            .try_acquire_many_owned(kib)
            .map_err(|_| StoreError::Busy)
    }

    /// Writes something else, in a transaction with others; waits for a place in the queue. An error of
    /// `function` undoes what it wrote.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        doing: &'static str,
        function: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> StoreResult<T> {
        let _place = self
            .places
            .acquire()
            .await
            .map_err(|_| self.shared.unanswered(doing))?;
        let (reply, answer) = oneshot::channel();
        self.send(doing, Job::Write(Box::new(WriteFn::new(doing, function, reply))))?;
        answer.await.map_err(|_| self.shared.unanswered(doing))?
    }

    /// Finishes what is waiting, settles, copies and closes.
    pub(crate) async fn close(&self) -> StoreResult<()> {
        let (reply, answer) = oneshot::channel();
        self.send("close", Job::Close(reply))?;
        answer.await.map_err(|_| self.shared.unanswered("close"))?
    }

    /// Writes something whose outcome nobody waits for; a failure is logged.
    pub(crate) fn write_unanswered(
        &self,
        doing: &'static str,
        function: impl FnOnce(&Connection) -> Result<(), Fault> + Send + 'static,
    ) {
        let (reply, _) = oneshot::channel();
        let logged = move |connection: &Connection| {
            function(connection).inspect_err(|fault| tracing::warn!(%fault, "could not {doing}"))
        };
        if self
            .send(doing, Job::Write(Box::new(WriteFn::new(doing, logged, reply))))
            .is_err()
        {
            tracing::debug!("the store was closed before it could {doing}");
        }
    }

    /// Asks for the rest of the write-ahead log to be copied; answers whether the writer is there still.
    pub(crate) fn request_checkpoint(&self) -> bool {
        self.send("checkpoint", Job::Checkpoint).is_ok()
    }

    /// Asks the writer to give back what it holds for speed; answers whether it is there still.
    pub(crate) fn request_rest(&self) -> bool {
        self.send("rest", Job::Rest).is_ok()
    }

    fn send(&self, doing: &'static str, job: Job) -> StoreResult<()> {
        self.jobs.send(job).map_err(|_| self.shared.unanswered(doing))
    }
}

fn run(mut groups: Groups, waiting: &Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        let mut next = Some(first);
        let mut jobs = Vec::new();
        let (mut statements, mut writes) = (0, 0);
        let mut aside = None;
        while let Some(job) = next.take() {
            match job {
                Job::Append(append) => {
                    statements += append.batch().len().max(1);
                    jobs.push(Job::Append(append));
                }
                Job::Write(write) => {
                    writes += 1;
                    jobs.push(Job::Write(write));
                }
                other => {
                    aside = Some(other);
                    break;
                }
            }
            if statements < STATEMENTS_A_GROUP && writes < WRITES_A_GROUP {
                next = waiting.try_recv().ok();
            }
        }
        // A panic must not take the store with it: who waits is told, and the next group starts afresh.
        if !jobs.is_empty() && catch_unwind(AssertUnwindSafe(|| groups.write(jobs))).is_err() {
            groups.abandon();
        }
        match aside {
            Some(Job::Checkpoint) => groups.checkpoint(Duration::from_millis(50)),
            Some(Job::Rest) => groups.rest(Duration::from_millis(50)),
            Some(Job::Close(reply)) => {
                let _ = reply.send(groups.close());
                return;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
