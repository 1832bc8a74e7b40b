//! Several processes on one folder; a second handle is to SQLite what a second process is.

use std::sync::Arc;

use rusqlite::Connection;
use store::contract::sample::{agent, id, ids, sealed, simple, voiding};
use store::{Position, StatementLog, StatementQuery, Store};
use store_sqlite::SqliteStore;
use tokio::task::JoinSet;

use crate::{batch, log, open, settling};

/// Two processes write at once; both see one log, and each its own and the other's statements in every query.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_write_one_log() {
    let folder = tempfile::tempdir().unwrap();
    let handles = [Arc::new(open(folder.path())), Arc::new(open(folder.path()))];
    let mut writers = JoinSet::new();
    for writer in 0..8 {
        let store = Arc::clone(&handles[writer % 2]);
        writers.spawn(async move {
            let mut sent = Vec::new();
            for size in [1, 4, 2, 7, 1, 3] {
                sent.extend(store.append(batch(size)).await.unwrap().ids);
                // Its own are found at once, by whichever process settled them.
                let last = store.statement(sent[sent.len() - 1]).await.unwrap();
                assert!(last.is_some());
            }
            sent
        });
    }
    let sent = writers.join_all().await.concat();
    let one = log(&*handles[0]).await;
    assert_eq!(one.len(), sent.len());
    assert_eq!(log(&*handles[1]).await, one);
    for number in 0..3 {
        let query = StatementQuery {
            agent: Some(agent(number)),
            limit: 1_000,
            ..StatementQuery::default()
        };
        let found = handles[0].query(&query).await.unwrap();
        assert!(!found.statements.is_empty());
        assert_eq!(handles[1].query(&query).await.unwrap(), found);
    }
    for handle in handles {
        handle.close().await.unwrap();
    }
    let file = Connection::open(folder.path().join("testamur.db")).unwrap();
    let whole: String = file
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(whole, "ok");
    assert_eq!(log(&open(folder.path())).await, one);
}

/// What another process voids is voided here, also when it was asked for before.
#[tokio::test]
async fn what_another_process_voids_is_voided_here() {
    let folder = tempfile::tempdir().unwrap();
    let (here, there) = (open(folder.path()), open(folder.path()));
    let target = id();
    here.append(vec![sealed(&simple(target, 1, 1, 1))]).await.unwrap();
    let query = StatementQuery {
        agent: Some(agent(1)),
        limit: 10,
        ..StatementQuery::default()
    };
    for store in [&here, &there] {
        assert_eq!(ids(&store.query(&query).await.unwrap().statements), [target]);
        assert!(!store.statement(target).await.unwrap().unwrap().voided);
    }
    let by = id();
    there.append(vec![sealed(&voiding(by, 2, target))]).await.unwrap();
    for store in [&here, &there] {
        assert_eq!(ids(&store.query(&query).await.unwrap().statements), [by]);
        assert!(store.statement(target).await.unwrap().unwrap().voided);
    }
}

/// A process that only reads while another writes and settles finds everything, all the time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_reads_while_another_writes_and_settles() {
    let folder = tempfile::tempdir().unwrap();
    let (writer, reader) = (open(folder.path()), open(folder.path()));
    let writing = tokio::spawn(async move {
        for size in (1..6).cycle().take(120) {
            writer.append(batch(size)).await.unwrap();
        }
        writer
    });
    let query = StatementQuery {
        agent: Some(agent(0)),
        ascending: true,
        limit: 1_000,
        ..StatementQuery::default()
    };
    let mut done = false;
    while !done {
        done = writing.is_finished();
        let found = ids(&reader.query(&query).await.unwrap().statements);
        let head = reader.head().await.unwrap();
        // Every third statement of a batch, from the first, is by this agent.
        let log = reader.read_log(Position::START, 1_000).await.unwrap();
        let expected: Vec<_> = log
            .iter()
            .filter(|entry| entry.text.contains("mailto:agent0@"))
            .map(|entry| entry.id)
            .collect();
        assert!(
            expected.starts_with(&found),
            "found {} of {}",
            found.len(),
            expected.len()
        );
        assert!(
            log.iter()
                .rfind(|entry| entry.position <= head)
                .is_none_or(|last| last.position == head)
        );
        for entry in log.iter().rev().take(5) {
            assert_eq!(reader.statement(entry.id).await.unwrap().as_ref(), Some(entry));
        }
    }
    let writer = writing.await.unwrap();
    let found = writer.query(&query).await.unwrap();
    assert_eq!(reader.query(&query).await.unwrap(), found);
}

/// The write-ahead log of a busy store is copied to the file again and again, and begins anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_write_ahead_log_stays_short() {
    let folder = tempfile::tempdir().unwrap();
    let options = store_sqlite::SqliteOptions {
        checkpoint_pages: 50,
        ..settling()
    };
    let store = SqliteStore::open(folder.path(), options).unwrap();
    let watch = Connection::open(folder.path().join("testamur.db")).unwrap();
    let left = || -> i64 {
        watch
            .query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| {
                Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?)
            })
            .unwrap()
    };
    let mut most = 0;
    for _ in 0..40 {
        store.append(batch(50)).await.unwrap();
        most = most.max(left());
    }
    assert!(most > 50, "{most}");
    // Sooner or later; if not, this does not end.
    while left() > 50 {
        tokio::task::yield_now().await;
    }
    assert_eq!(log(&store).await.len(), 2_000);
}
