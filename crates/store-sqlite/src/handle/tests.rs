use store::contract::sample::{id, sealed, simple};
use store::{NewStatement, Position, StatementLog};

use super::*;

fn batch(size: usize) -> Vec<NewStatement> {
    (0..size)
        .map(|n| sealed(&simple(id(), n % 3, n % 2, n % 5)))
        .collect()
}

/// Lets the file have this many pages more than it has, or as many as it likes: SQLite answers like a full disk.
async fn leave_room(store: &SqliteStore, pages: Option<i64>) {
    let limit = move |connection: &rusqlite::Connection| {
        let now: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
        let most = pages.map_or(i64::from(u32::MAX) - 2, |more| now + more);
        Ok(connection.pragma_update_and_check(None, "max_page_count", most, |_| Ok(()))?)
    };
    store.writer.write("limit the file", limit).await.unwrap();
}

/// What does not fit fails, nothing of it is kept, and what was kept stays; once there is room, it goes on.
#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions {
        settle_after: 7,
        ..SqliteOptions::default()
    };
    let store = SqliteStore::open(folder.path(), options).unwrap();
    store.append(batch(5)).await.unwrap();
    leave_room(&store, Some(20)).await;
    let mut kept = 5;
    let refused = loop {
        match store.append(batch(40)).await {
            Ok(appended) => kept += appended.new,
            Err(error) => break error,
        }
    };
    assert!(
        matches!(&refused, StoreError::Unavailable(why) if why.contains("disk is full")),
        "{refused}"
    );
    let log = store.read_log(Position::START, 10_000).await.unwrap();
    assert_eq!(log.len(), kept);
    assert!(store.append(batch(200)).await.is_err());
    let person = store::PersonRecord {
        id: "ann".to_owned(),
        ifis: Vec::new(),
        manager: None,
        body: "x".repeat(1_000_000),
    };
    assert!(store::Registry::put_people(&store, vec![person]).await.is_err());
    assert_eq!(store.read_log(Position::START, 10_000).await.unwrap(), log);

    leave_room(&store, None).await;
    assert_eq!(store.append(batch(200)).await.unwrap().new, 200);
    store.close().await.unwrap();
    let store = SqliteStore::open(folder.path(), SqliteOptions::default()).unwrap();
    let again = store.read_log(Position::START, 10_000).await.unwrap();
    assert_eq!(again.len(), kept + 200);
    assert!(again.starts_with(&log));
}
