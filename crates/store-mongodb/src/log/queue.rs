use std::sync::{Arc, Mutex, PoisonError};

use mongodb::{Client, Database};
use store::{Appended, NewStatement, Position, StoreError, StoreResult};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::committer::Committer;
use super::consistent::Consistent;
use super::group::Waiting;
use super::rarity::Rarity;
use crate::MongoOptions;
use crate::error::closed;
use crate::watch::Watch;

/// MongoDB keeps documents of 16 MiB at most; the rest is for the other fields.
pub(crate) const MAX_TEXT: usize = 16 * 1024 * 1024 - 256 * 1024;

/// The log of one process: a queue, and a task that puts what waits there into one transaction at a time.
///
/// More tasks would not help: transactions that append conflict at the head of the log, in one process as
/// among several. What helps is that all who wait share one commit.
pub(crate) struct Log {
    queue: Mutex<Option<mpsc::UnboundedSender<Batch>>>,
    room: Arc<Semaphore>,
    most: usize,
    committer: Mutex<Option<JoinHandle<()>>>,
    pub(crate) consistent: Arc<Consistent>,
    pub(crate) rarity: Rarity,
}

/// Statements that are kept together or not at all, and who waits to hear.
pub(super) struct Batch {
    pub(super) statements: Vec<Waiting>,
    pub(super) bytes: usize,
    answer: oneshot::Sender<StoreResult<Appended>>,
    _room: OwnedSemaphorePermit,
}

impl Log {
    pub(crate) fn start(
        client: &Client,
        app_name: &Arc<str>,
        database: &Database,
        options: &MongoOptions,
        watch: Watch,
    ) -> Self {
        // Bounded by `room`: every batch takes some.
        let (queue, batches) = mpsc::unbounded_channel();
        let consistent = Arc::new(Consistent::default());
        let committer = Committer::new(
            client,
            app_name,
            database,
            options,
            watch,
            Arc::clone(&consistent),
        );
        let most = options
            .queued_statements
            .clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
        Self {
            queue: Mutex::new(Some(queue)),
            room: Arc::new(Semaphore::new(most)),
            most,
            committer: Mutex::new(Some(tokio::spawn(committer.run(batches)))),
            consistent,
            rarity: Rarity::default(),
        }
    }

    /// Puts a batch into the queue and waits for it to be kept. Once it waits it is kept or refused, also when
    /// nobody waits for the answer any more.
    pub(crate) async fn append(&self, batch: Vec<NewStatement>) -> StoreResult<Appended> {
        let needed = u32::try_from(batch.len().clamp(1, self.most)).unwrap_or(u32::MAX);
        let room = self
            .room
            .clone()
            .try_acquire_many_owned(needed)
            .map_err(|_| StoreError::Busy)?;
        let mut bytes = 0;
        let mut statements = Vec::with_capacity(batch.len());
        for statement in batch {
            let waiting = Waiting::new(statement);
            if waiting.size > MAX_TEXT {
                let (id, size) = (waiting.id, waiting.size);
                let reason = format!("statement {id} has {size} bytes and MongoDB keeps {MAX_TEXT} at most");
                return Err(StoreError::backend("keep a statement", reason));
            }
            bytes += waiting.size;
            statements.push(waiting);
        }
        let (answer, answered) = oneshot::channel();
        let batch = Batch {
            statements,
            bytes,
            answer,
            _room: room,
        };
        self.queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .and_then(|queue| queue.send(batch).ok())
            .ok_or_else(closed)?;
        answered.await.map_err(|_| closed())?
    }

    /// Takes no more batches and waits for those that wait to be kept.
    pub(crate) async fn finish(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        let committer = self
            .committer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(committer) = committer
            && let Err(error) = committer.await
        {
            tracing::error!(%error, "the task that appends to the log ended badly");
        }
    }
}

impl Batch {
    pub(super) fn answer(self, answer: StoreResult<(usize, Position)>) {
        let ids = self.statements.iter().map(|waiting| waiting.id).collect();
        // Nobody may be waiting any more.
        let _ = self
            .answer
            .send(answer.map(|(new, head)| Appended { ids, new, head }));
    }
}
