use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use mongodb::bson::{Binary, doc};
use mongodb::{Client, Database};
use store::{Appended, NewStatement, Position, StoreError, StoreResult};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::consistent::Consistent;
use super::definitions::Settled;
use super::group::{self, Waiting};
use super::rarity::Rarity;
use super::write::{Written, write};
use crate::MongoOptions;
use crate::error::{closed, doing};
use crate::raw::{Raw, read_all, uuid};
use crate::schema::STATEMENTS;
use crate::transaction::{End, Transaction, backoff};
use crate::watch::Watch;

const APPEND: &str = "append to the log";

/// A transaction takes no further batch once it has this many bytes of statements.
const GROUP_BYTES: usize = 8 * 1024 * 1024;
/// A group of so many statements waits for no others: beside what it costs to write, the commit that it would share is
/// little, and while it is written those others come, are parsed, and make the next.
const LARGE: usize = 100;
/// MongoDB keeps documents of 16 MiB at most; the rest is for the other fields.
pub(crate) const MAX_TEXT: usize = 16 * 1024 * 1024 - 256 * 1024;
/// After a group with statements sent again, so many groups look for such before they take places.
const CAREFUL: u32 = 64;

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

struct Batch {
    statements: Vec<Waiting>,
    bytes: usize,
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
        let committer = Committer {
            client: client.clone(),
            app_name: Arc::clone(app_name),
            database: database.clone(),
            limit: options.operation_timeout,
            most: options.group_statements.max(1),
            settled: Settled::default(),
            careful: 0,
            watch,
            consistent: consistent.clone(),
        };
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

/// Makes groups of the batches that wait.
///
/// Who has got an answer often comes back at once with the next batch. The first to come back would get a
/// transaction of its own and make the others wait for the one after: so where several were answered together,
/// as many are waited for, if only for a fraction of what a transaction takes.
struct Gather {
    /// A batch that had no place in the last group.
    next: Option<Batch>,
    expected: usize,
    patience: Duration,
}

impl Gather {
    /// Longer than this nobody waits for others.
    const MOST_PATIENCE: Duration = Duration::from_millis(1);

    /// The next group, or `None` when there are no more batches.
    async fn group(
        &mut self,
        batches: &mut mpsc::UnboundedReceiver<Batch>,
        most: usize,
    ) -> Option<Vec<Batch>> {
        let first = match self.next.take() {
            Some(batch) => batch,
            None => batches.recv().await?,
        };
        let (mut statements, mut bytes) = (first.statements.len(), first.bytes);
        let mut group = vec![first];
        let until = tokio::time::Instant::now() + self.patience;
        while statements < most && bytes < GROUP_BYTES {
            let batch = match batches.try_recv() {
                Ok(batch) => batch,
                Err(_) if group.len() < self.expected && statements < LARGE => {
                    match tokio::time::timeout_at(until, batches.recv()).await {
                        Ok(Some(batch)) => batch,
                        Ok(None) | Err(_) => break,
                    }
                }
                Err(_) => break,
            };
            statements += batch.statements.len();
            bytes += batch.bytes;
            if statements > most || bytes > GROUP_BYTES {
                self.next = Some(batch);
                break;
            }
            group.push(batch);
        }
        Some(group)
    }

    /// A group of so many batches took so long.
    fn learn(&mut self, size: usize, took: Duration) {
        // Falls slowly: one small group among large ones says little.
        self.expected = if size >= self.expected {
            size
        } else {
            (self.expected + size) / 2
        };
        self.patience = if self.expected > 1 {
            (took / 4).min(Self::MOST_PATIENCE)
        } else {
            Duration::ZERO
        };
    }
}

struct Committer {
    client: Client,
    app_name: Arc<str>,
    database: Database,
    limit: Duration,
    most: usize,
    settled: Settled,
    careful: u32,
    watch: Watch,
    consistent: Arc<Consistent>,
}

/// What became of a group that is committed: for each batch its answer.
type Answers = Vec<StoreResult<(usize, Position)>>;

impl Committer {
    async fn run(mut self, mut batches: mpsc::UnboundedReceiver<Batch>) {
        let mut gather = Gather {
            next: None,
            expected: 0,
            patience: Duration::ZERO,
        };
        while let Some(group) = gather.group(&mut batches, self.most).await {
            let size = group.len();
            let began = Instant::now();
            self.keep_and_answer(group).await;
            gather.learn(size, began.elapsed());
        }
    }

    async fn keep_and_answer(&mut self, group: Vec<Batch>) {
        match self.keep(&group).await {
            Ok(answers) => {
                for (batch, answer) in group.into_iter().zip(answers) {
                    batch.answer(answer);
                }
            }
            // The others of the group have nothing to do with what one of them is refused for.
            Err(error) if group.len() > 1 && !matches!(error, StoreError::Unavailable(_)) => {
                for batch in group {
                    let answer = self.keep(std::slice::from_ref(&batch)).await;
                    let answer =
                        answer.and_then(|mut answers| answers.pop().unwrap_or_else(|| Err(closed())));
                    batch.answer(answer);
                }
            }
            Err(StoreError::Unavailable(reason)) => {
                for batch in group {
                    batch.answer(Err(StoreError::Unavailable(reason.clone())));
                }
            }
            Err(error) => {
                if let Some(batch) = group.into_iter().next() {
                    batch.answer(Err(error));
                }
            }
        }
    }

    /// Keeps the group in one transaction, repeated until it is known to be committed or refused.
    async fn keep(&mut self, group: &[Batch]) -> StoreResult<Answers> {
        let batches: Vec<&[Waiting]> = group.iter().map(|batch| batch.statements.as_slice()).collect();
        let deadline = Instant::now() + self.limit;
        let mut kept = HashMap::new();
        if self.careful > 0 {
            self.careful -= 1;
            kept = self.kept(&batches).await?;
        }
        let (client, app_name) = (self.client.clone(), Arc::clone(&self.app_name));
        let mut transaction = Transaction::new(&client, &app_name, APPEND, self.limit);
        let mut refused = 0;
        loop {
            let sorted = group::sort(&batches, &kept);
            if sorted.new.is_empty() {
                let head = super::consistent::head(&self.database).await?.position;
                return Ok(answers(sorted.outcomes, head));
            }
            let session = transaction.begin().await?;
            let written = write(&self.database, session, &sorted, &self.settled).await;
            match transaction.end_noting_duplicates(written).await? {
                End::Done(written) => {
                    let position = written.position;
                    self.committed(written);
                    return Ok(answers(sorted.outcomes, position));
                }
                End::Again => {}
                // Some are there already: statements sent again, or this group, by a commit whose answer
                // was lost. Until a majority has what another process wrote, it is not seen here.
                End::Duplicate if Instant::now() < deadline => {
                    self.careful = CAREFUL;
                    kept = self.kept(&batches).await?;
                    refused += 1;
                    tokio::time::sleep(backoff(refused)).await;
                }
                End::Duplicate => {
                    let reason = "positions are taken that the head of the log has not given; was only a part of \
                                  the database restored?";
                    return Err(StoreError::Corrupt {
                        what: "a log".to_owned(),
                        reason: reason.to_owned(),
                    });
                }
            }
        }
    }

    fn committed(&mut self, written: Written) {
        let (learnt, before, after) = written.learnt;
        self.settled.remember(learnt, before, after);
        self.consistent.reached(written.stored);
        self.watch.log_reached(written.position);
    }

    /// The fingerprints of those statements of the group that a majority has.
    async fn kept(&self, batches: &[&[Waiting]]) -> StoreResult<HashMap<Uuid, [u8; 32]>> {
        const READ: &str = "look for statements sent again";
        let ids: Vec<Binary> = group::ids(batches).into_iter().map(uuid).collect();
        let statements: Raw = self.database.collection(STATEMENTS);
        let found = statements
            .find(doc! { "_id": { "$in": ids } })
            .projection(doc! { "f": 1 })
            .await
            .map_err(doing(READ))?;
        let found = read_all(found, "a statement", READ, |found| {
            Ok((found.uuid("_id")?, found.bytes32("f")?))
        })
        .await?;
        Ok(found.into_iter().collect())
    }
}

impl Batch {
    fn answer(self, answer: StoreResult<(usize, Position)>) {
        let ids = self.statements.iter().map(|waiting| waiting.id).collect();
        // Nobody may be waiting any more.
        let _ = self
            .answer
            .send(answer.map(|(new, head)| Appended { ids, new, head }));
    }
}

fn answers(outcomes: Vec<Result<usize, group::Conflict>>, head: i64) -> Answers {
    let head = Position(head);
    outcomes
        .into_iter()
        .map(|outcome| outcome.map(|new| (new, head)).map_err(StoreError::from))
        .collect()
}
