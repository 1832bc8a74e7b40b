use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mongodb::bson::{Binary, doc};
use mongodb::{Client, Database};
use store::{Position, StoreError, StoreResult};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::consistent::{self, Consistent};
use super::definitions::{Learnt, Settled};
use super::gather::Gather;
use super::group::{self, Conflict, Waiting};
use super::queue::Batch;
use super::write::{Written, write};
use crate::MongoOptions;
use crate::error::{closed, doing};
use crate::raw::{Raw, read_all, uuid};
use crate::schema::STATEMENTS;
use crate::transaction::{Gone, Transaction, backoff};
use crate::watch::Watch;

const APPEND: &str = "append to the log";

/// After a group with statements sent again, so many groups look for such before they take places.
const CAREFUL: u32 = 64;
/// So many transactions may wait for a majority at once.
const MOST_UNDER_WAY: usize = 4;

/// Puts what waits for the log into one transaction after the other. While one waits for the majority that must have it in
/// its journals, the next is gathered and written already.
pub(super) struct Committer {
    client: Client,
    app_name: Arc<str>,
    database: Database,
    limit: Duration,
    most: usize,
    settled: Settled,
    careful: u32,
    watch: Watch,
    consistent: Arc<Consistent>,
    under_way: VecDeque<UnderWay>,
}

/// What became of a group that is committed: for each batch its answer.
type Answers = Vec<StoreResult<(usize, Position)>>;

/// A transaction that is written and waits for its commit.
struct Open {
    transaction: Transaction,
    written: Written,
    outcomes: Vec<Result<usize, Conflict>>,
}

/// A group whose transaction is being committed, and the position of its last statement.
struct UnderWay {
    position: i64,
    ended: JoinHandle<Ended>,
}

/// How a commit ended.
enum Ended {
    /// All was kept and answered; this was learnt.
    Kept((Learnt, i64, i64)),
    /// The transaction is to be repeated.
    Again(Vec<Batch>, Box<Transaction>),
    Failed(Vec<Batch>, StoreError),
}

impl Committer {
    pub(super) fn new(
        client: &Client,
        app_name: &Arc<str>,
        database: &Database,
        options: &MongoOptions,
        watch: Watch,
        consistent: Arc<Consistent>,
    ) -> Self {
        Self {
            client: client.clone(),
            app_name: Arc::clone(app_name),
            database: database.clone(),
            limit: options.operation_timeout,
            most: options.group_statements.max(1),
            settled: Settled::default(),
            careful: 0,
            watch,
            consistent,
            under_way: VecDeque::new(),
        }
    }

    /// Works until the queue is closed and empty.
    pub(super) async fn run(mut self, mut batches: mpsc::UnboundedReceiver<Batch>) {
        let mut gather = Gather::default();
        loop {
            let first = tokio::select! {
                biased;
                ended = first_ended(&mut self.under_way) => {
                    self.ended(ended).await;
                    continue;
                }
                first = gather.first(&mut batches) => first,
            };
            let Some(first) = first else { break };
            let group = gather.group(first, &mut batches, self.most).await;
            let size = group.len();
            let began = Instant::now();
            self.make_way().await;
            self.keep_and_answer(group).await;
            gather.learn(size, began.elapsed());
        }
        while !self.under_way.is_empty() {
            let ended = first_ended(&mut self.under_way).await;
            self.ended(ended).await;
        }
    }

    /// Waits until a transaction can begin: the last one has left the head of the log, and not too many wait for a
    /// majority.
    ///
    /// A commit releases the head on the primary long before a majority has it in its journals. That is seen by a read
    /// of what is there, majority or not: what is written next stands behind it in the one log of the primary, so it is
    /// kept only if that is.
    async fn make_way(&mut self) {
        while self.under_way.len() >= MOST_UNDER_WAY {
            let ended = first_ended(&mut self.under_way).await;
            self.ended(ended).await;
        }
        let Some(last) = self.under_way.back() else { return };
        let mut looks = 0;
        while !last.ended.is_finished() {
            if looks > 5 {
                tokio::time::sleep(backoff(0)).await;
            }
            looks += 1;
            match consistent::written_position(&self.database).await {
                Ok(position) if position < last.position => {}
                // The transaction will meet the same error, and deal with it.
                Ok(_) | Err(_) => return,
            }
        }
    }

    /// Writes a group and has it committed while the next is gathered and written.
    async fn keep_and_answer(&mut self, group: Vec<Batch>) {
        let transaction = Transaction::new(&self.client, &self.app_name, APPEND, self.limit);
        match self.write(transaction, &group).await {
            Ok(Ok(open)) => {
                let position = open.written.position;
                let (consistent, watch) = (Arc::clone(&self.consistent), self.watch.clone());
                let ended = tokio::spawn(commit(open, group, consistent, watch));
                self.under_way.push_back(UnderWay { position, ended });
            }
            Ok(Err(answers)) => answer(group, answers),
            Err(error) => self.refused(group, error).await,
        }
    }

    /// What was committed beside other work has ended.
    async fn ended(&mut self, ended: Option<Ended>) {
        match ended {
            Some(Ended::Kept((learnt, before, after))) => self.settled.remember(learnt, before, after),
            Some(Ended::Again(group, transaction)) => match self.keep(*transaction, &group).await {
                Ok(answers) => answer(group, answers),
                Err(error) => self.refused(group, error).await,
            },
            Some(Ended::Failed(group, error)) => self.refused(group, error).await,
            // It broke down, and with it whoever waited for its answers has heard so.
            None => {}
        }
    }

    /// A group was not kept.
    async fn refused(&mut self, group: Vec<Batch>, error: StoreError) {
        match error {
            StoreError::Unavailable(reason) => {
                for batch in group {
                    batch.answer(Err(StoreError::Unavailable(reason.clone())));
                }
            }
            // The others of the group have nothing to do with what one of them is refused for.
            _ if group.len() > 1 => {
                for batch in group {
                    let transaction = Transaction::new(&self.client, &self.app_name, APPEND, self.limit);
                    let answer = self.keep(transaction, std::slice::from_ref(&batch)).await;
                    let answer =
                        answer.and_then(|mut answers| answers.pop().unwrap_or_else(|| Err(closed())));
                    batch.answer(answer);
                }
            }
            error => {
                if let Some(batch) = group.into_iter().next() {
                    batch.answer(Err(error));
                }
            }
        }
    }

    /// Keeps the group in one transaction, repeated until it is known to be committed or refused.
    async fn keep(&mut self, mut transaction: Transaction, group: &[Batch]) -> StoreResult<Answers> {
        loop {
            let mut open = match self.write(transaction, group).await? {
                Ok(open) => open,
                Err(answers) => return Ok(answers),
            };
            if open.transaction.commit().await?.is_some() {
                let Written {
                    position,
                    stored,
                    learnt: (learnt, before, after),
                } = open.written;
                reached(&self.consistent, &self.watch, position, stored);
                self.settled.remember(learnt, before, after);
                return Ok(answers(open.outcomes, position));
            }
            transaction = open.transaction;
        }
    }

    /// Writes the group in a transaction, repeated until it can be committed, or answers it when there is nothing new.
    async fn write(
        &mut self,
        mut transaction: Transaction,
        group: &[Batch],
    ) -> StoreResult<Result<Open, Answers>> {
        let batches: Vec<&[Waiting]> = group.iter().map(|batch| batch.statements.as_slice()).collect();
        let deadline = Instant::now() + self.limit;
        let mut kept = HashMap::new();
        if self.careful > 0 {
            self.careful -= 1;
            kept = self.kept(&batches).await?;
        }
        let mut refused = 0;
        loop {
            let sorted = group::sort(&batches, &kept);
            if sorted.new.is_empty() {
                let head = consistent::head(&self.database).await?.position;
                return Ok(Err(answers(sorted.outcomes, head)));
            }
            let session = transaction.begin().await?;
            match write(&self.database, session, &sorted, &self.settled).await {
                Ok(written) => {
                    let outcomes = sorted.outcomes;
                    return Ok(Ok(Open {
                        transaction,
                        written,
                        outcomes,
                    }));
                }
                Err(stopped) => match transaction.give_up(stopped).await? {
                    // Some are there already: statements sent again, or this group, by a commit whose answer
                    // was lost. Until a majority has what another process wrote, it is not seen here.
                    Gone::Duplicate if Instant::now() < deadline => {
                        self.careful = CAREFUL;
                        kept = self.kept(&batches).await?;
                        refused += 1;
                        tokio::time::sleep(backoff(refused)).await;
                    }
                    Gone::Duplicate => {
                        let reason = "positions are taken that the head of the log has not given; was only a part of \
                                      the database restored?";
                        return Err(StoreError::Corrupt {
                            what: "a log".to_owned(),
                            reason: reason.to_owned(),
                        });
                    }
                    Gone::Again => {}
                },
            }
        }
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

fn answers(outcomes: Vec<Result<usize, group::Conflict>>, head: i64) -> Answers {
    let head = Position(head);
    outcomes
        .into_iter()
        .map(|outcome| outcome.map(|new| (new, head)).map_err(StoreError::from))
        .collect()
}

/// Commits what is written and tells whoever waits for it.
async fn commit(mut open: Open, group: Vec<Batch>, consistent: Arc<Consistent>, watch: Watch) -> Ended {
    match open.transaction.commit().await {
        Ok(Some(())) => {
            let position = open.written.position;
            reached(&consistent, &watch, position, open.written.stored);
            answer(group, answers(open.outcomes, position));
            Ended::Kept(open.written.learnt)
        }
        Ok(None) => Ended::Again(group, Box::new(open.transaction)),
        Err(error) => Ended::Failed(group, error),
    }
}

/// The log is readable up to here.
fn reached(consistent: &Consistent, watch: &Watch, position: i64, stored: i64) {
    consistent.reached(stored);
    watch.log_reached(position);
}

/// How the longest of what is under way ended, `None` when it broke down; never when nothing is. Nothing is lost when this
/// is given up before.
async fn first_ended(under_way: &mut VecDeque<UnderWay>) -> Option<Ended> {
    let Some(first) = under_way.front_mut() else {
        return std::future::pending().await;
    };
    let ended = (&mut first.ended).await;
    under_way.pop_front();
    ended
        .inspect_err(|error| tracing::error!(%error, "a commit to the log broke down"))
        .ok()
}

fn answer(group: Vec<Batch>, answers: Answers) {
    for (batch, answer) in group.into_iter().zip(answers) {
        batch.answer(answer);
    }
}
