use async_trait::async_trait;
use mongodb::bson::{RawDocumentBuf, doc, rawdoc};
use store::{KeyRecord, Keys, Scopes, SecretHash, StoreError, StoreResult};
use xapi::Timestamp;

use crate::MongoStore;
use crate::error::{doing, failed, is_duplicate};
use crate::raw::{Fields, binary, read_all};
use crate::schema::KEYS;

const READ: &str = "read a key";

#[async_trait]
impl Keys for MongoStore {
    async fn create_key(&self, key: KeyRecord) -> StoreResult<()> {
        let document = to_document(&key);
        self.inner
            .call("keep a key", async {
                match self.inner.collection(KEYS).insert_one(document).await {
                    Ok(_) => Ok(()),
                    Err(error) if is_duplicate(&error) => Err(StoreError::Exists {
                        what: format!("key {:?}", key.id),
                    }),
                    Err(error) => Err(failed("keep a key", &error)),
                }
            })
            .await
    }

    async fn key(&self, id: &str) -> StoreResult<Option<KeyRecord>> {
        self.inner
            .call(READ, async {
                let found = self
                    .inner
                    .collection(KEYS)
                    .find_one(doc! { "_id": id })
                    .await
                    .map_err(doing(READ))?;
                found
                    .map(|key| from_document(Fields::new("a key", &key)))
                    .transpose()
            })
            .await
    }

    async fn keys(&self) -> StoreResult<Vec<KeyRecord>> {
        self.inner
            .call(READ, async {
                let found = self
                    .inner
                    .collection(KEYS)
                    .find(doc! {})
                    .await
                    .map_err(doing(READ))?;
                let mut keys = read_all(found, "a key", READ, from_document).await?;
                keys.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
                Ok(keys)
            })
            .await
    }

    async fn revoke_key(&self, id: &str, at: Timestamp) -> StoreResult<bool> {
        self.inner
            .call("revoke a key", async {
                let keys = self.inner.collection(KEYS);
                let revoked = keys
                    .update_one(
                        doc! { "_id": id, "r": null },
                        doc! { "$set": { "r": at.as_micros() } },
                    )
                    .await
                    .map_err(doing("revoke a key"))?;
                if revoked.matched_count > 0 {
                    return Ok(true);
                }
                let there = keys.find_one(doc! { "_id": id }).await.map_err(doing(READ))?;
                Ok(there.is_some())
            })
            .await
    }
}

fn to_document(key: &KeyRecord) -> RawDocumentBuf {
    let scopes: Vec<_> = key
        .scopes
        .0
        .iter()
        .map(|scope| scope.as_str().to_owned())
        .collect();
    let mut document = rawdoc! {
        "_id": key.id.as_str(),
        "name": key.name.as_str(),
        "h": binary(&key.secret.0),
        "sc": mongodb::bson::raw::RawArrayBuf::from_iter(scopes),
        "c": key.created_at.as_micros(),
    };
    if let Some(at) = key.revoked_at {
        document.append(mongodb::bson::raw::cstr!("r"), at.as_micros());
    }
    document
}

fn from_document(key: Fields<'_>) -> StoreResult<KeyRecord> {
    let scopes: Result<Vec<_>, _> = key.texts("sc")?.iter().map(|scope| scope.parse()).collect();
    Ok(KeyRecord {
        id: key.text("_id")?,
        name: key.text("name")?,
        secret: SecretHash(key.bytes32("h")?),
        scopes: Scopes(scopes.map_err(|reason| StoreError::Corrupt {
            what: "a key".to_owned(),
            reason,
        })?),
        created_at: Timestamp::from_micros(key.i64("c")?),
        revoked_at: key.optional_i64("r")?.map(Timestamp::from_micros),
    })
}
