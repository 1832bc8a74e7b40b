//! Documents of the state and profile resources.

use bytes::Bytes;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::Backing;
use super::sample::{activity, agent, at};
use crate::{Document, DocumentKey, DocumentScope, Expected, Store, StoreError};

fn state(activity_number: usize, agent_number: usize, registration: Option<u128>) -> DocumentScope {
    DocumentScope::State {
        activity: activity(activity_number),
        agent: agent(agent_number),
        registration: registration.map(Uuid::from_u128),
    }
}

fn key(scope: &DocumentScope, id: &str) -> DocumentKey {
    DocumentKey {
        scope: scope.clone(),
        id: id.to_owned(),
    }
}

fn document(content: &str, updated: i64) -> Document {
    Document {
        content: Bytes::copy_from_slice(content.as_bytes()),
        content_type: "text/plain; charset=utf-8".to_owned(),
        updated: at(updated),
        etag: format!("tag of {content}"),
    }
}

async fn put(store: &dyn Store, scope: &DocumentScope, id: &str, updated: i64) {
    store
        .replace_document(&key(scope, id), &Expected::Absent, Some(document(id, updated)))
        .await
        .unwrap();
}

/// Scopes that differ in anything.
fn scopes() -> Vec<DocumentScope> {
    vec![
        state(1, 1, None),
        state(1, 1, Some(0)),
        state(1, 1, Some(1)),
        state(1, 2, None),
        state(2, 1, None),
        DocumentScope::ActivityProfile {
            activity: activity(1),
        },
        DocumentScope::ActivityProfile {
            activity: activity(2),
        },
        DocumentScope::AgentProfile { agent: agent(1) },
        DocumentScope::AgentProfile { agent: agent(2) },
    ]
}

fn is_changed(answer: Result<(), StoreError>) -> bool {
    match answer {
        Ok(()) => false,
        Err(StoreError::Changed { .. }) => true,
        Err(error) => panic!("{error}"),
    }
}

/// A document comes back as it was written, byte for byte, until it is replaced or deleted.
pub async fn a_document_is_written_replaced_and_deleted<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let key = key(&state(1, 1, None), "bookmark");
    assert_eq!(store.document(&key).await.unwrap(), None);
    let mut first = document("first", 1_000_001);
    first.content = Bytes::from((0..=255).cycle().take(100_000).collect::<Vec<u8>>());
    store
        .replace_document(&key, &Expected::Absent, Some(first.clone()))
        .await
        .unwrap();
    assert_eq!(store.document(&key).await.unwrap(), Some(first.clone()));

    let second = document("", 2_000_002);
    store
        .replace_document(&key, &Expected::Etag(first.etag), Some(second.clone()))
        .await
        .unwrap();
    assert_eq!(store.document(&key).await.unwrap(), Some(second.clone()));

    store
        .replace_document(&key, &Expected::Etag(second.etag), None)
        .await
        .unwrap();
    assert_eq!(store.document(&key).await.unwrap(), None);
    // Deleting what is not there, as expected, is nothing.
    store
        .replace_document(&key, &Expected::Absent, None)
        .await
        .unwrap();
}

/// Nothing is written when the document is not as it was expected to be.
pub async fn a_document_that_changed_is_left_alone<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let key = key(&state(1, 1, None), "bookmark");
    let (kept, new) = (document("kept", 1), document("new", 2));
    let other_tag = Expected::Etag("another".to_owned());
    for replacement in [Some(new.clone()), None] {
        assert!(is_changed(
            store.replace_document(&key, &other_tag, replacement).await
        ));
        assert_eq!(store.document(&key).await.unwrap(), None);
    }
    store
        .replace_document(&key, &Expected::Absent, Some(kept.clone()))
        .await
        .unwrap();
    for expected in [Expected::Absent, other_tag, Expected::Etag(new.etag.clone())] {
        for replacement in [Some(new.clone()), None] {
            assert!(is_changed(
                store.replace_document(&key, &expected, replacement).await
            ));
            assert_eq!(store.document(&key).await.unwrap(), Some(kept.clone()));
        }
    }
}

/// Of 32 writers who saw the same document exactly one succeeds, each round.
pub async fn one_of_many_writers_wins_each_round<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let key = key(
        &DocumentScope::ActivityProfile {
            activity: activity(1),
        },
        "shared",
    );
    for round in 0..5 {
        let expected = match store.document(&key).await.unwrap() {
            None => Expected::Absent,
            Some(document) => Expected::Etag(document.etag),
        };
        let mut writers = JoinSet::new();
        for writer in 0..32 {
            let (store, key, expected) = (store.clone(), key.clone(), expected.clone());
            writers.spawn(async move {
                let new = document(&format!("round {round} writer {writer}"), 1);
                let answer = store.replace_document(&key, &expected, Some(new.clone())).await;
                (!is_changed(answer)).then_some(new)
            });
        }
        let winners: Vec<_> = writers.join_all().await.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1, "round {round}");
        assert_eq!(store.document(&key).await.unwrap().as_ref(), winners.first());
    }
}

/// Documents of different scopes have nothing to do with each other, nor those with different ids.
pub async fn scopes_are_apart<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    for (number, scope) in scopes().iter().enumerate() {
        for id in ["same", "Same"] {
            let document = document(&format!("{id} {number}"), 1);
            store
                .replace_document(&key(scope, id), &Expected::Absent, Some(document))
                .await
                .unwrap();
        }
    }
    for (number, scope) in scopes().iter().enumerate() {
        for id in ["same", "Same"] {
            let kept = store.document(&key(scope, id)).await.unwrap();
            assert_eq!(kept, Some(document(&format!("{id} {number}"), 1)));
        }
        assert_eq!(
            store.list_documents(scope, false, None).await.unwrap().ids,
            ["Same", "same"]
        );
    }
    store.delete_documents(&state(1, 1, None), false).await.unwrap();
    for (number, scope) in scopes().iter().enumerate() {
        let left = store.list_documents(scope, false, None).await.unwrap().ids.len();
        assert_eq!(left, if number == 0 { 0 } else { 2 }, "{scope:?}");
    }
}

/// Agents are the same when the standard says so: the domain of a mail address does not mind its case.
pub async fn the_same_agent_has_the_same_documents<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let scope = |address: &str| DocumentScope::AgentProfile {
        agent: xapi::Ifi::mbox(address).unwrap(),
    };
    put(&*store, &scope("mailto:ann@example.com"), "one", 1).await;
    assert_eq!(
        store
            .list_documents(&scope("mailto:ann@EXAMPLE.com"), false, None)
            .await
            .unwrap()
            .ids,
        ["one"]
    );
    assert_eq!(
        store
            .list_documents(&scope("mailto:Ann@example.com"), false, None)
            .await
            .unwrap()
            .ids,
        [""; 0]
    );
}

/// Ids are listed sorted, those written after a moment if one is given, of one registration or of all, each once.
pub async fn ids_are_listed<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let (none, first, second) = (state(1, 1, None), state(1, 1, Some(1)), state(1, 1, Some(2)));
    put(&*store, &none, "b", 10).await;
    put(&*store, &none, "a", 20).await;
    put(&*store, &first, "b", 30).await;
    put(&*store, &first, "ü", 30).await;
    put(&*store, &second, "c", 40).await;
    put(&*store, &state(1, 2, None), "other agent", 50).await;
    put(&*store, &state(2, 1, None), "other activity", 50).await;
    put(
        &*store,
        &DocumentScope::AgentProfile { agent: agent(1) },
        "profile",
        50,
    )
    .await;

    let list = async |scope: &DocumentScope, any, since: Option<i64>| {
        store.list_documents(scope, any, since.map(at)).await.unwrap()
    };
    let ids = async |scope: &DocumentScope, any, since| list(scope, any, since).await.ids;
    assert_eq!(ids(&none, false, None).await, ["a", "b"]);
    assert_eq!(ids(&first, false, None).await, ["b", "ü"]);
    assert_eq!(ids(&none, true, None).await, ["a", "b", "c", "ü"]);
    assert_eq!(ids(&second, true, None).await, ["a", "b", "c", "ü"]);
    // After a moment means after it.
    assert_eq!(ids(&none, false, Some(9)).await, ["a", "b"]);
    assert_eq!(ids(&none, false, Some(10)).await, ["a"]);
    assert_eq!(ids(&none, true, Some(20)).await, ["b", "c", "ü"]);
    assert_eq!(ids(&none, true, Some(40)).await, [""; 0]);
    assert_eq!(ids(&state(3, 1, None), true, None).await, [""; 0]);
    // When the newest of those listed was written.
    assert_eq!(list(&none, false, None).await.updated, Some(at(20)));
    assert_eq!(list(&first, false, None).await.updated, Some(at(30)));
    assert_eq!(list(&first, true, None).await.updated, Some(at(40)));
    assert_eq!(list(&none, true, Some(40)).await.updated, None);
}

/// All documents of a scope are deleted at once, of one registration or of all and none.
pub async fn documents_are_deleted_together<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    for any in [false, true] {
        for scope in scopes() {
            for id in ["one", "two"] {
                let key = key(&scope, id);
                if store.document(&key).await.unwrap().is_none() {
                    put(&*store, &scope, id, 1).await;
                }
            }
        }
        store.delete_documents(&state(1, 1, Some(0)), any).await.unwrap();
        for scope in scopes() {
            let of_the_registration = scope == state(1, 1, Some(0));
            let of_the_agent =
                [state(1, 1, None), state(1, 1, Some(0)), state(1, 1, Some(1))].contains(&scope);
            let deleted = if any { of_the_agent } else { of_the_registration };
            let left = store.list_documents(&scope, false, None).await.unwrap().ids.len();
            assert_eq!(left, if deleted { 0 } else { 2 }, "{scope:?}");
        }
    }
}
