//! StatementRefs: a query that matches a statement also returns those that refer to it
//! (1.0.3, Communication 2.1.3, "Filter Conditions for StatementRefs").

use std::collections::HashSet;

use uuid::Uuid;

use super::Backing;
use super::sample::{activity, agent, authority, id, ids, reference, sealed, sealed_by, simple, verb};
use crate::{NewStatement, Position, StatementQuery, Store};

/// What a query finds, in log order.
async fn found(store: &dyn Store, query: StatementQuery) -> Vec<Uuid> {
    let query = StatementQuery {
        ascending: true,
        limit: 1_000,
        ..query
    };
    ids(&store.query(&query).await.unwrap().statements)
}

fn by_activity(number: usize) -> StatementQuery {
    StatementQuery {
        activity: Some(activity(number)),
        ..StatementQuery::default()
    }
}

fn by_agent(number: usize) -> StatementQuery {
    StatementQuery {
        agent: Some(agent(number)),
        ..StatementQuery::default()
    }
}

/// A statement is found by what the statement it refers to is found by, whichever came first.
pub async fn a_reference_is_found_by_its_target<B: Backing>(fresh: impl AsyncFn() -> B) {
    for (order, together) in [([0, 1], false), ([1, 0], false), ([0, 1], true), ([1, 0], true)] {
        let backing = fresh().await;
        let store = backing.open().await;
        let (target, referring) = (id(), id());
        // "Ben passed explosives training" and "Andrew confirmed that", as the standard has it.
        let statements = [
            sealed(&simple(target, 1, 1, 1)),
            sealed(&reference(referring, 2, 2, target)),
        ];
        let kept = order.map(|place| statements[place].sealed.id());
        append(
            &*store,
            order.map(|place| statements[place].clone()).into(),
            together,
        )
        .await;

        assert_eq!(found(&*store, by_agent(1)).await, kept);
        assert_eq!(found(&*store, by_activity(1)).await, kept);
        assert_eq!(
            found(
                &*store,
                StatementQuery {
                    verb: Some(verb(1)),
                    ..by_agent(1)
                }
            )
            .await,
            kept
        );
        // Not the other way round.
        assert_eq!(found(&*store, by_agent(2)).await, [referring]);
        assert_eq!(
            found(
                &*store,
                StatementQuery {
                    verb: Some(verb(2)),
                    ..by_activity(1)
                }
            )
            .await,
            [referring]
        );
        assert!(found(&*store, by_activity(2)).await.is_empty());
    }
}

/// The rule holds through chains, in any order of arrival and any batching.
pub async fn references_are_followed_through_chains<B: Backing>(fresh: impl AsyncFn() -> B) {
    const LINKS: usize = 7;
    let orders: [[usize; LINKS]; 5] = [
        [0, 1, 2, 3, 4, 5, 6],
        [6, 5, 4, 3, 2, 1, 0],
        [3, 0, 6, 1, 5, 2, 4],
        [1, 3, 5, 0, 2, 4, 6],
        [6, 0, 5, 1, 4, 2, 3],
    ];
    for order in orders {
        for together in [false, true] {
            let backing = fresh().await;
            let store = backing.open().await;
            let chain: Vec<_> = (0..LINKS).map(|_| id()).collect();
            let mut statements = vec![sealed(&simple(chain[0], 0, 0, 9))];
            // Each link has an agent of its own and refers to the one before.
            statements.extend((1..LINKS).map(|n| sealed(&reference(chain[n], n, n, chain[n - 1]))));
            append(
                &*store,
                order.iter().map(|n| statements[*n].clone()).collect(),
                together,
            )
            .await;

            for link in 0..LINKS {
                let expected: HashSet<_> = chain[link..].iter().copied().collect();
                let found = found(&*store, by_agent(link)).await;
                assert_eq!(found.len(), expected.len(), "agent {link}, {order:?}");
                assert_eq!(
                    found.into_iter().collect::<HashSet<_>>(),
                    expected,
                    "agent {link}, {order:?}"
                );
            }
            assert_eq!(found(&*store, by_activity(9)).await.len(), LINKS);
            let both = StatementQuery {
                verb: Some(verb(4)),
                ..by_activity(9)
            };
            assert_eq!(found(&*store, both).await.len(), LINKS - 4);
        }
    }
}

/// Many statements may refer to one, here already or not.
pub async fn many_may_refer_to_one<B: Backing>(fresh: impl AsyncFn() -> B) {
    for target_first in [true, false] {
        let backing = fresh().await;
        let store = backing.open().await;
        let target = id();
        let mut statements = vec![sealed(&simple(target, 1, 1, 1))];
        statements.extend((0..60).map(|n| sealed(&reference(id(), 2 + n % 5, 2, target))));
        if !target_first {
            statements.reverse();
        }
        append(&*store, statements, false).await;
        assert_eq!(found(&*store, by_activity(1)).await.len(), 61);
        assert_eq!(
            found(
                &*store,
                StatementQuery {
                    agent: Some(agent(3)),
                    ..by_activity(1)
                }
            )
            .await
            .len(),
            12
        );
    }
}

/// References in a circle, and a statement that refers to itself, end somewhere.
pub async fn circles_of_references_end<B: Backing>(fresh: impl AsyncFn() -> B) {
    for together in [false, true] {
        let backing = fresh().await;
        let store = backing.open().await;
        let circle: Vec<_> = (0..4).map(|_| id()).collect();
        let itself = id();
        let mut statements: Vec<_> = (0..4)
            .map(|n| sealed(&reference(circle[n], n, n, circle[(n + 1) % 4])))
            .collect();
        statements.push(sealed(&reference(itself, 8, 8, itself)));
        append(&*store, statements, together).await;
        for n in 0..4 {
            assert_eq!(found(&*store, by_agent(n)).await, circle, "agent {n}");
        }
        assert_eq!(found(&*store, by_agent(8)).await, [itself]);
    }
}

/// Time and sequence are those of the statement itself, not of the one it refers to.
pub async fn time_is_not_inherited<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let (target, referring) = (id(), id());
    store
        .append(vec![sealed(&simple(target, 1, 1, 1))])
        .await
        .unwrap();
    store
        .append(vec![sealed(&reference(referring, 2, 2, target))])
        .await
        .unwrap();
    let stored = store.statement(target).await.unwrap().unwrap().stored;
    assert_eq!(
        found(
            &*store,
            StatementQuery {
                since: Some(stored),
                ..by_agent(1)
            }
        )
        .await,
        [referring]
    );
    assert_eq!(
        found(
            &*store,
            StatementQuery {
                until: Some(stored),
                ..by_agent(1)
            }
        )
        .await,
        [target]
    );
}

/// Who refers to a statement has not written it: the scope `statements/read/mine` does not open it. As a related
/// agent the authority is inherited like any other.
pub async fn the_authority_is_not_inherited<B: Backing>(fresh: impl AsyncFn() -> B) {
    for target_first in [true, false] {
        let backing = fresh().await;
        let store = backing.open().await;
        let (mine, theirs) = (id(), id());
        let other = agent(77);
        let mut statements = vec![
            sealed_by(&simple(mine, 1, 1, 1), &authority()),
            sealed_by(&reference(theirs, 2, 2, mine), &other),
        ];
        if !target_first {
            statements.reverse();
        }
        append(&*store, statements, false).await;
        let mine_only = |ifi| StatementQuery {
            authority: Some(ifi),
            ..StatementQuery::default()
        };
        assert_eq!(found(&*store, mine_only(authority())).await, [mine]);
        assert_eq!(found(&*store, mine_only(other.clone())).await, [theirs]);
        assert_eq!(
            found(
                &*store,
                StatementQuery {
                    agent: Some(agent(1)),
                    ..mine_only(other)
                }
            )
            .await,
            [theirs]
        );
        let related = StatementQuery {
            agent: Some(authority()),
            related_agents: true,
            ..StatementQuery::default()
        };
        assert_eq!(found(&*store, related).await.len(), 2);
        let directly = StatementQuery {
            agent: Some(authority()),
            ..StatementQuery::default()
        };
        assert!(found(&*store, directly).await.is_empty());
    }
}

/// Appends statements, in one batch or one after another.
async fn append(store: &dyn Store, statements: Vec<NewStatement>, together: bool) {
    let count = statements.len();
    if together {
        store.append(statements).await.unwrap();
    } else {
        for statement in statements {
            store.append(vec![statement]).await.unwrap();
        }
    }
    assert_eq!(store.read_log(Position::START, 1_000).await.unwrap().len(), count);
}
