use async_trait::async_trait;
use bytes::Bytes;
use mongodb::bson::{Bson, Document as Bsons, RawDocumentBuf, doc, rawdoc};
use sha2::{Digest, Sha256};
use store::{
    Document, DocumentKey, DocumentList, DocumentScope, Documents, Expected, StoreError, StoreResult,
};
use uuid::Uuid;
use xapi::Timestamp;

use crate::error::{doing, failed, is_duplicate};
use crate::raw::{Fields, binary, read_all, uuid};
use crate::schema::DOCUMENTS;
use crate::{Inner, MongoStore};

const READ: &str = "read a document";
const WRITE: &str = "write a document";
const DELETE: &str = "delete documents";

/// MongoDB keeps documents of 16 MiB at most; the rest is for the other fields.
const MAX_CONTENT: usize = 16 * 1024 * 1024 - 64 * 1024;

#[async_trait]
impl Documents for MongoStore {
    async fn document(&self, key: &DocumentKey) -> StoreResult<Option<Document>> {
        self.inner
            .call(READ, async {
                let documents = self.inner.collection(DOCUMENTS);
                let found = documents
                    .find_one(doc! { "_id": id_of(key) })
                    .await
                    .map_err(doing(READ))?;
                found
                    .map(|found| from_document(Fields::new("a document", &found)))
                    .transpose()
            })
            .await
    }

    async fn replace_document(
        &self,
        key: &DocumentKey,
        expected: &Expected,
        new: Option<Document>,
    ) -> StoreResult<()> {
        if let Some(size) = new
            .as_ref()
            .map(|new| new.content.len())
            .filter(|size| *size > MAX_CONTENT)
        {
            let reason =
                format!("it has {size} bytes and MongoDB keeps {MAX_CONTENT} at most; send a smaller one");
            return Err(StoreError::backend(WRITE, reason));
        }
        self.inner
            .call(WRITE, async {
                if self.inner.replace(key, expected, new).await? {
                    return Ok(());
                }
                Err(StoreError::Changed {
                    what: format!("document {:?}", key.id),
                })
            })
            .await
    }

    async fn list_documents(
        &self,
        scope: &DocumentScope,
        any_registration: bool,
        since: Option<Timestamp>,
    ) -> StoreResult<DocumentList> {
        let mut filter = in_scope(scope, any_registration);
        if let Some(since) = since {
            filter.insert("u", doc! { "$gt": since.as_micros() });
        }
        self.inner
            .call(READ, async {
                // Only fields of the index: no content is read.
                let found = self
                    .inner
                    .collection(DOCUMENTS)
                    .find(filter)
                    .projection(doc! { "_id": 0, "i": 1, "u": 1 })
                    .await
                    .map_err(doing(READ))?;
                let mut list = DocumentList::default();
                read_all(found, "a document", READ, |found| {
                    list.ids.push(found.text("i")?);
                    list.updated = list.updated.max(Some(Timestamp::from_micros(found.i64("u")?)));
                    Ok(())
                })
                .await?;
                list.ids.sort_unstable();
                list.ids.dedup();
                Ok(list)
            })
            .await
    }

    async fn delete_documents(&self, scope: &DocumentScope, any_registration: bool) -> StoreResult<()> {
        self.inner
            .call(DELETE, async {
                // One transaction: somebody who reads meanwhile sees all of them or none.
                let mut transaction = self.inner.transaction(DELETE);
                loop {
                    let session = transaction.begin().await?;
                    let documents = self.inner.collection(DOCUMENTS);
                    let deleted = documents
                        .delete_many(in_scope(scope, any_registration))
                        .session(session)
                        .await;
                    if transaction.end(deleted.map_err(Into::into)).await?.is_some() {
                        return Ok(());
                    }
                }
            })
            .await
    }
}

impl Inner {
    /// Writes or deletes on condition; answers whether the condition held. One document: one atomic write.
    async fn replace(
        &self,
        key: &DocumentKey,
        expected: &Expected,
        new: Option<Document>,
    ) -> StoreResult<bool> {
        let documents = self.collection(DOCUMENTS);
        match (expected, new) {
            (Expected::Absent, None) => {
                let found = documents
                    .find_one(doc! { "_id": id_of(key) })
                    .await
                    .map_err(doing(READ))?;
                Ok(found.is_none())
            }
            (Expected::Absent, Some(new)) => match documents.insert_one(to_document(key, &new)).await {
                Ok(_) => Ok(true),
                Err(error) if is_duplicate(&error) => Ok(false),
                Err(error) => Err(failed(WRITE, &error)),
            },
            (Expected::Etag(etag), Some(new)) => {
                let replaced = documents
                    .replace_one(doc! { "_id": id_of(key), "e": etag }, to_document(key, &new))
                    .await
                    .map_err(doing(WRITE))?;
                Ok(replaced.matched_count == 1)
            }
            (Expected::Etag(etag), None) => {
                let deleted = documents
                    .delete_one(doc! { "_id": id_of(key), "e": etag })
                    .await
                    .map_err(doing(DELETE))?;
                Ok(deleted.deleted_count == 1)
            }
        }
    }
}

/// A digest over parts whose lengths are counted in, so that no two lists of parts are confused.
fn digest(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

/// A scope taken apart. It is found by digests; what is beside them tells it again when it is copied. What a kind of
/// document does not have is empty.
pub(crate) struct Scoped {
    /// 1 state, 2 activity profile, 3 agent profile.
    pub(crate) kind: i64,
    pub(crate) activity: String,
    /// The agent's key.
    pub(crate) agent: String,
    pub(crate) registration: Option<Uuid>,
}

impl Scoped {
    fn of(scope: &DocumentScope) -> Self {
        let (kind, activity, agent, registration) = match scope {
            DocumentScope::State {
                activity,
                agent,
                registration,
            } => (1, activity.as_str(), agent.key(), *registration),
            DocumentScope::ActivityProfile { activity } => (2, activity.as_str(), String::new(), None),
            DocumentScope::AgentProfile { agent } => (3, "", agent.key(), None),
        };
        Self {
            kind,
            activity: activity.to_owned(),
            agent,
            registration,
        }
    }

    /// A digest of the scope without its registration.
    pub(crate) fn family(&self) -> Vec<u8> {
        let (activity, agent) = (self.activity.as_bytes(), self.agent.as_bytes());
        match self.kind {
            1 => digest(&[b"state", activity, agent]),
            2 => digest(&[b"activity", activity]),
            _ => digest(&[b"agent", agent]),
        }
    }

    /// The `_id` of the document with this `stateId` or `profileId`.
    pub(crate) fn id(&self, id: &str) -> mongodb::bson::Binary {
        let registration = self
            .registration
            .as_ref()
            .map_or(&[][..], |id| &id.as_bytes()[..]);
        binary(&digest(&[&self.family(), registration, id.as_bytes()]))
    }
}

fn id_of(key: &DocumentKey) -> mongodb::bson::Binary {
    Scoped::of(&key.scope).id(&key.id)
}

fn in_scope(scope: &DocumentScope, any_registration: bool) -> Bsons {
    let scope = Scoped::of(scope);
    let mut filter = doc! { "c": binary(&scope.family()) };
    if !any_registration {
        filter.insert(
            "r",
            scope.registration.map_or(Bson::Null, |id| Bson::Binary(uuid(id))),
        );
    }
    filter
}

fn to_document(key: &DocumentKey, new: &Document) -> RawDocumentBuf {
    let scope = Scoped::of(&key.scope);
    let registration = scope.registration.map_or(Bson::Null, |id| Bson::Binary(uuid(id)));
    let registration = mongodb::bson::RawBson::try_from(registration).unwrap_or(mongodb::bson::RawBson::Null);
    rawdoc! {
        "_id": scope.id(&key.id),
        "c": binary(&scope.family()),
        "k": scope.kind,
        "a": scope.activity,
        "g": scope.agent,
        "r": registration,
        "i": key.id.as_str(),
        "u": new.updated.as_micros(),
        "e": new.etag.as_str(),
        "ct": new.content_type.as_str(),
        "b": binary(&new.content),
    }
}

fn from_document(found: Fields<'_>) -> StoreResult<Document> {
    Ok(Document {
        content: Bytes::copy_from_slice(found.bytes("b")?),
        content_type: found.text("ct")?,
        updated: Timestamp::from_micros(found.i64("u")?),
        etag: found.text("e")?,
    })
}
