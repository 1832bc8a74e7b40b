//! What `connect` refuses, and how it says so.

use std::io::{Read, Write};
use std::net::TcpListener;

use mongodb::bson::{RawDocumentBuf, rawdoc};
use store::{Store, StoreError};
use store_mongodb::{MongoOptions, MongoStore};

use crate::support::TestDatabase;

async fn refused(uri: &str) -> String {
    match MongoStore::connect(uri, MongoOptions::default()).await.map(drop) {
        Err(StoreError::Unavailable(reason)) => reason,
        other => panic!("{uri} was not refused: {other:?}"),
    }
}

/// A server that stands alone, as far as it says so in its greeting.
fn standalone() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            std::thread::spawn(move || {
                let mut header = [0_u8; 16];
                while stream.read_exact(&mut header).is_ok() {
                    let word = |at: usize| i32::from_le_bytes(header[at..at + 4].try_into().unwrap());
                    let mut body = vec![0; usize::try_from(word(0)).unwrap() - 16];
                    stream.read_exact(&mut body).unwrap();
                    if stream.write_all(&greeting(word(4), word(12))).is_err() {
                        return;
                    }
                }
            });
        }
    });
    port
}

/// An answer to `request`, in the kind of message it came in (2004: OP_QUERY, else OP_MSG).
fn greeting(request: i32, kind: i32) -> Vec<u8> {
    let hello: RawDocumentBuf = rawdoc! {
        "ok": 1.0, "ismaster": true, "isWritablePrimary": true, "helloOk": true,
        "minWireVersion": 0, "maxWireVersion": 17, "maxBsonObjectSize": 16_777_216,
        "maxMessageSizeBytes": 48_000_000, "maxWriteBatchSize": 100_000,
    };
    let (kind, prefix) = if kind == 2004 {
        let mut prefix = vec![0; 16];
        prefix.extend(1_i32.to_le_bytes());
        (1_i32, prefix)
    } else {
        (2013, vec![0; 5])
    };
    let length = 16 + prefix.len() + hello.as_bytes().len();
    let mut message = Vec::new();
    message.extend(i32::try_from(length).unwrap().to_le_bytes());
    message.extend(0_i32.to_le_bytes());
    message.extend(request.to_le_bytes());
    message.extend(kind.to_le_bytes());
    message.extend(prefix);
    message.extend(hello.as_bytes());
    message
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standalone_server_is_refused_with_what_to_do() {
    let reason = refused(&format!("mongodb://127.0.0.1:{}/testamur", standalone())).await;
    assert!(
        reason.contains("stands alone") && reason.contains("--replSet"),
        "{reason}"
    );
}

#[tokio::test]
async fn no_server_is_said_without_the_password() {
    let uri = "mongodb://alice:s3cret@127.0.0.1:1/testamur?replicaSet=none&serverSelectionTimeoutMS=50";
    let reason = refused(uri).await;
    assert!(reason.contains("no primary"), "{reason}");
    assert!(
        !reason.contains("s3cret") && !reason.contains("alice"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_uri_that_is_none_is_said_without_the_password() {
    for uri in [
        "mongodb://alice:s3/cret@127.0.0.1/x",
        "postgres://alice:s3cret@127.0.0.1",
        "",
        "mongodb://a:s3cret@h:0/x",
    ] {
        let reason = refused(uri).await;
        assert!(reason.contains("mongodb://host"), "{reason}");
        assert!(!reason.contains("s3"), "{reason}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_store_refuses_everything_and_wakes_who_waits() {
    let database = TestDatabase::new();
    let store = database.store().await;
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store::StatementLog::wait_beyond(&store, store::Position::START).await }
    });
    store.ready().await.unwrap();
    store.close().await.unwrap();
    store.close().await.unwrap();
    assert!(matches!(store.ready().await, Err(StoreError::Unavailable(_))));
    assert!(matches!(waiting.await.unwrap(), Err(StoreError::Unavailable(_))));
    let refused = store::StatementLog::append(&store, Vec::new()).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
}
