//! Threads that read, each with a connection of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use rusqlite::Connection;
use store::{StoreError, StoreResult};
use tokio::sync::oneshot;

use crate::connection::{Role, open};
use crate::fault::{Fault, sql_error};
use crate::shared::Shared;

type Read = Box<dyn FnOnce(&Connection) + Send>;

/// The reading threads and the queue before them.
pub(crate) struct Readers {
    reads: Mutex<Option<Sender<Read>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    shared: Arc<Shared>,
}

impl Readers {
    pub(crate) fn start(file: &Path, shared: Arc<Shared>) -> StoreResult<Self> {
        let (reads, waiting) = bounded(shared.options.waiting_reads.max(1));
        let mut threads = Vec::new();
        for number in 0..shared.options.readers.max(1) {
            let connection = open(file, Role::Reader, shared.options.lock_timeout)
                .map_err(|error| sql_error("open the database to read", &error))?;
            let waiting = waiting.clone();
            let thread = thread::Builder::new()
                .name(format!("sqlite-reader-{number}"))
                .spawn(move || run(&connection, &waiting))
                .map_err(|error| StoreError::backend("start a thread that reads", error))?;
            threads.push(thread);
        }
        Ok(Self {
            reads: Mutex::new(Some(reads)),
            threads: Mutex::new(threads),
            shared,
        })
    }

    /// Runs `function` on a reading thread. Refuses at once when too many reads are waiting.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        doing: &'static str,
        function: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> StoreResult<T> {
        let (reply, answer) = oneshot::channel();
        let read: Read = Box::new(move |connection| {
            // Whoever has gone away needs no answer.
            if !reply.is_closed() {
                let _ = reply.send(function(connection).map_err(|fault| fault.into_error(doing)));
            }
        });
        match self.reads.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            Some(reads) => match reads.try_send(read) {
                Ok(()) => {}
                Err(TrySendError::Full(_)) => return Err(StoreError::Busy),
                Err(TrySendError::Disconnected(_)) => return Err(self.shared.unanswered(doing)),
            },
            None => return Err(self.shared.unanswered(doing)),
        }
        answer.await.map_err(|_| self.shared.unanswered(doing))?
    }

    /// [`Self::read`] for many statements: all see the same moment, and none takes and gives back locks of its own.
    pub(crate) async fn read_many<T: Send + 'static>(
        &self,
        doing: &'static str,
        function: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> StoreResult<T> {
        self.read(doing, move |connection| {
            let moment = connection.unchecked_transaction()?;
            let answer = function(&moment)?;
            moment.commit()?;
            Ok(answer)
        })
        .await
    }

    /// Takes no more reads, finishes those that wait, and closes the connections.
    pub(crate) fn close(&self) {
        drop(self.reads.lock().unwrap_or_else(PoisonError::into_inner).take());
        for thread in self
            .threads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
        {
            if thread.join().is_err() {
                tracing::error!("a thread that reads had failed");
            }
        }
    }
}

fn run(connection: &Connection, waiting: &Receiver<Read>) {
    while let Ok(read) = waiting.recv() {
        // One that panics is logged by the panic itself.
        let _ = catch_unwind(AssertUnwindSafe(|| read(connection)));
        // A transaction that would not end must not be the next one's.
        if !connection.is_autocommit() {
            let _ = connection.execute_batch("ROLLBACK");
        }
    }
}

#[cfg(test)]
mod tests;
