use std::time::Duration;

use mongodb::options::{
    Acknowledgment, ClientOptions, ReadConcern, ReadPreference, SelectionCriteria, WriteConcern,
};
use store::{StoreError, StoreResult};

use crate::error::without_secrets;

/// The database used when the URI names none.
const DEFAULT_DATABASE: &str = "testamur";

/// Limits and times of a [`MongoStore`](crate::MongoStore).
#[derive(Debug, Clone)]
pub struct MongoOptions {
    /// How many statements may wait for the log at once in this process; a batch that would go beyond is
    /// refused with [`StoreError::Busy`]. A batch larger than this is taken when nothing else waits.
    pub queued_statements: usize,
    /// How many statements of waiting batches are put into one transaction at most. A batch is never split,
    /// whatever its size.
    pub group_statements: usize,
    /// How long to look for a primary before an operation fails, unless the URI says it
    /// (`serverSelectionTimeoutMS`).
    pub server_selection_timeout: Duration,
    /// How long to wait for a connection to be made, unless the URI says it (`connectTimeoutMS`).
    pub connect_timeout: Duration,
    /// How long one call may take in all, repetitions after a change of primary included.
    pub operation_timeout: Duration,
    /// How many connections at most, unless the URI says it (`maxPoolSize`).
    pub max_pool_size: u32,
}

impl Default for MongoOptions {
    fn default() -> Self {
        Self {
            queued_statements: 20_000,
            group_statements: 1_000,
            server_selection_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(5),
            operation_timeout: Duration::from_secs(30),
            max_pool_size: 32,
        }
    }
}

/// Reads the URI and settles what must not be left to it: majority and journal, reads from the primary.
pub(crate) async fn client_options(
    uri: &str,
    options: &MongoOptions,
) -> StoreResult<(ClientOptions, String)> {
    let mut client = ClientOptions::parse(uri).await.map_err(|error| {
        StoreError::Unavailable(format!(
            "the MongoDB URI can not be used: {}; it should read mongodb://host:port/database?replicaSet=name",
            without_secrets(uri, &error.kind.to_string())
        ))
    })?;
    let database = client
        .default_database
        .clone()
        .unwrap_or_else(|| DEFAULT_DATABASE.to_owned());
    client.app_name.get_or_insert_with(|| "testamur".to_owned());
    client
        .server_selection_timeout
        .get_or_insert(options.server_selection_timeout);
    client.connect_timeout.get_or_insert(options.connect_timeout);
    client.max_pool_size.get_or_insert(options.max_pool_size);
    client.retry_reads = Some(true);
    client.retry_writes = Some(true);
    // Weaker settings in a URI would make acknowledged statements losable: they are not taken from it.
    client.read_concern = Some(ReadConcern::majority());
    client.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
    client.write_concern = Some(durable(options.operation_timeout));
    Ok((client, database))
}

/// On a majority of the members and in their journals.
pub(crate) fn durable(timeout: Duration) -> WriteConcern {
    WriteConcern::builder()
        .w(Acknowledgment::Majority)
        .journal(true)
        .w_timeout(timeout)
        .build()
}
