//! What an older version kept, brought to the shape of this one.

use futures_util::TryStreamExt;
use mongodb::Database;
use mongodb::bson::{Document, doc};
use store::Share;

use super::{CHECKPOINT, META, PEOPLE, PEOPLE_VERSIONS, STANDINGS, VERSION};

/// From an older version, step by step. Done again, a step changes nothing.
pub(super) async fn bring_up_to_date(database: &Database, found: i32) -> mongodb::error::Result<()> {
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
