//! What follows from statements, people and curricula, as the certification engine writes it.

mod commit;
mod filter;
mod notices;
mod records;
mod share;

use async_trait::async_trait;
use mongodb::bson::{Binary, Document, doc};
use store::{
    CertificateFilter, CertificateRecord, Checkpoint, Engine, EngineCommit, EvidenceRecord, LedgerEntry,
    OutboxEntry, Share, StandingFilter, StandingRecord, StoreResult,
};
use uuid::Uuid;
use xapi::Timestamp;

use crate::error::doing;
use crate::raw::{binary_uuid, limit, read_all, uuid};
use crate::schema::{CERTIFICATES, EVIDENCE, LEDGER, OUTBOX, STANDINGS};
use crate::{Inner, MongoStore};

/// So many values go into one filter.
const AT_ONCE: usize = 1_000;

#[async_trait]
impl Engine for MongoStore {
    async fn checkpoints(&self) -> StoreResult<Vec<Checkpoint>> {
        const READ: &str = "read the engine's checkpoints";
        self.inner.call(READ, self.inner.checkpoints(READ)).await
    }

    async fn hold(&self, engine: Uuid) -> StoreResult<bool> {
        self.inner.call(share::HOLD, self.inner.hold(engine)).await
    }

    async fn leave(&self, engine: Uuid) -> StoreResult<()> {
        self.inner.call(share::LEAVE, self.inner.leave(engine)).await
    }

    async fn split(&self, of: &Checkpoint, off: Share) -> StoreResult<()> {
        self.inner
            .call(
                share::DIVIDE,
                self.inner.divide_anew(std::slice::from_ref(of), &of.split(off)),
            )
            .await
    }

    async fn join(&self, both: &[Checkpoint; 2], next: Checkpoint) -> StoreResult<()> {
        self.inner
            .call(share::DIVIDE, self.inner.divide_anew(both, &[next]))
            .await
    }

    async fn commit(&self, commit: EngineCommit) -> StoreResult<()> {
        self.inner.call(commit::COMMIT, self.inner.commit(&commit)).await
    }

    async fn evidence(&self, people: &[String]) -> StoreResult<Vec<EvidenceRecord>> {
        const READ: &str = "read evidence";
        self.inner
            .call(READ, async {
                let mut evidence = Vec::new();
                for people in distinct(people).chunks(AT_ONCE) {
                    let filter = doc! { "p": { "$in": people } };
                    let found = self
                        .inner
                        .collection(EVIDENCE)
                        .find(filter)
                        .sort(doc! { "p": 1, "n": 1 })
                        .await;
                    let found = found.map_err(doing(READ))?;
                    evidence.extend(read_all(found, "evidence", READ, records::evidence_from).await?);
                }
                Ok(evidence)
            })
            .await
    }

    async fn evidence_of_statements(&self, statements: &[Uuid]) -> StoreResult<Vec<EvidenceRecord>> {
        const READ: &str = "read evidence";
        self.inner
            .call(READ, async {
                let mut evidence = Vec::new();
                for statements in distinct(statements).chunks(AT_ONCE) {
                    let ids: Vec<Binary> = statements.iter().copied().map(uuid).collect();
                    let found = self
                        .inner
                        .collection(EVIDENCE)
                        .find(doc! { "s": { "$in": ids } })
                        .await;
                    let found = found.map_err(doing(READ))?;
                    evidence.extend(read_all(found, "evidence", READ, records::evidence_from).await?);
                }
                evidence.sort_by(|a, b| (&a.person, a.position).cmp(&(&b.person, b.position)));
                Ok(evidence)
            })
            .await
    }

    async fn standings(&self, filter: &StandingFilter) -> StoreResult<Vec<StandingRecord>> {
        let sort = doc! { "p": 1, "c": 1 };
        self.inner
            .standings_where(filter::standings(filter), sort, filter.limit)
            .await
    }

    async fn standings_of(&self, people: &[String]) -> StoreResult<Vec<StandingRecord>> {
        self.inner.open()?;
        let mut standings = Vec::new();
        for people in distinct(people).chunks(AT_ONCE) {
            let filter = doc! { "p": { "$in": people } };
            standings.extend(
                self.inner
                    .standings_where(filter, doc! { "p": 1, "c": 1 }, usize::MAX)
                    .await?,
            );
        }
        Ok(standings)
    }

    async fn standings_due(
        &self,
        share: Share,
        at: Timestamp,
        most: usize,
    ) -> StoreResult<Vec<StandingRecord>> {
        let due = share::of(share, doc! { "at": { "$lte": at.as_micros() } });
        self.inner.standings_where(due, doc! { "at": 1 }, most).await
    }

    async fn next_change_at(&self, share: Share) -> StoreResult<Option<Timestamp>> {
        let earliest = share::of(share, doc! { "at": { "$gte": i64::MIN } });
        let found = self.inner.standings_where(earliest, doc! { "at": 1 }, 1).await?;
        Ok(found
            .into_iter()
            .next()
            .and_then(|standing| standing.next_change_at))
    }

    async fn certificates(&self, filter: &CertificateFilter) -> StoreResult<Vec<CertificateRecord>> {
        self.inner
            .certificates_where(filter::certificates(filter), filter.limit)
            .await
    }

    async fn certificates_of(&self, people: &[String]) -> StoreResult<Vec<CertificateRecord>> {
        self.inner.open()?;
        let mut certificates = Vec::new();
        for people in distinct(people).chunks(AT_ONCE) {
            let filter = doc! { "p": { "$in": people } };
            certificates.extend(self.inner.certificates_where(filter, usize::MAX).await?);
        }
        Ok(certificates)
    }

    async fn certificate(&self, id: Uuid) -> StoreResult<Option<CertificateRecord>> {
        let found = self
            .inner
            .certificates_where(doc! { "_id": binary_uuid(id) }, 1)
            .await?;
        Ok(found.into_iter().next())
    }

    async fn ledger(&self, certificate: Uuid) -> StoreResult<Vec<LedgerEntry>> {
        const READ: &str = "read the ledger";
        self.inner
            .call(READ, async {
                let of_certificate = doc! { "c": binary_uuid(certificate) };
                let sort = doc! { "c": 1, "g": 1, "o": 1 };
                let found = self
                    .inner
                    .collection(LEDGER)
                    .find(of_certificate)
                    .sort(sort)
                    .await;
                read_all(
                    found.map_err(doing(READ))?,
                    "a ledger entry",
                    READ,
                    records::ledger_from,
                )
                .await
            })
            .await
    }

    async fn outbox(&self, at: Timestamp, most: usize) -> StoreResult<Vec<OutboxEntry>> {
        const READ: &str = "read the outbox";
        if most == 0 {
            return self.inner.open().map(|()| Vec::new());
        }
        self.inner
            .call(READ, async {
                let found = self
                    .inner
                    .collection(OUTBOX)
                    .find(doc! { "at": { "$lte": at.as_micros() } })
                    .sort(doc! { "at": 1, "g": 1, "o": 1 })
                    .limit(limit(most))
                    .await
                    .map_err(doing(READ))?;
                read_all(found, "an outbox entry", READ, records::outbox_from).await
            })
            .await
    }

    async fn outbox_done(&self, ids: &[Uuid]) -> StoreResult<()> {
        const DONE: &str = "remove outbox entries";
        self.inner
            .call(DONE, async {
                for ids in ids.chunks(AT_ONCE) {
                    let ids: Vec<Binary> = ids.iter().copied().map(uuid).collect();
                    let done = self
                        .inner
                        .collection(OUTBOX)
                        .delete_many(doc! { "_id": { "$in": ids } })
                        .await;
                    done.map_err(doing(DONE))?;
                }
                Ok(())
            })
            .await
    }
}

impl Inner {
    async fn standings_where(
        &self,
        filter: Document,
        sort: Document,
        most: usize,
    ) -> StoreResult<Vec<StandingRecord>> {
        const READ: &str = "read standings";
        if most == 0 {
            return self.open().map(|()| Vec::new());
        }
        self.call(READ, async {
            let found = self
                .collection(STANDINGS)
                .find(filter)
                .sort(sort)
                .limit(limit(most))
                .await;
            read_all(
                found.map_err(doing(READ))?,
                "a standing",
                READ,
                records::standing_from,
            )
            .await
        })
        .await
    }

    async fn certificates_where(&self, filter: Document, most: usize) -> StoreResult<Vec<CertificateRecord>> {
        const READ: &str = "read certificates";
        if most == 0 {
            return self.open().map(|()| Vec::new());
        }
        self.call(READ, async {
            let sort = doc! { "p": 1, "c": 1, "no": 1 };
            let found = self
                .collection(CERTIFICATES)
                .find(filter)
                .sort(sort)
                .limit(limit(most))
                .await;
            read_all(
                found.map_err(doing(READ))?,
                "a certificate",
                READ,
                records::certificate_from,
            )
            .await
        })
        .await
    }
}

/// Sorted, each once: so what is read for them piece by piece is in order as a whole.
fn distinct<T: Ord + Clone>(items: &[T]) -> Vec<T> {
    let mut items = items.to_vec();
    items.sort_unstable();
    items.dedup();
    items
}
