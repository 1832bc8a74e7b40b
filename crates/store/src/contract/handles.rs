//! Opening, closing, opening again, and several handles on one store.

use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use tokio::task::JoinSet;

use super::Backing;
use super::decisions::checkpoint;
use super::sample::{activity, agent, at, id, ids, reference, sealed, simple, voiding};
use crate::{
    ChangePosition, Document, DocumentKey, DocumentScope, EngineCommit, Expected, KeyRecord, PersonRecord,
    Position, Scopes, Secret, Sha2, StatementQuery, Store, StoreError,
};

/// A store that was closed says so, to those who wait as well.
pub async fn a_closed_store_says_so<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    store.ready().await.unwrap();
    let head = store
        .append(vec![sealed(&simple(id(), 1, 1, 1))])
        .await
        .unwrap()
        .head;
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store.wait_beyond(head).await }
    });
    store.close().await.unwrap();
    let unavailable = |answer: Result<(), StoreError>| matches!(answer, Err(StoreError::Unavailable(_)));
    assert!(unavailable(waiting.await.unwrap()));
    assert!(unavailable(store.ready().await));
    assert!(unavailable(
        store
            .append(vec![sealed(&simple(id(), 1, 1, 1))])
            .await
            .map(|_| ())
    ));
    assert!(unavailable(store.statement(id()).await.map(|_| ())));
    assert!(unavailable(
        store
            .query(&StatementQuery {
                limit: 1,
                ..StatementQuery::default()
            })
            .await
            .map(|_| ())
    ));
    assert!(unavailable(store.wait_for_change(ChangePosition(0)).await));
    assert!(unavailable(store.put_people(Vec::new()).await.map(|_| ())));
    assert!(unavailable(store.commit(EngineCommit::default()).await));
}

/// Closing finishes what is under way: every batch is either acknowledged and kept, or refused and not.
pub async fn closing_finishes_what_is_under_way<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let mut writers = JoinSet::new();
    for _ in 0..24 {
        let (store, id) = (store.clone(), id());
        writers.spawn(async move { (id, store.append(vec![sealed(&simple(id, 1, 1, 1))]).await) });
    }
    // Some are acknowledged, some on their way, some not begun.
    let mut answers = vec![writers.join_next().await.unwrap().unwrap()];
    store.close().await.unwrap();
    answers.extend(writers.join_all().await);
    let mut kept = Vec::new();
    for (id, answer) in answers {
        match answer {
            Ok(_) => kept.push(id),
            Err(StoreError::Unavailable(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    let mut log = ids(&backing.open().await.read_log(Position::START, 100).await.unwrap());
    kept.sort_unstable();
    log.sort_unstable();
    assert_eq!(log, kept);
}

/// Everything is there after closing and opening again, and without closing.
pub async fn everything_is_there_when_opened_again<B: Backing>(fresh: impl AsyncFn() -> B) {
    for close in [true, false] {
        let backing = fresh().await;
        let store = backing.open().await;
        let (target, referring, voided) = (id(), id(), id());
        store
            .append(vec![sealed(&simple(target, 1, 1, 1))])
            .await
            .unwrap();
        for n in 0..40 {
            store
                .append(vec![sealed(&simple(id(), n % 4, n % 3, n % 5))])
                .await
                .unwrap();
        }
        // Beyond what is here: targets that come after the store is opened again.
        let (late, late_voided) = (id(), id());
        store
            .append(vec![
                sealed(&reference(referring, 2, 2, target)),
                sealed(&reference(id(), 3, 3, late)),
                sealed(&simple(voided, 1, 1, 1)),
                sealed(&voiding(id(), 2, voided)),
                sealed(&voiding(id(), 2, late_voided)),
            ])
            .await
            .unwrap();
        let scope = DocumentScope::AgentProfile { agent: agent(1) };
        let key = DocumentKey {
            scope,
            id: "document".to_owned(),
        };
        let document = Document {
            content: Bytes::from_static(b"content"),
            content_type: "text/plain".to_owned(),
            updated: at(7),
            etag: "tag".to_owned(),
        };
        store
            .replace_document(&key, &Expected::Absent, Some(document.clone()))
            .await
            .unwrap();
        let sha2 = Sha2("ab".repeat(32));
        store
            .put_attachment(&sha2, stream::iter([Ok(Bytes::from_static(b"attached"))]).boxed())
            .await
            .unwrap();
        let person = PersonRecord {
            id: "ann".to_owned(),
            ifis: vec![agent(1)],
            manager: None,
            body: "{}".to_owned(),
        };
        store.put_people(vec![person.clone()]).await.unwrap();
        let access = KeyRecord {
            id: "key".to_owned(),
            name: String::new(),
            secret: Secret::new("secret").hash(),
            scopes: Scopes::default(),
            created_at: at(1),
            revoked_at: None,
        };
        store.create_key(access.clone()).await.unwrap();
        let mut commit = EngineCommit::default();
        commit.next.generation = 1;
        commit.next.state = "half done".to_owned();
        store.commit(commit.clone()).await.unwrap();
        let log = store.read_log(Position::START, 100).await.unwrap();
        let seen = everything_found(&*store).await;
        let through = store.consistent_through().await.unwrap();
        if close {
            store.close().await.unwrap();
        }
        drop(store);

        let store = backing.open().await;
        assert_eq!(store.read_log(Position::START, 100).await.unwrap(), log);
        assert_eq!(everything_found(&*store).await, seen);
        for entry in &log {
            assert_eq!(store.statement(entry.id).await.unwrap().as_ref(), Some(entry));
        }
        assert_eq!(store.document(&key).await.unwrap(), Some(document));
        assert_eq!(
            store
                .attachment_info(&sha2)
                .await
                .unwrap()
                .map(|info| info.length),
            Some(8)
        );
        assert_eq!(store.person("ann").await.unwrap(), Some(person));
        assert_eq!(store.key("key").await.unwrap(), Some(access));
        assert_eq!(checkpoint(&*store).await, commit.next);
        store.wait_beyond(Position::START).await.unwrap();
        store.wait_for_change(ChangePosition(0)).await.unwrap();

        // And it goes on from there.
        store
            .append(vec![sealed(&simple(target, 1, 1, 1))])
            .await
            .unwrap();
        assert_eq!(store.head().await.unwrap(), log.last().unwrap().position);
        store
            .append(vec![
                sealed(&simple(late, 8, 8, 8)),
                sealed(&simple(late_voided, 9, 9, 9)),
            ])
            .await
            .unwrap();
        let entry = store.statement(late).await.unwrap().unwrap();
        assert!(entry.position > log.last().unwrap().position);
        assert!(entry.stored > log.last().unwrap().stored);
        assert!(
            entry.stored > through,
            "{} was called consistent, then came {}",
            through,
            entry.stored
        );
        assert!(store.statement(late_voided).await.unwrap().unwrap().voided);
        let query = StatementQuery {
            activity: Some(activity(8)),
            limit: 10,
            ..StatementQuery::default()
        };
        assert_eq!(store.query(&query).await.unwrap().statements.len(), 2);
    }
}

/// What queries by each agent and activity find.
async fn everything_found(store: &dyn Store) -> Vec<Vec<uuid::Uuid>> {
    let mut found = Vec::new();
    for number in 0..5 {
        for query in [
            StatementQuery {
                agent: Some(agent(number)),
                ..StatementQuery::default()
            },
            StatementQuery {
                activity: Some(activity(number)),
                ..StatementQuery::default()
            },
        ] {
            let query = StatementQuery { limit: 100, ..query };
            found.push(ids(&store.query(&query).await.unwrap().statements));
        }
    }
    found
}

/// Several servers write to one store: each sees what the others wrote, at once and in one order.
pub async fn several_handles_write_one_log<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let handles = [backing.open().await, backing.open().await, backing.open().await];
    let mut sent = Vec::new();
    for n in 0..30 {
        let id = id();
        sent.push(id);
        let target = sent[n / 2];
        let statement = match n % 5 {
            0..3 => simple(id, n % 4, 1, n % 2),
            _ => reference(id, n % 4, 2, target),
        };
        let writer = &handles[n % 3];
        writer.append(vec![sealed(&statement)]).await.unwrap();
        for handle in &handles {
            // Acknowledged by one is readable by all, by its id and by what it is found by.
            assert!(handle.statement(id).await.unwrap().is_some());
            let query = StatementQuery {
                agent: Some(agent(n % 4)),
                limit: 1,
                ..StatementQuery::default()
            };
            assert_eq!(ids(&handle.query(&query).await.unwrap().statements), [id]);
        }
    }
    let mut writers = JoinSet::new();
    for n in 0..30 {
        let handle = handles[n % 3].clone();
        writers.spawn(async move {
            handle
                .append(vec![sealed(&simple(id(), n % 4, 1, 1))])
                .await
                .unwrap()
        });
    }
    writers.join_all().await;
    let logs = [
        handles[0].read_log(Position::START, 100).await.unwrap(),
        handles[1].read_log(Position::START, 100).await.unwrap(),
        handles[2].read_log(Position::START, 100).await.unwrap(),
    ];
    assert_eq!(logs[0].len(), 60);
    assert_eq!(logs[0], logs[1]);
    assert_eq!(logs[0], logs[2]);
    assert_eq!(
        everything_found(&*handles[0]).await,
        everything_found(&*handles[1]).await
    );
    assert_eq!(
        everything_found(&*handles[0]).await,
        everything_found(&*handles[2]).await
    );
}
