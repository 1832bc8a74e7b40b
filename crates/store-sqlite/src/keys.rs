//! The keys of external systems and administrators.

use async_trait::async_trait;
use rusqlite::{OptionalExtension, Row, params};
use store::{KeyRecord, Keys, Scopes, SecretHash, StoreError, StoreResult};
use xapi::Timestamp;

use crate::SqliteStore;
use crate::fault::Fault;

const KEY: &str = "id, name, secret, scopes, created_at, revoked_at";

fn key(row: &Row<'_>) -> Result<KeyRecord, Fault> {
    let id: String = row.get(0)?;
    let scopes: String = row.get(3)?;
    let scopes: Scopes =
        serde_json::from_str(&scopes).map_err(|error| Fault::corrupt(format!("the key {id:?}"), error))?;
    Ok(KeyRecord {
        name: row.get(1)?,
        secret: SecretHash(row.get(2)?),
        scopes,
        created_at: Timestamp::from_micros(row.get(4)?),
        revoked_at: row.get::<_, Option<i64>>(5)?.map(Timestamp::from_micros),
        id,
    })
}

#[async_trait]
impl Keys for SqliteStore {
    async fn create_key(&self, key: KeyRecord) -> StoreResult<()> {
        self.writer
            .write("keep a key", move |connection| {
                let scopes = serde_json::to_string(&key.scopes)
                    .map_err(|error| StoreError::backend("write a key's scopes", error))?;
                let added = connection
                    .prepare_cached(
                        "INSERT INTO access_key (id, name, secret, scopes, created_at, revoked_at)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
                    )?
                    .execute(params![
                        key.id,
                        key.name,
                        key.secret.0,
                        scopes,
                        key.created_at.as_micros(),
                        key.revoked_at.map(Timestamp::as_micros),
                    ])?;
                match added {
                    0 => Err(StoreError::Exists {
                        what: format!("the key {:?}", key.id),
                    }
                    .into()),
                    _ => Ok(()),
                }
            })
            .await
    }

    async fn key(&self, id: &str) -> StoreResult<Option<KeyRecord>> {
        let id = id.to_owned();
        self.readers
            .read("read a key", move |connection| {
                let mut query =
                    connection.prepare_cached(&format!("SELECT {KEY} FROM access_key WHERE id = ?1"))?;
                let mut rows = query.query([id])?;
                rows.next()?.map(key).transpose()
            })
            .await
    }

    async fn keys(&self) -> StoreResult<Vec<KeyRecord>> {
        self.readers
            .read("list keys", move |connection| {
                let mut query = connection
                    .prepare_cached(&format!("SELECT {KEY} FROM access_key ORDER BY created_at, n"))?;
                let mut rows = query.query([])?;
                let mut keys = Vec::new();
                while let Some(row) = rows.next()? {
                    keys.push(key(row)?);
                }
                Ok(keys)
            })
            .await
    }

    async fn revoke_key(&self, id: &str, at: Timestamp) -> StoreResult<bool> {
        let id = id.to_owned();
        self.writer
            .write("revoke a key", move |connection| {
                connection
                    .prepare_cached(
                        "UPDATE access_key SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
                    )?
                    .execute(params![id, at.as_micros()])?;
                let there = connection
                    .prepare_cached("SELECT 1 FROM access_key WHERE id = ?1")?
                    .query_row([id], |_| Ok(()))
                    .optional()?;
                Ok(there.is_some())
            })
            .await
    }
}
