//! Queries: every filter and combination, pages, and times (1.0.3, Communication 2.1.3).

use proptest::collection::vec;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use tokio::runtime::Handle;
use tokio::task::block_in_place;
use uuid::Uuid;

use super::Backing;
use super::history::{history, query};
use super::model::{Entry, Model};
use super::sample::{activity, agent, agent_json, at, id, ids, sealed, sealed_by, simple, verb};
use crate::{Position, StatementQuery, Store, StoredStatement};

/// Whatever was sent, in whatever batches and order, each query finds what a list of everything finds, page by
/// page, in both directions; and the log is that list.
pub async fn queries_agree_with_a_list_of_everything<B: Backing>(fresh: impl AsyncFn() -> B) {
    let config = Config {
        cases: 24,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    let strategy = (history(), vec(query(), 12));
    TestRunner::new(config)
        .run(&strategy, |(history, queries)| {
            block_in_place(|| Handle::current().block_on(agrees(&fresh, history, queries)));
            Ok(())
        })
        .unwrap();
}

async fn agrees<B: Backing>(
    fresh: &impl AsyncFn() -> B,
    history: Vec<Vec<Entry>>,
    queries: Vec<StatementQuery>,
) {
    let backing = fresh().await;
    let store = backing.open().await;
    let mut model = Model::default();
    for batch in history {
        let sent = batch
            .iter()
            .map(|entry| sealed_by(&entry.statement, &entry.authority))
            .collect();
        store.append(sent).await.unwrap();
        batch.into_iter().for_each(|entry| model.append(entry));
    }
    let log = store.read_log(Position::START, 1_000).await.unwrap();
    assert_eq!(
        log.iter()
            .map(|entry| (entry.id, entry.voided))
            .collect::<Vec<_>>(),
        model.log()
    );
    for query in queries {
        let expected = model.find(&query);
        assert_eq!(every_page(&*store, &query).await, expected, "{query:?}");
    }
    store.close().await.unwrap();
}

/// All pages of a query, each full but the last.
async fn every_page(store: &dyn Store, query: &StatementQuery) -> Vec<Uuid> {
    let mut query = query.clone();
    let mut found = Vec::new();
    loop {
        let page = store.query(&query).await.unwrap();
        assert!(page.statements.len() <= query.limit);
        assert!(page.next.is_none() || page.statements.len() == query.limit);
        found.extend(ids(&page.statements));
        query.after = page.next;
        if query.after.is_none() {
            return found;
        }
    }
}

/// Without a filter a query answers everything, newest first, or oldest first when asked so; the statements are
/// those of the log.
pub async fn without_a_filter_everything_is_found<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    for n in 0..7 {
        store.append(vec![sealed(&simple(id(), n, n, n))]).await.unwrap();
    }
    let mut log = store.read_log(Position::START, 10).await.unwrap();
    let all = |ascending| StatementQuery {
        ascending,
        limit: 10,
        ..StatementQuery::default()
    };
    assert_eq!(store.query(&all(true)).await.unwrap().statements, log);
    log.reverse();
    assert_eq!(store.query(&all(false)).await.unwrap().statements, log);
}

/// An agent is found as actor and object, also as a member of a group; related ones everywhere else, the
/// authority included.
pub async fn an_agent_is_found_where_it_appears<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let sought = agent_json(&agent(1));
    let group = json!({"objectType": "Group", "member": [sought]});
    let with = |member: &str, value: serde_json::Value| {
        let mut statement = simple(id(), 9, 9, 9);
        statement[member] = value;
        statement
    };
    let mut as_object = sought.clone();
    as_object["objectType"] = json!("Agent");
    let direct = [
        simple(id(), 1, 9, 9),
        with("actor", group.clone()),
        with("object", as_object.clone()),
        with("object", group.clone()),
    ];
    let sub = |actor: serde_json::Value, object: serde_json::Value| json!({"objectType": "SubStatement", "actor": actor, "verb": {"id": verb(9)}, "object": object});
    let elsewhere = [
        with("context", json!({"instructor": sought})),
        with("context", json!({"team": group.clone()})),
        with(
            "context",
            json!({"contextAgents": [{"objectType": "contextAgent", "agent": as_object}]}),
        ),
        with(
            "context",
            json!({"contextGroups": [{"objectType": "contextGroup", "group": group}]}),
        ),
        with("object", sub(sought.clone(), json!({"id": activity(9)}))),
        with("object", sub(agent_json(&agent(9)), as_object.clone())),
    ];
    for statement in direct.iter().chain(&elsewhere) {
        store.append(vec![sealed(statement)]).await.unwrap();
    }
    let written_by_it = sealed_by(&simple(id(), 9, 9, 9), &agent(1));
    store.append(vec![written_by_it]).await.unwrap();
    store.append(vec![sealed(&simple(id(), 9, 9, 9))]).await.unwrap();

    let mut query = StatementQuery {
        agent: Some(agent(1)),
        ascending: true,
        limit: 100,
        ..StatementQuery::default()
    };
    let sent = |statements: &[serde_json::Value]| -> Vec<Uuid> {
        statements
            .iter()
            .map(|statement| statement["id"].as_str().unwrap().parse().unwrap())
            .collect()
    };
    assert_eq!(ids(&store.query(&query).await.unwrap().statements), sent(&direct));
    query.related_agents = true;
    let found = ids(&store.query(&query).await.unwrap().statements);
    assert_eq!(found.len(), 11);
    assert_eq!(found[..10], [sent(&direct), sent(&elsewhere)].concat());
}

/// An activity is found as object; related ones in the context and in SubStatements too.
pub async fn an_activity_is_found_where_it_appears<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let sought = json!({"id": activity(1)});
    let mut expected = vec![id()];
    store
        .append(vec![sealed(&simple(expected[0], 9, 9, 1))])
        .await
        .unwrap();
    let mut send = async |statement: serde_json::Value| {
        let sealed = sealed(&statement);
        expected.push(sealed.sealed.id());
        store.append(vec![sealed]).await.unwrap();
    };
    for list in ["parent", "grouping", "category", "other"] {
        let mut statement = simple(id(), 9, 9, 9);
        statement["context"] = json!({"contextActivities": {list: [sought]}});
        send(statement).await;
    }
    let mut statement = simple(id(), 9, 9, 9);
    statement["object"] = json!({"objectType": "SubStatement", "actor": agent_json(&agent(9)),
        "verb": {"id": verb(9)}, "object": sought});
    send(statement.clone()).await;
    statement["id"] = json!(id());
    statement["object"]["object"] = json!({"id": activity(9)});
    statement["object"]["context"] = json!({"contextActivities": {"parent": [sought]}});
    send(statement).await;
    store.append(vec![sealed(&simple(id(), 9, 9, 9))]).await.unwrap();

    let mut query = StatementQuery {
        activity: Some(activity(1)),
        ascending: true,
        limit: 100,
        ..StatementQuery::default()
    };
    assert_eq!(ids(&store.query(&query).await.unwrap().statements), expected[..1]);
    query.related_activities = true;
    assert_eq!(ids(&store.query(&query).await.unwrap().statements), expected);
}

/// `since` leaves out what was stored at that moment, `until` does not; to the microsecond.
pub async fn times_are_exact<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    for n in 0..30 {
        let batch = (0..1 + n % 3)
            .map(|_| sealed(&simple(id(), 1, n % 2, 1)))
            .collect();
        store.append(batch).await.unwrap();
    }
    let log = store.read_log(Position::START, 100).await.unwrap();
    let all = StatementQuery {
        ascending: true,
        limit: 100,
        ..StatementQuery::default()
    };
    let filtered = StatementQuery {
        agent: Some(agent(1)),
        ..all.clone()
    };
    let moments = log.iter().map(|entry| entry.stored.as_micros());
    let moments: Vec<_> = moments
        .flat_map(|moment| [moment - 1, moment, moment + 1])
        .map(at)
        .collect();
    for query in [all, filtered] {
        for moment in &moments {
            let since = StatementQuery {
                since: Some(*moment),
                ..query.clone()
            };
            let later: Vec<_> = log
                .iter()
                .filter(|entry| entry.stored > *moment)
                .cloned()
                .collect();
            assert_eq!(
                store.query(&since).await.unwrap().statements,
                later,
                "since {moment}"
            );
            let until = StatementQuery {
                until: Some(*moment),
                ..query.clone()
            };
            let earlier: Vec<_> = log
                .iter()
                .filter(|entry| entry.stored <= *moment)
                .cloned()
                .collect();
            assert_eq!(
                store.query(&until).await.unwrap().statements,
                earlier,
                "until {moment}"
            );
        }
        let between = StatementQuery {
            since: Some(log[9].stored),
            until: Some(log[20].stored),
            ..query.clone()
        };
        let expected: Vec<_> = log
            .iter()
            .filter(|entry| entry.stored > log[9].stored && entry.stored <= log[20].stored)
            .cloned()
            .collect();
        assert!(!expected.is_empty());
        assert_eq!(store.query(&between).await.unwrap().statements, expected);
        let nothing = StatementQuery {
            since: Some(log[20].stored),
            until: Some(log[9].stored),
            ..query
        };
        assert_eq!(store.query(&nothing).await.unwrap().statements, []);
    }
}

/// A page that ends where the answer ends says so.
pub async fn a_page_says_whether_there_is_more<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    for n in 0..6 {
        store
            .append(vec![sealed(&simple(id(), n % 2, 1, 1))])
            .await
            .unwrap();
    }
    for agent in [None, Some(agent(0))] {
        let matching = if agent.is_some() { 3 } else { 6 };
        for ascending in [true, false] {
            for limit in 1..8 {
                let query = StatementQuery {
                    agent: agent.clone(),
                    ascending,
                    limit,
                    ..StatementQuery::default()
                };
                let page = store.query(&query).await.unwrap();
                assert_eq!(page.statements.len(), limit.min(matching));
                let last = page.statements.last().map(|last| last.position);
                assert_eq!(page.next, if limit < matching { last } else { None });
            }
        }
    }
}

/// A page takes no statement more than it has room for, but one; nothing is lost between pages.
pub async fn a_page_is_bounded_in_bytes_too<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    for n in 0..12_usize {
        let mut statement = simple(id(), n % 2, 1, 1);
        statement["context"] = json!({ "platform": "x".repeat(1 + n * 1_000) });
        store.append(vec![sealed(&statement)]).await.unwrap();
    }
    for agent in [None, Some(agent(0))] {
        for ascending in [true, false] {
            for bytes in [1, 2_000, 9_000, 20_000, 1_000_000] {
                let everything = StatementQuery {
                    agent: agent.clone(),
                    ascending,
                    limit: 100,
                    ..StatementQuery::default()
                };
                let expected = store.query(&everything).await.unwrap().statements;
                let mut query = StatementQuery {
                    bytes: Some(bytes),
                    ..everything
                };
                let mut read: Vec<StoredStatement> = Vec::new();
                loop {
                    let page = store.query(&query).await.unwrap();
                    let held = page
                        .statements
                        .iter()
                        .map(|statement| statement.text.len())
                        .sum::<usize>();
                    assert!(
                        page.statements.len() == 1 || held <= bytes,
                        "{held} bytes of {bytes}"
                    );
                    read.extend(page.statements);
                    query.after = page.next;
                    if query.after.is_none() {
                        break;
                    }
                    let next = &expected[read.len()];
                    assert!(held + next.text.len() > bytes, "there was room for one more");
                }
                assert_eq!(read, expected);
            }
        }
    }
    store.close().await.unwrap();
}

/// Pages are stable while others write: newest first, what is new is not seen; oldest first, it comes at the end;
/// nothing is seen twice or missed.
pub async fn pages_are_stable_while_others_write<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    for agent in [None, Some(agent(1))] {
        let mut sent = Vec::new();
        let write = async |count: usize| {
            let new: Vec<_> = (0..count).map(|_| id()).collect();
            store
                .append(new.iter().map(|id| sealed(&simple(*id, 1, 1, 1))).collect())
                .await
                .unwrap();
            // With others between them, that the filter leaves out.
            store.append(vec![sealed(&simple(id(), 2, 1, 1))]).await.unwrap();
            new
        };
        let query = StatementQuery {
            agent,
            limit: 4,
            ..StatementQuery::default()
        };
        sent.extend(write(10).await);
        for ascending in [true, false] {
            let start = store.head().await.unwrap();
            let mut query = StatementQuery {
                ascending,
                ..query.clone()
            };
            let mut read = Vec::new();
            let mut rounds = 0;
            loop {
                let page = store.query(&query).await.unwrap();
                read.extend(page.statements);
                query.after = page.next;
                if query.after.is_none() {
                    break;
                }
                rounds += 1;
                if rounds < 5 {
                    write(3).await;
                }
            }
            assert!(rounds > 1);
            let log = store.read_log(Position::START, 1_000).await.unwrap();
            let mut expected: Vec<_> = log
                .into_iter()
                .filter(|entry| query.agent.is_none() || !entry.text.contains("agent2@"))
                .filter(|entry| ascending || entry.position <= start)
                .collect();
            if !ascending {
                expected.reverse();
            }
            assert_eq!(read, expected);
        }
    }
}
