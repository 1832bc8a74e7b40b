use std::collections::VecDeque;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use mongodb::bson::{Binary, Document, RawDocumentBuf, doc, rawdoc};
use store::{AttachmentInfo, Attachments, Sha2, StoreError, StoreResult};
use uuid::Uuid;

use crate::error::doing;
use crate::raw::{Fields, binary, read_all, uuid};
use crate::schema::{ATTACHMENTS, CHUNKS, UPLOADS};
use crate::transaction::{End, Stopped};
use crate::{Inner, MongoStore};

const READ: &str = "read an attachment";
const WRITE: &str = "keep an attachment";

/// Bytes of one piece.
const PIECE: usize = 256 * 1024;
/// Pieces written or read at once: what bounds the memory one attachment takes.
const AT_ONCE: usize = 8;
/// An upload that was not finished after this time never will be.
const ABANDONED_AFTER_HOURS: i64 = 24;

#[async_trait]
impl Attachments for MongoStore {
    async fn attachment_info(&self, sha2: &Sha2) -> StoreResult<Option<AttachmentInfo>> {
        let kept = self.inner.call(READ, self.inner.kept_attachment(sha2)).await?;
        Ok(kept.map(|kept| AttachmentInfo { length: kept.length }))
    }

    async fn put_attachment(
        &self,
        sha2: &Sha2,
        mut content: BoxStream<'static, StoreResult<Bytes>>,
    ) -> StoreResult<()> {
        // How long a whole upload takes is its sender's affair; each step of it is bounded.
        if self
            .inner
            .call(READ, self.inner.kept_attachment(sha2))
            .await?
            .is_some()
        {
            while let Some(piece) = content.next().await {
                piece?;
            }
            return Ok(());
        }
        let upload = Uuid::new_v4();
        self.inner.call(WRITE, self.inner.announce_upload(upload)).await?;
        let kept = match self.inner.write_pieces(upload, content).await {
            Ok(length) => {
                self.inner
                    .call(WRITE, self.inner.finish_upload(upload, sha2, length))
                    .await
            }
            Err(error) => Err(error),
        };
        if !matches!(kept, Ok(true))
            && let Err(error) = self.inner.call(WRITE, self.inner.clear_upload(upload)).await
        {
            tracing::debug!(%error, "pieces of an attachment stay until unfinished uploads are cleared");
        }
        kept.map(drop)
    }

    async fn attachment(&self, sha2: &Sha2) -> StoreResult<Option<BoxStream<'static, StoreResult<Bytes>>>> {
        let Some(kept) = self.inner.call(READ, self.inner.kept_attachment(sha2)).await? else {
            return Ok(None);
        };
        let pieces = Pieces {
            store: self.clone(),
            kept,
            next: 0,
            read: VecDeque::new(),
        };
        let pieces = stream::try_unfold(pieces, |mut pieces| async move {
            let piece = pieces.next().await?;
            Ok(piece.map(|piece| (piece, pieces)))
        });
        Ok(Some(pieces.boxed()))
    }
}

/// Where an attachment's pieces are.
struct Kept {
    upload: Uuid,
    length: u64,
    pieces: u32,
}

/// Reads pieces a few at a time; holds no cursor on the server, so a reader that stops costs nothing there.
struct Pieces {
    store: MongoStore,
    kept: Kept,
    next: u32,
    read: VecDeque<Bytes>,
}

impl Pieces {
    async fn next(&mut self) -> StoreResult<Option<Bytes>> {
        if self.read.is_empty() && self.next < self.kept.pieces {
            let end = self.kept.pieces.min(self.next.saturating_add(AT_ONCE as u32));
            let inner = &self.store.inner;
            let read: VecDeque<_> = inner
                .call(READ, inner.read_pieces(self.kept.upload, self.next, end))
                .await?
                .into();
            if read.len() != (end - self.next) as usize {
                return Err(StoreError::Corrupt {
                    what: "an attachment".to_owned(),
                    reason: format!("some of its pieces {} to {end} are missing", self.next),
                });
            }
            self.next = end;
            self.read = read;
        }
        Ok(self.read.pop_front())
    }
}

impl Inner {
    async fn kept_attachment(&self, sha2: &Sha2) -> StoreResult<Option<Kept>> {
        let found = self
            .collection(ATTACHMENTS)
            .find_one(doc! { "_id": sha2.0.as_str() })
            .await
            .map_err(doing(READ))?;
        found
            .map(|found| {
                let found = Fields::new("an attachment", &found);
                Ok(Kept {
                    upload: found.uuid("a")?,
                    length: u64::try_from(found.i64("l")?).unwrap_or_default(),
                    pieces: u32::try_from(found.i64("n")?).unwrap_or_default(),
                })
            })
            .transpose()
    }

    /// An upload is known before its first piece is, so that one that is never finished can be cleared.
    async fn announce_upload(&self, upload: Uuid) -> StoreResult<()> {
        self.database
            .collection::<Document>(UPLOADS)
            .update_one(
                doc! { "_id": uuid(upload) },
                vec![doc! { "$set": { "at": "$$NOW" } }],
            )
            .upsert(true)
            .await
            .map(drop)
            .map_err(doing(WRITE))
    }

    /// Writes what the stream brings; answers its length.
    async fn write_pieces(
        &self,
        upload: Uuid,
        mut content: BoxStream<'static, StoreResult<Bytes>>,
    ) -> StoreResult<u64> {
        let mut length = 0;
        let mut index = 0_u32;
        let mut waiting = BytesMut::new();
        let mut ready: Vec<RawDocumentBuf> = Vec::with_capacity(AT_ONCE);
        let mut ended = false;
        while !ended {
            match content.next().await.transpose()? {
                Some(bytes) => waiting.extend_from_slice(&bytes),
                None => ended = true,
            }
            while waiting.len() >= PIECE || (ended && !waiting.is_empty()) {
                let piece = waiting.split_to(PIECE.min(waiting.len()));
                length += piece.len() as u64;
                ready.push(rawdoc! { "_id": piece_id(upload, index), "d": binary(&piece) });
                index = index
                    .checked_add(1)
                    .ok_or_else(|| StoreError::backend(WRITE, "it is too long"))?;
                if ready.len() == AT_ONCE {
                    self.call(WRITE, self.insert_pieces(std::mem::take(&mut ready)))
                        .await?;
                }
            }
        }
        if !ready.is_empty() {
            self.call(WRITE, self.insert_pieces(ready)).await?;
        }
        Ok(length)
    }

    async fn insert_pieces(&self, pieces: Vec<RawDocumentBuf>) -> StoreResult<()> {
        self.collection(CHUNKS)
            .insert_many(pieces)
            .await
            .map(drop)
            .map_err(doing(WRITE))
    }

    /// Makes the attachment visible; `false` when somebody else kept the same one meanwhile.
    async fn finish_upload(&self, upload: Uuid, sha2: &Sha2, length: u64) -> StoreResult<bool> {
        let pieces = i64::try_from(length.div_ceil(PIECE as u64)).unwrap_or(i64::MAX);
        let file = rawdoc! {
            "_id": sha2.0.as_str(),
            "a": uuid(upload),
            "l": i64::try_from(length).unwrap_or(i64::MAX),
            "n": pieces,
        };
        let mut transaction = self.transaction(WRITE);
        loop {
            let session = transaction.begin().await?;
            let finished = async {
                let announced = self
                    .collection(UPLOADS)
                    .delete_one(doc! { "_id": uuid(upload) })
                    .session(&mut *session)
                    .await?;
                if announced.deleted_count == 0 {
                    let reason = "it took too long to send and its pieces were cleared; send it again";
                    return Err(Stopped::Store(StoreError::backend(WRITE, reason)));
                }
                self.collection(ATTACHMENTS)
                    .insert_one(&file)
                    .session(session)
                    .await?;
                Ok(())
            }
            .await;
            match transaction.end_noting_duplicates(finished).await? {
                End::Done(()) => return Ok(true),
                End::Duplicate => return Ok(false),
                End::Again => {
                    // A commit whose answer was lost may have happened.
                    if self
                        .kept_attachment(sha2)
                        .await?
                        .is_some_and(|kept| kept.upload == upload)
                    {
                        return Ok(true);
                    }
                }
            }
        }
    }

    async fn read_pieces(&self, upload: Uuid, from: u32, end: u32) -> StoreResult<Vec<Bytes>> {
        let found = self
            .collection(CHUNKS)
            .find(doc! { "_id": { "$gte": piece_id(upload, from), "$lt": piece_id(upload, end) } })
            .sort(doc! { "_id": 1 })
            .await
            .map_err(doing(READ))?;
        read_all(found, "an attachment", READ, |piece| {
            Ok(Bytes::copy_from_slice(piece.bytes("d")?))
        })
        .await
    }

    async fn clear_upload(&self, upload: Uuid) -> StoreResult<()> {
        let pieces = doc! { "_id": { "$gte": piece_id(upload, 0), "$lte": piece_id(upload, u32::MAX) } };
        self.collection(CHUNKS)
            .delete_many(pieces)
            .await
            .map_err(doing("clear an upload"))?;
        let announced = doc! { "_id": uuid(upload) };
        self.collection(UPLOADS)
            .delete_one(announced)
            .await
            .map(drop)
            .map_err(doing("clear an upload"))
    }

    /// Removes the pieces of uploads that were begun long ago and never finished: their sender went away.
    pub(crate) async fn clear_abandoned_uploads(&self) -> StoreResult<()> {
        let age = doc! { "$dateSubtract": { "startDate": "$$NOW", "unit": "hour", "amount": ABANDONED_AFTER_HOURS } };
        let found = self
            .collection(UPLOADS)
            .find(doc! { "$expr": { "$lt": ["$at", age] } })
            .limit(1_000)
            .await
            .map_err(doing("find unfinished uploads"))?;
        let uploads = read_all(found, "an upload", "find unfinished uploads", |found| {
            found.uuid("_id")
        })
        .await?;
        for upload in uploads {
            // Taken back first: from here on it can not be finished any more.
            let announced = doc! { "_id": uuid(upload) };
            let taken = self
                .collection(UPLOADS)
                .delete_one(announced)
                .await
                .map_err(doing("clear an upload"))?;
            if taken.deleted_count == 1 {
                self.clear_upload(upload).await?;
            }
        }
        Ok(())
    }
}

/// The upload and the index of the piece, so that the pieces of an upload lie together and in order.
fn piece_id(upload: Uuid, index: u32) -> Binary {
    let mut id = upload.as_bytes().to_vec();
    id.extend_from_slice(&index.to_be_bytes());
    binary(&id)
}
