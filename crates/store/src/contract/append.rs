//! Statements go in: batches, duplicates, conflicts, order.

use std::collections::HashSet;

use tokio::task::JoinSet;

use super::Backing;
use super::sample::{id, ids, sealed, simple};
use crate::{Position, StatementQuery, StoreError};

/// A batch is kept whole, in its order, with one `stored` for all of it; its texts come back as they were sealed.
pub async fn keeps_a_batch_in_order<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    assert_eq!(store.head().await.unwrap(), Position::START);
    assert_eq!(store.read_log(Position::START, 10).await.unwrap(), []);

    let sent: Vec<_> = (0..5).map(|_| id()).collect();
    let batch: Vec<_> = sent
        .iter()
        .enumerate()
        .map(|(n, id)| sealed(&simple(*id, n, 1, 1)))
        .collect();
    let appended = store.append(batch.clone()).await.unwrap();
    assert_eq!(appended.ids, sent);
    assert_eq!(appended.new, 5);
    assert_eq!(appended.head, store.head().await.unwrap());

    let log = store.read_log(Position::START, 10).await.unwrap();
    assert_eq!(ids(&log), sent);
    assert!(log.is_sorted_by(|a, b| a.position < b.position));
    assert_eq!(
        log.iter().map(|entry| entry.stored).collect::<HashSet<_>>().len(),
        1
    );
    assert_eq!(log.last().map(|entry| entry.position), Some(appended.head));
    for (entry, sent) in log.iter().zip(&batch) {
        assert!(entry.position > Position::START);
        assert!(!entry.voided);
        assert_eq!(entry.text, sent.sealed.text(entry.stored));
        assert_eq!(store.statement(entry.id).await.unwrap().as_ref(), Some(entry));
    }
    assert_eq!(store.statement(id()).await.unwrap(), None);
}

/// A batch of nothing changes nothing.
pub async fn an_empty_batch_is_nothing<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let head = store
        .append(vec![sealed(&simple(id(), 1, 1, 1))])
        .await
        .unwrap()
        .head;
    let appended = store.append(Vec::new()).await.unwrap();
    assert_eq!((appended.ids, appended.new, appended.head), (Vec::new(), 0, head));
    assert_eq!(store.head().await.unwrap(), head);
}

/// The same statement again, in a later batch or in the same one, is a no-op.
pub async fn a_statement_sent_again_is_a_no_op<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let (first, second) = (id(), id());
    let one = sealed(&simple(first, 1, 1, 1));
    let two = sealed(&simple(second, 2, 1, 1));

    let appended = store.append(vec![one.clone(), one.clone()]).await.unwrap();
    assert_eq!((appended.ids, appended.new), (vec![first, first], 1));
    let kept = store.statement(first).await.unwrap();
    let again = store.append(vec![one.clone()]).await.unwrap();
    assert_eq!(
        (again.ids, again.new, again.head),
        (vec![first], 0, appended.head)
    );

    let appended = store.append(vec![one.clone(), two, one]).await.unwrap();
    assert_eq!((appended.ids, appended.new), (vec![first, second, first], 1));
    assert_eq!(store.statement(first).await.unwrap(), kept);
    assert_eq!(
        ids(&store.read_log(Position::START, 10).await.unwrap()),
        [first, second]
    );
}

/// Another statement under a kept id is a conflict: it names the place in the batch, nothing of the batch is
/// kept, and what is kept stays.
pub async fn a_conflict_keeps_nothing_of_its_batch<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let (kept, other) = (id(), id());
    store.append(vec![sealed(&simple(kept, 1, 1, 1))]).await.unwrap();
    let before = store.read_log(Position::START, 10).await.unwrap();

    let batch = vec![sealed(&simple(other, 2, 1, 1)), sealed(&simple(kept, 1, 2, 1))];
    match store.append(batch).await {
        Err(StoreError::StatementConflict { id, index }) => assert_eq!((id, index), (kept, 1)),
        answer => panic!("a conflict was not refused: {answer:?}"),
    }
    // Within one batch, too.
    let batch = vec![
        sealed(&simple(other, 2, 1, 1)),
        sealed(&simple(id(), 2, 1, 1)),
        sealed(&simple(other, 3, 1, 1)),
    ];
    match store.append(batch).await {
        Err(StoreError::StatementConflict { id, index }) => assert_eq!((id, index), (other, 2)),
        answer => panic!("a conflict was not refused: {answer:?}"),
    }
    assert_eq!(store.read_log(Position::START, 10).await.unwrap(), before);
    assert_eq!(store.statement(other).await.unwrap(), None);
    assert_eq!(
        store
            .activity_definition(&super::sample::activity(1))
            .await
            .unwrap(),
        None
    );
    let query = StatementQuery {
        limit: 10,
        ..StatementQuery::default()
    };
    assert_eq!(store.query(&query).await.unwrap().statements, before);
    // The refused id is free still.
    assert_eq!(
        store
            .append(vec![sealed(&simple(other, 3, 1, 1))])
            .await
            .unwrap()
            .new,
        1
    );
}

/// Positions and `stored` grow together: later batches are stored later than all before, however fast they come.
pub async fn positions_and_stored_grow_together<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    for _ in 0..20 {
        store
            .append(vec![
                sealed(&simple(id(), 1, 1, 1)),
                sealed(&simple(id(), 2, 1, 1)),
            ])
            .await
            .unwrap();
    }
    let log = store.read_log(Position::START, 100).await.unwrap();
    assert_eq!(log.len(), 40);
    assert!(log.is_sorted_by(|a, b| a.position < b.position));
    let batches: Vec<_> = log.chunks(2).collect();
    assert!(batches.iter().all(|batch| batch[0].stored == batch[1].stored));
    assert!(batches.is_sorted_by(|a, b| a[0].stored < b[0].stored));
}

/// What a batch holds does not matter to how much it may hold.
pub async fn a_batch_may_be_large<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let sent: Vec<_> = (0..1_500).map(|_| id()).collect();
    let batch = sent
        .iter()
        .enumerate()
        .map(|(n, id)| sealed(&simple(*id, n % 7, n % 3, n % 5)))
        .collect();
    assert_eq!(store.append(batch).await.unwrap().new, sent.len());
    assert_eq!(ids(&store.read_log(Position::START, 2_000).await.unwrap()), sent);
}

/// Of the same statement sent by many at once one is kept, and all are told that it is.
pub async fn the_same_statement_from_many_is_kept_once<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let statement = simple(id(), 1, 1, 1);
    let mut tasks = JoinSet::new();
    for _ in 0..32 {
        let (store, batch) = (
            store.clone(),
            vec![sealed(&statement), sealed(&simple(id(), 2, 1, 1))],
        );
        tasks.spawn(async move { store.append(batch).await.unwrap().new });
    }
    assert_eq!(tasks.join_all().await.into_iter().sum::<usize>(), 33);
    assert_eq!(store.read_log(Position::START, 100).await.unwrap().len(), 33);
}

/// Of different statements sent under one id at once exactly one is kept; the others are conflicts.
pub async fn one_id_from_many_is_given_once<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let contested = id();
    let mut tasks = JoinSet::new();
    for number in 0..32 {
        // Each says something else, in a batch with one that nobody contests.
        let (store, free) = (store.clone(), id());
        let batch = vec![
            sealed(&simple(free, 1, 1, 1)),
            sealed(&simple(contested, number, 1, 1)),
        ];
        tasks.spawn(async move { (free, store.append(batch).await) });
    }
    let mut kept = vec![contested];
    for (free, answer) in tasks.join_all().await {
        match answer {
            Ok(appended) => {
                assert_eq!(appended.new, 2);
                kept.push(free);
            }
            Err(StoreError::StatementConflict { id, index }) => assert_eq!((id, index), (contested, 1)),
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(kept.len(), 2);
    let log: HashSet<_> = ids(&store.read_log(Position::START, 100).await.unwrap())
        .into_iter()
        .collect();
    assert_eq!(log, kept.into_iter().collect());
}
