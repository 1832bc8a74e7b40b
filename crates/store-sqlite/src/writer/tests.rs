use rusqlite::OptionalExtension;

use super::*;
use crate::connection::{Role, open};
use crate::log::memory::Memory;
use crate::log::texts::Texts;
use crate::options::SqliteOptions;
use crate::stored::StoredClock;

fn writer() -> (Arc<Writer>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::default();
    let mut connection = open(&folder.path().join("test.db"), Role::Writer, options.lock_timeout).unwrap();
    crate::schema::prepare(&mut connection).unwrap();
    let stored = StoredClock::open(folder.path(), options.clock.clone()).unwrap();
    let shared = Shared::new(options, stored, Memory::new(0, Texts::new(1)));
    (
        Arc::new(Writer::start(connection, Arc::new(shared)).unwrap()),
        folder,
    )
}

fn put(connection: &Connection, id: &str) -> Result<(), Fault> {
    connection.execute("INSERT INTO person (id, ifis, body) VALUES (?1, '[]', '')", [id])?;
    Ok(())
}

async fn is_there(writer: &Writer, id: &'static str) -> bool {
    let look = move |connection: &Connection| {
        Ok(connection
            .query_row("SELECT 1 FROM person WHERE id = ?1", [id], |_| Ok(()))
            .optional()?
            .is_some())
    };
    writer.write("look", look).await.unwrap()
}

#[tokio::test]
async fn what_fails_undoes_only_its_own_writes() {
    let (writer, _folder) = writer();
    let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
    // While this waits, the others gather, to be written in one group.
    let first = writer.write("wait", move |_| {
        may_go_on.recv().unwrap();
        Ok(())
    });
    let before = writer.write("put", |connection| put(connection, "before"));
    let failing = writer.write("fail", |connection| {
        put(connection, "failing")?;
        Err::<(), _>(
            StoreError::Exists {
                what: "it".to_owned(),
            }
            .into(),
        )
    });
    let breaking = writer.write("break", |connection| {
        put(connection, "breaking")?;
        connection.execute("INSERT INTO nothing VALUES (1)", [])?;
        Ok(())
    });
    let after = writer.write("put", |connection| put(connection, "after"));
    let begin = async move { go_on.send(()).unwrap() };
    let (first, before, failing, breaking, after, ()) =
        futures_util::join!(first, before, failing, breaking, after, begin);
    first.unwrap();
    before.unwrap();
    after.unwrap();
    assert!(matches!(failing, Err(StoreError::Exists { .. })));
    assert!(matches!(
        breaking,
        Err(StoreError::Backend { doing: "break", .. })
    ));
    for (id, there) in [
        ("before", true),
        ("failing", false),
        ("breaking", false),
        ("after", true),
    ] {
        assert_eq!(is_there(&writer, id).await, there, "{id}");
    }
}

#[tokio::test]
async fn a_panic_undoes_its_group_and_the_writer_goes_on() {
    let (writer, _folder) = writer();
    let failed: StoreResult<()> = writer
        .write("panic", |connection| {
            put(connection, "lost").unwrap();
            panic!("as it should")
        })
        .await;
    assert!(
        matches!(failed, Err(StoreError::Backend { doing: "panic", .. })),
        "{failed:?}"
    );
    assert!(!is_there(&writer, "lost").await);
    writer
        .write("put", |connection| put(connection, "kept"))
        .await
        .unwrap();
    assert!(is_there(&writer, "kept").await);
}

#[tokio::test]
async fn a_writer_at_rest_has_copied_its_log_and_goes_on() {
    let (writer, folder) = writer();
    let other = open(&folder.path().join("test.db"), Role::Keeper, Duration::ZERO).unwrap();
    let not_copied = || {
        other
            .query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| {
                Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?)
            })
            .unwrap()
    };
    writer
        .write("put", |connection| put(connection, "before"))
        .await
        .unwrap();
    assert!(not_copied() > 0, "what was written is in the log first");
    assert!(writer.request_rest());
    assert!(is_there(&writer, "before").await);
    assert_eq!(not_copied(), 0);
    writer
        .write("put", |connection| put(connection, "after"))
        .await
        .unwrap();
    assert!(is_there(&writer, "after").await);
}
