use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use xapi::{Ifi, Timestamp};

use crate::StoreResult;

/// A person: who is behind the identifiers that statements name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRecord {
    /// The person's id, chosen by the organisation (a personnel number, say).
    pub id: String,
    /// Every identifier statements may use for this person; each belongs to one person only.
    pub ifis: Vec<Ifi>,
    /// Everything else that is known, as JSON text (schemas/people.schema.json).
    pub body: String,
}

/// One published revision of a curriculum; immutable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurriculumRecord {
    /// The curriculum's id.
    pub id: String,
    /// 1, 2, 3…: counted by the store.
    pub revision: i64,
    /// SHA-256 of the canonical definition, lower-case hex.
    pub hash: String,
    /// When it was published.
    pub published_at: Timestamp,
    /// The canonical definition, as JSON text (schemas/curriculum.schema.json).
    pub body: String,
}

/// A place in the order of changes to people and curricula; 0 is before all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChangePosition(pub i64);

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// This person was added, changed or removed, or an act about them was recorded.
    Person(String),
    /// A revision of this curriculum was published, or an act about it was recorded.
    Curriculum(String),
    /// An act about this group was recorded.
    Group(String),
}

/// One entry of the order of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its place.
    pub position: ChangePosition,
    /// What changed.
    pub changed: Changed,
}

/// People and curricula, with an append-only record of what changed, for whoever follows.
#[async_trait]
pub trait Registry: Send + Sync {
    /// Adds or replaces people, all or none, with one [`Change`] each. A record equal to what is kept changes
    /// nothing. Answers how many were added or changed.
    ///
    /// # Errors
    /// [`StoreError::Exists`](crate::StoreError::Exists) when an identifier belongs to another person.
    async fn put_people(&self, people: Vec<PersonRecord>) -> StoreResult<usize>;

    /// Removes a person from the registry; answers whether it was there. Statements stay.
    ///
    /// # Errors
    /// When the backing fails.
    async fn remove_person(&self, id: &str) -> StoreResult<bool>;

    /// The person with this id.
    ///
    /// # Errors
    /// When the backing fails.
    async fn person(&self, id: &str) -> StoreResult<Option<PersonRecord>>;

    /// The people with these ids that exist, in any order.
    ///
    /// # Errors
    /// When the backing fails.
    async fn people_by_id(&self, ids: &[String]) -> StoreResult<Vec<PersonRecord>>;

    /// The person each identifier belongs to, in the order asked.
    ///
    /// # Errors
    /// When the backing fails.
    async fn people_by_ifi(&self, ifis: &[Ifi]) -> StoreResult<Vec<Option<String>>>;

    /// At most `limit` people with ids after `after`, by id.
    ///
    /// # Errors
    /// When the backing fails.
    async fn people(&self, after: Option<&str>, limit: usize) -> StoreResult<Vec<PersonRecord>>;

    /// Publishes a definition as the next revision; with the hash of the current revision it changes nothing
    /// and answers that one. `revision` of the argument is ignored.
    ///
    /// # Errors
    /// When the backing fails.
    async fn publish_curriculum(&self, curriculum: CurriculumRecord) -> StoreResult<CurriculumRecord>;

    /// The newest revision of every curriculum, by id.
    ///
    /// # Errors
    /// When the backing fails.
    async fn curricula(&self) -> StoreResult<Vec<CurriculumRecord>>;

    /// One revision, or the newest.
    ///
    /// # Errors
    /// When the backing fails.
    async fn curriculum(&self, id: &str, revision: Option<i64>) -> StoreResult<Option<CurriculumRecord>>;

    /// At most `limit` changes after `after`, in order.
    ///
    /// # Errors
    /// When the backing fails.
    async fn changes(&self, after: ChangePosition, limit: usize) -> StoreResult<Vec<Change>>;

    /// Waits until there is a change after `position`, whoever made it. May be dropped at any time.
    ///
    /// # Errors
    /// When the backing fails or is closed.
    async fn wait_for_change(&self, position: ChangePosition) -> StoreResult<()>;
}
