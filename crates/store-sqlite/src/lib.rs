//! What is kept, in one SQLite file: the default backing, with nothing to install.
//!
//! One thread writes, everything that waits at a time (`writer`); a few read (`readers`); one watches for
//! other processes and keeps the write-ahead log short (`keeper`). The log's index is kept small and cheap to
//! write: the newest entries are indexed in memory, and settled in the file thousands at a time
//! (`log::recent`, `log::settle`, `log::postings`). Statements asked for again stay in memory (`log::texts`).

mod attachments;
mod backup;
mod connection;
mod documents;
mod engine;
mod fault;
mod handle;
mod keeper;
mod keys;
mod log;
mod options;
mod readers;
mod registry;
mod schema;
mod shared;
mod stored;
mod transfer;
mod writer;

pub use crate::backup::{Backup, backup, restore};
pub use crate::handle::SqliteStore;
pub use crate::options::{Clock, SqliteOptions};
