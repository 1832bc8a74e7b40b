//! A store that fails when told to: before it has written, or after it has without being able to say so.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use store::transfer::{LogRecord, Row, Rows, Table, Transfer};
use store::{
    ActFilter, ActRecord, Acts, Appended, AttachmentInfo, Attachments, CertificateFilter, CertificateRecord,
    Change, ChangePosition, Checkpoint, CurriculumRecord, Document, DocumentKey, DocumentList, DocumentScope,
    Documents, Engine, EngineCommit, EvidenceRecord, Expected, IndexKey, KeyRecord, Keys, LedgerEntry,
    LogEntry, LogPage, NewStatement, NoticeFilter, NoticePlace, NoticeRecord, Notices, OutboxEntry,
    PersonRecord, PersonVersion, Position, Registry, Report, Sha2, Share, StandingFilter, StandingRecord,
    StatementLog, StatementPage, StatementQuery, Store, StoreError, StoreResult, StoredStatement, Subject,
};
use uuid::Uuid;
use xapi::{Ifi, Iri, Timestamp};

/// What happens to one write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It succeeds.
    Fine,
    /// Nothing is written, and the caller is told.
    Before,
    /// All is written, and the caller is told that it failed.
    After,
}

/// A store whose writes by an engine meet the fates drawn for them, one after the other; then all are fine.
pub(crate) struct Faulty {
    inner: Arc<dyn Store>,
    fates: Mutex<VecDeque<Fate>>,
}

impl Faulty {
    pub(crate) fn new(inner: Arc<dyn Store>, fates: impl IntoIterator<Item = Fate>) -> Self {
        Self {
            inner,
            fates: Mutex::new(fates.into_iter().collect()),
        }
    }

    fn next(&self) -> Fate {
        self.fates.lock().unwrap().pop_front().unwrap_or(Fate::Fine)
    }

    async fn write<T>(&self, write: impl Future<Output = StoreResult<T>>) -> StoreResult<T> {
        let lost = || StoreError::Unavailable("the power went off".to_owned());
        match self.next() {
            Fate::Fine => write.await,
            Fate::Before => Err(lost()),
            Fate::After => {
                write.await?;
                Err(lost())
            }
        }
    }
}

macro_rules! hand_on {
    ($concern:ident { $(fn $name:ident(&self $(, $argument:ident: $kind:ty)*) -> $answer:ty;)* } write {
        $(fn $write:ident(&self $(, $given:ident: $sort:ty)*) -> $reply:ty;)* }) => {
        #[async_trait]
        impl $concern for Faulty {
            $(async fn $name(&self $(, $argument: $kind)*) -> StoreResult<$answer> {
                self.inner.$name($($argument),*).await
            })*
            $(async fn $write(&self $(, $given: $sort)*) -> StoreResult<$reply> {
                self.write(self.inner.$write($($given),*)).await
            })*
        }
    };
}

hand_on!(StatementLog {
    fn statement(&self, id: Uuid) -> Option<StoredStatement>;
    fn query(&self, query: &StatementQuery) -> StatementPage;
    fn consistent_through(&self) -> Timestamp;
    fn read_log(&self, after: Position, limit: usize) -> Vec<LogEntry>;
    fn read_log_of(&self, after: Position, limit: usize, keys: &[IndexKey]) -> LogPage;
    fn head(&self) -> Position;
    fn wait_beyond(&self, position: Position) -> ();
    fn activity_definition(&self, activity: &Iri) -> Option<String>;
} write {
    fn append(&self, batch: Vec<NewStatement>) -> Appended;
});

hand_on!(Documents {
    fn document(&self, key: &DocumentKey) -> Option<Document>;
    fn replace_document(&self, key: &DocumentKey, expected: &Expected, new: Option<Document>) -> ();
    fn list_documents(&self, scope: &DocumentScope, any: bool, since: Option<Timestamp>) -> DocumentList;
    fn delete_documents(&self, scope: &DocumentScope, any: bool) -> ();
} write {});

hand_on!(Attachments {
    fn attachment_info(&self, sha2: &Sha2) -> Option<AttachmentInfo>;
    fn put_attachment(&self, sha2: &Sha2, content: BoxStream<'static, StoreResult<Bytes>>) -> ();
    fn attachment(&self, sha2: &Sha2) -> Option<BoxStream<'static, StoreResult<Bytes>>>;
} write {});

hand_on!(Registry {
    fn put_people(&self, people: Vec<PersonRecord>) -> usize;
    fn remove_person(&self, id: &str) -> bool;
    fn person(&self, id: &str) -> Option<PersonRecord>;
    fn people_by_id(&self, ids: &[String]) -> Vec<PersonRecord>;
    fn person_versions(&self, id: &str) -> Vec<PersonVersion>;
    fn reports(&self, managers: &[String], known_at: Option<Timestamp>) -> Vec<Report>;
    fn people_by_ifi(&self, ifis: &[Ifi]) -> Vec<Option<String>>;
    fn people(&self, after: Option<&str>, limit: usize) -> Vec<PersonRecord>;
    fn publish_curriculum(&self, curriculum: CurriculumRecord) -> CurriculumRecord;
    fn curricula(&self) -> Vec<CurriculumRecord>;
    fn curriculum(&self, id: &str, revision: Option<i64>) -> Option<CurriculumRecord>;
    fn changes(&self, after: ChangePosition, limit: usize) -> Vec<Change>;
    fn wait_for_change(&self, position: ChangePosition) -> ();
} write {});

hand_on!(Acts {
    fn record_acts(&self, acts: Vec<ActRecord>, people: Vec<PersonRecord>) -> Vec<ActRecord>;
    fn act(&self, id: Uuid) -> Option<ActRecord>;
    fn acts_of(&self, subjects: &[Subject]) -> Vec<ActRecord>;
    fn acts_undoing(&self, acts: &[Uuid]) -> Vec<ActRecord>;
    fn acts(&self, filter: &ActFilter) -> Vec<ActRecord>;
} write {});

hand_on!(Engine {
    fn checkpoints(&self) -> Vec<Checkpoint>;
    fn leave(&self, engine: Uuid) -> ();
    fn evidence(&self, people: &[String]) -> Vec<EvidenceRecord>;
    fn evidence_of_statements(&self, statements: &[Uuid]) -> Vec<EvidenceRecord>;
    fn standings(&self, filter: &StandingFilter) -> Vec<StandingRecord>;
    fn standings_of(&self, people: &[String]) -> Vec<StandingRecord>;
    fn standings_due(&self, share: Share, at: Timestamp, limit: usize) -> Vec<StandingRecord>;
    fn next_change_at(&self, share: Share) -> Option<Timestamp>;
    fn certificates(&self, filter: &CertificateFilter) -> Vec<CertificateRecord>;
    fn certificates_of(&self, people: &[String]) -> Vec<CertificateRecord>;
    fn certificate(&self, id: Uuid) -> Option<CertificateRecord>;
    fn ledger(&self, certificate: Uuid) -> Vec<LedgerEntry>;
    fn outbox(&self, at: Timestamp, limit: usize) -> Vec<OutboxEntry>;
} write {
    fn commit(&self, commit: EngineCommit) -> ();
    fn hold(&self, engine: Uuid) -> bool;
    fn split(&self, of: &Checkpoint, off: Share) -> ();
    fn join(&self, both: &[Checkpoint; 2], next: Checkpoint) -> ();
    fn outbox_done(&self, ids: &[Uuid]) -> ();
});

hand_on!(Notices {
    fn notices(&self, filter: &NoticeFilter) -> Vec<NoticeRecord>;
    fn notices_of(&self, people: &[String]) -> Vec<NoticeRecord>;
    fn last_notice(&self) -> Option<NoticePlace>;
} write {});

hand_on!(Keys {
    fn create_key(&self, key: KeyRecord) -> ();
    fn key(&self, id: &str) -> Option<KeyRecord>;
    fn keys(&self) -> Vec<KeyRecord>;
    fn revoke_key(&self, id: &str, at: Timestamp) -> bool;
} write {});

hand_on!(Transfer {
    fn identity(&self) -> String;
    fn copy_progress(&self) -> Option<String>;
    fn set_copy_progress(&self, progress: Option<String>) -> ();
    fn read_entries(&self, after: Position, limit: usize) -> Vec<LogRecord>;
    fn write_entries(&self, entries: Vec<LogRecord>) -> ();
    fn read_rows(&self, table: &'static Table, after: Option<&str>) -> Rows;
    fn write_rows(&self, table: &'static Table, rows: Vec<Row>, progress: String) -> ();
    fn clear_rows(&self, table: &'static Table) -> ();
    fn attachments_after(&self, after: Option<&Sha2>, limit: usize) -> Vec<(Sha2, u64)>;
} write {});

hand_on!(Store {
    fn ready(&self) -> ();
    fn close(&self) -> ();
} write {});
