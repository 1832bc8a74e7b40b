use std::sync::Arc;
use std::time::{Duration, Instant};

use mongodb::error::{Error, TRANSIENT_TRANSACTION_ERROR, UNKNOWN_TRANSACTION_COMMIT_RESULT};
use mongodb::{Client, ClientSession};
use store::{StoreError, StoreResult};
use tokio::time::timeout_at;

use crate::abandoned::Abandoned;
use crate::error::{failed, is_duplicate, too_slow};

/// Why the work inside a transaction stopped.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The driver or server failed; the transaction is repeated if the server says that may help.
    Mongo(Error),
    /// The work itself came to this answer; the transaction is given up.
    Store(StoreError),
    /// A unique index refused a write.
    Duplicate,
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        if is_duplicate(&error) {
            Self::Duplicate
        } else {
            Self::Mongo(error)
        }
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// How one round of a transaction ended.
#[derive(Debug)]
pub(crate) enum End<T> {
    /// Committed, on a majority.
    Done(T),
    /// Not committed; another round may do.
    Again,
    /// Not committed: a unique index has what was to be written.
    Duplicate,
}

/// Why a transaction was given up.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Gone {
    /// Another round may do.
    Again,
    /// A unique index has what was to be written.
    Duplicate,
}

/// One transaction, repeated until it is known to be committed or refused, or time is up.
///
/// ```text
/// let mut transaction = Transaction::new(&client, &app_name, "do it", limit);
/// loop {
///     let done = work(transaction.begin().await?).await;
///     if let Some(answer) = transaction.end(done).await? { return Ok(answer) }
/// }
/// ```
///
/// The work may run several times, and a commit whose answer was lost may have happened: work must be such
/// that doing it again over its own result changes nothing.
pub(crate) struct Transaction {
    client: Client,
    doing: &'static str,
    started: Instant,
    deadline: Instant,
    attempt: u32,
    abandoned: Abandoned,
    session: Option<ClientSession>,
}

/// After so long in vain, somebody may have left a transaction open.
const IN_VAIN: Duration = Duration::from_millis(500);

impl Transaction {
    /// `app_name`: what the client is called by the server.
    pub(crate) fn new(client: &Client, app_name: &Arc<str>, doing: &'static str, limit: Duration) -> Self {
        let started = Instant::now();
        Self {
            client: client.clone(),
            doing,
            started,
            deadline: started + limit,
            attempt: 0,
            abandoned: Abandoned::new(client, app_name),
            session: None,
        }
    }

    /// Starts the transaction, or starts it again.
    pub(crate) async fn begin(&mut self) -> StoreResult<&mut ClientSession> {
        if self.attempt > 0 {
            tokio::time::sleep(backoff(self.attempt)).await;
            if Instant::now() >= self.deadline {
                return Err(too_slow(self.doing));
            }
            if self.started.elapsed() > IN_VAIN {
                self.abandoned.give_up().await;
            }
        }
        self.attempt += 1;
        let doing = self.doing;
        let started = async {
            let mut session = self.client.start_session().await?;
            session.start_transaction().await?;
            Ok(session)
        };
        let session = within(self.deadline, doing, started)
            .await?
            .map_err(|error| failed(doing, &error))?;
        Ok(self.session.insert(session))
    }

    /// Commits when the work is done. `None` asks for another round.
    pub(crate) async fn end<T>(&mut self, done: Result<T, Stopped>) -> StoreResult<Option<T>> {
        match self.end_noting_duplicates(done).await? {
            End::Done(answer) => Ok(Some(answer)),
            End::Again => Ok(None),
            End::Duplicate => Err(StoreError::backend(
                self.doing,
                "a unique index has another record under its key",
            )),
        }
    }

    /// [`Self::end`], for work that a unique index may refuse.
    pub(crate) async fn end_noting_duplicates<T>(&mut self, done: Result<T, Stopped>) -> StoreResult<End<T>> {
        match done {
            Ok(answer) => Ok(match self.commit().await? {
                Some(()) => End::Done(answer),
                None => End::Again,
            }),
            Err(stopped) => Ok(match self.give_up(stopped).await? {
                Gone::Again => End::Again,
                Gone::Duplicate => End::Duplicate,
            }),
        }
    }

    /// Ends it without a commit: the work stopped.
    pub(crate) async fn give_up(&mut self, stopped: Stopped) -> StoreResult<Gone> {
        if let Some(mut session) = self.session.take() {
            self.abort(&mut session).await;
        }
        match stopped {
            Stopped::Store(error) => Err(error),
            Stopped::Duplicate => Ok(Gone::Duplicate),
            Stopped::Mongo(error) => self.again_after(&error).map(|()| Gone::Again),
        }
    }

    /// Commits, and answers when a majority has it. `None` asks for another round.
    pub(crate) async fn commit(&mut self) -> StoreResult<Option<()>> {
        let Some(mut session) = self.session.take() else {
            return Err(StoreError::backend(self.doing, "there is no transaction to end"));
        };
        match self.ask_for_commit(&mut session).await {
            Ok(()) => Ok(Some(())),
            Err(error) => self.again_after(&error).map(|()| None),
        }
    }

    /// Whether another round may do after this error; else the error.
    fn again_after(&self, error: &Error) -> StoreResult<()> {
        if error.contains_label(TRANSIENT_TRANSACTION_ERROR) && Instant::now() < self.deadline {
            tracing::debug!(
                doing = self.doing,
                attempt = self.attempt,
                "a transaction is repeated"
            );
            return Ok(());
        }
        Err(failed(self.doing, error))
    }

    /// Asks for the commit until its result is known: asking again for the same transaction is safe.
    async fn ask_for_commit(&self, session: &mut ClientSession) -> Result<(), Error> {
        let mut attempt = 0;
        loop {
            let Ok(answer) = timeout_at(self.deadline.into(), session.commit_transaction()).await else {
                return Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into());
            };
            match answer {
                Err(error)
                    if error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT)
                        && Instant::now() < self.deadline =>
                {
                    attempt += 1;
                    tokio::time::sleep(backoff(attempt)).await;
                }
                answer => return answer,
            }
        }
    }

    /// Best effort: the server gives up a transaction that its session left.
    async fn abort(&self, session: &mut ClientSession) {
        let limit = self.deadline.max(Instant::now() + Duration::from_millis(100));
        if let Ok(Err(error)) = timeout_at(limit.into(), session.abort_transaction()).await {
            tracing::debug!(doing = self.doing, error = %error.kind, "a transaction could not be given up");
        }
    }
}

/// `work`, unless the deadline passes first.
pub(crate) async fn within<T>(
    deadline: Instant,
    doing: &'static str,
    work: impl Future<Output = T>,
) -> StoreResult<T> {
    timeout_at(deadline.into(), work)
        .await
        .map_err(|_| too_slow(doing))
}

/// Grows from 1 ms to 100 ms, each drawn anew so that processes that met once do not meet again.
pub(crate) fn backoff(attempt: u32) -> Duration {
    let most = 1_000_u64.saturating_mul(1 << attempt.min(10)).min(100_000);
    let drawn = uuid::Uuid::new_v4().as_u64_pair().1 % most;
    Duration::from_micros(drawn.max(most / 8))
}
