//! Statements come out: following the log, waiting for more, and what is called consistent.

use std::collections::HashSet;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::task::JoinSet;
use xapi::Timestamp;

use super::Backing;
use super::sample::{activity, agent, id, ids, iri, sealed, simple, voiding};
use crate::{IndexKey, LOG_BYTES, LogEntry, Position, Store};

/// The log is read in pages, to its head.
pub async fn the_log_is_read_in_pages<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let sent: Vec<_> = (0..10).map(|_| id()).collect();
    for id in &sent {
        store.append(vec![sealed(&simple(*id, 1, 1, 1))]).await.unwrap();
    }
    let mut read = Vec::new();
    let mut after = Position::START;
    for expected in [4, 4, 2, 0] {
        let page = store.read_log(after, 4).await.unwrap();
        assert_eq!(page.len(), expected);
        after = page.last().map_or(after, |entry| entry.position);
        read.extend(page);
    }
    assert_eq!(ids(&read), sent);
    assert_eq!(after, store.head().await.unwrap());
}

/// However many entries are asked for, no more is read at once than a process can well hold: but one, however long.
pub async fn the_log_is_read_within_bounds<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let mut sent = Vec::new();
    for share in [3, 3, 3, 1, 9, 1] {
        let mut long = simple(id(), 1, 1, 1);
        long["result"] = serde_json::json!({ "response": "x".repeat(LOG_BYTES / 8 * share) });
        sent.extend(store.append(vec![sealed(&long)]).await.unwrap().ids);
    }
    let mut read = Vec::new();
    let mut after = Position::START;
    for expected in [2, 2, 1, 1, 0] {
        let page = store.read_log(after, 1_000).await.unwrap();
        assert_eq!(page.len(), expected);
        after = page.last().map_or(after, |entry| entry.position);
        read.extend(ids(&page));
    }
    assert_eq!(read, sent);

    // Of those with a key as well; what is before the one that does not fit is done with.
    let keys = [IndexKey::activity(&activity(1))];
    let (mut read, mut after) = (Vec::new(), Position::START);
    for expected in [2, 2, 1, 1, 0] {
        let page = store.read_log_of(after, 1_000, &keys).await.unwrap();
        assert_eq!(page.entries.len(), expected);
        after = page.through;
        read.extend(ids(&page.entries));
    }
    assert_eq!(read, sent);
}

/// Of a stretch of the log those are read that have one of the keys, voided ones and those that void included; what has
/// none moves the follower on all the same.
pub async fn the_log_is_read_by_keys<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let sent: Vec<_> = (0..12).map(|_| id()).collect();
    for (n, id) in sent.iter().enumerate() {
        let statement = if n == 11 {
            voiding(*id, 1, sent[3])
        } else {
            simple(*id, 1, n % 2, n % 3)
        };
        store.append(vec![sealed(&statement)]).await.unwrap();
    }
    let voids = IndexKey::verb(&iri(xapi::VOIDED));
    let keys = [IndexKey::activity(&activity(0)), voids];
    let (mut found, mut after) = (Vec::new(), Position::START);
    for (read, through) in [(2, 5), (2, 10), (1, 12), (0, 12)] {
        let page = store.read_log_of(after, 5, &keys).await.unwrap();
        assert_eq!((page.entries.len(), page.through), (read, Position(through)));
        after = page.through;
        found.extend(page.entries);
    }
    let expected = [0, 3, 6, 9, 11].map(|n| sent[n]);
    assert_eq!(ids(&found), expected);
    let all = everything(store.as_ref()).await;
    let those = all.into_iter().filter(|entry| expected.contains(&entry.id));
    assert_eq!(found, those.collect::<Vec<_>>(), "whole, the voided one marked");
    assert!(found[1].voided);

    let none = store
        .read_log_of(Position(2), 5, &[IndexKey::agent(&agent(7))])
        .await
        .unwrap();
    assert_eq!((none.entries, none.through), (Vec::new(), Position(7)));
    let nothing = store.read_log_of(Position::START, 0, &keys).await.unwrap();
    assert_eq!(nothing.through, Position::START);
}

/// A follower who reads while 64 others write sees every statement exactly once and in order: nothing ever
/// appears below what it has read.
pub async fn a_follower_misses_nothing<B: Backing>(fresh: impl AsyncFn() -> B) {
    const WRITERS: usize = 64;
    const BATCHES: usize = 6;
    const SIZE: usize = 3;
    let backing = fresh().await;
    let store = backing.open().await;

    let follower = tokio::spawn({
        let store = store.clone();
        async move {
            let mut read: Vec<LogEntry> = Vec::new();
            while read.len() < WRITERS * BATCHES * SIZE {
                let after = read.last().map_or(Position::START, |entry| entry.position);
                store.wait_beyond(after).await.unwrap();
                let page = store.read_log(after, 50).await.unwrap();
                assert!(!page.is_empty(), "there was to be something after {after:?}");
                read.extend(page);
            }
            read
        }
    });
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let store = store.clone();
        writers.spawn(async move {
            let mut sent = Vec::new();
            for _ in 0..BATCHES {
                let batch: Vec<_> = (0..SIZE).map(|n| sealed(&simple(id(), writer, n, 1))).collect();
                sent.extend(store.append(batch).await.unwrap().ids);
            }
            sent
        });
    }
    let sent: HashSet<_> = writers.join_all().await.into_iter().flatten().collect();
    let read = follower.await.unwrap();

    assert!(read.is_sorted_by(|a, b| a.position < b.position));
    assert!(read.is_sorted_by_key(|entry| entry.stored));
    assert_eq!(read.len(), WRITERS * BATCHES * SIZE);
    assert_eq!(ids(&read).into_iter().collect::<HashSet<_>>(), sent);
    // Batches stand together.
    assert!(
        read.chunks(SIZE)
            .all(|batch| batch.iter().all(|entry| entry.stored == batch[0].stored))
    );
    assert_eq!(everything(&*store).await, read);
}

/// Who waits for more is woken by whoever writes it, also through another handle; who waits for what is there
/// does not wait.
pub async fn waiting_ends_when_there_is_more<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let (store, other) = (backing.open().await, backing.open().await);
    let first = store
        .append(vec![sealed(&simple(id(), 1, 1, 1))])
        .await
        .unwrap()
        .head;
    store.wait_beyond(Position::START).await.unwrap();

    for writer in [&store, &other] {
        let head = store.head().await.unwrap();
        let waiting: Vec<_> = [&store, &other]
            .map(|waiting| {
                let waiting = waiting.clone();
                tokio::spawn(async move { waiting.wait_beyond(head).await })
            })
            .into();
        // Nobody minds a wait that is given up.
        let given_up = tokio::spawn({
            let store = store.clone();
            async move { store.wait_beyond(head).await }
        });
        given_up.abort();
        writer.append(vec![sealed(&simple(id(), 1, 1, 1))]).await.unwrap();
        for waiting in waiting {
            waiting.await.unwrap().unwrap();
        }
    }
    assert!(store.head().await.unwrap() > first);
}

/// What is called consistent is so: of everything stored through that moment nothing is missing when it is said,
/// and nothing appears later.
pub async fn consistent_through_is_honest<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let (store, other) = (backing.open().await, backing.open().await);
    let mut writers = JoinSet::new();
    for writer in 0..12 {
        let store = if writer % 4 == 0 {
            other.clone()
        } else {
            store.clone()
        };
        writers.spawn(async move {
            for _ in 0..12 {
                store
                    .append(vec![sealed(&simple(id(), writer, 1, 1))])
                    .await
                    .unwrap();
            }
        });
    }
    let mut said = Vec::new();
    loop {
        let done = writers.is_empty();
        for observer in [&store, &other] {
            let through = observer.consistent_through().await.unwrap();
            let seen = everything(&**observer)
                .await
                .iter()
                .filter(|entry| entry.stored <= through)
                .count();
            said.push((through, seen));
        }
        if done {
            break;
        }
        while writers.try_join_next().is_some() {}
    }
    let log = everything(&*store).await;
    assert_eq!(log.len(), 144);
    for (through, seen) in said {
        let stored = log.iter().filter(|entry| entry.stored <= through).count();
        assert_eq!(seen, stored, "through {through}");
    }
}

/// What is called consistent comes up to every statement that is kept, and follows the clock when nothing is.
pub async fn consistent_through_follows_the_clock<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let mut last = store.consistent_through().await.unwrap();
    for _ in 0..3 {
        store.append(vec![sealed(&simple(id(), 1, 1, 1))]).await.unwrap();
        let stored = everything(&*store)
            .await
            .last()
            .map(|entry| entry.stored)
            .unwrap();
        let now = Timestamp::from_micros(
            i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros()).unwrap(),
        );
        loop {
            let through = store.consistent_through().await.unwrap();
            assert!(through >= last, "{through} after {last}");
            last = through;
            if through >= stored && through >= now {
                break;
            }
        }
    }
}

async fn everything(store: &dyn Store) -> Vec<LogEntry> {
    let mut read: Vec<LogEntry> = Vec::new();
    loop {
        let after = read.last().map_or(Position::START, |entry| entry.position);
        let page = store.read_log(after, 100).await.unwrap();
        let ended = page.len() < 100;
        read.extend(page);
        if ended {
            return read;
        }
    }
}
