//! The contract that every backing passes.

use std::sync::Arc;

use async_trait::async_trait;
use store::Store;
use store::contract::Backing;
use store_sqlite::{SqliteOptions, SqliteStore};
use tempfile::TempDir;

/// A folder of its own, with so little room in memory that entries are settled all the time.
struct Folder(TempDir);

#[async_trait]
impl Backing for Folder {
    async fn open(&self) -> Arc<dyn Store> {
        let options = SqliteOptions {
            settle_after: 7,
            ..SqliteOptions::default()
        };
        Arc::new(SqliteStore::open(self.0.path(), options).unwrap())
    }
}

async fn fresh() -> Folder {
    Folder(tempfile::tempdir().unwrap())
}

store::contract_tests!(fresh);
