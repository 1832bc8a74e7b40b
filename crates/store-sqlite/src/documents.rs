//! Documents of the state and profile resources.

use async_trait::async_trait;
use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, params};
use store::{
    Document, DocumentKey, DocumentList, DocumentScope, Documents, Expected, StoreError, StoreResult,
};
use xapi::Timestamp;

use crate::SqliteStore;
use crate::fault::Fault;

/// A scope as it is kept: what a kind of document does not have is empty.
struct Scope {
    kind: i64,
    activity: String,
    agent: String,
    registration: Vec<u8>,
}

impl Scope {
    fn of(scope: &DocumentScope) -> Self {
        match scope {
            DocumentScope::State {
                activity,
                agent,
                registration,
            } => Self {
                kind: 1,
                activity: activity.as_str().to_owned(),
                agent: agent.key(),
                registration: registration
                    .as_ref()
                    .map(|id| id.as_bytes().to_vec())
                    .unwrap_or_default(),
            },
            DocumentScope::ActivityProfile { activity } => Self {
                kind: 2,
                activity: activity.as_str().to_owned(),
                agent: String::new(),
                registration: Vec::new(),
            },
            DocumentScope::AgentProfile { agent } => Self {
                kind: 3,
                activity: String::new(),
                agent: agent.key(),
                registration: Vec::new(),
            },
        }
    }
}

#[async_trait]
impl Documents for SqliteStore {
    async fn document(&self, key: &DocumentKey) -> StoreResult<Option<Document>> {
        let (scope, id) = (Scope::of(&key.scope), key.id.clone());
        self.readers
            .read("read a document", move |connection| {
                let document = connection
                    .prepare_cached(
                        "SELECT content, content_type, updated, etag FROM document
                         WHERE kind = ?1 AND activity = ?2 AND agent = ?3 AND registration = ?4 AND id = ?5",
                    )?
                    .query_row(
                        params![scope.kind, scope.activity, scope.agent, scope.registration, id],
                        |row| {
                            Ok(Document {
                                content: Bytes::from(row.get::<_, Vec<u8>>(0)?),
                                content_type: row.get(1)?,
                                updated: Timestamp::from_micros(row.get(2)?),
                                etag: row.get(3)?,
                            })
                        },
                    )
                    .optional()?;
                Ok(document)
            })
            .await
    }

    async fn replace_document(
        &self,
        key: &DocumentKey,
        expected: &Expected,
        new: Option<Document>,
    ) -> StoreResult<()> {
        let (scope, id, expected) = (Scope::of(&key.scope), key.id.clone(), expected.clone());
        self.writer
            .write("write a document", move |connection| {
                replace(connection, &scope, &id, &expected, new)
            })
            .await
    }

    async fn list_documents(
        &self,
        scope: &DocumentScope,
        any_registration: bool,
        since: Option<Timestamp>,
    ) -> StoreResult<DocumentList> {
        let scope = Scope::of(scope);
        self.readers
            .read("list documents", move |connection| {
                let mut query = connection.prepare_cached(
                    "SELECT id, max(updated) FROM document
                     WHERE kind = ?1 AND activity = ?2 AND agent = ?3 AND (?4 OR registration = ?5) AND updated > ?6
                     GROUP BY id ORDER BY id",
                )?;
                let since = since.map_or(i64::MIN, Timestamp::as_micros);
                let given =
                    params![scope.kind, scope.activity, scope.agent, any_registration, scope.registration, since];
                let mut list = DocumentList::default();
                let mut rows = query.query(given)?;
                while let Some(row) = rows.next()? {
                    list.ids.push(row.get(0)?);
                    list.updated = list.updated.max(Some(Timestamp::from_micros(row.get(1)?)));
                }
                Ok(list)
            })
            .await
    }

    async fn delete_documents(&self, scope: &DocumentScope, any_registration: bool) -> StoreResult<()> {
        let scope = Scope::of(scope);
        self.writer
            .write("delete documents", move |connection| {
                connection
                    .prepare_cached(
                        "DELETE FROM document
                         WHERE kind = ?1 AND activity = ?2 AND agent = ?3 AND (?4 OR registration = ?5)",
                    )?
                    .execute(params![
                        scope.kind,
                        scope.activity,
                        scope.agent,
                        any_registration,
                        scope.registration
                    ])?;
                Ok(())
            })
            .await
    }
}

fn replace(
    connection: &Connection,
    scope: &Scope,
    id: &str,
    expected: &Expected,
    new: Option<Document>,
) -> Result<(), Fault> {
    let kept: Option<(i64, String)> = connection
        .prepare_cached(
            "SELECT rowid, etag FROM document
             WHERE kind = ?1 AND activity = ?2 AND agent = ?3 AND registration = ?4 AND id = ?5",
        )?
        .query_row(
            params![scope.kind, scope.activity, scope.agent, scope.registration, id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let as_expected = match (expected, &kept) {
        (Expected::Absent, None) => true,
        (Expected::Etag(expected), Some((_, etag))) => expected == etag,
        (Expected::Absent, Some(_)) | (Expected::Etag(_), None) => false,
    };
    if !as_expected {
        return Err(StoreError::Changed {
            what: format!("the document {id:?}"),
        }
        .into());
    }
    if let Some((row, _)) = kept {
        connection
            .prepare_cached("DELETE FROM document WHERE rowid = ?1")?
            .execute([row])?;
    }
    if let Some(new) = new {
        connection
            .prepare_cached(
                "INSERT INTO document
                     (kind, activity, agent, registration, id, content_type, updated, etag, content)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                scope.kind,
                scope.activity,
                scope.agent,
                scope.registration,
                id,
                new.content_type,
                new.updated.as_micros(),
                new.etag,
                &new.content[..],
            ])?;
    }
    Ok(())
}
