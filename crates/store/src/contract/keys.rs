//! The keys of external systems.

use tokio::task::JoinSet;

use super::Backing;
use super::sample::at;
use crate::{KeyRecord, Scope, Scopes, Secret, StoreError};

fn key(id: &str, created_at: i64) -> KeyRecord {
    KeyRecord {
        id: id.to_owned(),
        name: format!("the key {id}"),
        secret: Secret::new(format!("secret of {id}")).hash(),
        scopes: Scopes(vec![Scope::StatementsWrite, Scope::Admin]),
        created_at: at(created_at),
        revoked_at: None,
    }
}

/// Keys come back as they were made, oldest first; none is made twice.
pub async fn keys_are_made_once<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    assert_eq!(store.key("b").await.unwrap(), None);
    assert_eq!(store.keys().await.unwrap(), []);
    let none = KeyRecord {
        scopes: Scopes::default(),
        ..key("c", 2)
    };
    for key in [key("b", 3), none.clone(), key("a", 1)] {
        store.create_key(key).await.unwrap();
    }
    assert_eq!(store.key("b").await.unwrap(), Some(key("b", 3)));
    assert_eq!(store.keys().await.unwrap(), [key("a", 1), none, key("b", 3)]);
    let again = KeyRecord {
        name: "another".to_owned(),
        ..key("b", 4)
    };
    assert!(matches!(
        store.create_key(again).await,
        Err(StoreError::Exists { .. })
    ));
    assert_eq!(store.key("b").await.unwrap(), Some(key("b", 3)));
    let secret = store.key("b").await.unwrap().unwrap().secret;
    assert!(secret.matches(&Secret::new("secret of b")));
    assert!(!secret.matches(&Secret::new("secret of a")));
}

/// A revoked key stays, with the moment it was revoked first; its id is not free.
pub async fn a_key_is_revoked_once<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    store.create_key(key("a", 1)).await.unwrap();
    store.create_key(key("b", 2)).await.unwrap();
    assert!(!store.revoke_key("nobody's", at(5)).await.unwrap());
    assert!(store.revoke_key("a", at(5)).await.unwrap());
    assert!(store.revoke_key("a", at(9)).await.unwrap());
    let revoked = KeyRecord {
        revoked_at: Some(at(5)),
        ..key("a", 1)
    };
    assert_eq!(store.keys().await.unwrap(), [revoked, key("b", 2)]);
    assert!(matches!(
        store.create_key(key("a", 9)).await,
        Err(StoreError::Exists { .. })
    ));
}

/// Of many who make a key of one id at once exactly one succeeds.
pub async fn one_of_many_makes_a_key<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let mut tasks = JoinSet::new();
    for number in 0..16 {
        let store = store.clone();
        tasks.spawn(async move { store.create_key(key("a", number)).await.is_ok() });
    }
    assert_eq!(tasks.join_all().await.into_iter().filter(|made| *made).count(), 1);
    assert_eq!(store.keys().await.unwrap().len(), 1);
}
