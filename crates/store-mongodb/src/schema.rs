use mongodb::bson::{Bson, Document, doc};
use mongodb::options::{IndexOptions, ReturnDocument};
use mongodb::{Client, Database, IndexModel};
use store::{Share, StoreError, StoreResult};

use crate::error::{doing, failed};

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

#[derive(Clone, Copy)]
enum Kind {
    Plain,
    Unique,
    /// Holds only documents that have the first field: for fields that few have.
    Sparse,
    UniqueSparse,
}

impl Kind {
    const fn is_unique(self) -> bool {
        matches!(self, Self::Unique | Self::UniqueSparse)
    }

    const fn is_sparse(self) -> bool {
        matches!(self, Self::Sparse | Self::UniqueSparse)
    }
}

struct Index {
    collection: &'static str,
    name: &'static str,
    fields: &'static [&'static str],
    kind: Kind,
}

const fn index(
    collection: &'static str,
    name: &'static str,
    fields: &'static [&'static str],
    kind: Kind,
) -> Index {
    Index {
        collection,
        name,
        fields,
        kind,
    }
}

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

const INDEXES: &[Index] = &[
    index(STATEMENTS, BY_POSITION, &["n"], Kind::Unique),
    index(STATEMENTS, BY_KEY, &["k", "n"], Kind::Plain),
    index(STATEMENTS, BY_STORED, &["g", "n"], Kind::Sparse),
    index(STATEMENTS, BY_TARGET, &["r"], Kind::Sparse),
    index(DOCUMENTS, "c_r_i_u", &["c", "r", "i", "u"], Kind::Plain),
    index(UPLOADS, "at", &["at"], Kind::Plain),
    index(PEOPLE, "k", &["k"], Kind::UniqueSparse),
    index(PEOPLE, "m", &["m"], Kind::Sparse),
    index(PEOPLE_VERSIONS, "p_t", &["p", "t"], Kind::Unique),
    index(PEOPLE_VERSIONS, "m", &["m"], Kind::Sparse),
    index(CURRICULA, "c_r", &["c", "r"], Kind::Unique),
    index(ACTS, "at", &["at"], Kind::Unique),
    index(ACTS, "s_at", &["s", "at"], Kind::Plain),
    index(ACTS, "c_at", &["c", "at"], Kind::Plain),
    index(ACTS, "k_at", &["k", "at"], Kind::Plain),
    index(ACTS, "u", &["u"], Kind::UniqueSparse),
    index(EVIDENCE, "p_n", &["p", "n"], Kind::Plain),
    index(EVIDENCE, "s", &["s"], Kind::Plain),
    index(STANDINGS, "p_c", &["p", "c"], Kind::Unique),
    index(STANDINGS, "c_p", &["c", "p"], Kind::Plain),
    index(STANDINGS, "c_st_p", &["c", "st", "p"], Kind::Plain),
    index(STANDINGS, "st_p_c", &["st", "p", "c"], Kind::Plain),
    index(STANDINGS, "at", &["at"], Kind::Sparse),
    index(CERTIFICATES, "p_c_no", &["p", "c", "no"], Kind::Unique),
    index(CERTIFICATES, "c_p_no", &["c", "p", "no"], Kind::Plain),
    index(CERTIFICATES, "c_st_p_no", &["c", "st", "p", "no"], Kind::Plain),
    index(CERTIFICATES, "st_p_c_no", &["st", "p", "c", "no"], Kind::Plain),
    index(LEDGER, "c_g_o", &["c", "g", "o"], Kind::Plain),
    index(OUTBOX, "at_g_o", &["at", "g", "o"], Kind::Plain),
    index(NOTICES, "g_o", &["g", "o"], Kind::Plain),
    index(NOTICES, "p_g_o", &["p", "g", "o"], Kind::Plain),
    index(NOTICES, "c_g_o", &["c", "g", "o"], Kind::Plain),
    index(NOTICES, "to_g_o", &["to", "g", "o"], Kind::Plain),
];

impl Index {
    fn keys(&self) -> Document {
        self.fields
            .iter()
            .map(|field| ((*field).to_owned(), mongodb::bson::Bson::Int32(1)))
            .collect()
    }

    fn model(&self) -> IndexModel {
        let options = IndexOptions::builder()
            .name(self.name.to_owned())
            .unique(self.kind.is_unique().then_some(true))
            .sparse(self.kind.is_sparse().then_some(true))
            .build();
        IndexModel::builder().keys(self.keys()).options(options).build()
    }

    /// What of `found` is not as it must be.
    fn differs(&self, found: &IndexModel) -> bool {
        let options = found.options.clone().unwrap_or_default();
        let same_fields = found
            .keys
            .keys()
            .map(String::as_str)
            .eq(self.fields.iter().copied());
        !same_fields
            || (options.unique == Some(true)) != self.kind.is_unique()
            || (options.sparse == Some(true)) != self.kind.is_sparse()
            || options.partial_filter_expression.is_some()
    }
}

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

/// From an older version, step by step. Done again, a step changes nothing.
async fn bring_up_to_date(database: &Database, found: i32) -> mongodb::error::Result<()> {
    if found < 2 {
        people_of_version_1(database).await?;
    }
    shares_of_version_2(database).await?;
    database
        .collection::<Document>(META)
        .update_one(doc! { "_id": "schema" }, doc! { "$set": { "version": VERSION } })
        .await
        .map(drop)
}

/// Version 3 divides people: a checkpoint is one of a share, and standings know their slot.
async fn shares_of_version_2(database: &Database) -> mongodb::error::Result<()> {
    use futures_util::TryStreamExt;
    let checkpoints = database.collection::<Document>(CHECKPOINT);
    // At once: of two processes that start together, one may have divided it already when the other comes to it.
    let mut session = database.client().start_session().await?;
    session
        .start_transaction()
        .and_run2(async move |session| {
            let of_all = doc! { "_id": "engine" };
            let found = checkpoints
                .find_one_and_delete(of_all)
                .session(&mut *session)
                .await?;
            if let Some(mut checkpoint) = found {
                checkpoint.insert("_id", Share::ALL.to_i64());
                checkpoints.insert_one(checkpoint).session(session).await?;
            }
            Ok(())
        })
        .await?;
    let standings = database.collection::<Document>(STANDINGS);
    let found = standings
        .find(doc! { "k": { "$exists": false } })
        .projection(doc! { "p": 1 });
    let mut found = found.await?.try_chunks(1_000);
    while let Some(some) = found.try_next().await.map_err(|error| error.1)? {
        let updates = some.iter().map(|standing| {
            let slot = Share::slot_of(standing.get_str("p").unwrap_or_default());
            doc! { "q": { "_id": standing.get("_id") }, "u": { "$set": { "k": slot } } }
        });
        let updates: Vec<Document> = updates.collect();
        database
            .run_command(doc! { "update": STANDINGS, "updates": updates })
            .await?;
    }
    Ok(())
}

/// Version 2 knows who reports to whom, and keeps every version of a person. Done again, it changes nothing.
async fn people_of_version_1(database: &Database) -> mongodb::error::Result<()> {
    use futures_util::TryStreamExt;
    let people = database.collection::<Document>(PEOPLE);
    let mut found = people.find(doc! {}).await?;
    while let Some(person) = found.try_next().await? {
        let (id, body) = (
            person.get_str("_id").unwrap_or_default(),
            person.get_str("b").unwrap_or_default(),
        );
        let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
        let mut version = person.clone();
        version.remove("_id");
        version.remove("k");
        if let Some(manager) = body.get("manager").and_then(serde_json::Value::as_str) {
            version.insert("m", manager);
            people
                .update_one(doc! { "_id": id }, doc! { "$set": { "m": manager } })
                .await?;
        }
        database
            .collection::<Document>(PEOPLE_VERSIONS)
            .update_one(doc! { "p": id, "t": 0_i64 }, doc! { "$setOnInsert": version })
            .upsert(true)
            .await?;
    }
    Ok(())
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

/// Checks the indexes that are there by name and creates the others.
async fn check_indexes(database: &Database, name: &str, wanted: &[&Index]) -> StoreResult<()> {
    use futures_util::TryStreamExt;
    let collection = database.collection::<Document>(name);
    let found: Vec<IndexModel> = collection
        .list_indexes()
        .await
        .map_err(doing("list the indexes"))?
        .try_collect()
        .await
        .map_err(doing("list the indexes"))?;
    let named = |index: &Index| {
        found.iter().find(|model| {
            model.options.as_ref().and_then(|options| options.name.as_deref()) == Some(index.name)
        })
    };
    for index in wanted {
        if named(index).is_some_and(|model| index.differs(model)) {
            return Err(StoreError::Unavailable(format!(
                "the index {:?} of the MongoDB collection {:?} is not the one this program makes; drop it and start \
                 again",
                index.name,
                format!("{}.{name}", database.name()),
            )));
        }
    }
    let missing: Vec<_> = wanted
        .iter()
        .filter(|index| named(index).is_none())
        .map(|index| index.model())
        .collect();
    if !missing.is_empty() {
        collection
            .create_indexes(missing)
            .await
            .map_err(doing("create indexes"))?;
    }
    Ok(())
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
