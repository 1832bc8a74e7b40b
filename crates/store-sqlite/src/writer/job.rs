//! What waits to be written, and who waits for it.

use rusqlite::Connection;
use store::transfer::LogRecord;
use store::{NewStatement, Position, StoreError, StoreResult};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::fault::Fault;

/// One thing to do on the writer's thread.
pub(crate) enum Job {
    /// Append a batch of statements.
    Append(Append),
    /// Write something else.
    Write(Box<dyn Write>),
    /// Copy what is left of the write-ahead log to the file.
    Checkpoint,
    /// Nothing is written for now: copy the log, and give back the memory of pages.
    Rest,
    /// Settle and copy everything, close the file, and end.
    Close(oneshot::Sender<StoreResult<()>>),
}

/// How many statements of a batch are new, and the head of the log; and the batch.
pub(crate) type Answer = (StoreResult<(usize, Position)>, Batch);

/// Statements to append.
pub(crate) enum Batch {
    /// As they are sent: this store says where and when.
    New(Vec<NewStatement>),
    /// As another store kept them, each with its place and moment.
    Kept(Vec<LogRecord>),
}

impl Batch {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::New(statements) => statements.len(),
            Self::Kept(entries) => entries.len(),
        }
    }
}

/// A batch on its way.
pub(crate) struct Append {
    batch: Batch,
    outcome: StoreResult<usize>,
    reply: oneshot::Sender<Answer>,
    /// Its share of the queue, given back when it is answered.
    _share: OwnedSemaphorePermit,
}

/// Something that writes in a transaction it shares with others.
pub(crate) trait Write: Send {
    /// Writes. An error undoes what this has written and nothing else.
    fn run(&mut self, connection: &Connection) -> Result<(), ()>;

    /// Answers whoever waits: with the outcome if the transaction was committed, else with what went wrong.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

impl Append {
    pub(crate) fn new(batch: Batch, share: OwnedSemaphorePermit, reply: oneshot::Sender<Answer>) -> Self {
        Self {
            batch,
            outcome: Ok(0),
            reply,
            _share: share,
        }
    }

    pub(crate) fn batch(&self) -> &Batch {
        &self.batch
    }

    pub(crate) fn set_outcome(&mut self, outcome: StoreResult<usize>) {
        self.outcome = outcome;
    }

    /// Answers whoever waits, with the head of the log or with what went wrong. The batch goes back with the
    /// answer: to take it apart costs more than to write it, and is not this thread's work.
    pub(crate) fn answer(self, committed: StoreResult<Position>) {
        let answer = match (committed, self.outcome) {
            (Err(failed), _) | (Ok(_), Err(failed)) => Err(failed),
            (Ok(head), Ok(new)) => Ok((new, head)),
        };
        // Nobody may be waiting any more.
        let _ = self.reply.send((answer, self.batch));
    }
}

/// A [`Write`] made of a function.
pub(crate) struct WriteFn<F, T> {
    doing: &'static str,
    function: Option<F>,
    outcome: Option<StoreResult<T>>,
    reply: oneshot::Sender<StoreResult<T>>,
}

impl<F, T> WriteFn<F, T> {
    pub(crate) fn new(doing: &'static str, function: F, reply: oneshot::Sender<StoreResult<T>>) -> Self {
        Self {
            doing,
            function: Some(function),
            outcome: None,
            reply,
        }
    }
}

impl<F, T> Write for WriteFn<F, T>
where
    F: FnOnce(&Connection) -> Result<T, Fault> + Send,
    T: Send,
{
    fn run(&mut self, connection: &Connection) -> Result<(), ()> {
        let Some(function) = self.function.take() else {
            return Err(());
        };
        let outcome = function(connection).map_err(|fault| fault.into_error(self.doing));
        let done = if outcome.is_ok() { Ok(()) } else { Err(()) };
        self.outcome = Some(outcome);
        done
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let not_run = || {
            Err(StoreError::Unavailable(format!(
                "could not {}: it was not tried",
                self.doing
            )))
        };
        let answer = match (committed, self.outcome) {
            // What was refused was refused, whatever became of the others' work.
            (_, Some(Err(refused))) => Err(refused),
            (Err(failed), _) => Err(failed),
            (Ok(()), Some(Ok(done))) => Ok(done),
            (Ok(()), None) => not_run(),
        };
        let _ = self.reply.send(answer);
    }
}
