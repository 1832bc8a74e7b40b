use mongodb::ClientSession;
use mongodb::bson::{Bson, RawDocumentBuf, doc};
use mongodb::options::ReturnDocument;
use store::{Checkpoint, EngineCommit, SLOTS, StoreError, StoreResult};

use super::{AT_ONCE, notices, records};
use crate::Inner;
use crate::raw::{Fields, insert_absent, upsert_all, uuid};
use crate::schema::{
    CERTIFICATES, CHECKPOINT, EVIDENCE, HEADS, LEDGER, NOTICES, NOTICES_HEAD, OUTBOX, STANDINGS,
};
use crate::transaction::{End, Stopped};

pub(crate) const COMMIT: &str = "commit the engine's work";

/// MongoDB keeps documents of 16 MiB at most.
const MAX_RECORD: usize = 16 * 1024 * 1024 - 64 * 1024;

/// A commit as documents, made once however often the transaction is repeated.
struct Prepared {
    evidence: Vec<RawDocumentBuf>,
    standings: Vec<RawDocumentBuf>,
    certificates: Vec<RawDocumentBuf>,
    ledger: Vec<RawDocumentBuf>,
    outbox: Vec<RawDocumentBuf>,
}

impl Inner {
    pub(crate) async fn commit(&self, commit: &EngineCommit) -> StoreResult<()> {
        let (expected, next) = (commit.expected, commit.next.generation);
        if expected.checked_add(1) != Some(next) {
            let reason = format!("generation {next} can not follow {expected}; it must be one more");
            return Err(StoreError::backend(COMMIT, reason));
        }
        let prepared = prepare(commit)?;
        let mut transaction = self.transaction(COMMIT);
        loop {
            let session = transaction.begin().await?;
            let written = self.write_commit(session, commit, &prepared).await;
            match transaction.end_noting_duplicates(written).await? {
                End::Done(()) => return Ok(()),
                End::Again => {}
                End::Duplicate => {
                    let what = "a ledger entry with the id of a new one, or a certificate with the person, \
                                curriculum and number of another,";
                    return Err(StoreError::Exists {
                        what: what.to_owned(),
                    });
                }
            }
        }
    }

    /// The checkpoint is written first: of two engines that commit at once, one meets the other there.
    async fn write_commit(
        &self,
        session: &mut ClientSession,
        commit: &EngineCommit,
        prepared: &Prepared,
    ) -> Result<(), Stopped> {
        let Checkpoint {
            share,
            generation,
            position,
            change,
            state,
            ..
        } = &commit.next;
        let next = doc! { "$set": { "g": *generation, "n": position.0, "c": change.0, "b": state } };
        let seen = doc! { "_id": share.to_i64(), "g": commit.expected };
        let moved = self
            .collection(CHECKPOINT)
            .update_one(seen, next)
            .session(&mut *session)
            .await?;
        if moved.matched_count == 0 {
            return Err(StoreError::Changed {
                what: "the engine's checkpoint".to_owned(),
            }
            .into());
        }

        let forgotten = commit.forgotten.iter().map(|person| Bson::from(person.as_str()));
        self.delete(session, EVIDENCE, "p", forgotten.collect()).await?;
        let withdrawn = commit
            .withdrawn
            .iter()
            .map(|(person, statement)| doc! { "p": person, "s": uuid(*statement) }.into());
        self.delete(session, EVIDENCE, "_id", withdrawn.collect()).await?;
        let lapsed = commit
            .lapsed
            .iter()
            .map(|(person, curriculum)| doc! { "p": person, "c": curriculum }.into());
        self.delete(session, STANDINGS, "_id", lapsed.collect()).await?;

        upsert_all(&self.database, session, EVIDENCE, &prepared.evidence).await?;
        upsert_all(&self.database, session, STANDINGS, &prepared.standings).await?;
        upsert_all(&self.database, session, CERTIFICATES, &prepared.certificates).await?;
        for entries in prepared.ledger.chunks(AT_ONCE) {
            self.collection(LEDGER)
                .insert_many(entries)
                .session(&mut *session)
                .await?;
        }
        insert_absent(&self.database, session, OUTBOX, &prepared.outbox).await?;
        if commit.notices.is_empty() {
            return Ok(());
        }
        let last = self.last_notice().await?.map_or(0, |place| place.generation);
        let generation = self.next_notices(session, (*generation).max(last + 1)).await?;
        let notices = notices(commit, generation);
        insert_absent(&self.database, session, NOTICES, &notices).await
    }

    /// The generation of the next notices: those of all shares have one order, that of their commits.
    async fn next_notices(&self, session: &mut ClientSession, generation: i64) -> Result<i64, Stopped> {
        let next = doc! { "$set": { "n": { "$max": [{ "$add": ["$n", 1_i64] }, generation] } } };
        let head = self
            .collection(HEADS)
            .find_one_and_update(doc! { "_id": NOTICES_HEAD }, vec![next])
            .return_document(ReturnDocument::After)
            .session(&mut *session)
            .await?;
        let Some(head) = head else {
            return Err(StoreError::Corrupt {
                what: "the head of the notices".to_owned(),
                reason: "it is missing".to_owned(),
            }
            .into());
        };
        Ok(Fields::new("the head of the notices", &head).i64("n")?)
    }

    async fn delete(
        &self,
        session: &mut ClientSession,
        collection: &str,
        field: &str,
        values: Vec<Bson>,
    ) -> Result<(), Stopped> {
        for values in values.chunks(AT_ONCE) {
            let filter = doc! { field: { "$in": values } };
            self.collection(collection)
                .delete_many(filter)
                .session(&mut *session)
                .await?;
        }
        Ok(())
    }
}

fn notices(commit: &EngineCommit, generation: i64) -> Vec<RawDocumentBuf> {
    (0..)
        .zip(&commit.notices)
        .map(|(order, notice)| notices::to_document(notice, generation, order))
        .collect()
}

fn prepare(commit: &EngineCommit) -> StoreResult<Prepared> {
    let generation = commit.next.generation;
    // Generations are counted by share: its first slot tells apart what is in the same of different ones.
    let slot = commit.next.share.slots().next().map_or(0, i64::from);
    let placed = |order: i64| order * i64::from(SLOTS) + slot;
    let prepared = Prepared {
        evidence: commit.evidence.iter().map(records::evidence_to).collect(),
        standings: commit.standings.iter().map(records::standing_to).collect(),
        certificates: commit.certificates.iter().map(records::certificate_to).collect(),
        ledger: (0..)
            .zip(&commit.ledger)
            .map(|(order, entry)| records::ledger_to(entry, generation, placed(order)))
            .collect(),
        outbox: (0..)
            .zip(&commit.outbox)
            .map(|(order, entry)| records::outbox_to(entry, generation, placed(order)))
            .collect(),
    };
    let notices = notices(commit, generation);
    let all = [
        ("evidence", &prepared.evidence),
        ("standing", &prepared.standings),
        ("certificate", &prepared.certificates),
        ("ledger entry", &prepared.ledger),
        ("outbox entry", &prepared.outbox),
        ("notice", &notices),
    ];
    for (what, records) in all {
        if let Some(size) = records
            .iter()
            .map(|record| record.as_bytes().len())
            .find(|size| *size > MAX_RECORD)
        {
            let reason = format!("one {what} has {size} bytes and MongoDB keeps {MAX_RECORD} at most");
            return Err(StoreError::backend(COMMIT, reason));
        }
    }
    Ok(prepared)
}
