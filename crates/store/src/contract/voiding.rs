//! Voiding (1.0.3, Data 2.3.2): a voided statement counts as if it had not been sent, and stays.

use uuid::Uuid;

use super::Backing;
use super::sample::{activity, agent, id, ids, reference, sealed, simple, verb, voiding};
use crate::{Position, StatementQuery, Store};

async fn found(store: &dyn Store, query: StatementQuery) -> Vec<Uuid> {
    let query = StatementQuery {
        ascending: true,
        limit: 1_000,
        ..query
    };
    ids(&store.query(&query).await.unwrap().statements)
}

async fn is_voided(store: &dyn Store, id: Uuid) -> bool {
    let voided = store.statement(id).await.unwrap().unwrap().voided;
    let log = store.read_log(Position::START, 1_000).await.unwrap();
    assert_eq!(
        log.iter().find(|entry| entry.id == id).map(|entry| entry.voided),
        Some(voided)
    );
    voided
}

/// A voided statement is left out of queries, and is there by its id and in the log, marked; whichever came
/// first.
pub async fn a_voided_statement_is_left_out<B: Backing>(fresh: impl AsyncFn() -> B) {
    for voided_first in [true, false] {
        for together in [true, false] {
            let backing = fresh().await;
            let store = backing.open().await;
            let (voided, by, other) = (id(), id(), id());
            let mut statements = vec![sealed(&simple(voided, 1, 1, 1)), sealed(&voiding(by, 2, voided))];
            if !voided_first {
                statements.reverse();
            }
            statements.push(sealed(&simple(other, 1, 1, 1)));
            if together {
                store.append(statements).await.unwrap();
            } else {
                for statement in statements {
                    store.append(vec![statement]).await.unwrap();
                }
            }
            assert!(is_voided(&*store, voided).await);
            assert!(!is_voided(&*store, by).await);
            assert!(!is_voided(&*store, other).await);
            assert_eq!(found(&*store, StatementQuery::default()).await, [by, other]);
            // The voiding statement refers to the voided one, and so is found by what that one was found by.
            let query = StatementQuery {
                agent: Some(agent(1)),
                ..StatementQuery::default()
            };
            assert_eq!(found(&*store, query).await, [by, other]);
        }
    }
}

/// A voiding statement can not be voided, in either order of arrival.
pub async fn a_voiding_statement_can_not_be_voided<B: Backing>(fresh: impl AsyncFn() -> B) {
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
        let backing = fresh().await;
        let store = backing.open().await;
        let [voided, by, vain] = [id(), id(), id()];
        let statements = [
            sealed(&simple(voided, 1, 1, 1)),
            sealed(&voiding(by, 2, voided)),
            sealed(&voiding(vain, 3, by)),
        ];
        for place in order {
            store.append(vec![statements[place].clone()]).await.unwrap();
        }
        assert!(is_voided(&*store, voided).await, "{order:?}");
        assert!(!is_voided(&*store, by).await, "{order:?}");
        assert!(!is_voided(&*store, vain).await, "{order:?}");
        assert_eq!(found(&*store, StatementQuery::default()).await.len(), 2);
    }
}

/// Voiding what was never sent, or twice, does no harm.
pub async fn voiding_in_vain_does_no_harm<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let (voided, once, twice, vain) = (id(), id(), id(), id());
    store
        .append(vec![sealed(&simple(voided, 1, 1, 1))])
        .await
        .unwrap();
    store.append(vec![sealed(&voiding(vain, 2, id()))]).await.unwrap();
    assert!(!is_voided(&*store, voided).await);
    store
        .append(vec![sealed(&voiding(once, 2, voided))])
        .await
        .unwrap();
    store
        .append(vec![sealed(&voiding(twice, 2, voided))])
        .await
        .unwrap();
    assert!(is_voided(&*store, voided).await);
    assert_eq!(
        found(&*store, StatementQuery::default()).await,
        [vain, once, twice]
    );
    // The voided statement sent again is the one that is there.
    assert_eq!(
        store
            .append(vec![sealed(&simple(voided, 1, 1, 1))])
            .await
            .unwrap()
            .new,
        0
    );
    assert!(is_voided(&*store, voided).await);
}

/// What refers to a voided statement is found by what that one would be found by.
pub async fn what_refers_to_a_voided_statement_is_found<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let (voided, by, referring) = (id(), id(), id());
    store
        .append(vec![
            sealed(&simple(voided, 1, 1, 1)),
            sealed(&voiding(by, 2, voided)),
        ])
        .await
        .unwrap();
    store
        .append(vec![sealed(&reference(referring, 3, 3, voided))])
        .await
        .unwrap();
    let query = StatementQuery {
        activity: Some(activity(1)),
        ..StatementQuery::default()
    };
    assert_eq!(found(&*store, query).await, [by, referring]);
}

/// A page is as full as it can be, however many voided statements lie between.
pub async fn voided_statements_do_not_shorten_a_page<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    for _ in 0..8 {
        let (voided, also) = (id(), id());
        store
            .append(vec![
                sealed(&simple(id(), 1, 1, 1)),
                sealed(&simple(voided, 1, 1, 1)),
                sealed(&simple(also, 1, 1, 1)),
                sealed(&voiding(id(), 2, voided)),
                sealed(&voiding(id(), 2, also)),
            ])
            .await
            .unwrap();
    }
    let mut query = StatementQuery {
        agent: Some(agent(1)),
        verb: Some(verb(1)),
        activity: Some(activity(1)),
        limit: 3,
        ..StatementQuery::default()
    };
    let everything = found(&*store, query.clone()).await.len();
    let mut pages = Vec::new();
    loop {
        let page = store.query(&query).await.unwrap();
        pages.push(page.statements.len());
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(everything, 24, "eight that stay, sixteen that void");
    assert_eq!(pages, [3; 8]);
}
