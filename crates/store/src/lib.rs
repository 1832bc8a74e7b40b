//! What is kept: traits by concern, the records they keep, and the contract every backing must pass.
//!
//! Three kinds of things live in a store, and they are kept apart:
//!
//! - **what was received**: the [`StatementLog`] (append-only, one order), [`Documents`] and [`Attachments`];
//! - **what was told**: [`Registry`] — people and curricula —, [`Acts`] — what people decided — and [`Keys`];
//! - **what follows from both**: [`Engine`] — evidence, standings, certificates, their ledger and the outbox — and
//!   [`Notices`]: what people are told.
//!
//! All of it can be copied from one store to another, of whatever backing: [`transfer`].
//!
//! The crate knows no database, no HTTP and no rules. Records carry what must be found by (identifiers,
//! statuses, times) as fields; everything else is JSON text that the writer of a record understands.
//!
//! # What every backing must hold
//!
//! - **Acknowledged is kept.** When a method that writes returns `Ok`, the write is durable.
//! - **One order.** Every statement has a [`Position`]; positions and `stored` times grow together, and a
//!   statement never appears below a position that was already readable.
//! - **All or nothing.** A batch, a document update, an engine commit: whole or not at all.
//! - **Nothing is rewritten.** Statements, ledger entries and notices are only ever added.

mod acts;
mod attachments;
#[cfg(feature = "contract")]
pub mod contract;
mod definitions;
mod documents;
mod engine;
mod error;
mod index;
mod keys;
mod notices;
mod registry;
mod share;
mod statements;
pub mod transfer;

pub use acts::{ActFilter, ActRecord, Acts, Subject};
pub use attachments::{AttachmentInfo, Attachments, Sha2};
pub use definitions::Definition;
pub use documents::{Document, DocumentKey, DocumentList, DocumentScope, Documents, Expected};
pub use engine::{
    CertificateFilter, CertificateRecord, Checkpoint, Engine, EngineCommit, EvidenceRecord, LEASE,
    LedgerEntry, OutboxEntry, StandingFilter, StandingRecord,
};
pub use error::{StoreError, StoreResult};
pub use index::{IndexKey, IndexKeys};
pub use keys::{KeyRecord, Keys, Scope, Scopes, Secret, SecretHash};
pub use notices::{NoticeFilter, NoticePlace, NoticeRecord, Notices};
pub use registry::{
    Change, ChangePosition, Changed, CurriculumRecord, PersonRecord, PersonVersion, Registry, Report,
};
pub use share::{Move, Part, SLOTS, Share, moves};
pub use statements::{
    Appended, LOG_BYTES, LogEntry, LogPage, NewStatement, PageRoom, Position, REFERENCE_DEPTH, StatementLog,
    StatementPage, StatementQuery, StoredStatement,
};

/// Everything a Testamur server keeps; implemented by each backing.
#[async_trait::async_trait]
pub trait Store:
    StatementLog + Documents + Attachments + Registry + Acts + Engine + Notices + Keys + transfer::Transfer
{
    /// Answers once the backing can serve reads and writes.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with the reason when it can not.
    async fn ready(&self) -> StoreResult<()>;

    /// Finishes what is under way and releases files and connections. Later calls fail with
    /// [`StoreError::Unavailable`].
    ///
    /// # Errors
    /// Whatever kept the last writes from being finished.
    async fn close(&self) -> StoreResult<()>;
}
