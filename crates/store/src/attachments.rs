use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;

use crate::StoreResult;

/// The SHA-2 of an attachment's bytes, lower-case hex; 64 characters for SHA-256
/// (1.0.3, Data 2.4.11: the key by which a statement names its attachment).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha2(pub String);

/// What is known of a kept attachment without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentInfo {
    /// Length in bytes.
    pub length: u64,
}

/// Attachment contents, kept once by their hash. They are written before the statements that name them; one
/// that no statement came to name does no harm and can be cleared.
#[async_trait]
pub trait Attachments: Send + Sync {
    /// Whether the attachment is kept, and how long it is.
    ///
    /// # Errors
    /// When the backing fails.
    async fn attachment_info(&self, sha2: &Sha2) -> StoreResult<Option<AttachmentInfo>>;

    /// Keeps an attachment, read from `content` in pieces that never add up in memory. The caller has
    /// checked or checks the hash: an error in the stream keeps nothing. Keeping one twice is a no-op.
    ///
    /// # Errors
    /// When the stream or the backing fails; nothing is kept then.
    async fn put_attachment(
        &self,
        sha2: &Sha2,
        content: BoxStream<'static, StoreResult<Bytes>>,
    ) -> StoreResult<()>;

    /// The content, in pieces of at most 256 KiB; `None` when it is not kept.
    ///
    /// # Errors
    /// When the backing fails.
    async fn attachment(&self, sha2: &Sha2) -> StoreResult<Option<BoxStream<'static, StoreResult<Bytes>>>>;
}
