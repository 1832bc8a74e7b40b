//! The collections with their indexes, and what a new or an older database needs before it is used.

mod indexes;
mod upgrade;

use mongodb::bson::{Bson, Document, doc};
use mongodb::options::ReturnDocument;
use mongodb::{Client, Database};
use store::{Share, StoreError, StoreResult};

use crate::error::{doing, failed};
use indexes::{INDEXES, check_indexes};
use upgrade::bring_up_to_date;

/// Grows when what is kept changes its shape.
const VERSION: i32 = 3;

pub(crate) const META: &str = "meta";
pub(crate) const HEADS: &str = "heads";
pub(crate) const STATEMENTS: &str = "statements";
pub(crate) const ACTIVITIES: &str = "activities";
pub(crate) const DOCUMENTS: &str = "documents";
pub(crate) const ATTACHMENTS: &str = "attachments";
pub(crate) const UPLOADS: &str = "attachment_uploads";
pub(crate) const CHUNKS: &str = "attachment_chunks";
pub(crate) const PEOPLE: &str = "people";
pub(crate) const PEOPLE_VERSIONS: &str = "people_versions";
pub(crate) const CURRICULA: &str = "curricula";
pub(crate) const ACTS: &str = "acts";
pub(crate) const CHANGES: &str = "changes";
pub(crate) const KEYS: &str = "keys";
/// `_id` is the share: a bit for each slot of people.
pub(crate) const CHECKPOINT: &str = "checkpoint";
/// The engines, each with when it was last known to be alive.
pub(crate) const ENGINES: &str = "engines";
pub(crate) const EVIDENCE: &str = "evidence";
pub(crate) const STANDINGS: &str = "standings";
pub(crate) const CERTIFICATES: &str = "certificates";
pub(crate) const LEDGER: &str = "ledger";
pub(crate) const OUTBOX: &str = "outbox";
pub(crate) const NOTICES: &str = "notices";

/// `_id` of the head of the log in [`HEADS`]: `n` its position, `s` its newest `stored` in microseconds, `d`
/// how many statements refer to one that is not there, `a` how often a definition of an activity changed.
pub(crate) const LOG_HEAD: &str = "log";
/// `_id` of the head of the changes in [`HEADS`]: `n` its position, `l` how often it was locked, `t` its moment in
/// microseconds.
pub(crate) const CHANGES_HEAD: &str = "changes";
/// `_id` of the head of the notices in [`HEADS`]: `n` the last generation.
pub(crate) const NOTICES_HEAD: &str = "notices";

/// The index of queries: a key and the position. Statements carry all their keys in `k`.
pub(crate) const BY_KEY: &str = "k_n";
/// The index of the log's order.
pub(crate) const BY_POSITION: &str = "n";
/// The first statement of each batch by when it was stored.
pub(crate) const BY_STORED: &str = "g_n";
/// Statements that refer to another, by which.
pub(crate) const BY_TARGET: &str = "r";

/// Every collection; those without an index of their own are read by `_id` only.
pub(crate) const COLLECTIONS: [&str; 22] = [
    META,
    HEADS,
    STATEMENTS,
    ACTIVITIES,
    DOCUMENTS,
    ATTACHMENTS,
    UPLOADS,
    CHUNKS,
    PEOPLE,
    PEOPLE_VERSIONS,
    CURRICULA,
    ACTS,
    CHANGES,
    KEYS,
    CHECKPOINT,
    ENGINES,
    EVIDENCE,
    STANDINGS,
    CERTIFICATES,
    LEDGER,
    OUTBOX,
    NOTICES,
];

/// Refuses a server that can not do transactions.
pub(crate) async fn check_server(client: &Client) -> StoreResult<()> {
    let hello = client
        .database("admin")
        .run_command(doc! { "hello": 1 })
        .await
        .map_err(doing("greet the MongoDB server"))?;
    let member = hello.get_str("setName").is_ok();
    let router = hello.get_str("msg").is_ok_and(|msg| msg == "isdbgrid");
    if member || router {
        return Ok(());
    }
    Err(StoreError::Unavailable(
        "the MongoDB server stands alone, and transactions need a replica set (one member is enough); start mongod \
         with --replSet NAME, run rs.initiate() once, and add replicaSet=NAME to the URI"
            .to_owned(),
    ))
}

/// Creates what is missing and checks what is there: all collections at once, for each step waits for a majority.
pub(crate) async fn prepare(database: &Database) -> StoreResult<()> {
    let found = check_version(database).await?;
    let there = database
        .list_collection_names()
        .await
        .map_err(doing("list the collections"))?;
    let prepared = COLLECTIONS.map(|name| {
        let is_there = there.iter().any(|known| known == name);
        prepare_collection(database, name, is_there)
    });
    futures_util::future::try_join_all(prepared).await?;
    first_documents(database).await?;
    if found == VERSION {
        return Ok(());
    }
    bring_up_to_date(database, found)
        .await
        .map_err(doing("bring the database up to date"))
}

/// Collections are made beforehand: inside a transaction that can fail.
async fn prepare_collection(database: &Database, name: &str, is_there: bool) -> StoreResult<()> {
    let wanted: Vec<_> = INDEXES.iter().filter(|index| index.collection == name).collect();
    match (is_there, wanted.is_empty()) {
        (true, true) => Ok(()),
        (true, false) => check_indexes(database, name, &wanted).await,
        (false, true) => create_collection(database, name).await,
        // Makes the collection too.
        (false, false) => {
            let made = database.collection::<Document>(name);
            let models = wanted.iter().map(|index| index.model());
            made.create_indexes(models)
                .await
                .map(drop)
                .map_err(doing("create indexes"))
        }
    }
}

/// The version of what is there, this program's where nothing is.
async fn check_version(database: &Database) -> StoreResult<i32> {
    let found = database
        .collection::<Document>(META)
        .find_one_and_update(
            doc! { "_id": "schema" },
            doc! { "$setOnInsert": { "version": VERSION } },
        )
        .upsert(true)
        .return_document(ReturnDocument::After)
        .await
        .map_err(doing("read the version of the database"))?;
    match found.as_ref().and_then(|meta| meta.get_i32("version").ok()) {
        Some(found @ 1..=VERSION) => Ok(found),
        Some(other) => Err(StoreError::Unavailable(format!(
            "the MongoDB database {:?} has version {other} and this program reads up to version {VERSION}; use the program \
             that wrote it, or another database",
            database.name()
        ))),
        None => Err(StoreError::Corrupt {
            what: "a version of the database".to_owned(),
            reason: "it is not a 32-bit integer".to_owned(),
        }),
    }
}

async fn create_collection(database: &Database, name: &str) -> StoreResult<()> {
    const ALREADY_THERE: i32 = 48;
    match database.create_collection(name).await {
        // Another process may have been quicker.
        Err(error) if crate::error::code(&error) != Some(ALREADY_THERE) => {
            Err(failed("create a collection", &error))
        }
        _ => Ok(()),
    }
}

async fn first_documents(database: &Database) -> StoreResult<()> {
    let meta = database.collection::<Document>(META);
    let identity = doc! { "$setOnInsert": { "v": uuid::Uuid::new_v4().simple().to_string() } };
    match meta
        .update_one(doc! { "_id": "identity" }, identity)
        .upsert(true)
        .await
    {
        Ok(_) => {}
        Err(error) if crate::error::is_duplicate(&error) => {}
        Err(error) => return Err(failed("name the database", &error)),
    }
    let first = [
        (
            HEADS,
            Bson::from(LOG_HEAD),
            doc! { "n": 0_i64, "s": 0_i64, "d": 0_i64, "a": 0_i64 },
        ),
        (
            HEADS,
            CHANGES_HEAD.into(),
            doc! { "n": 0_i64, "l": 0_i64, "t": 0_i64 },
        ),
        (HEADS, NOTICES_HEAD.into(), doc! { "n": 0_i64 }),
        (
            CHECKPOINT,
            Bson::Int64(Share::ALL.to_i64()),
            doc! { "g": 0_i64, "n": 0_i64, "c": 0_i64, "b": "" },
        ),
    ];
    for (name, id, fields) in first {
        let collection = database.collection::<Document>(name);
        // Of checkpoints there may be several, of other shares.
        let any = if name == CHECKPOINT {
            doc! {}
        } else {
            doc! { "_id": &id }
        };
        let found = collection
            .find_one(any)
            .await
            .map_err(doing("read the heads of the logs"))?;
        if found.is_some() {
            continue;
        }
        match collection
            .update_one(doc! { "_id": id }, doc! { "$setOnInsert": fields })
            .upsert(true)
            .await
        {
            Ok(_) => {}
            Err(error) if crate::error::is_duplicate(&error) => {}
            Err(error) => return Err(failed("create the heads of the logs", &error)),
        }
    }
    Ok(())
}
