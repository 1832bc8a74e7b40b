use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use xapi::Timestamp;

use crate::{ChangePosition, NoticeRecord, Position, Share, StoreResult};

/// How far the certification engine has come with a share of the people. Whoever commits must have seen the newest one:
/// of two engines that work at once on a share, one loses and reads again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Whose standings it is about. The shares of all checkpoints are everybody, each once.
    #[serde(default)]
    pub share: Share,
    /// The engine that holds the share; `None` if none does. Not written by a commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Uuid>,
    /// Grows by one with every commit; 0 before the first.
    pub generation: i64,
    /// The last log entry taken into account.
    pub position: Position,
    /// The last change of people or curricula taken into account.
    pub change: ChangePosition,
    /// What is half done, as the engine's own JSON text; empty for nothing.
    pub state: String,
}

impl Checkpoint {
    /// The checkpoint of a part of the share, as far as this one, with a holder, in a new generation: what was based on
    /// this one can not be committed any more.
    #[must_use]
    pub fn of_part(&self, share: Share, holder: Option<Uuid>) -> Self {
        Self {
            share,
            holder,
            generation: self.generation + 1,
            ..self.clone()
        }
    }

    /// The checkpoints of what stays behind and of what is taken out, with the same holder.
    #[must_use]
    pub fn split(&self, off: Share) -> [Self; 2] {
        [self.share.minus(off), off].map(|share| self.of_part(share, self.holder))
    }
}

/// A small fact about a person, drawn from one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceRecord {
    /// Whose.
    pub person: String,
    /// The statement it was drawn from; at most one row a person and statement.
    pub statement: Uuid,
    /// That statement's place in the log.
    pub position: Position,
    /// The fact, as JSON text.
    pub body: String,
}

/// Where a person stands in a curriculum, as last evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingRecord {
    /// The person.
    pub person: String,
    /// The curriculum.
    pub curriculum: String,
    /// Its revision.
    pub revision: i64,
    /// The status, in the words of the API ("certified", "in_progress", …).
    pub status: String,
    /// When the standing would change by itself; `None` for never.
    pub next_change_at: Option<Timestamp>,
    /// The standing with its reasons, as JSON text.
    pub body: String,
}

/// A certificate's current state: a projection of its ledger entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRecord {
    /// The certificate's id.
    pub id: Uuid,
    /// Who earned it.
    pub person: String,
    /// For which curriculum.
    pub curriculum: String,
    /// 1, 2, 3…: the person's certificates of this curriculum, counted; unique with person and curriculum.
    pub number: i64,
    /// "active", "suspended", "expired", "revoked".
    pub status: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// Everything else, proof included, as JSON text.
    pub body: String,
}

/// One thing that happened to a certificate; never changed, never removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The entry's own id, derived by the engine so that the same decision has the same id.
    pub id: Uuid,
    /// The certificate.
    pub certificate: Uuid,
    /// Whose it is.
    pub person: String,
    /// The curriculum.
    pub curriculum: String,
    /// "issued", "renewed", "suspended", "reinstated", "expired", "revoked".
    pub kind: String,
    /// When the decision took effect.
    pub at: Timestamp,
    /// When it was made.
    pub decided_at: Timestamp,
    /// Reason, derivation and evidence, as JSON text.
    pub body: String,
}

/// Something to be told to the outside; removed once it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Its id, derived by the engine so that the same notice has the same id.
    pub id: Uuid,
    /// What to do ("statement", …).
    pub kind: String,
    /// With what, as JSON text.
    pub body: String,
    /// Not before this moment.
    pub due_at: Timestamp,
}

/// What the engine writes in one transaction: all of it or, when `expected` is no longer the generation of the
/// checkpoint of `next`'s share, nothing. All of it is about people of that share.
#[derive(Debug, Clone, Default)]
pub struct EngineCommit {
    /// The generation the work was based on.
    pub expected: i64,
    /// The checkpoint afterwards; its generation must be `expected + 1`.
    pub next: Checkpoint,
    /// Evidence to add or replace.
    pub evidence: Vec<EvidenceRecord>,
    /// Evidence to remove before `evidence` is added: (person, statement).
    pub withdrawn: Vec<(String, Uuid)>,
    /// People whose evidence is to be removed, before `evidence` is added.
    pub forgotten: Vec<String>,
    /// Standings to add or replace.
    pub standings: Vec<StandingRecord>,
    /// Standings to remove: (person, curriculum).
    pub lapsed: Vec<(String, String)>,
    /// Certificates to add or replace.
    pub certificates: Vec<CertificateRecord>,
    /// Entries to append to the ledger.
    pub ledger: Vec<LedgerEntry>,
    /// Entries to add to the outbox; one whose id is there already is ignored.
    pub outbox: Vec<OutboxEntry>,
    /// Notices to append; one whose id is there already is ignored.
    pub notices: Vec<NoticeRecord>,
}

/// Which standings. `None` does not filter.
#[derive(Debug, Clone, Default)]
pub struct StandingFilter {
    /// Of this person.
    pub person: Option<String>,
    /// In this curriculum.
    pub curriculum: Option<String>,
    /// With this status.
    pub status: Option<String>,
    /// Continue after this (person, curriculum).
    pub after: Option<(String, String)>,
    /// At most this many.
    pub limit: usize,
}

/// Which certificates. `None` does not filter.
#[derive(Debug, Clone, Default)]
pub struct CertificateFilter {
    /// Of this person.
    pub person: Option<String>,
    /// In this curriculum.
    pub curriculum: Option<String>,
    /// With this status.
    pub status: Option<String>,
    /// Continue after this certificate, in the order of (person, curriculum, number).
    pub after: Option<(String, String, i64)>,
    /// At most this many.
    pub limit: usize,
}

/// An engine that has not said for so long that it is alive is taken for dead.
pub const LEASE: Duration = Duration::from_secs(3);

/// What follows from statements, people and curricula: kept by the certification engine alone.
#[async_trait]
pub trait Engine: Send + Sync {
    /// How far engines have come with each share, by share.
    ///
    /// # Errors
    /// When the backing fails.
    async fn checkpoints(&self) -> StoreResult<Vec<Checkpoint>>;

    /// Says that an engine is alive, and has it take and give up shares until it has its due ([`moves`](crate::moves)).
    /// One that has not said so for [`LEASE`] is taken for dead. Taking a share begins a new generation: what
    /// whoever held it before is about to commit is refused. A backing that one process at a time works on has nothing
    /// to divide: there, nobody holds anything. Answers whether something changed hands.
    ///
    /// # Errors
    /// When the backing fails.
    async fn hold(&self, engine: Uuid) -> StoreResult<bool>;

    /// Says that an engine has come to its end: what it holds can be taken at once.
    ///
    /// # Errors
    /// When the backing fails.
    async fn leave(&self, engine: Uuid) -> StoreResult<()>;

    /// Takes some slots out of a share: they get a checkpoint of their own, as far as this one, and the same holder.
    ///
    /// # Errors
    /// [`StoreError::Changed`](crate::StoreError::Changed) when `of` is not the newest.
    async fn split(&self, of: &Checkpoint, off: Share) -> StoreResult<()>;

    /// Puts two shares together under one checkpoint, whose generation must be above that of both.
    ///
    /// # Errors
    /// [`StoreError::Changed`](crate::StoreError::Changed) when one of `both` is not the newest.
    async fn join(&self, both: &[Checkpoint; 2], next: Checkpoint) -> StoreResult<()>;

    /// Writes all of `commit`, durably, or nothing.
    ///
    /// # Errors
    /// [`StoreError::Changed`](crate::StoreError::Changed) when another engine committed in between, or the share was
    /// taken by another or divided anew.
    async fn commit(&self, commit: EngineCommit) -> StoreResult<()>;

    /// All evidence of these people, by (person, position).
    ///
    /// # Errors
    /// When the backing fails.
    async fn evidence(&self, people: &[String]) -> StoreResult<Vec<EvidenceRecord>>;

    /// The evidence drawn from these statements, whoever's it is.
    ///
    /// # Errors
    /// When the backing fails.
    async fn evidence_of_statements(&self, statements: &[Uuid]) -> StoreResult<Vec<EvidenceRecord>>;

    /// Standings by (person, curriculum).
    ///
    /// # Errors
    /// When the backing fails.
    async fn standings(&self, filter: &StandingFilter) -> StoreResult<Vec<StandingRecord>>;

    /// All standings of these people.
    ///
    /// # Errors
    /// When the backing fails.
    async fn standings_of(&self, people: &[String]) -> StoreResult<Vec<StandingRecord>>;

    /// At most `limit` standings of people of a share whose `next_change_at` is at or before `at`, earliest first.
    ///
    /// # Errors
    /// When the backing fails.
    async fn standings_due(
        &self,
        share: Share,
        at: Timestamp,
        limit: usize,
    ) -> StoreResult<Vec<StandingRecord>>;

    /// The earliest `next_change_at` of all standings of people of a share.
    ///
    /// # Errors
    /// When the backing fails.
    async fn next_change_at(&self, share: Share) -> StoreResult<Option<Timestamp>>;

    /// Certificates by (person, curriculum, number).
    ///
    /// # Errors
    /// When the backing fails.
    async fn certificates(&self, filter: &CertificateFilter) -> StoreResult<Vec<CertificateRecord>>;

    /// All certificates of these people, by (person, curriculum, number).
    ///
    /// # Errors
    /// When the backing fails.
    async fn certificates_of(&self, people: &[String]) -> StoreResult<Vec<CertificateRecord>>;

    /// One certificate.
    ///
    /// # Errors
    /// When the backing fails.
    async fn certificate(&self, id: Uuid) -> StoreResult<Option<CertificateRecord>>;

    /// The ledger entries of a certificate, in the order they were appended.
    ///
    /// # Errors
    /// When the backing fails.
    async fn ledger(&self, certificate: Uuid) -> StoreResult<Vec<LedgerEntry>>;

    /// At most `limit` outbox entries due at or before `at`, oldest first.
    ///
    /// # Errors
    /// When the backing fails.
    async fn outbox(&self, at: Timestamp, limit: usize) -> StoreResult<Vec<OutboxEntry>>;

    /// Removes outbox entries that are done.
    ///
    /// # Errors
    /// When the backing fails.
    async fn outbox_done(&self, ids: &[Uuid]) -> StoreResult<()>;
}
