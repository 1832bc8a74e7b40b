//! A clock that jumps.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use store::{StatementLog, StatementQuery, Store};
use store_sqlite::{Clock, SqliteOptions, SqliteStore};
use xapi::Timestamp;

use crate::{batch, log, settling};

const HOUR: i64 = 3_600_000_000;

#[tokio::test]
async fn the_order_of_the_log_survives_a_clock_that_jumps() {
    let folder = tempfile::tempdir().unwrap();
    let time = Arc::new(AtomicI64::new(100 * HOUR));
    let clock = Clock::new({
        let time = Arc::clone(&time);
        move || Timestamp::from_micros(time.load(Ordering::SeqCst))
    });
    let open = || {
        SqliteStore::open(
            folder.path(),
            SqliteOptions {
                clock: clock.clone(),
                ..settling()
            },
        )
        .unwrap()
    };
    let mut store = open();
    let mut through = Timestamp::from_micros(0);
    for hours in [0, 1, -1, -2, 1, 5, -7] {
        time.fetch_add(hours * HOUR, Ordering::SeqCst);
        for size in [1, 3] {
            let before = store.consistent_through().await.unwrap();
            assert!(before >= through);
            store.append(batch(size)).await.unwrap();
            let stored = log(&store).await.last().unwrap().stored;
            assert!(stored > before, "{stored} was called consistent");
            through = store.consistent_through().await.unwrap();
            assert!(through >= stored);
        }
        // Also with a new process, which has only the log to go by.
        store.close().await.unwrap();
        store = open();
    }
    let log = log(&store).await;
    assert!(log.is_sorted_by_key(|entry| entry.stored));
    for entry in &log {
        let since = StatementQuery {
            since: Some(entry.stored),
            limit: 1_000,
            ..StatementQuery::default()
        };
        let later = log.iter().filter(|other| other.stored > entry.stored).count();
        assert_eq!(store.query(&since).await.unwrap().statements.len(), later);
    }
}
