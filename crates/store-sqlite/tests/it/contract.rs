//! The contract that every backing passes.

use std::sync::Arc;

use async_trait::async_trait;
use store::Store;
use store::contract::Backing;
use tempfile::TempDir;

use crate::open;

/// A folder of its own.
struct Folder(TempDir);

#[async_trait]
impl Backing for Folder {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(open(self.0.path()))
    }
}

async fn fresh() -> Folder {
    Folder(tempfile::tempdir().unwrap())
}

store::contract_tests!(fresh);
