//! Files of other versions, other programs, and folders that can not be used.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use rusqlite::Connection;
use store::{
    ActRecord, Acts, ChangePosition, Checkpoint, Engine, Position, Registry, StatementLog, Store, StoreError,
    Subject,
};
use store_sqlite::SqliteStore;

use crate::{batch, log, open, settling};

fn refusal(folder: &std::path::Path) -> String {
    match SqliteStore::open(folder, settling()).map(|_| ()) {
        Err(StoreError::Unavailable(why)) => why,
        answer => panic!("it was not refused: {answer:?}"),
    }
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.append(batch(3)).await.unwrap();
    store.close().await.unwrap();
    let file = folder.path().join("testamur.db");
    let set = |version: i64| {
        let connection = Connection::open(&file).unwrap();
        let was: i64 = connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap();
        connection.pragma_update(None, "user_version", version).unwrap();
        was
    };
    let ours = set(99);
    let before = fs::read(&file).unwrap();
    let why = refusal(folder.path());
    assert!(why.contains("newer") && why.contains("99"), "{why}");
    assert_eq!(fs::read(&file).unwrap(), before);

    set(ours);
    assert_eq!(log(&open(folder.path())).await.len(), 3);
}

#[tokio::test]
async fn a_file_of_the_first_version_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let first = Connection::open(folder.path().join("testamur.db")).unwrap();
    first
        .execute_batch(&format!(
            "BEGIN; {} PRAGMA application_id = 0x5453544d; PRAGMA user_version = 1;
             INSERT INTO person (id, ifis, body) VALUES ('ann', '[]', '{{\"manager\":\"ben\"}}');
             INSERT INTO change (kind, id) VALUES (1, 'ann');
             UPDATE checkpoint SET generation = 7, position = 5, change = 1, state = '{{}}';
             COMMIT",
            include_str!("../../src/schema/v1.sql")
        ))
        .unwrap();
    drop(first);
    let store = open(folder.path());
    let ann = store.person("ann").await.unwrap().unwrap();
    assert_eq!((ann.id.as_str(), ann.manager.as_deref()), ("ann", Some("ben")));
    assert_eq!(store.reports(&["ben".to_owned()], None).await.unwrap().len(), 1);
    let versions = store.person_versions("ann").await.unwrap();
    assert_eq!(versions.len(), 1);
    assert_eq!(versions[0].person.as_ref(), Some(&ann));
    assert_eq!(store.changes(ChangePosition(0), 10).await.unwrap().len(), 1);
    let everybody = Checkpoint {
        generation: 7,
        position: Position(5),
        change: ChangePosition(1),
        state: "{}".to_owned(),
        ..Checkpoint::default()
    };
    assert_eq!(store.checkpoints().await.unwrap(), [everybody]);
    let waiver = ActRecord {
        id: uuid::Uuid::new_v4(),
        kind: "waiver".to_owned(),
        subject: Subject::Person("ann".to_owned()),
        curriculum: None,
        at: xapi::Timestamp::from_micros(0),
        by: "office".to_owned(),
        undoes: None,
        body: "{}".to_owned(),
    };
    store.record_acts(vec![waiver], Vec::new()).await.unwrap();
    assert_eq!(store.changes(ChangePosition(1), 10).await.unwrap().len(), 1);
    store.close().await.unwrap();
    assert_eq!(
        open(folder.path())
            .changes(ChangePosition(0), 10)
            .await
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn another_programs_database_is_not_touched() {
    let marked = "PRAGMA application_id = 1234; PRAGMA user_version = 1;";
    for sql in ["CREATE TABLE theirs (x);", marked, "PRAGMA user_version = 1;"] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("testamur.db");
        Connection::open(&file).unwrap().execute_batch(sql).unwrap();
        let why = refusal(folder.path());
        assert!(
            why.contains("another program") && why.contains("choose another data folder"),
            "{why}"
        );
        let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'statement'";
        let ours: i64 = Connection::open(&file)
            .unwrap()
            .query_row(tables, [], |row| row.get(0))
            .unwrap();
        assert_eq!(ours, 0);
    }
}

#[test]
fn a_new_folder_is_its_owners_only() {
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("data/testamur");
    drop(open(&new));
    let mode = fs::metadata(&new).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    // One that was there keeps its rights.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o750)).unwrap();
    drop(open(folder.path()));
    assert_eq!(
        fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777,
        0o750
    );
}

#[test]
fn a_folder_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let why = refusal(&file.join("data"));
    assert!(why.contains(file.to_str().unwrap()), "{why}");
}

/// So that nothing forgotten is found out only when a store is copied.
#[tokio::test]
async fn every_table_is_copied_or_follows_from_what_is() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).close().await.unwrap();
    let connection = Connection::open(folder.path().join("testamur.db")).unwrap();
    let mut names = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .unwrap();
    let names: Vec<String> = names
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    // The log and what is found by it, contents, what a store knows of itself, and people by their identifiers.
    let others = [
        "statement",
        "indexed",
        "statement_id",
        "posting",
        "reference",
        "inherited",
        "attachment",
        "upload",
        "piece",
        "note",
        "person_ifi",
        "notice_recipient",
    ];
    for name in names {
        let copied = store::transfer::TABLES.iter().any(|table| table.name == name);
        assert!(copied != others.contains(&name.as_str()), "{name}");
    }
}
