//! A whole store, record by record: what it takes to copy one to another, of the same backing or not.
//!
//! The log goes over entry by entry, each to its own place and moment; contents of attachments go over by their
//! hash; everything else is a [`Table`]: one entry in [`TABLES`], and in each backing one that says where its columns
//! are. [`copy()`] does it all, and proves it in the end.

mod copy;
mod digest;
mod tables;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use xapi::{Fingerprint, Timestamp};

use crate::{IndexKey, Position, Sha2, StoreResult};

pub use copy::{Copied, CopyError, Step, copy};
pub use digest::Digest;
pub use tables::{Column, TABLES, Table, Type};

/// An entry of the log with all that a store keeps of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRecord {
    /// Its place.
    pub position: Position,
    /// Its id.
    pub id: Uuid,
    /// When it was stored.
    pub stored: Timestamp,
    /// Whether a voiding statement for it is kept.
    pub voided: bool,
    /// Whether it is a voiding statement.
    pub voiding: bool,
    /// The statement its object refers to.
    pub refers_to: Option<Uuid>,
    /// What is equal for statements that the standard calls the same.
    pub fingerprint: Fingerprint,
    /// What it is found by, without what it inherited; ascending.
    pub keys: Vec<IndexKey>,
    /// The whole JSON text.
    pub text: String,
}

/// A value of a [`Row`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A number; times are microseconds since 1970.
    Integer(i64),
    /// A text.
    Text(String),
    /// Bytes; UUIDs as their 16.
    Bytes(Vec<u8>),
}

impl Cell {
    /// About how much memory it takes, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        16 + match self {
            Self::Null | Self::Integer(_) => 0,
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

/// A record of a [`Table`]: a value for each of its columns.
pub type Row = Vec<Cell>;

/// Some rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// The rows; none where the table ended.
    pub rows: Vec<Row>,
    /// Where to go on reading: a word that only the backing that made it understands.
    pub next: String,
}

/// Reading and writing everything as it is kept. Not for a store that servers work on: what is written here is not
/// checked against what they believe to know.
#[async_trait]
pub trait Transfer: Send + Sync {
    /// The store's own name: drawn when it was made, and never changed.
    ///
    /// # Errors
    /// When the backing fails.
    async fn identity(&self) -> StoreResult<String>;

    /// What [`set_copy_progress`](Self::set_copy_progress) or [`write_rows`](Self::write_rows) noted last.
    ///
    /// # Errors
    /// When the backing fails.
    async fn copy_progress(&self) -> StoreResult<Option<String>>;

    /// Notes, durably, how far a copy into this store has come, or that none is under way.
    ///
    /// # Errors
    /// When the backing fails.
    async fn set_copy_progress(&self, progress: Option<String>) -> StoreResult<()>;

    /// At most `limit` entries after `after`, in the order of the log; fewer where they are long. None where the log
    /// ended.
    ///
    /// # Errors
    /// When the backing fails.
    async fn read_entries(&self, after: Position, limit: usize) -> StoreResult<Vec<LogRecord>>;

    /// Appends entries at their own places, with their own `stored`, all or none; they follow the head of the log
    /// without a gap. Voiding and what is inherited through references come of it as from
    /// [`append`](crate::StatementLog::append).
    ///
    /// # Errors
    /// [`StoreError::Changed`](crate::StoreError::Changed) when the head is not right before the first of them.
    async fn write_entries(&self, entries: Vec<LogRecord>) -> StoreResult<()>;

    /// Some rows of a table, from the first or from where an earlier call left off, in an order of the backing's own.
    ///
    /// # Errors
    /// When the backing fails, or a record can not be read.
    async fn read_rows(&self, table: &'static Table, after: Option<&str>) -> StoreResult<Rows>;

    /// Adds or replaces rows, by the key of the table, and notes the progress with them: both or neither.
    ///
    /// # Errors
    /// When the backing fails.
    async fn write_rows(&self, table: &'static Table, rows: Vec<Row>, progress: String) -> StoreResult<()>;

    /// Removes all rows of a table.
    ///
    /// # Errors
    /// When the backing fails.
    async fn clear_rows(&self, table: &'static Table) -> StoreResult<()>;

    /// At most `limit` attachments with hashes after `after`, with their lengths in bytes, by hash.
    ///
    /// # Errors
    /// When the backing fails.
    async fn attachments_after(&self, after: Option<&Sha2>, limit: usize) -> StoreResult<Vec<(Sha2, u64)>>;
}
