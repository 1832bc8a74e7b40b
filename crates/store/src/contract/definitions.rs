//! The canonical definitions of activities (1.0.3, Communication 2.5).

use serde_json::{Value, json};

use super::Backing;
use super::sample::{activity, agent, authority, id, sealed, simple};
use crate::{NewStatement, Store};

async fn defined(store: &dyn Store, number: usize) -> Option<Value> {
    let definition = store.activity_definition(&activity(number)).await.unwrap();
    definition.map(|definition| serde_json::from_str(&definition).unwrap())
}

fn defining(number: usize, definition: &Value) -> NewStatement {
    let mut statement = simple(id(), 1, 1, number);
    statement["object"]["definition"] = definition.clone();
    sealed(&statement)
}

/// An activity that nobody defined has no definition; what statements say about one is merged, the newest last.
pub async fn definitions_are_merged<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    assert_eq!(defined(&*store, 1).await, None);
    let german = json!({"name": {"de": "Eins"}, "type": "https://example.com/course"});
    let english = json!({"name": {"en": "One"}, "description": {"en": "The first"}});
    store.append(vec![defining(1, &german)]).await.unwrap();
    assert_eq!(defined(&*store, 1).await, Some(german.clone()));
    store
        .append(vec![defining(1, &english), defining(2, &german)])
        .await
        .unwrap();
    let both = defined(&*store, 1).await.unwrap();
    assert_eq!(both["name"], json!({"de": "Eins", "en": "One"}));
    assert_eq!(both["description"], json!({"en": "The first"}));
    assert_eq!(both["type"], "https://example.com/course");
    assert_eq!(defined(&*store, 2).await, Some(german.clone()));

    // The same again changes nothing; what says otherwise counts from then on, also if it was said before.
    for _ in 0..2 {
        store.append(vec![defining(1, &german)]).await.unwrap();
        assert_eq!(defined(&*store, 1).await, Some(both.clone()));
    }
    for name in ["Uno", "One", "Uno"] {
        store
            .append(vec![defining(1, &json!({"name": {"en": name}}))])
            .await
            .unwrap();
        assert_eq!(
            defined(&*store, 1).await.unwrap()["name"],
            json!({"de": "Eins", "en": name})
        );
    }
}

/// Definitions in context activities and SubStatements count; those of a key without `define` do not.
pub async fn definitions_come_from_everywhere_allowed<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let definition = |name: &str| json!({"name": {"en": name}});
    let mut statement = simple(id(), 1, 1, 1);
    let about = |number: usize, name: &str| json!({"id": activity(number), "definition": definition(name)});
    statement["object"] = json!({"objectType": "SubStatement",
        "actor": super::sample::agent_json(&agent(1)), "verb": {"id": "https://example.com/verb"},
        "object": about(2, "object"),
        "context": {"contextActivities": {"other": [about(3, "other")]}}});
    statement["context"] = json!({"contextActivities": {
        "parent": [about(4, "parent"), about(5, "second")], "category": [about(6, "category")]}});

    let without = NewStatement::new(sealed(&statement).sealed, &authority(), false);
    store.append(vec![without]).await.unwrap();
    assert_eq!(defined(&*store, 2).await, None);
    statement["id"] = json!(id());
    store.append(vec![sealed(&statement)]).await.unwrap();
    for (number, name) in [
        (2, "object"),
        (3, "other"),
        (4, "parent"),
        (5, "second"),
        (6, "category"),
    ] {
        assert_eq!(defined(&*store, number).await, Some(definition(name)));
    }
}

/// Of two servers on one store each sees, and merges into, what the other wrote.
pub async fn definitions_of_two_servers_are_merged<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let servers = [backing.open().await, backing.open().await];
    for round in 0..3 {
        for (server, name) in servers.iter().zip(["this", "that"]) {
            server
                .append(vec![defining(1, &json!({"name": {"en": name}}))])
                .await
                .unwrap();
            for server in &servers {
                let seen = server.activity_definition(&activity(1)).await.unwrap().unwrap();
                assert!(seen.contains(name), "round {round}: {seen} after {name:?}");
            }
        }
    }
}
