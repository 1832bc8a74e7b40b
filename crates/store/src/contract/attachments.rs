//! Attachments: kept once by their hash, streamed in and out.

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use tokio::task::JoinSet;

use super::Backing;
use crate::{AttachmentInfo, Sha2, Store, StoreError, StoreResult};

fn sha2(number: u8) -> Sha2 {
    Sha2(format!("{number:064x}"))
}

/// Bytes that differ from place to place.
fn content(length: usize) -> Bytes {
    (0..length).map(|place| (place % 251) as u8).collect()
}

/// Content in pieces of one size.
fn pieces(content: &Bytes, size: usize) -> BoxStream<'static, StoreResult<Bytes>> {
    let pieces: Vec<_> = content
        .chunks(size)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    stream::iter(pieces).boxed()
}

async fn read(store: &dyn Store, sha2: &Sha2) -> Option<Vec<u8>> {
    let mut stream = store.attachment(sha2).await.unwrap()?;
    let mut content = Vec::new();
    while let Some(piece) = stream.try_next().await.unwrap() {
        assert!(piece.len() <= 256 * 1_024, "a piece of {} bytes", piece.len());
        content.extend_from_slice(&piece);
    }
    Some(content)
}

/// What goes in in pieces of whatever size comes out the same, in pieces of at most 256 KiB; nothing and several
/// megabytes too.
pub async fn what_goes_in_comes_out<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let cases = [
        (0, 1),
        (1, 1),
        (100_000, 999),
        (262_144, 262_144),
        (262_145, 100_000),
        (3_000_000, 3_000_000),
        (5_242_880, 65_536),
    ];
    for (number, (length, size)) in (0..).zip(cases) {
        let sha2 = sha2(number);
        assert_eq!(store.attachment_info(&sha2).await.unwrap(), None);
        assert!(store.attachment(&sha2).await.unwrap().is_none());
        let content = content(length);
        store.put_attachment(&sha2, pieces(&content, size)).await.unwrap();
        let info = store.attachment_info(&sha2).await.unwrap();
        assert_eq!(
            info,
            Some(AttachmentInfo {
                length: length as u64
            })
        );
        assert!(
            read(&*store, &sha2).await.unwrap() == content,
            "{length} bytes in pieces of {size}"
        );
    }
}

/// An error in the stream keeps nothing, and another try starts afresh.
pub async fn an_error_in_the_stream_keeps_nothing<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let content = content(1_500_000);
    let broken = pieces(&content, 100_000)
        .take(12)
        .chain(stream::iter([Err(StoreError::backend("read", "it broke"))]));
    let answer = store.put_attachment(&sha2(1), broken.boxed()).await;
    assert!(answer.unwrap_err().to_string().contains("it broke"));
    assert_eq!(store.attachment_info(&sha2(1)).await.unwrap(), None);
    assert!(store.attachment(&sha2(1)).await.unwrap().is_none());

    store
        .put_attachment(&sha2(1), pieces(&content, 70_000))
        .await
        .unwrap();
    assert!(read(&*store, &sha2(1)).await.unwrap() == content);
}

/// An attachment is not there before it is whole.
pub async fn an_attachment_appears_whole<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let content = content(2_000_000);
    let (pause, paused) = tokio::sync::oneshot::channel();
    let (go_on, may_go_on) = tokio::sync::oneshot::channel::<()>();
    let first = pieces(&content, 50_000).take(30);
    let wait = stream::once(async move {
        pause.send(()).unwrap();
        may_go_on.await.unwrap();
        Ok(Bytes::new())
    });
    let rest = pieces(&content, 50_000).skip(30);
    let writing = tokio::spawn({
        let store = store.clone();
        async move {
            store
                .put_attachment(&sha2(1), first.chain(wait).chain(rest).boxed())
                .await
        }
    });
    paused.await.unwrap();
    assert_eq!(store.attachment_info(&sha2(1)).await.unwrap(), None);
    assert!(store.attachment(&sha2(1)).await.unwrap().is_none());
    go_on.send(()).unwrap();
    writing.await.unwrap().unwrap();
    assert!(read(&*store, &sha2(1)).await.unwrap() == content);
}

/// Keeping an attachment twice, also by many at once, is keeping it once.
pub async fn keeping_twice_is_keeping_once<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let content = content(600_000);
    let mut writers = JoinSet::new();
    for _ in 0..8 {
        let (store, content) = (store.clone(), pieces(&content, 64_000));
        writers.spawn(async move { store.put_attachment(&sha2(1), content).await });
    }
    writers
        .join_all()
        .await
        .into_iter()
        .collect::<StoreResult<Vec<_>>>()
        .unwrap();
    store
        .put_attachment(&sha2(1), pieces(&content, 1_000))
        .await
        .unwrap();
    assert_eq!(
        store.attachment_info(&sha2(1)).await.unwrap(),
        Some(AttachmentInfo { length: 600_000 })
    );
    assert!(read(&*store, &sha2(1)).await.unwrap() == content);
}

/// Several may read and write different attachments at once.
pub async fn attachments_do_not_mix<B: Backing>(fresh: impl AsyncFn() -> B) {
    let backing = fresh().await;
    let store = backing.open().await;
    let mut writers = JoinSet::new();
    for number in 0..6 {
        let store = store.clone();
        writers.spawn(async move {
            let content = content(400_000 + usize::from(number));
            store
                .put_attachment(&sha2(number), pieces(&content, 30_000))
                .await
                .unwrap();
            assert!(read(&*store, &sha2(number)).await.unwrap() == content);
        });
    }
    writers.join_all().await;
    for number in 0..6 {
        let info = store.attachment_info(&sha2(number)).await.unwrap().unwrap();
        assert_eq!(info.length, 400_000 + u64::from(number));
    }
}
