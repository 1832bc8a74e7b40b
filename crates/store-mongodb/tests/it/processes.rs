//! Several processes on one database: here several stores, which share nothing but the database.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mongodb::Client;
use mongodb::bson::{Document, doc};
use mongodb::options::ClientOptions;

use store::contract::sample::{agent, id, reference, sealed, simple, voiding};
use store::{
    ChangePosition, Checkpoint, Engine, EngineCommit, NewStatement, PersonRecord, Position, Registry,
    StatementLog, StatementQuery, StoreError,
};
use store_mongodb::{MongoOptions, MongoStore};
use uuid::Uuid;

use crate::support::TestDatabase;

fn batch(size: usize) -> Vec<NewStatement> {
    (0..size)
        .map(|n| sealed(&simple(id(), n, n % 3, n % 5)))
        .collect()
}

/// Follows the log until it has seen `wanted` statements.
async fn follow(store: MongoStore, wanted: usize) -> Vec<(i64, Uuid)> {
    let mut seen: Vec<(i64, Uuid)> = Vec::new();
    while seen.len() < wanted {
        let after = seen
            .last()
            .map_or(Position::START, |(position, _)| Position(*position));
        store.wait_beyond(after).await.unwrap();
        let read = store.read_log(after, 7).await.unwrap();
        assert!(!read.is_empty(), "woken for nothing at {after:?}");
        seen.extend(read.into_iter().map(|entry| (entry.position.0, entry.id)));
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_follows_the_log_misses_nothing_of_what_many_append() {
    let database = TestDatabase::new();
    let (one, two) = (database.store().await, database.store().await);
    let (writers, batches, size) = (4, 20, 5);
    let wanted = 2 * writers * batches * size;
    let followers = [
        tokio::spawn(follow(one.clone(), wanted)),
        tokio::spawn(follow(two.clone(), wanted)),
    ];
    let mut writing = Vec::new();
    for number in 0..2 * writers {
        let store = if number % 2 == 0 { one.clone() } else { two.clone() };
        writing.push(tokio::spawn(async move {
            let mut sent = Vec::new();
            for _ in 0..batches {
                let appended = store.append(batch(size)).await.unwrap();
                assert_eq!(appended.new, size);
                sent.extend(appended.ids);
            }
            sent
        }));
    }
    let mut sent = HashSet::new();
    for writer in writing {
        sent.extend(writer.await.unwrap());
    }
    assert_eq!(sent.len(), wanted);
    for follower in followers {
        let seen = follower.await.unwrap();
        let positions: Vec<i64> = seen.iter().map(|(position, _)| *position).collect();
        assert_eq!(
            positions,
            (1..=i64::try_from(wanted).unwrap()).collect::<Vec<_>>()
        );
        assert_eq!(seen.iter().map(|(_, id)| *id).collect::<HashSet<_>>(), sent);
    }
    let log = one.read_log(Position::START, wanted).await.unwrap();
    assert!(log.is_sorted_by_key(|entry| entry.stored));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_appears_at_or_before_a_moment_that_was_called_consistent() {
    let database = TestDatabase::new();
    let (one, two) = (database.store().await, database.store().await);
    let stop = Arc::new(AtomicBool::new(false));
    let mut writing = Vec::new();
    for store in [one.clone(), two.clone(), two.clone()] {
        let stop = stop.clone();
        writing.push(tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                store.append(batch(2)).await.unwrap();
            }
        }));
    }
    // What each store promised, and what could be read when it had.
    let mut promised = Vec::new();
    for round in 0..60 {
        let (asked, other) = if round % 2 == 0 {
            (&one, &two)
        } else {
            (&two, &one)
        };
        let through = asked.consistent_through().await.unwrap();
        let until = StatementQuery {
            until: Some(through),
            limit: 100_000,
            ascending: true,
            ..Default::default()
        };
        let readable = other.query(&until).await.unwrap().statements.len();
        promised.push((until, readable));
    }
    stop.store(true, Ordering::Relaxed);
    for writer in writing {
        writer.await.unwrap();
    }
    for (until, readable) in promised {
        assert_eq!(
            one.query(&until).await.unwrap().statements.len(),
            readable,
            "through {:?}",
            until.until
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_consistent_moment_moves_on_when_nobody_writes() {
    let database = TestDatabase::new();
    let store = database.store().await;
    store.append(batch(1)).await.unwrap();
    let stored = store.read_log(Position::START, 1).await.unwrap()[0].stored;
    let other = database.store().await;
    let mut through = other.consistent_through().await.unwrap();
    assert!(through >= stored);
    while through <= stored {
        through = other.consistent_through().await.unwrap();
    }
    // And what is appended by the first comes after, though that one has not heard of it.
    store.append(batch(1)).await.unwrap();
    assert!(store.read_log(Position(1), 1).await.unwrap()[0].stored > through);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_statements_sent_to_two_are_kept_once() {
    let database = TestDatabase::new();
    let (one, two) = (database.store().await, database.store().await);
    let all = batch(200);
    let send = |store: MongoStore, mut all: Vec<NewStatement>, backwards: bool| async move {
        if backwards {
            all.reverse();
        }
        let mut new = 0;
        for some in all.chunks(3) {
            new += store.append(some.to_vec()).await.unwrap().new;
        }
        new
    };
    let (a, b, c) = tokio::join!(
        tokio::spawn(send(one.clone(), all.clone(), false)),
        tokio::spawn(send(two.clone(), all.clone(), true)),
        tokio::spawn(send(two.clone(), all.clone(), false)),
    );
    assert_eq!(a.unwrap() + b.unwrap() + c.unwrap(), all.len());
    let log = one.read_log(Position::START, 1_000).await.unwrap();
    assert_eq!(log.len(), all.len());
    let expected: Vec<i64> = (1..=200).collect();
    assert_eq!(
        log.iter().map(|entry| entry.position.0).collect::<Vec<_>>(),
        expected
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_statements_with_one_id_sent_to_two_one_is_refused() {
    let database = TestDatabase::new();
    let (one, two) = (database.store().await, database.store().await);
    for round in 0..20 {
        let id = id();
        let (a, b) = tokio::join!(
            one.append(vec![sealed(&simple(id, round, 1, 1))]),
            two.append(vec![sealed(&simple(id, round, 2, 1))]),
        );
        let conflict = |answer: &Result<_, StoreError>| matches!(answer, Err(StoreError::StatementConflict { id: named, index: 0 }) if *named == id);
        assert!(
            a.is_ok() && conflict(&b) || b.is_ok() && conflict(&a),
            "{a:?} {b:?}"
        );
    }
}

/// A batch of each process brings links of one chain at once: whoever comes first, the end is the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn references_and_voidings_find_each_other_across_processes() {
    let database = TestDatabase::new();
    let (one, two) = (database.store().await, database.store().await);
    let mut voided = HashMap::new();
    for round in 0..10 {
        let (target, middle, end, void) = (id(), id(), id(), id());
        let (a, b) = tokio::join!(
            one.append(vec![
                sealed(&reference(end, 900, 9, middle)),
                sealed(&simple(target, 500 + round, 1, 1))
            ]),
            two.append(vec![
                sealed(&voiding(void, 901, target)),
                sealed(&reference(middle, 902, 9, target))
            ]),
        );
        a.unwrap();
        b.unwrap();
        voided.insert(target, true);
        let about = StatementQuery {
            agent: Some(agent(500 + round)),
            limit: 10,
            ..Default::default()
        };
        let found: HashSet<Uuid> = two
            .query(&about)
            .await
            .unwrap()
            .statements
            .iter()
            .map(|found| found.id)
            .collect();
        assert_eq!(
            found,
            HashSet::from([middle, end, void]),
            "the target itself is voided"
        );
    }
    for entry in one.read_log(Position::START, 1_000).await.unwrap() {
        assert_eq!(entry.voided, voided.contains_key(&entry.id));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_made_by_many_have_one_order_and_wake_the_others() {
    let database = TestDatabase::new();
    let (one, two) = (database.store().await, database.store().await);
    let waiting = tokio::spawn({
        let two = two.clone();
        async move { two.wait_for_change(ChangePosition(19)).await }
    });
    let put = |store: MongoStore, from: usize| async move {
        for number in from..from + 10 {
            let person = PersonRecord {
                id: format!("p{number}"),
                ifis: vec![agent(number)],
                manager: None,
                body: "{}".to_owned(),
            };
            assert_eq!(store.put_people(vec![person]).await.unwrap(), 1);
        }
    };
    tokio::join!(put(one.clone(), 0), put(one.clone(), 10));
    waiting.await.unwrap().unwrap();
    let changes = two.changes(ChangePosition(0), 100).await.unwrap();
    let positions: Vec<i64> = changes.iter().map(|change| change.position.0).collect();
    assert_eq!(positions, (1..=20).collect::<Vec<_>>());
}

/// A process that commits all the time needs no change stream for the log, but hears of changes all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_is_busy_writing_hears_of_the_changes_of_others() {
    let database = TestDatabase::new();
    let (busy, other) = (database.store().await, database.store().await);
    let stop = Arc::new(AtomicBool::new(false));
    let writing = tokio::spawn({
        let (busy, stop) = (busy.clone(), stop.clone());
        async move {
            while !stop.load(Ordering::Relaxed) {
                busy.append(batch(1)).await.unwrap();
            }
        }
    });
    for seen in 0..3 {
        // Long enough for the log to be followed without a stream, should the machine be fast enough.
        let head = busy.head().await.unwrap().0;
        busy.wait_beyond(Position(head + 100)).await.unwrap();
        let waiting = tokio::spawn({
            let busy = busy.clone();
            async move { busy.wait_for_change(ChangePosition(seen)).await }
        });
        let person = PersonRecord {
            id: format!("p{seen}"),
            ifis: Vec::new(),
            manager: None,
            body: "{}".to_owned(),
        };
        other.put_people(vec![person]).await.unwrap();
        waiting.await.unwrap().unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    writing.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_engines_one_loses_each_time() {
    let database = TestDatabase::new();
    let (one, two) = (database.store().await, database.store().await);
    for generation in 0..10 {
        let commit = |position| EngineCommit {
            expected: generation,
            next: Checkpoint {
                generation: generation + 1,
                position: Position(position),
                ..Default::default()
            },
            ..Default::default()
        };
        let (a, b) = tokio::join!(one.commit(commit(1)), two.commit(commit(2)));
        let lost = |answer: &Result<(), StoreError>| matches!(answer, Err(StoreError::Changed { .. }));
        assert!(a.is_ok() && lost(&b) || b.is_ok() && lost(&a), "{a:?} {b:?}");
        let kept = two.checkpoints().await.unwrap().pop().unwrap();
        assert_eq!(kept.position, Position(if a.is_ok() { 1 } else { 2 }));
    }
}

/// What a process that was killed in the middle of an append left open is given up by the others: long before the
/// server would do it, a minute later.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_transaction_left_open_by_a_killed_process_is_given_up() {
    let database = TestDatabase::new();
    let options = MongoOptions {
        operation_timeout: Duration::from_secs(20),
        ..MongoOptions::default()
    };
    let store = MongoStore::connect(&database.uri(), options).await.unwrap();
    store.append(batch(1)).await.unwrap();

    // Called as every other process of the program is.
    let mut called = ClientOptions::parse(database.uri()).await.unwrap();
    called.app_name = Some("testamur".to_owned());
    let killed = Client::with_options(called).unwrap();
    let mut session = killed.start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    let name = database
        .uri()
        .rsplit('/')
        .next()
        .unwrap()
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    let moved = killed
        .database(&name)
        .collection::<Document>("heads")
        .update_one(doc! { "_id": "log" }, doc! { "$inc": { "n": 1 } })
        .session(&mut session)
        .await
        .unwrap();
    assert_eq!(moved.modified_count, 1);
    // A session that is dropped ends its transaction; a process that is killed does not.
    std::mem::forget(session);

    assert_eq!(store.append(batch(2)).await.unwrap().new, 2);
    let positions = store.read_log(Position::START, 10).await.unwrap();
    assert_eq!(positions.len(), 3);
}
