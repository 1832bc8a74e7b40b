//! Whatever the standard allows can be kept, found and read again.

use std::collections::HashSet;

use proptest::collection::vec;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Handle;
use tokio::task::block_in_place;
use uuid::Uuid;
use xapi::testing::{same_statement_json, statement_json};
use xapi::{Actor, Agent, Limits, Version};

use super::Backing;
use super::sample::authority;
use crate::{NewStatement, Position, StatementQuery};

fn config() -> Config {
    Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    }
}

fn sealed(text: &str, id: Uuid) -> NewStatement {
    let received = xapi::parse_statement(text.as_bytes(), Version::V1_0, &Limits::default())
        .unwrap_or_else(|error| panic!("{error}: {text}"));
    let by = Agent {
        name: None,
        ifi: authority(),
    };
    NewStatement::new(received.seal(id, &Actor::Agent(by)), &authority(), true)
}

/// Any valid statement comes back as it was sealed, and is found by its verb, its agent and its activity.
pub async fn any_valid_statement_is_kept_and_found<B: Backing>(fresh: impl AsyncFn() -> B) {
    TestRunner::new(config())
        .run(&vec(statement_json(), 1..25), |texts| {
            block_in_place(|| Handle::current().block_on(is_kept_and_found(&fresh, &texts)));
            Ok(())
        })
        .unwrap();
}

async fn is_kept_and_found<B: Backing>(fresh: &impl AsyncFn() -> B, texts: &[String]) {
    let backing = fresh().await;
    let store = backing.open().await;
    let mut seen = HashSet::new();
    let statements: Vec<_> = texts
        .iter()
        .map(|text| sealed(text, Uuid::new_v4()))
        .filter(|statement| seen.insert(statement.sealed.id()))
        .collect();
    assert_eq!(
        store.append(statements.clone()).await.unwrap().new,
        statements.len()
    );
    let log = store.read_log(Position::START, 100).await.unwrap();
    assert_eq!(log.len(), statements.len());
    for (sent, entry) in statements.iter().zip(&log) {
        assert_eq!(entry.id, sent.sealed.id());
        assert_eq!(entry.text, sent.sealed.text(entry.stored));
        assert_eq!(store.statement(entry.id).await.unwrap().as_ref(), Some(entry));
        let statement = sent.sealed.statement();
        let query = StatementQuery {
            agent: statement.actor.ifi().cloned(),
            verb: Some(statement.verb.id.clone()),
            activity: statement.activity_id().cloned(),
            limit: 100,
            ..StatementQuery::default()
        };
        let found = store.query(&query).await.unwrap().statements;
        assert_eq!(found.contains(entry), !entry.voided, "{query:?}");
    }
    store.close().await.unwrap();
}

/// A statement sent again in other words, as far as the standard calls them the same, is a no-op: the first
/// stays.
pub async fn the_same_in_other_words_is_a_no_op<B: Backing>(fresh: impl AsyncFn() -> B) {
    TestRunner::new(config())
        .run(&vec(same_statement_json(), 1..12), |pairs| {
            block_in_place(|| Handle::current().block_on(is_a_no_op(&fresh, &pairs)));
            Ok(())
        })
        .unwrap();
}

async fn is_a_no_op<B: Backing>(fresh: &impl AsyncFn() -> B, pairs: &[(String, String)]) {
    let backing = fresh().await;
    let store = backing.open().await;
    let mut seen = HashSet::new();
    for (first, again) in pairs {
        let first = sealed(first, Uuid::new_v4());
        let id = first.sealed.id();
        // Wordings differ in the id, too; but then they are two statements.
        let other_id = sealed(again, id).sealed.id();
        let again = sealed(&again.replace(&other_id.to_string(), &id.to_string()), id);
        assert_eq!(again.sealed.id(), id);
        if !seen.insert(id) {
            continue;
        }
        assert_eq!(store.append(vec![first]).await.unwrap().new, 1);
        let kept = store.statement(id).await.unwrap();
        assert_eq!(store.append(vec![again]).await.unwrap().new, 0);
        assert_eq!(store.statement(id).await.unwrap(), kept);
    }
    store.close().await.unwrap();
}
