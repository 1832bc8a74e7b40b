//! Keys of external systems and administrators: made, listed, revoked.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use store::{KeyRecord, Scope, Scopes, Secret, Store, StoreResult};
use uuid::Uuid;

/// Makes a key with a secret of the server's own making, which is answered this once and kept only as a hash.
///
/// # Errors
/// When the store fails, or the operating system gives no random bytes.
pub async fn create(store: &dyn Store, name: &str, scopes: &[Scope]) -> StoreResult<(KeyRecord, Secret)> {
    let secret = Secret::generate()?;
    let scopes: BTreeSet<Scope> = scopes.iter().copied().collect();
    let key = KeyRecord {
        id: Uuid::new_v4().simple().to_string(),
        name: name.to_owned(),
        secret: secret.hash(),
        scopes: Scopes(scopes.into_iter().collect()),
        created_at: web::now(),
        revoked_at: None,
    };
    store.create_key(key.clone()).await?;
    Ok((key, secret))
}

/// A key as it is shown, without its secret.
#[must_use]
pub fn shown(key: &KeyRecord) -> Value {
    json!({
        "id": key.id,
        "name": key.name,
        "scopes": key.scopes,
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
    })
}

/// All keys, oldest first, revoked ones too.
///
/// # Errors
/// When the store fails.
pub async fn list(store: &dyn Store) -> StoreResult<Vec<KeyRecord>> {
    store.keys().await
}

/// Revokes a key from now on; answers whether there is such a key.
///
/// # Errors
/// When the store fails.
pub async fn revoke(store: &dyn Store, id: &str) -> StoreResult<bool> {
    store.revoke_key(id, web::now()).await
}
