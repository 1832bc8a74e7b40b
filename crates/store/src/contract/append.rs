//! Statements go in: batches, duplicates, conflicts, order.

use std::collections::HashSet;

use super::Backing;
use super::sample::{id, sealed, simple};
use crate::{Position, StoreError, StoredStatement};

/// A batch is kept whole, in its order, with one `stored` for all of it.
pub async fn keeps_a_batch_in_order<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    assert_eq!(store.head().await.unwrap(), Position::START);
    assert_eq!(store.read_log(Position::START, 10).await.unwrap(), []);

    let ids: Vec<_> = (0..5).map(|_| id()).collect();
    let batch = ids
        .iter()
        .enumerate()
        .map(|(n, id)| sealed(&simple(*id, n, 1, 1)))
        .collect::<Vec<_>>();
    let appended = store.append(batch.clone()).await.unwrap();
    assert_eq!(appended.ids, ids);
    assert_eq!(appended.new, 5);
    assert_eq!(appended.head, store.head().await.unwrap());

    let log = store.read_log(Position::START, 10).await.unwrap();
    assert_eq!(log.iter().map(|entry| entry.id).collect::<Vec<_>>(), ids);
    assert!(log.is_sorted_by(|a, b| a.position < b.position));
    assert_eq!(
        log.iter().map(|entry| entry.stored).collect::<HashSet<_>>().len(),
        1
    );
    for (entry, sent) in log.iter().zip(&batch) {
        assert!(entry.position > Position::START);
        assert!(!entry.voided);
        assert_eq!(entry.text, sent.sealed.text(entry.stored));
        assert_eq!(store.statement(entry.id).await.unwrap().as_ref(), Some(entry));
    }
    assert_eq!(store.statement(id()).await.unwrap(), None);
    assert_eq!(store.append(Vec::new()).await.unwrap().new, 0);
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

    let appended = store.append(vec![one.clone(), two, one]).await.unwrap();
    assert_eq!((appended.ids, appended.new), (vec![first, second, first], 1));
    assert_eq!(store.statement(first).await.unwrap(), kept);
    let log = ids(&store.read_log(Position::START, 10).await.unwrap());
    assert_eq!(log, [first, second]);
}

/// Another statement under a kept id is a conflict: it names the place in the batch, and nothing of the batch
/// is kept, what is kept stays.
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

fn ids(statements: &[StoredStatement]) -> Vec<uuid::Uuid> {
    statements.iter().map(|statement| statement.id).collect()
}
