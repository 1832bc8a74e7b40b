//! What is kept, on a MongoDB replica set: for those who outgrow one machine.
//!
//! Any number of processes work on one database at once. What keeps them in step is in the database alone:
//!
//! - **One order of the log.** One document is the head of the log: its position and its newest `stored`. Every
//!   transaction that appends writes the head first, so two of them at once conflict there and one waits; the
//!   order of positions is the order of commits, without gaps, and a follower that remembers the highest
//!   position it saw loses nothing. `stored` comes from the clock of the primary, never from a process.
//! - **Acknowledged is kept.** Every write waits for a majority of the members and their journals; every read
//!   is of what a majority has.
//! - **Once.** Whatever may be repeated after a lost answer or a change of primary is such that a repetition
//!   changes nothing: statements by their id and fingerprint, engine commits by their generation.
//!
//! A [`MongoStore`] is made by [`MongoStore::connect`], which creates collections and indexes and checks those
//! that are there.

mod abandoned;
mod attachments;
mod documents;
mod engine;
mod error;
mod keys;
mod log;
mod options;
mod raw;
mod registry;
mod schema;
mod transaction;
mod transfer;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use mongodb::bson::{RawDocumentBuf, doc};
use mongodb::{Client, Collection, Database};
use store::{Store, StoreError, StoreResult};
use tokio::sync::watch as channel;

pub use options::MongoOptions;

use crate::transaction::Transaction;

/// Everything a Testamur server keeps, in one MongoDB database. Clones share connections and queue.
#[derive(Clone)]
pub struct MongoStore {
    inner: Arc<Inner>,
}

/// What the parts of the store share.
struct Inner {
    client: Client,
    /// What the client is called by the server.
    app_name: Arc<str>,
    database: Database,
    options: MongoOptions,
    log: log::Log,
    watch: watch::Watch,
    closed: channel::Sender<bool>,
}

impl MongoStore {
    /// Connects to the replica set that `uri` names, creates collections and indexes that are missing, checks
    /// the others, and starts the task that appends to the log.
    ///
    /// The database is the one in the path of the URI (`mongodb://host/database?replicaSet=name`), else
    /// `testamur`. Read and write concern and read preference of the URI are not taken over: writes always
    /// wait for a majority and its journals, reads are always of what a majority has.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the URI can not be read, no primary answers, the server is no member of
    /// a replica set (transactions need one), or the database was made by another version or has an index of
    /// ours with another definition. No message holds a user name or password.
    pub async fn connect(uri: &str, options: MongoOptions) -> StoreResult<Self> {
        let (client_options, name) = options::client_options(uri, &options).await?;
        let app_name: Arc<str> = client_options.app_name.clone().unwrap_or_default().into();
        let client = Client::with_options(client_options).map_err(|error| {
            let reason = error::without_secrets(uri, &error.kind.to_string());
            StoreError::Unavailable(format!("the MongoDB URI can not be used: {reason}"))
        })?;
        schema::check_server(&client).await?;
        let database = client.database(&name);
        schema::prepare(&database).await?;

        let (closed, is_closed) = channel::channel(false);
        let watch = watch::Watch::start(&database, is_closed);
        let log = log::Log::start(&client, &app_name, &database, &options, watch.clone());
        let inner = Inner {
            client,
            app_name,
            database,
            options,
            log,
            watch,
            closed,
        };
        inner.clear_abandoned_uploads().await?;
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// The plan MongoDB chooses for a query, as JSON text of its `explain`: for finding out why one is slow.
    ///
    /// # Errors
    /// When the backing fails.
    pub async fn explain(&self, query: &store::StatementQuery) -> StoreResult<String> {
        self.inner
            .call("explain a query", self.inner.explain(query))
            .await
    }
}

impl Inner {
    fn collection(&self, name: &str) -> Collection<RawDocumentBuf> {
        self.database.collection(name)
    }

    /// Refuses when the store is closed.
    fn open(&self) -> StoreResult<()> {
        if *self.closed.borrow() {
            Err(error::closed())
        } else {
            Ok(())
        }
    }

    /// Runs one call of a trait: refused when the store is closed, bounded in time.
    async fn call<T>(
        &self,
        doing: &'static str,
        work: impl Future<Output = StoreResult<T>>,
    ) -> StoreResult<T> {
        self.open()?;
        // The transaction itself gives up first, with a better reason.
        let limit = self.options.operation_timeout + Duration::from_secs(5);
        tokio::time::timeout(limit, work)
            .await
            .unwrap_or_else(|_| Err(error::too_slow(doing)))
    }

    fn transaction(&self, doing: &'static str) -> Transaction {
        Transaction::new(
            &self.client,
            &self.app_name,
            doing,
            self.options.operation_timeout,
        )
    }
}

#[async_trait::async_trait]
impl Store for MongoStore {
    async fn ready(&self) -> StoreResult<()> {
        self.inner
            .call("reach the MongoDB primary", async {
                let hello = self.inner.database.run_command(doc! { "ping": 1 });
                hello
                    .await
                    .map(drop)
                    .map_err(error::doing("reach the MongoDB primary"))?;
                self.inner.stored_head().await.map(drop)
            })
            .await
    }

    async fn close(&self) -> StoreResult<()> {
        if self.inner.closed.send_replace(true) {
            return Ok(());
        }
        self.inner.log.finish().await;
        self.inner.client.clone().shutdown().immediate(true).await;
        Ok(())
    }
}
