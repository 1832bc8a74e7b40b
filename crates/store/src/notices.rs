use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use xapi::Timestamp;

use crate::StoreResult;

/// A place in the order of notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct NoticePlace {
    /// The generation of the commit that wrote it.
    pub generation: i64,
    /// Which of that commit's notices it is, from 0.
    pub order: i64,
}

/// Something that people are told, or no longer stand by; never changed, never removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRecord {
    /// Its id, derived by the engine so that the same notice has the same id.
    pub id: Uuid,
    /// Its place: given by the store, ignored in a commit.
    pub place: NoticePlace,
    /// What it is about, in the words of the API ("step", "report", "review").
    pub kind: String,
    /// The person it is about, if it is about one.
    pub person: Option<String>,
    /// The curriculum.
    pub curriculum: String,
    /// What is owed, or for which period it is.
    pub obligation: String,
    /// Which step of the ladder, or which report.
    pub step: String,
    /// "taken" or "withdrawn".
    pub state: String,
    /// Who is told, each once: ids of people, and words and addresses for others.
    pub to: Vec<String>,
    /// When it was due to be told.
    pub at: Timestamp,
    /// When that was decided.
    pub decided_at: Timestamp,
    /// Everything else, as JSON text.
    pub body: String,
}

/// Which notices. `None` does not filter.
#[derive(Debug, Clone, Default)]
pub struct NoticeFilter {
    /// About this person.
    pub person: Option<String>,
    /// In this curriculum.
    pub curriculum: Option<String>,
    /// Of this kind.
    pub kind: Option<String>,
    /// To this recipient.
    pub to: Option<String>,
    /// In this state.
    pub state: Option<String>,
    /// Continue after this place.
    pub after: Option<NoticePlace>,
    /// At most this many.
    pub limit: usize,
}

/// What people are told about standings, reports and reviews: written in the engine's commits.
#[async_trait]
pub trait Notices: Send + Sync {
    /// Notices in the order they were written.
    ///
    /// # Errors
    /// When the backing fails.
    async fn notices(&self, filter: &NoticeFilter) -> StoreResult<Vec<NoticeRecord>>;

    /// All notices about these people, by person and then in the order they were written.
    ///
    /// # Errors
    /// When the backing fails.
    async fn notices_of(&self, people: &[String]) -> StoreResult<Vec<NoticeRecord>>;

    /// The place of the newest notice; none if there is no notice.
    ///
    /// # Errors
    /// When the backing fails.
    async fn last_notice(&self) -> StoreResult<Option<NoticePlace>>;
}
