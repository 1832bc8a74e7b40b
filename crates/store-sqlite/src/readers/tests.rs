use std::sync::mpsc;

use super::*;
use crate::log::memory::Memory;
use crate::log::texts::Texts;
use crate::options::SqliteOptions;
use crate::stored::StoredClock;

/// One reader, with room for one more read to wait.
fn readers() -> (Readers, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.db");
    let options = SqliteOptions {
        readers: 1,
        waiting_reads: 1,
        ..SqliteOptions::default()
    };
    crate::schema::prepare(&mut open(&file, Role::Writer, options.lock_timeout).unwrap()).unwrap();
    let stored = StoredClock::open(folder.path(), options.clock.clone()).unwrap();
    let shared = Shared::new(options, stored, Memory::new(0, Texts::new(1)));
    (Readers::start(&file, Arc::new(shared)).unwrap(), folder)
}

#[tokio::test]
async fn more_than_may_wait_is_refused_at_once() {
    let (readers, _folder) = readers();
    let readers = Arc::new(readers);
    let (begun, has_begun) = oneshot::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let reading = tokio::spawn({
        let readers = Arc::clone(&readers);
        async move {
            let wait = move |_: &Connection| {
                begun.send(()).unwrap();
                may_go_on.recv().unwrap();
                Ok(1)
            };
            readers.read("wait", wait).await
        }
    });
    has_begun.await.unwrap();
    // The reader is busy: one more waits, the next is refused.
    let mut waiting = Box::pin(readers.read("wait", |_| Ok(2)));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    assert!(matches!(
        readers.read("wait", |_| Ok(3)).await,
        Err(StoreError::Busy)
    ));
    go_on.send(()).unwrap();
    assert_eq!(reading.await.unwrap().unwrap(), 1);
    assert_eq!(waiting.await.unwrap(), 2);
}

#[tokio::test]
async fn a_read_that_panics_harms_only_itself() {
    let (readers, _folder) = readers();
    let failed: StoreResult<()> = readers
        .read("fail", |connection| {
            connection.execute_batch("BEGIN").unwrap();
            panic!("as it should")
        })
        .await;
    assert!(matches!(failed, Err(StoreError::Backend { .. })), "{failed:?}");
    let autocommit = readers
        .read("look", |connection| Ok(connection.is_autocommit()))
        .await
        .unwrap();
    assert!(autocommit);
}

#[tokio::test]
async fn a_reader_can_not_write() {
    let (readers, _folder) = readers();
    let write = |connection: &Connection| Ok(connection.execute("DELETE FROM person", [])?);
    assert!(readers.read("write", write).await.is_err());
}
