use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use mongodb::Database;
use mongodb::bson::{Document, doc};
use mongodb::change_stream::ChangeStream;
use mongodb::change_stream::event::ChangeStreamEvent;
use store::StoreResult;
use tokio::sync::{Notify, watch};

use crate::error::closed;
use crate::schema::{CHANGES_HEAD, HEADS, LOG_HEAD};

/// Between two looks at the heads while the database gives no change stream.
const POLL: Duration = Duration::from_millis(100);
/// Looks at the heads while there is no change stream, before another try to open one.
const POLLS: u32 = 50;
/// A process that commits so often in a [`WINDOW`] needs no change stream: each of its own commits brings the
/// newest position of all. A stream would cost the server about a tenth more with every statement, for it reads
/// every transaction to find what concerns the heads. Below a tenth of it the stream is opened again.
const BUSY: u64 = 50;
const WINDOW: Duration = Duration::from_secs(1);
/// Between two looks at the heads of a process that commits so often.
const PAUSE: Duration = Duration::from_millis(50);
/// A change stream that nobody has waited on for so long is given up: it costs the server a little with every
/// write. It is opened again for the next who waits.
const UNUSED: Duration = Duration::from_secs(30);

/// How far the log and the record of changes have come, as far as this process has heard: at once of what it
/// wrote itself, through a change stream of what others wrote.
#[derive(Clone)]
pub(crate) struct Watch {
    shared: Arc<Shared>,
    is_closed: watch::Receiver<bool>,
}

struct Shared {
    log: watch::Sender<i64>,
    changes: watch::Sender<i64>,
    waiting: AtomicUsize,
    wanted: Notify,
    /// How often this process committed.
    own: AtomicU64,
}

/// How often this process commits.
struct Pace<'s> {
    own: &'s AtomicU64,
    before: u64,
    since: Instant,
}

impl<'s> Pace<'s> {
    fn new(own: &'s AtomicU64) -> Self {
        Self {
            own,
            before: own.load(Ordering::Relaxed),
            since: Instant::now(),
        }
    }

    /// How many commits the last window had, once it is over.
    fn of_window(&mut self) -> Option<u64> {
        if self.since.elapsed() < WINDOW {
            return None;
        }
        let before = std::mem::replace(&mut self.before, self.own.load(Ordering::Relaxed));
        self.since = Instant::now();
        Some(self.before.saturating_sub(before))
    }
}

/// Counts who waits.
struct Waiter<'s>(&'s Shared);

impl<'s> Waiter<'s> {
    fn new(shared: &'s Shared) -> Self {
        shared.waiting.fetch_add(1, Ordering::Relaxed);
        shared.wanted.notify_one();
        Self(shared)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Watch {
    /// Starts the task that listens, which does nothing before somebody waits. It ends when `is_closed` does.
    pub(crate) fn start(database: &Database, is_closed: watch::Receiver<bool>) -> Self {
        let shared = Arc::new(Shared {
            log: watch::Sender::new(0),
            changes: watch::Sender::new(0),
            waiting: AtomicUsize::new(0),
            wanted: Notify::new(),
            own: AtomicU64::new(0),
        });
        let listener = Listener {
            database: database.clone(),
            shared: shared.clone(),
        };
        let mut until_closed = is_closed.clone();
        tokio::spawn(async move {
            tokio::select! {
                // Also ends when the store is dropped without being closed.
                _ = until_closed.wait_for(|closed| *closed) => {}
                () = listener.run() => {}
            }
        });
        Self { shared, is_closed }
    }

    /// This process has committed up to this position.
    pub(crate) fn log_reached(&self, position: i64) {
        self.shared.own.fetch_add(1, Ordering::Relaxed);
        reached(&self.shared.log, position);
    }

    /// This process has committed changes up to this position.
    pub(crate) fn changes_reached(&self, position: i64) {
        reached(&self.shared.changes, position);
    }

    /// A position that the log has reached, as far as this process has heard.
    pub(crate) fn log(&self) -> i64 {
        *self.shared.log.borrow()
    }

    /// Waits until the log is beyond `position`; `read` reads its head.
    pub(crate) async fn log_beyond(
        &self,
        position: i64,
        read: impl AsyncFnOnce() -> StoreResult<i64>,
    ) -> StoreResult<()> {
        self.beyond(&self.shared.log, position, read).await
    }

    /// Waits until there is a change beyond `position`; `read` reads the position of the last.
    pub(crate) async fn changes_beyond(
        &self,
        position: i64,
        read: impl AsyncFnOnce() -> StoreResult<i64>,
    ) -> StoreResult<()> {
        self.beyond(&self.shared.changes, position, read).await
    }

    async fn beyond(
        &self,
        known: &watch::Sender<i64>,
        position: i64,
        read: impl AsyncFnOnce() -> StoreResult<i64>,
    ) -> StoreResult<()> {
        let mut is_closed = self.is_closed.clone();
        if *is_closed.borrow() {
            return Err(closed());
        }
        let mut heard = known.subscribe();
        if *heard.borrow_and_update() > position {
            return Ok(());
        }
        let _waiter = Waiter::new(&self.shared);
        // What others wrote before the stream was opened is not in it.
        tokio::select! {
            head = read() => {
                if head? > position {
                    return Ok(());
                }
            }
            _ = is_closed.wait_for(|closed| *closed) => return Err(closed()),
        }
        tokio::select! {
            heard = heard.wait_for(|known| *known > position) => heard.map(drop).map_err(|_| closed()),
            _ = is_closed.wait_for(|closed| *closed) => Err(closed()),
        }
    }
}

/// News can come out of order; only newer ones count.
fn reached(known: &watch::Sender<i64>, position: i64) {
    known.send_if_modified(|known| {
        let newer = position > *known;
        *known = (*known).max(position);
        newer
    });
}

/// Why a change stream was given up.
enum Listened {
    /// Nobody waits.
    Unused,
    /// This process commits so often that it needs none.
    Busy,
}

/// Hears of what other processes wrote.
struct Listener {
    database: Database,
    shared: Arc<Shared>,
}

impl Listener {
    async fn run(self) {
        let mut warned = false;
        loop {
            if self.shared.waiting.load(Ordering::Relaxed) == 0 {
                self.shared.wanted.notified().await;
            }
            match self.listen().await {
                Ok(Listened::Unused) => warned = false,
                Ok(Listened::Busy) => {
                    warned = false;
                    self.look_while_busy().await;
                }
                Err(error) => {
                    if !warned {
                        tracing::warn!(error = %error.kind, "no change stream; the database is asked instead");
                        warned = true;
                    }
                    self.poll().await;
                }
            }
        }
    }

    /// Follows the heads while somebody waits and this process itself is calm.
    ///
    /// After an interruption a new stream and one look at the heads are as good as resuming the old stream: what
    /// counts is how far the heads are, not by which steps they came there. The driver itself resumes, by the
    /// token of the last event, what can be resumed.
    async fn listen(&self) -> Result<Listened, mongodb::error::Error> {
        let mut stream: ChangeStream<ChangeStreamEvent<Document>> = self
            .database
            .collection::<Document>(HEADS)
            .watch()
            .pipeline([doc! { "$match": { "operationType": { "$in": ["update", "replace", "insert"] } } }])
            .await?;
        self.look().await?;
        let mut pace = Pace::new(&self.shared.own);
        loop {
            if pace.of_window().is_some_and(|commits| commits >= BUSY) {
                return Ok(Listened::Busy);
            }
            let event = match tokio::time::timeout(UNUSED, stream.next()).await {
                Ok(Some(event)) => Some(event?),
                Ok(None) => return Ok(Listened::Unused),
                Err(_) => None,
            };
            match event {
                Some(event) => self.heard(&event),
                None if self.shared.waiting.load(Ordering::Relaxed) == 0 => return Ok(Listened::Unused),
                None => self.look().await?,
            }
        }
    }

    fn heard(&self, event: &ChangeStreamEvent<Document>) {
        let head = event
            .document_key
            .as_ref()
            .and_then(|key| key.get_str("_id").ok());
        let position = event
            .update_description
            .as_ref()
            .and_then(|update| update.updated_fields.get_i64("n").ok());
        match (head, position) {
            (Some(LOG_HEAD), Some(position)) => reached(&self.shared.log, position),
            (Some(CHANGES_HEAD), Some(position)) => reached(&self.shared.changes, position),
            _ => {}
        }
    }

    /// Looks at the heads now and then until this process is calm. Its own commits bring news of the log, but not
    /// of the changes that others make to people and curricula.
    async fn look_while_busy(&self) {
        let mut pace = Pace::new(&self.shared.own);
        loop {
            tokio::time::sleep(PAUSE).await;
            if let Err(error) = self.look().await {
                tracing::debug!(error = %error.kind, "the heads of the logs could not be read");
            }
            if pace.of_window().is_some_and(|commits| commits < BUSY / 10) {
                return;
            }
        }
    }

    /// Reads both heads.
    async fn look(&self) -> Result<(), mongodb::error::Error> {
        let mut heads = self.database.collection::<Document>(HEADS).find(doc! {}).await?;
        while let Some(head) = heads.next().await.transpose()? {
            match (head.get_str("_id"), head.get_i64("n")) {
                (Ok(LOG_HEAD), Ok(position)) => reached(&self.shared.log, position),
                (Ok(CHANGES_HEAD), Ok(position)) => reached(&self.shared.changes, position),
                _ => {}
            }
        }
        Ok(())
    }

    async fn poll(&self) {
        for _ in 0..POLLS {
            tokio::time::sleep(POLL).await;
            if let Err(error) = self.look().await {
                tracing::debug!(error = %error.kind, "the heads of the logs could not be read");
            }
        }
    }
}
