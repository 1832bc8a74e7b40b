use std::sync::Arc;

use async_trait::async_trait;
use mongodb::bson::RawDocumentBuf;
use mongodb::{Client, Collection};
use store::Store;
use store::contract::Backing;
use store_mongodb::{MongoOptions, MongoStore};

/// The replica set the tests run on.
pub(crate) fn uri() -> String {
    std::env::var("TESTAMUR_TEST_MONGODB").unwrap_or_else(|_| {
        panic!("run `cargo xtask test`, or set TESTAMUR_TEST_MONGODB to the URI of a replica set")
    })
}

/// `base` with another database in its path.
pub(crate) fn with_database(base: &str, name: &str) -> String {
    let (scheme, rest) = base.split_once("://").expect("a URI has a scheme");
    let (rest, query) = rest
        .split_once('?')
        .map_or((rest, String::new()), |(rest, query)| (rest, format!("?{query}")));
    let hosts = rest.split('/').next().unwrap_or_default();
    format!("{scheme}://{hosts}/{name}{query}")
}

/// A database of one test; dropped with it, also when it fails.
pub(crate) struct TestDatabase {
    name: String,
    uri: String,
}

impl TestDatabase {
    pub(crate) fn new() -> Self {
        let name = format!("testamur_test_{}", uuid::Uuid::new_v4().simple());
        Self {
            uri: with_database(&uri(), &name),
            name,
        }
    }

    pub(crate) fn uri(&self) -> String {
        self.uri.clone()
    }

    /// Opens it as one more process would.
    pub(crate) async fn store(&self) -> MongoStore {
        MongoStore::connect(&self.uri(), MongoOptions::default())
            .await
            .unwrap()
    }

    /// A collection, to look at what is kept, and to spoil it.
    pub(crate) async fn collection(&self, name: &str) -> Collection<RawDocumentBuf> {
        Client::with_uri_str(self.uri())
            .await
            .unwrap()
            .database(&self.name)
            .collection(name)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (uri, name) = (self.uri(), self.name.clone());
        // A runtime of its own: that of the test may be ending. What fails here must not hide why a test failed.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                let _ =
                    runtime.block_on(async { Client::with_uri_str(uri).await?.database(&name).drop().await });
            }
        });
        let _ = dropping.join();
    }
}

#[async_trait]
impl Backing for TestDatabase {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(self.store().await)
    }
}
