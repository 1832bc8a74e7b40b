//! Every kind of query reads its page from an index in order, and little beyond the page.

use serde_json::Value;
use store::contract::sample::{activity, agent, authority, id, sealed, simple, verb};
use store::{StatementLog, StatementQuery};
use store_mongodb::MongoStore;
use xapi::Timestamp;

use crate::support::TestDatabase;

const LIMIT: usize = 10;

/// 2,000 statements: every second by agent 0, every fifth with verb 0, every fourth about activity 0; each of
/// the others is rare.
async fn fill(store: &MongoStore) {
    let registration = uuid::Uuid::from_u128(7);
    let statement = |n: usize| {
        let pick = |every: usize| if n.is_multiple_of(every) { 0 } else { n };
        let mut statement = simple(id(), pick(2), pick(5), pick(4));
        statement["context"] = serde_json::json!({
            "registration": if n.is_multiple_of(100) { registration } else { id() },
            "instructor": {"mbox": "mailto:instructor@example.com"},
            "contextActivities": {"grouping": [{"id": activity(1)}]},
        });
        sealed(&statement)
    };
    for batch in 0..10 {
        store
            .append((batch * 200..(batch + 1) * 200).map(statement).collect())
            .await
            .unwrap();
    }
}

fn queries(middle: Timestamp) -> Vec<(&'static str, StatementQuery)> {
    let query = || StatementQuery {
        limit: LIMIT,
        ..StatementQuery::default()
    };
    let instructor = xapi::Ifi::mbox("mailto:instructor@example.com").unwrap();
    vec![
        ("all", query()),
        (
            "agent",
            StatementQuery {
                agent: Some(agent(0)),
                ..query()
            },
        ),
        (
            "related agent",
            StatementQuery {
                agent: Some(instructor),
                related_agents: true,
                ..query()
            },
        ),
        (
            "verb",
            StatementQuery {
                verb: Some(verb(0)),
                ..query()
            },
        ),
        (
            "activity",
            StatementQuery {
                activity: Some(activity(0)),
                ..query()
            },
        ),
        (
            "related activity",
            StatementQuery {
                activity: Some(activity(1)),
                related_activities: true,
                ..query()
            },
        ),
        (
            "registration",
            StatementQuery {
                registration: Some(uuid::Uuid::from_u128(7)),
                ..query()
            },
        ),
        (
            "authority",
            StatementQuery {
                authority: Some(authority()),
                ..query()
            },
        ),
        (
            "since",
            StatementQuery {
                since: Some(middle),
                ..query()
            },
        ),
        (
            "until",
            StatementQuery {
                until: Some(middle),
                ..query()
            },
        ),
        (
            "verb and activity",
            StatementQuery {
                verb: Some(verb(0)),
                activity: Some(activity(0)),
                ..query()
            },
        ),
        (
            "mine of an agent, since and until",
            StatementQuery {
                agent: Some(agent(0)),
                authority: Some(authority()),
                since: Some(Timestamp::from_micros(0)),
                until: Some(middle),
                ..query()
            },
        ),
        (
            "related agent and verb",
            StatementQuery {
                agent: Some(agent(0)),
                related_agents: true,
                verb: Some(verb(0)),
                ..query()
            },
        ),
    ]
}

/// Names of all stages of a plan.
fn stages<'v>(plan: &'v Value, found: &mut Vec<&'v str>) {
    match plan {
        Value::Object(members) => {
            found.extend(members.get("stage").and_then(Value::as_str));
            members.values().for_each(|value| stages(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| stages(item, found)),
        _ => {}
    }
}

fn number(value: &Value) -> u64 {
    // Longs may come as numbers or in extended JSON.
    value
        .as_u64()
        .or_else(|| value["$numberLong"].as_str()?.parse().ok())
        .expect("a number")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_query_sorts_or_scans() {
    let database = TestDatabase::new();
    let store = database.store().await;
    fill(&store).await;
    let middle = store.read_log(store::Position(1_000), 1).await.unwrap()[0].stored;
    for (name, query) in queries(middle) {
        for ascending in [false, true] {
            let query = StatementQuery {
                ascending,
                ..query.clone()
            };
            let plan: Value = serde_json::from_str(&store.explain(&query).await.unwrap()).unwrap();
            let mut found = Vec::new();
            stages(&plan["queryPlanner"]["winningPlan"], &mut found);
            assert!(found.contains(&"IXSCAN"), "{name}: {found:?}");
            assert!(
                !found.contains(&"SORT") && !found.contains(&"COLLSCAN"),
                "{name}: {found:?}"
            );
            let examined = number(&plan["executionStats"]["totalDocsExamined"]);
            let page = store.query(&query).await.unwrap();
            assert_eq!(page.statements.len(), LIMIT, "{name}");
            // A filter of two terms reads what one of them leads to: here at most every second is in vain.
            let most = if name.contains("and verb") {
                12 * LIMIT as u64
            } else {
                3 * LIMIT as u64
            };
            assert!(
                examined <= most,
                "{name}: {examined} documents for a page of {LIMIT}"
            );
        }
    }
}
