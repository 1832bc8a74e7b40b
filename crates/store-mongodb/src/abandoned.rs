use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use mongodb::Client;
use mongodb::bson::{Bson, Document, doc};
use mongodb::error::Error;
use mongodb::options::ReadConcern;

/// A transaction in which nothing was done for so long is given up by whoever waits for it. One that is at work is
/// never silent for long: between two commands it only computes.
const SILENT: Duration = Duration::from_secs(2);

/// Gives up transactions that a process left open when it was killed or came to a standstill.
///
/// The server itself keeps them, and what they have written locked, for a minute
/// (`transactionLifetimeLimitSeconds`), and for so long no other process could append to the log. To give up one
/// that was only slow does no harm: it is told so, and begins again.
pub(crate) struct Abandoned {
    client: Client,
    app_name: Arc<str>,
    looked: Option<(Instant, Vec<Open>)>,
}

/// A transaction that is open while none of its commands runs.
#[derive(Debug, PartialEq)]
struct Open {
    session: Bson,
    number: Bson,
    /// How long its commands have run in all: when it is the same twice, nothing was done in between.
    active: Bson,
}

impl Abandoned {
    pub(crate) fn new(client: &Client, app_name: &Arc<str>) -> Self {
        Self {
            client: client.clone(),
            app_name: Arc::clone(app_name),
            looked: None,
        }
    }

    /// To be called again and again by whoever can not go on: looks which transactions are open, and gives up those
    /// that were so when it looked before and have done nothing since.
    pub(crate) async fn give_up(&mut self) {
        if self
            .looked
            .as_ref()
            .is_some_and(|(when, _)| when.elapsed() < SILENT)
        {
            return;
        }
        if let Err(error) = self.look().await {
            tracing::debug!(error = %error.kind, "could not look for abandoned transactions");
        }
    }

    async fn look(&mut self) -> Result<(), Error> {
        let when = Instant::now();
        let open = self.open().await?;
        let before = self.looked.take().map(|(_, open)| open).unwrap_or_default();
        let silent: Vec<Bson> = open
            .iter()
            .filter(|transaction| before.contains(transaction))
            .map(|transaction| doc! { "id": transaction.session.clone() }.into())
            .collect();
        self.looked = Some((when, open));
        if !silent.is_empty() {
            tracing::warn!(
                transactions = silent.len(),
                "another server left a transaction open and is silent; it is given up"
            );
            let admin = self.client.database("admin");
            admin.run_command(doc! { "killSessions": silent }).await?;
        }
        Ok(())
    }

    /// The open transactions of programs like this one, as far as this user may see them.
    async fn open(&self) -> Result<Vec<Open>, Error> {
        let stages = [
            doc! { "$currentOp": { "idleSessions": true } },
            doc! { "$match": {
                "type": "idleSession", "appName": &*self.app_name, "transaction": { "$exists": true },
            } },
        ];
        let found: Vec<Document> = self
            .client
            .database("admin")
            .aggregate(stages)
            // What the server does is no data that a majority could have.
            .read_concern(ReadConcern::local())
            .await?
            .try_collect()
            .await?;
        let opened = found.iter().filter_map(|entry| {
            let transaction = entry.get_document("transaction").ok()?;
            Some(Open {
                session: entry.get_document("lsid").ok()?.get("id")?.clone(),
                number: transaction
                    .get_document("parameters")
                    .ok()?
                    .get("txnNumber")?
                    .clone(),
                active: transaction.get("timeActiveMicros")?.clone(),
            })
        });
        Ok(opened.collect())
    }
}
