//! Attachments, written and read in pieces that never add up in memory.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use rusqlite::{Connection, OptionalExtension, params};
use store::{AttachmentInfo, Attachments, Sha2, StoreError, StoreResult};

use crate::SqliteStore;
use crate::fault::Fault;
use crate::writer::Writer;

/// Bytes in a piece; the last of an attachment may be shorter.
const PIECE: usize = 256 * 1_024;
/// Pieces written in one transaction.
const PIECES_A_WRITE: usize = 4;
/// Pieces swept away in one transaction.
const PIECES_A_SWEEP: i64 = 64;
/// An upload's pieces are numbered from its id times this.
const NUMBERS: i64 = 1 << 24;
/// An upload that nobody has touched for this long is abandoned: an hour, in µs.
const ABANDONED_AFTER: i64 = 3_600_000_000;

#[async_trait]
impl Attachments for SqliteStore {
    async fn attachment_info(&self, sha2: &Sha2) -> StoreResult<Option<AttachmentInfo>> {
        Ok(self
            .kept(sha2)
            .await?
            .map(|kept| AttachmentInfo { length: kept.length }))
    }

    async fn put_attachment(
        &self,
        sha2: &Sha2,
        mut content: BoxStream<'static, StoreResult<Bytes>>,
    ) -> StoreResult<()> {
        if self.kept(sha2).await?.is_some() {
            // Read to its end all the same: whoever sends it waits for that, and its errors are the caller's.
            while content.try_next().await?.is_some() {}
            return Ok(());
        }
        let mut upload = Upload::begin(self).await?;
        let mut buffer = BytesMut::new();
        while let Some(bytes) = content.try_next().await? {
            // A stream may come in pieces of any size; what waits to be written is at most one write.
            for part in bytes.chunks(PIECE) {
                buffer.extend_from_slice(part);
                if buffer.len() >= PIECE * PIECES_A_WRITE {
                    upload
                        .write(buffer.split_to(PIECE * PIECES_A_WRITE).freeze())
                        .await?;
                }
            }
        }
        upload.write(buffer.freeze()).await?;
        upload.finish(sha2).await
    }

    async fn attachment(&self, sha2: &Sha2) -> StoreResult<Option<BoxStream<'static, StoreResult<Bytes>>>> {
        let Some(kept) = self.kept(sha2).await? else {
            return Ok(None);
        };
        let readers = Arc::clone(&self.readers);
        let pieces = kept.length.div_ceil(PIECE as u64);
        let content = stream::iter(0..pieces).then(move |number| {
            let readers = Arc::clone(&readers);
            let id = kept.upload * NUMBERS + i64::try_from(number).unwrap_or(NUMBERS);
            async move {
                readers
                    .read("read an attachment", move |connection| {
                        let content: Option<Vec<u8>> = connection
                            .prepare_cached("SELECT content FROM piece WHERE id = ?1")?
                            .query_row([id], |row| row.get(0))
                            .optional()?;
                        let missing =
                            || Fault::corrupt("an attachment", format!("its piece {number} is missing"));
                        Ok(Bytes::from(content.ok_or_else(missing)?))
                    })
                    .await
            }
        });
        Ok(Some(content.boxed()))
    }
}

/// An attachment that is kept, and where.
struct Kept {
    length: u64,
    upload: i64,
}

impl SqliteStore {
    async fn kept(&self, sha2: &Sha2) -> StoreResult<Option<Kept>> {
        let sha2 = sha2.0.clone();
        self.readers
            .read("look for an attachment", move |connection| {
                let kept = connection
                    .prepare_cached("SELECT length, upload FROM attachment WHERE sha2 = ?1")?
                    .query_row([sha2], |row| {
                        Ok(Kept {
                            length: u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default(),
                            upload: row.get(1)?,
                        })
                    })
                    .optional()?;
                Ok(kept)
            })
            .await
    }
}

/// An attachment on its way in. Dropped before it is finished, its pieces are swept away.
struct Upload<'a> {
    store: &'a SqliteStore,
    id: i64,
    pieces: i64,
    length: i64,
    finished: bool,
}

impl<'a> Upload<'a> {
    async fn begin(store: &'a SqliteStore) -> StoreResult<Self> {
        let now = store.shared.stored.now().as_micros();
        let id = store.writer.write("begin an attachment", move |connection| {
            Ok(connection
                .prepare_cached("INSERT INTO upload (touched) VALUES (?1)")?
                .insert([now])?)
        });
        Ok(Self {
            store,
            id: id.await?,
            pieces: 0,
            length: 0,
            finished: false,
        })
    }

    async fn write(&mut self, content: Bytes) -> StoreResult<()> {
        let (upload, first) = (self.id, self.pieces);
        let now = self.store.shared.stored.now().as_micros();
        self.length += i64::try_from(content.len()).unwrap_or(i64::MAX);
        self.pieces += i64::try_from(content.len().div_ceil(PIECE)).unwrap_or(i64::MAX);
        if self.pieces >= NUMBERS {
            return Err(StoreError::backend(
                "keep an attachment",
                "it is longer than 4 TiB",
            ));
        }
        self.store
            .writer
            .write("keep a part of an attachment", move |connection| {
                touch(connection, upload, now)?;
                let mut insert =
                    connection.prepare_cached("INSERT INTO piece (id, content) VALUES (?1, ?2)")?;
                for (number, piece) in (first..).zip(content.chunks(PIECE)) {
                    insert.execute(params![upload * NUMBERS + number, piece])?;
                }
                Ok(())
            })
            .await
    }

    /// Makes it an attachment, whole, at once. If another was faster, that one stays.
    async fn finish(mut self, sha2: &Sha2) -> StoreResult<()> {
        let (sha2, length, upload) = (sha2.0.clone(), self.length, self.id);
        let now = self.store.shared.stored.now().as_micros();
        let kept = self
            .store
            .writer
            .write("keep an attachment", move |connection| {
                touch(connection, upload, now)?;
                let kept = connection
                    .prepare_cached(
                        "INSERT INTO attachment (sha2, length, upload) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                    )?
                    .execute(params![sha2, length, upload])?;
                if kept > 0 {
                    connection.prepare_cached("DELETE FROM upload WHERE id = ?1")?.execute([upload])?;
                }
                Ok(kept > 0)
            })
            .await?;
        self.finished = kept;
        Ok(())
    }
}

impl Drop for Upload<'_> {
    fn drop(&mut self) {
        if !self.finished {
            let upload = self.id;
            self.store
                .writer
                .write_unanswered("abandon an attachment", move |connection| {
                    connection
                        .prepare_cached("UPDATE upload SET touched = 0 WHERE id = ?1")?
                        .execute([upload])?;
                    Ok(())
                });
        }
    }
}

fn touch(connection: &Connection, upload: i64, now: i64) -> Result<(), Fault> {
    let touched = connection
        .prepare_cached("UPDATE upload SET touched = ?2 WHERE id = ?1")?
        .execute([upload, now])?;
    match touched {
        0 => Err(
            StoreError::backend("keep an attachment", "it was swept away because it took too long").into(),
        ),
        _ => Ok(()),
    }
}

/// Whether an upload was abandoned; `now` in µs.
pub(crate) fn any_abandoned(connection: &Connection, now: i64) -> Result<bool, Fault> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM upload WHERE touched < ?1)")?
        .query_row([now.saturating_sub(ABANDONED_AFTER)], |row| row.get(0))?)
}

/// Asks the writer to sweep away some pieces of an abandoned upload, and the upload with its last piece.
pub(crate) fn sweep(writer: &Writer, now: i64) {
    writer.write_unanswered("sweep abandoned attachments", move |connection| {
        let upload: Option<i64> = connection
            .prepare_cached("SELECT id FROM upload WHERE touched < ?1 LIMIT 1")?
            .query_row([now.saturating_sub(ABANDONED_AFTER)], |row| row.get(0))
            .optional()?;
        let Some(upload) = upload else { return Ok(()) };
        let swept = connection
            .prepare_cached(
                "DELETE FROM piece WHERE id IN
                     (SELECT id FROM piece WHERE id >= ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3)",
            )?
            .execute([upload * NUMBERS, (upload + 1) * NUMBERS, PIECES_A_SWEEP])?;
        if swept == 0 {
            connection
                .prepare_cached("DELETE FROM upload WHERE id = ?1")?
                .execute([upload])?;
        }
        Ok(())
    });
}
