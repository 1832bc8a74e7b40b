//! More than the store takes is refused at once, and nothing of it kept; what was taken is done.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use store::{KeyRecord, Keys, Scopes, Secret, StatementLog, StoreError};
use store_sqlite::{SqliteOptions, SqliteStore};

use crate::{batch, log, settling};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_says_busy() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions {
        waiting_kib: 20,
        lock_timeout: Duration::from_secs(600),
        ..settling()
    };
    let store = Arc::new(SqliteStore::open(folder.path(), options).unwrap());
    // Another process holds the file, so that nothing moves.
    let mut other = Connection::open(folder.path().join("testamur.db")).unwrap();
    let lock = other
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .unwrap();

    let mut taken = Vec::new();
    let refused = loop {
        let mut append = Box::pin({
            let store = Arc::clone(&store);
            async move { store.append(batch(3)).await }
        });
        match futures_util::poll!(&mut append) {
            std::task::Poll::Pending => taken.push(append),
            std::task::Poll::Ready(answer) => break answer,
        }
        assert!(taken.len() < 100, "the queue has no end");
    };
    assert!(matches!(refused, Err(StoreError::Busy)), "{refused:?}");
    assert_eq!(taken.len(), 6, "a statement takes at least a KiB of the queue");
    // Reading goes on, and other writes find their place.
    assert_eq!(log(&*store).await, []);
    let key = KeyRecord {
        id: "key".to_owned(),
        name: String::new(),
        secret: Secret::new("secret").hash(),
        scopes: Scopes::default(),
        created_at: store::contract::sample::at(1),
        revoked_at: None,
    };
    let mut create = Box::pin(store.create_key(key));
    assert!(futures_util::poll!(&mut create).is_pending());

    drop(lock);
    for append in taken {
        assert_eq!(append.await.unwrap().new, 3);
    }
    create.await.unwrap();
    assert_eq!(log(&*store).await.len(), 18);
    assert_eq!(store.append(batch(1)).await.unwrap().new, 1);
}

#[tokio::test]
async fn a_batch_larger_than_the_queue_is_taken_when_nothing_waits() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(
        folder.path(),
        SqliteOptions {
            waiting_kib: 20,
            ..settling()
        },
    )
    .unwrap();
    assert_eq!(store.append(batch(100)).await.unwrap().new, 100);
}

#[tokio::test]
async fn a_file_that_stays_locked_is_unavailable_until_it_is_free() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions {
        lock_timeout: Duration::from_millis(20),
        ..settling()
    };
    let store = SqliteStore::open(folder.path(), options).unwrap();
    let mut other = Connection::open(folder.path().join("testamur.db")).unwrap();
    let lock = other
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .unwrap();
    match store.append(batch(3)).await {
        Err(StoreError::Unavailable(why)) => assert!(why.contains("another process"), "{why}"),
        answer => panic!("{answer:?}"),
    }
    drop(lock);
    assert_eq!(log(&store).await, []);
    assert_eq!(store.append(batch(3)).await.unwrap().new, 3);
}
