//! Attachments whose sender went away leave nothing behind, and two who send the same do not meet.

use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use mongodb::bson::{DateTime, doc, rawdoc};
use store::{Attachments, Sha2, StoreError};

use crate::support::TestDatabase;

fn content(pieces: usize) -> Vec<Bytes> {
    (0..pieces)
        .map(|n| Bytes::from(vec![u8::try_from(n % 251).unwrap(); 100_000]))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_attachment_from_many_is_kept_once() {
    let database = TestDatabase::new();
    let store = database.store().await;
    let sha2 = Sha2("a".repeat(64));
    let puts =
        (0..4).map(|_| store.put_attachment(&sha2, stream::iter(content(9).into_iter().map(Ok)).boxed()));
    for put in futures_util::future::join_all(puts).await {
        put.unwrap();
    }
    let pieces = database
        .collection("attachment_chunks")
        .await
        .count_documents(doc! {})
        .await
        .unwrap();
    assert_eq!(pieces, 4, "900,000 bytes in pieces of 256 KiB");
    assert_eq!(
        database
            .collection("attachment_uploads")
            .await
            .count_documents(doc! {})
            .await
            .unwrap(),
        0
    );
    let read: Vec<_> = store.attachment(&sha2).await.unwrap().unwrap().collect().await;
    let read: Vec<u8> = read
        .into_iter()
        .flat_map(|piece| piece.unwrap().to_vec())
        .collect();
    assert_eq!(read, content(9).concat());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_breaks_leaves_no_pieces() {
    let database = TestDatabase::new();
    let store = database.store().await;
    let sha2 = Sha2("b".repeat(64));
    let broken = content(40).into_iter().map(Ok).chain([Err(StoreError::Busy)]);
    let put = store.put_attachment(&sha2, stream::iter(broken).boxed()).await;
    assert!(matches!(put, Err(StoreError::Busy)), "{put:?}");
    assert_eq!(store.attachment_info(&sha2).await.unwrap(), None);
    assert_eq!(
        database
            .collection("attachment_chunks")
            .await
            .count_documents(doc! {})
            .await
            .unwrap(),
        0
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pieces_of_an_upload_that_was_left_long_ago_are_cleared_at_the_next_start() {
    let database = TestDatabase::new();
    drop(database.store().await);
    let subtype = mongodb::bson::spec::BinarySubtype::Uuid;
    let upload = |n: u8| mongodb::bson::Binary {
        subtype,
        bytes: vec![n; 16],
    };
    let piece = |n: u8| {
        let bytes = [vec![n; 16], vec![0; 4]].concat();
        rawdoc! { "_id": mongodb::bson::Binary { subtype: mongodb::bson::spec::BinarySubtype::Generic, bytes }, "d": "x" }
    };
    let uploads = database.collection("attachment_uploads").await;
    let long_ago = DateTime::from_millis(1_000);
    uploads
        .insert_one(rawdoc! { "_id": upload(1), "at": long_ago })
        .await
        .unwrap();
    uploads
        .insert_one(rawdoc! { "_id": upload(2), "at": DateTime::now() })
        .await
        .unwrap();
    let chunks = database.collection("attachment_chunks").await;
    chunks.insert_many([piece(1), piece(2)]).await.unwrap();

    drop(database.store().await);
    assert_eq!(uploads.count_documents(doc! {}).await.unwrap(), 1);
    assert_eq!(chunks.count_documents(doc! {}).await.unwrap(), 1);
    assert_eq!(
        uploads.count_documents(doc! { "_id": upload(2) }).await.unwrap(),
        1
    );
}
