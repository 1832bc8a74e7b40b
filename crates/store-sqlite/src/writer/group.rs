//! One transaction for all that waits.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use store::{Position, StoreError, StoreResult};

use super::job::{Batch, Job, Write};
use crate::fault::{Fault, sql_error};
use crate::log::append::{Appending, Written};
use crate::log::definitions::Definitions;
use crate::log::memory::{Snapshot, Standing};
use crate::log::recent::Recent;
use crate::log::rows::last_stored;
use crate::log::settle::{Progress, Settling};
use crate::log::texts::Voidings;
use crate::registry::last_change;
use crate::shared::Shared;

/// The writer's connection and what it keeps between groups.
pub(super) struct Groups {
    connection: Connection,
    shared: Arc<Shared>,
    definitions: Definitions,
    settling: Option<Settling>,
    /// The head of the log after the last group; if it is another now, another process wrote.
    head: i64,
}

/// What a transaction changes once it is committed.
struct Changes {
    seen: Voidings,
    written: Written,
    /// The head of the log.
    head: i64,
    /// The last change of people and curricula, where there may be new ones.
    change: Option<i64>,
    settled: Option<Progress>,
}

/// Shares of settling done in one transaction when closing.
const SHARES_WHEN_CLOSING: usize = 20_000;

impl Groups {
    pub(super) fn new(connection: Connection, shared: Arc<Shared>) -> Self {
        Self {
            connection,
            shared,
            definitions: Definitions::default(),
            settling: None,
            head: -1,
        }
    }

    /// Writes the jobs and answers each.
    pub(super) fn write(&mut self, mut jobs: Vec<Job>) {
        let committed = self.transact(&mut jobs);
        if let Err(fault) = &committed {
            tracing::error!(%fault, jobs = jobs.len(), "a group could not be written");
            self.abandon();
        }
        for job in jobs {
            let outcome = |doing| committed.as_ref().map_err(|fault| fault.to_error(doing));
            match job {
                Job::Append(append) => append.answer(outcome("keep statements").map(|head| Position(*head))),
                Job::Write(write) => write.answer(outcome("write").map(|_| ())),
                Job::Checkpoint | Job::Rest | Job::Close(_) => {}
            }
        }
    }

    /// Undoes whatever is not committed, and forgets what rested on it.
    pub(super) fn abandon(&mut self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
        self.definitions.forget();
        self.settling = None;
    }

    /// Runs the jobs and commits; answers the head of the log.
    fn transact(&mut self, jobs: &mut [Job]) -> Result<i64, Fault> {
        let shared = Arc::clone(&self.shared);
        let seen = shared.memory.texts.voidings();
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let snapshot = complete(&transaction, &shared)?;
        if snapshot.head != self.head {
            self.definitions.forget();
        }
        // Held until what was written can be read and is known in memory.
        let in_flight = match jobs.iter().any(|job| matches!(job, Job::Append(_))) {
            true => Some(shared.stored.begin(last_stored(&transaction)?).map_err(|error| {
                StoreError::backend("lock the file that tells other processes of a write", error)
            })?),
            false => None,
        };
        let stored = in_flight
            .as_ref()
            .map_or_else(|| shared.stored.now(), |in_flight| in_flight.stored);

        let mut appending = Appending::new(
            &transaction,
            &shared.memory,
            &mut self.definitions,
            snapshot,
            stored,
        );
        let mut any_writes = false;
        for job in jobs {
            match job {
                Job::Append(append) => {
                    let outcome = match append.batch() {
                        Batch::New(statements) => appending.append(statements)?,
                        Batch::Kept(entries) => appending.put(entries)?,
                    };
                    append.set_outcome(outcome);
                }
                Job::Write(write) => {
                    any_writes = true;
                    run_alone(&transaction, write.as_mut())?;
                }
                Job::Checkpoint | Job::Rest | Job::Close(_) => {}
            }
        }
        let head = appending.head();
        let written = appending.into_written();
        let change = match any_writes {
            true => Some(last_change(&transaction)?),
            false => None,
        };
        let settled = match &mut self.settling {
            Some(settling) if !written.entries.is_empty() => {
                Some(settling.keep_pace(&transaction, &shared.memory, written.entries.len())?)
            }
            _ => None,
        };
        transaction.commit()?;
        self.committed(Changes {
            seen,
            written,
            head,
            change,
            settled,
        });
        if let Some(in_flight) = in_flight {
            in_flight.committed();
        }
        Ok(head)
    }

    /// Brings memory up to what was committed, and tells who waits.
    fn committed(&mut self, changes: Changes) {
        let shared = &self.shared;
        changes.written.remember(&shared.memory, changes.seen);
        let mut recent = shared.memory.recent_mut();
        match changes.settled {
            Some(Progress::Finished(through)) => {
                recent.settled(through);
                self.settling = None;
            }
            Some(Progress::Overtaken) => self.settling = None,
            Some(Progress::Unfinished) | None => {}
        }
        if self.settling.is_none()
            && (recent.settling().is_some() || recent.active_len() >= shared.options.settle_after)
        {
            recent.begin_settling();
            drop(recent);
            // The plan takes a while, and whoever reads need not wait for it.
            self.settling = shared.memory.recent().settling().map(Settling::of);
        } else {
            drop(recent);
        }
        self.head = changes.head;
        shared.announce(Some(changes.head), changes.change);
    }

    /// Copies the rest of the write-ahead log to the file, so that the log begins anew. Waits a moment for
    /// readers that still look at the log; if they keep at it, the next time will do.
    pub(super) fn checkpoint(&self, patience: Duration) {
        let copied = self.connection.busy_timeout(patience).and_then(|()| {
            self.connection
                .query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))
        });
        let restored = self.connection.busy_timeout(self.shared.options.lock_timeout);
        if let Err(error) = copied.and(restored) {
            tracing::warn!(%error, "the write-ahead log could not be copied to the database; it is tried again");
        }
    }

    /// Copies the log and forgets the pages in memory: while nothing is written they only take room, and a process that
    /// ends badly now has no log to go through at its next start.
    pub(super) fn rest(&self, patience: Duration) {
        self.checkpoint(patience);
        if let Err(error) = self.connection.execute_batch("PRAGMA shrink_memory") {
            tracing::debug!(%error, "the memory of pages could not be given back");
        }
    }

    /// Settles and copies everything, and closes the file.
    pub(super) fn close(mut self) -> StoreResult<()> {
        let settled = self
            .settle_all()
            .map_err(|fault| fault.into_error("finish the index"));
        self.checkpoint(Duration::from_millis(500));
        let closed = self
            .connection
            .close()
            .map_err(|(_, error)| sql_error("close the database", &error));
        settled.and(closed)
    }

    fn settle_all(&mut self) -> Result<(), Fault> {
        loop {
            let shared = Arc::clone(&self.shared);
            let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
            complete(&transaction, &shared)?;
            if self.settling.is_none() {
                let mut recent = shared.memory.recent_mut();
                if recent.settling().is_none() && recent.active_len() == 0 {
                    return Ok(());
                }
                self.settling = recent.begin_settling().map(Settling::of);
            }
            let Some(settling) = &mut self.settling else {
                return Ok(());
            };
            let progress = settling.work(&transaction, &shared.memory, SHARES_WHEN_CLOSING)?;
            transaction.commit()?;
            match progress {
                Progress::Finished(through) => {
                    shared.memory.recent_mut().settled(through);
                    self.settling = None;
                }
                Progress::Overtaken => self.settling = None,
                Progress::Unfinished => {}
            }
        }
    }
}

/// What a writing transaction sees, with memory complete for it.
fn complete(transaction: &Transaction<'_>, shared: &Shared) -> Result<Snapshot, Fault> {
    let snapshot = Snapshot::read(transaction)?;
    if shared.memory.catch_up(transaction, snapshot)? == Standing::Ahead {
        // Nothing is newer than what a writer sees: somebody put an older file in place of this one.
        *shared.memory.recent_mut() = Recent::after(snapshot.indexed);
        shared.memory.catch_up(transaction, snapshot)?;
    }
    Ok(snapshot)
}

/// Runs a job so that its failure undoes its own writes only.
fn run_alone(transaction: &Transaction<'_>, write: &mut dyn Write) -> Result<(), Fault> {
    transaction.execute_batch("SAVEPOINT job")?;
    let done = write.run(transaction).is_ok();
    if transaction.is_autocommit() {
        // SQLite has rolled everything back by itself, as it does when the disk is full.
        return Err(
            StoreError::Unavailable("the transaction was undone; see the log for why".to_owned()).into(),
        );
    }
    transaction.execute_batch(if done {
        "RELEASE job"
    } else {
        "ROLLBACK TO job; RELEASE job"
    })?;
    Ok(())
}
