//! Everything as it is kept, for copies to and from other stores.

mod shapes;

use async_trait::async_trait;
use mongodb::ClientSession;
use mongodb::bson::{Bson, Document, RawDocumentBuf, doc, rawdoc};
use store::transfer::{Cell, LogRecord, Row, Rows, Table, Transfer};
use store::{Position, Sha2, StoreError, StoreResult};

use self::shapes::Shape;
use crate::error::doing;
use crate::log::{Kept, MAX_TEXT, kept_from_document};
use crate::raw::{Fields, limit, read_all, run_updates};
use crate::schema::{ATTACHMENTS, BY_POSITION, CHANGES_HEAD, HEADS, LOG_HEAD, META, STATEMENTS};
use crate::transaction::Stopped;
use crate::{Inner, MongoStore};

const READ: &str = "read records";
const WRITE: &str = "write records";
const PROGRESS: &str = "copy";

/// Rows read at once, unless they are long.
const ROWS: usize = 2_000;
/// Bytes after which a page takes no further row.
const BYTES: usize = 4 * 1024 * 1024;

#[async_trait]
impl Transfer for MongoStore {
    async fn identity(&self) -> StoreResult<String> {
        let found = self.inner.call(READ, self.inner.note("identity")).await?;
        found.ok_or_else(|| StoreError::Corrupt {
            what: "its identity".to_owned(),
            reason: "it is missing".to_owned(),
        })
    }

    async fn copy_progress(&self) -> StoreResult<Option<String>> {
        self.inner.call(READ, self.inner.note(PROGRESS)).await
    }

    async fn set_copy_progress(&self, progress: Option<String>) -> StoreResult<()> {
        self.inner
            .call(WRITE, async {
                let meta = self.inner.database.collection::<Document>(META);
                let copy = doc! { "_id": PROGRESS };
                match progress {
                    Some(progress) => {
                        let noted = doc! { "$set": { "v": progress } };
                        let noted = meta.update_one(copy, noted).upsert(true).await;
                        noted.map(drop).map_err(doing(WRITE))
                    }
                    None => meta.delete_one(copy).await.map(drop).map_err(doing(WRITE)),
                }
            })
            .await
    }

    async fn read_entries(&self, after: Position, most: usize) -> StoreResult<Vec<LogRecord>> {
        self.inner
            .call(READ, async {
                let mut found = self
                    .inner
                    .collection(STATEMENTS)
                    .find(doc! { "n": { "$gt": after.0 } })
                    .sort(doc! { "n": 1 })
                    .hint(mongodb::options::Hint::Name(BY_POSITION.to_owned()))
                    .limit(limit(most.max(1)))
                    .await
                    .map_err(doing(READ))?;
                let mut entries = Vec::new();
                let mut bytes = 0;
                while bytes < BYTES && found.advance().await.map_err(doing(READ))? {
                    let entry = kept_from_document(Fields::new("a statement", found.current()))?;
                    bytes += entry.text.len();
                    entries.push(entry);
                }
                Ok(entries)
            })
            .await
    }

    async fn write_entries(&self, entries: Vec<LogRecord>) -> StoreResult<()> {
        if let Some(long) = entries.iter().find(|entry| entry.text.len() > MAX_TEXT) {
            let (id, size) = (long.id, long.text.len());
            let reason = format!("statement {id} has {size} bytes and MongoDB keeps {MAX_TEXT} at most");
            return Err(StoreError::backend(WRITE, reason));
        }
        let Some(kept) = Kept::new(entries)? else {
            return Ok(());
        };
        self.inner
            .call(WRITE, async {
                let mut transaction = self.inner.transaction(WRITE);
                loop {
                    let session = transaction.begin().await?;
                    let written = kept.write(&self.inner.database, session).await;
                    if transaction.end(written).await?.is_some() {
                        return Ok(());
                    }
                }
            })
            .await?;
        self.inner.log.consistent.reached(kept.stored());
        self.inner.watch.log_reached(kept.position());
        Ok(())
    }

    async fn read_rows(&self, table: &'static Table, after: Option<&str>) -> StoreResult<Rows> {
        let shape = Shape::of(table)?;
        let filter = match after {
            Some(after) => doc! { "_id": { "$gt": place_of(after)? } },
            None => doc! {},
        };
        self.inner
            .call(READ, async {
                let mut found = self
                    .inner
                    .collection(shape.collection)
                    .find(filter)
                    .sort(doc! { "_id": 1 })
                    .limit(limit(ROWS))
                    .await
                    .map_err(doing(READ))?;
                let mut page = Rows {
                    rows: Vec::new(),
                    next: String::new(),
                };
                let mut bytes = 0;
                while bytes < BYTES && found.advance().await.map_err(doing(READ))? {
                    let document = found.current();
                    let row = shape.row(table, document)?;
                    bytes += row.iter().map(Cell::size).sum::<usize>();
                    page.rows.push(row);
                    if let Ok(Some(id)) = document.get("_id") {
                        page.next = word_of(&rawdoc! { "_id": id });
                    }
                }
                Ok(page)
            })
            .await
    }

    async fn write_rows(&self, table: &'static Table, rows: Vec<Row>, progress: String) -> StoreResult<()> {
        let shape = Shape::of(table)?;
        let updates = rows
            .iter()
            .map(|row| shape.upsert(table, row))
            .collect::<StoreResult<Vec<_>>>()?;
        self.inner
            .call(WRITE, async {
                let mut transaction = self.inner.transaction(WRITE);
                loop {
                    let session = transaction.begin().await?;
                    let written = self
                        .inner
                        .put_rows(session, table, &rows, &updates, &progress)
                        .await;
                    if transaction.end(written).await?.is_some() {
                        return Ok(());
                    }
                }
            })
            .await
    }

    async fn clear_rows(&self, table: &'static Table) -> StoreResult<()> {
        let shape = Shape::of(table)?;
        self.inner.open()?;
        // Not bounded in time: it may be many.
        let cleared = self.inner.collection(shape.collection).delete_many(doc! {}).await;
        cleared.map(drop).map_err(doing("clear records"))
    }

    async fn attachments_after(&self, after: Option<&Sha2>, most: usize) -> StoreResult<Vec<(Sha2, u64)>> {
        let after = after.map_or("", |after| after.0.as_str());
        self.inner
            .call("list attachments", async {
                let found = self
                    .inner
                    .collection(ATTACHMENTS)
                    .find(doc! { "_id": { "$gt": after } })
                    .sort(doc! { "_id": 1 })
                    .limit(limit(most.max(1)))
                    .await
                    .map_err(doing(READ))?;
                read_all(found, "an attachment", READ, |found| {
                    Ok((
                        Sha2(found.text("_id")?),
                        u64::try_from(found.i64("l")?).unwrap_or_default(),
                    ))
                })
                .await
            })
            .await
    }
}

impl Inner {
    async fn note(&self, name: &str) -> StoreResult<Option<String>> {
        let found = self
            .collection(META)
            .find_one(doc! { "_id": name })
            .await
            .map_err(doing(READ))?;
        found
            .map(|found| Fields::new("a note", &found).text("v"))
            .transpose()
    }

    async fn put_rows(
        &self,
        session: &mut ClientSession,
        table: &Table,
        rows: &[Row],
        updates: &[RawDocumentBuf],
        progress: &str,
    ) -> Result<(), Stopped> {
        let shape = Shape::of(table)?;
        run_updates(&self.database, session, shape.collection, updates.to_vec()).await?;
        let heads = self.database.collection::<Document>(HEADS);
        if let Some(head) = shape.head(rows) {
            heads
                .update_one(doc! { "_id": CHANGES_HEAD }, doc! { "$max": head })
                .session(&mut *session)
                .await?;
        }
        if table.name == "activity" {
            heads
                .update_one(doc! { "_id": LOG_HEAD }, doc! { "$inc": { "a": 1_i64 } })
                .session(&mut *session)
                .await?;
        }
        self.database
            .collection::<Document>(META)
            .update_one(doc! { "_id": PROGRESS }, doc! { "$set": { "v": progress } })
            .upsert(true)
            .session(session)
            .await?;
        Ok(())
    }
}

/// A place as a word: the document in hex.
fn word_of(place: &RawDocumentBuf) -> String {
    place
        .as_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn place_of(word: &str) -> StoreResult<Bson> {
    let wrong = || StoreError::backend(READ, "the place to go on from is not one that this store gave");
    let bytes: Option<Vec<u8>> = (0..word.len())
        .step_by(2)
        .map(|at| {
            word.get(at..at + 2)
                .and_then(|byte| u8::from_str_radix(byte, 16).ok())
        })
        .collect();
    let document = RawDocumentBuf::from_bytes(bytes.ok_or_else(wrong)?).map_err(|_| wrong())?;
    let document = Document::try_from(&document).map_err(|_| wrong())?;
    document.get("_id").cloned().ok_or_else(wrong)
}
