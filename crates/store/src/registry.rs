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
    /// The id of the person they report to, whether that one is known or not.
    pub manager: Option<String>,
    /// Everything else that is known, as JSON text (schemas/people.schema.json).
    pub body: String,
}

/// A person as they were known from a moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonVersion {
    /// From when on, until the next version; the beginning of 1970 if that was not kept.
    pub known_at: Timestamp,
    /// The person; `None` once they were removed.
    pub person: Option<PersonRecord>,
}

/// Who reports to whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Report {
    /// The person who does.
    pub person: String,
    /// The one they report to.
    pub manager: String,
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
    /// Who leads whom changes with a `manager`: then there is a change, too, of those they reported to before and
    /// report to now, and of the managers of these, as far as they are known.
    ///
    /// # Errors
    /// [`StoreError::Exists`](crate::StoreError::Exists) when an identifier belongs to another person.
    async fn put_people(&self, people: Vec<PersonRecord>) -> StoreResult<usize>;

    /// Removes a person from the registry; answers whether it was there. Statements stay, and so do the versions of
    /// the person. Those they reported to change as with [`Registry::put_people`].
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

    /// Every version of a person, oldest first; none of somebody who never was known.
    ///
    /// # Errors
    /// When the backing fails.
    async fn person_versions(&self, id: &str) -> StoreResult<Vec<PersonVersion>>;

    /// Who reports to these people, or did by what was known at a moment; in any order.
    ///
    /// # Errors
    /// When the backing fails.
    async fn reports(&self, managers: &[String], known_at: Option<Timestamp>) -> StoreResult<Vec<Report>>;

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
