//! What is in the database beforehand.

use mongodb::IndexModel;
use mongodb::bson::{doc, rawdoc};
use mongodb::options::IndexOptions;
use store::{ChangePosition, Checkpoint, Engine, Position, Registry, Share, StoreError};
use store_mongodb::{MongoOptions, MongoStore};
use xapi::Timestamp;

use crate::support::TestDatabase;

async fn refused(database: &TestDatabase) -> String {
    match MongoStore::connect(&database.uri(), MongoOptions::default())
        .await
        .map(drop)
    {
        Err(StoreError::Unavailable(reason)) => reason,
        other => panic!("it was not refused: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_processes_may_start_on_an_empty_database_at_once() {
    let database = TestDatabase::new();
    let started = futures_util::future::join_all((0..4).map(|_| database.store())).await;
    assert_eq!(started.len(), 4);
    let indexes = database
        .collection("statements")
        .await
        .list_index_names()
        .await
        .unwrap();
    assert_eq!(indexes.len(), 5, "{indexes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_that_is_not_ours_is_refused_by_name() {
    let database = TestDatabase::new();
    let options = IndexOptions::builder().name("n".to_owned()).build();
    let not_unique = IndexModel::builder()
        .keys(doc! { "n": 1 })
        .options(options)
        .build();
    database
        .collection("statements")
        .await
        .create_index(not_unique)
        .await
        .unwrap();
    let reason = refused(&database).await;
    assert!(
        reason.contains("\"n\"") && reason.contains(".statements"),
        "{reason}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_another_version_is_refused() {
    let database = TestDatabase::new();
    let newer = rawdoc! { "_id": "schema", "version": 1_000 };
    database.collection("meta").await.insert_one(newer).await.unwrap();
    let reason = refused(&database).await;
    assert!(reason.contains("version 1000"), "{reason}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_the_first_version_is_brought_up_to_date() {
    let database = TestDatabase::new();
    let first = rawdoc! { "_id": "schema", "version": 1 };
    database.collection("meta").await.insert_one(first).await.unwrap();
    let ann = rawdoc! { "_id": "ann", "i": "[]", "b": "{\"manager\":\"ben\"}" };
    database.collection("people").await.insert_one(ann).await.unwrap();
    let checkpoint = rawdoc! { "_id": "engine", "g": 7_i64, "n": 5_i64, "c": 3_i64, "b": "{}" };
    let checkpoints = database.collection("checkpoint").await;
    checkpoints.insert_one(checkpoint).await.unwrap();
    let due = rawdoc! {
        "_id": { "p": "ann", "c": "fire" }, "p": "ann", "c": "fire", "r": 1_i64, "st": "certified", "at": 9_i64, "b": "{}"
    };
    database
        .collection("standings")
        .await
        .insert_one(due)
        .await
        .unwrap();
    for _ in 0..2 {
        let store = database.store().await;
        let ann = store.person("ann").await.unwrap().unwrap();
        assert_eq!(ann.manager.as_deref(), Some("ben"));
        let versions = store.person_versions("ann").await.unwrap();
        assert_eq!(versions.len(), 1);
        assert_eq!(versions[0].person.as_ref(), Some(&ann));
        assert_eq!(store.reports(&["ben".to_owned()], None).await.unwrap().len(), 1);
        let everybody = Checkpoint {
            generation: 7,
            position: Position(5),
            change: ChangePosition(3),
            state: "{}".to_owned(),
            ..Checkpoint::default()
        };
        assert_eq!(store.checkpoints().await.unwrap(), [everybody]);
        let some = Share::ALL.last(32);
        for share in [some, Share::ALL.minus(some)] {
            let due = store
                .standings_due(share, Timestamp::from_micros(9), 1)
                .await
                .unwrap();
            assert_eq!(due.len(), usize::from(share.has("ann")));
        }
    }
}
