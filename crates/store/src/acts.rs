use async_trait::async_trait;
use uuid::Uuid;
use xapi::Timestamp;

use crate::{PersonRecord, StoreResult};

/// Whom or what an act is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The person with this id.
    Person(String),
    /// The group with this name.
    Group(String),
    /// The curriculum with this id.
    Curriculum(String),
}

/// Something that somebody decided and put on the record; never changed, never removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActRecord {
    /// Its id.
    pub id: Uuid,
    /// What was decided, in the words of the API ("waiver", "undo", …).
    pub kind: String,
    /// About whom or what.
    pub subject: Subject,
    /// The curriculum it concerns, where it concerns one.
    pub curriculum: Option<String>,
    /// When it was recorded: given by the store, later than every act before it.
    pub at: Timestamp,
    /// Who recorded it: the name of the key.
    pub by: String,
    /// The act that it undoes. Each act is undone once at most, and one that undoes cannot be undone.
    pub undoes: Option<Uuid>,
    /// Everything else, as JSON text.
    pub body: String,
}

/// Which acts. `None` does not filter.
#[derive(Debug, Clone, Default)]
pub struct ActFilter {
    /// About this.
    pub subject: Option<Subject>,
    /// Concerning this curriculum.
    pub curriculum: Option<String>,
    /// Of this kind.
    pub kind: Option<String>,
    /// Continue after the act recorded at this moment.
    pub after: Option<Timestamp>,
    /// At most this many.
    pub limit: usize,
}

/// What people decided, on the record.
#[async_trait]
pub trait Acts: Send + Sync {
    /// Appends acts and puts the people whose record they change, all or nothing; answers the acts as recorded.
    ///
    /// Each new act makes a [`Change`](crate::Change) of what it is about. `at` of the arguments is ignored. An act
    /// whose id is there already is not recorded again and answered as it was recorded; if all of them are there,
    /// no person is put either.
    ///
    /// # Errors
    /// [`StoreError::Exists`](crate::StoreError::Exists) when an id belongs to an act that says something else, when
    /// the act to be undone was undone before, or when an identifier belongs to another person.
    /// [`StoreError::Missing`](crate::StoreError::Missing) when there is no act to be undone.
    async fn record_acts(
        &self,
        acts: Vec<ActRecord>,
        people: Vec<PersonRecord>,
    ) -> StoreResult<Vec<ActRecord>>;

    /// One act.
    ///
    /// # Errors
    /// When the backing fails.
    async fn act(&self, id: Uuid) -> StoreResult<Option<ActRecord>>;

    /// All acts about these, those that undo among them, in the order they were recorded.
    ///
    /// # Errors
    /// When the backing fails.
    async fn acts_of(&self, subjects: &[Subject]) -> StoreResult<Vec<ActRecord>>;

    /// The acts that undo these, in any order.
    ///
    /// # Errors
    /// When the backing fails.
    async fn acts_undoing(&self, acts: &[Uuid]) -> StoreResult<Vec<ActRecord>>;

    /// Acts in the order they were recorded.
    ///
    /// # Errors
    /// When the backing fails.
    async fn acts(&self, filter: &ActFilter) -> StoreResult<Vec<ActRecord>>;
}

impl ActRecord {
    /// Whether another says the same: everything but when and by whom.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.subject == other.subject
            && self.curriculum == other.curriculum
            && self.undoes == other.undoes
            && self.body == other.body
    }
}
