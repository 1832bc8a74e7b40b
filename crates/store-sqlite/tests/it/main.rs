//! The store in one SQLite file.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod backup;
mod contract;
mod crash;
mod files;
mod overload;
mod processes;
mod sweeping;
mod time;

use std::path::Path;

use store::contract::sample::{id, sealed, simple};
use store::{NewStatement, Position, Store, StoredStatement};
use store_sqlite::{SqliteOptions, SqliteStore};

/// So little room in memory that entries are settled all the time.
fn settling() -> SqliteOptions {
    SqliteOptions {
        settle_after: 7,
        ..SqliteOptions::default()
    }
}

fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(folder, settling()).unwrap()
}

/// A batch of new statements with something in common.
fn batch(size: usize) -> Vec<NewStatement> {
    (0..size)
        .map(|n| sealed(&simple(id(), n % 3, n % 2, n % 5)))
        .collect()
}

async fn log(store: &dyn Store) -> Vec<StoredStatement> {
    store.read_log(Position::START, 1_000_000).await.unwrap()
}
