use async_trait::async_trait;
use bytes::Bytes;
use uuid::Uuid;
use xapi::{Ifi, Iri, Timestamp};

use crate::StoreResult;

/// Whose documents: one of the three document resources (1.0.3, Communication 2.3, 2.6 and 2.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DocumentScope {
    /// State of an agent in an activity, for one registration or for none.
    State {
        /// The activity.
        activity: Iri,
        /// The agent.
        agent: Ifi,
        /// The registration; documents without one are a scope of their own.
        registration: Option<Uuid>,
    },
    /// Profile of an activity.
    ActivityProfile {
        /// The activity.
        activity: Iri,
    },
    /// Profile of an agent.
    AgentProfile {
        /// The agent.
        agent: Ifi,
    },
}

/// One document: its scope and its `stateId` or `profileId`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DocumentKey {
    /// Whose.
    pub scope: DocumentScope,
    /// `stateId` or `profileId`.
    pub id: String,
}

/// A document as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What was sent.
    pub content: Bytes,
    /// As what it was sent (`Content-Type`).
    pub content_type: String,
    /// When it was last written.
    pub updated: Timestamp,
    /// The entity tag, without quotes: the SHA-1 or another digest of `content`, made by the caller.
    pub etag: String,
}

/// Which documents a scope has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentList {
    /// Their ids, sorted, each once.
    pub ids: Vec<String>,
    /// When the newest of them was written; `None` where there are none.
    pub updated: Option<Timestamp>,
}

/// What a writer of a document saw before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// No document.
    Absent,
    /// A document with this entity tag.
    Etag(String),
}

/// Documents of the state and profile resources. Conditional requests and merging are the caller's: it
/// reads, decides, and writes on condition that nothing changed in between.
#[async_trait]
pub trait Documents: Send + Sync {
    /// The document.
    ///
    /// # Errors
    /// When the backing fails.
    async fn document(&self, key: &DocumentKey) -> StoreResult<Option<Document>>;

    /// Writes (`Some`) or deletes (`None`) the document if it is still as `expected`.
    ///
    /// # Errors
    /// [`StoreError::Changed`](crate::StoreError::Changed) when it is not; nothing is written then.
    async fn replace_document(
        &self,
        key: &DocumentKey,
        expected: &Expected,
        new: Option<Document>,
    ) -> StoreResult<()>;

    /// The documents in a scope, written after `since` if given. For state, `any_registration` lists those of
    /// all registrations and of none, each id once.
    ///
    /// # Errors
    /// When the backing fails.
    async fn list_documents(
        &self,
        scope: &DocumentScope,
        any_registration: bool,
        since: Option<Timestamp>,
    ) -> StoreResult<DocumentList>;

    /// Deletes all documents of a scope; for state with `any_registration`, of all registrations and none.
    ///
    /// # Errors
    /// When the backing fails.
    async fn delete_documents(&self, scope: &DocumentScope, any_registration: bool) -> StoreResult<()>;
}
