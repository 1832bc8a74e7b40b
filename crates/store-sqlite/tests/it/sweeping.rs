//! Attachments that were never finished leave nothing behind.

use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use rusqlite::Connection;
use store::{Attachments, Sha2, StoreError};

use crate::open;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_finished_is_swept_away() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let file = Connection::open(folder.path().join("testamur.db")).unwrap();
    let count = |table: &str| -> i64 {
        file.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .unwrap()
    };
    let piece = || Ok(Bytes::from(vec![7; 700_000]));
    let kept = Sha2("aa".repeat(32));
    store
        .put_attachment(&kept, stream::iter([piece()]).boxed())
        .await
        .unwrap();
    let pieces_kept = count("piece");
    assert_eq!(pieces_kept, 3);

    // One fails, one is given up by whoever sends it.
    let other = Sha2("bb".repeat(32));
    let failing = stream::iter([piece(), piece(), Err(StoreError::backend("read", "it broke"))]);
    assert!(store.put_attachment(&other, failing.boxed()).await.is_err());
    let (sent, mut all_sent) = tokio::sync::mpsc::channel(1);
    let endless = stream::iter([piece(), piece()]).chain(stream::once(async move {
        sent.send(()).await.unwrap();
        std::future::pending().await
    }));
    tokio::select! {
        _ = store.put_attachment(&other, endless.boxed()) => panic!("it ended"),
        _ = all_sent.recv() => {}
    }
    // Sooner or later; if not, this does not end.
    while count("piece") > pieces_kept || count("upload") > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(count("piece"), pieces_kept);
    assert_eq!(
        store.attachment_info(&kept).await.unwrap().unwrap().length,
        700_000
    );
    assert_eq!(store.attachment_info(&other).await.unwrap(), None);
}
