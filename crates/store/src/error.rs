use uuid::Uuid;

/// What a store method returns.
pub type StoreResult<T> = Result<T, StoreError>;

/// Why a store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another statement is already kept under this id (xAPI 1.0.3, Communication 2.1.1 and 2.1.2).
    #[error("statement {id} is already stored with other content; send it under another id")]
    StatementConflict {
        /// The id both statements carry.
        id: Uuid,
        /// The place of the refused statement in its batch, counted from zero.
        index: usize,
    },
    /// What was read has been changed since by somebody else; nothing was written.
    #[error("{what} was changed by somebody else in the meantime; read it again and retry")]
    Changed {
        /// What was to be written.
        what: String,
    },
    /// A record under this name exists and may not be replaced.
    #[error("{what} already exists")]
    Exists {
        /// What was to be created.
        what: String,
    },
    /// What was named is not there.
    #[error("there is no {what}")]
    Missing {
        /// What was looked for.
        what: String,
    },
    /// More work is waiting than the store takes; nothing was written. Try again later.
    #[error("the store has more work waiting than it takes; try again in a moment")]
    Busy,
    /// The backing can not be reached or is closed; nothing is known to have been written.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// What is kept can not be read as what it must be.
    #[error("the store holds {what} that can not be read: {reason}")]
    Corrupt {
        /// The record.
        what: String,
        /// What was wrong with it.
        reason: String,
    },
    /// The backing failed.
    #[error("the store failed to {doing}: {source}")]
    Backend {
        /// What was being done, as a verb phrase.
        doing: &'static str,
        /// The backing's own error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl StoreError {
    /// An error of the backing, with what was being done (a verb phrase: "read a statement").
    pub fn backend(doing: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Backend {
            doing,
            source: source.into(),
        }
    }
}
