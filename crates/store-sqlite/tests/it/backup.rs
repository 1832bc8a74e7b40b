//! Backups are whole, and take their place only when they are.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use store::contract::sample::{id, sealed, simple};
use store::{Position, StatementLog as _, Store as _, StoreError};
use store_sqlite::{Backup, backup, restore};
use tempfile::tempdir;

use crate::open;

/// What is in the store of a folder, which is closed again.
async fn ids_in(folder: &Path) -> Vec<uuid::Uuid> {
    let store = open(folder);
    let log = store.read_log(Position::START, usize::MAX).await.unwrap();
    store.close().await.unwrap();
    log.into_iter().map(|entry| entry.id).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_was_acknowledged_before_is_in_a_backup_made_under_load() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let store = Arc::new(open(&data));
    let enough = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (store, enough) = (Arc::clone(&store), Arc::clone(&enough));
            tokio::spawn(async move {
                let mut number = 0;
                while !enough.load(Ordering::Relaxed) {
                    number += 1;
                    store
                        .append(vec![sealed(&simple(id(), writer, number, 1))])
                        .await
                        .unwrap();
                }
            })
        })
        .collect();
    for round in 0..3 {
        // Some more have been acknowledged since.
        store.wait_beyond(Position(100 * (round + 1))).await.unwrap();
        let head = store.head().await.unwrap();
        let before = store.read_log(Position::START, usize::MAX).await.unwrap();
        let file = folder.path().join(format!("backup-{round}.db"));
        let (from, to) = (data.clone(), file.clone());
        let made = tokio::task::spawn_blocking(move || backup(&from, &to))
            .await
            .unwrap()
            .unwrap();
        assert!(made.statements >= head.0 as u64);

        let elsewhere = folder.path().join(format!("restored-{round}"));
        let restored = restore(&file, &elsewhere, false).unwrap();
        assert_eq!(restored, made);
        let ids = ids_in(&elsewhere).await;
        assert_eq!(ids.len() as u64, made.statements);
        assert!(
            before
                .iter()
                .map(|entry| entry.id)
                .eq(ids.into_iter().take(before.len()))
        );
    }
    enough.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_restored_store_goes_on() {
    let folder = tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("backup.db"));
    let store = open(&data);
    store.append(vec![sealed(&simple(id(), 1, 1, 1))]).await.unwrap();
    backup(&data, &file).unwrap();
    store.append(vec![sealed(&simple(id(), 1, 2, 1))]).await.unwrap();
    store.close().await.unwrap();

    let kept = ids_in(&data).await;
    let exists = restore(&file, &data, false).unwrap_err();
    assert!(matches!(exists, StoreError::Exists { .. }), "{exists}");
    assert_eq!(ids_in(&data).await, kept, "nothing was changed");
    restore(&file, &data, true).unwrap();
    assert_eq!(ids_in(&data).await, kept[..1]);
    let store = open(&data);
    let appended = store.append(vec![sealed(&simple(id(), 1, 3, 1))]).await.unwrap();
    assert_eq!(appended.head, Position(2));
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_store_in_use_is_not_replaced() {
    let folder = tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("backup.db"));
    let store = open(&data);
    store.append(vec![sealed(&simple(id(), 1, 1, 1))]).await.unwrap();
    backup(&data, &file).unwrap();
    let in_use = restore(&file, &data, true).unwrap_err();
    assert!(in_use.to_string().contains("stop it first"), "{in_use}");
    // The one in use has not noticed.
    store.append(vec![sealed(&simple(id(), 1, 2, 1))]).await.unwrap();
    store.close().await.unwrap();
    assert_eq!(ids_in(&data).await.len(), 2);
    assert!(!data.join("testamur.db.restoring").exists());
}

#[tokio::test]
async fn what_is_no_backup_or_damaged_is_not_put_in_place() {
    let folder = tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("backup.db"));
    let store = open(&data);
    let many = (0..500).map(|n| sealed(&simple(id(), n, n, n))).collect();
    store.append(many).await.unwrap();
    store.close().await.unwrap();
    assert_eq!(backup(&data, &file).unwrap().statements, 500);
    let elsewhere = folder.path().join("elsewhere");

    let refused = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        let error = restore(&path, &elsewhere, false).unwrap_err();
        assert!(
            fs::read_dir(&elsewhere).unwrap().next().is_none(),
            "{name} left something behind"
        );
        error
    };
    let whole = fs::read(&file).unwrap();
    assert!(matches!(refused("empty.db", b""), StoreError::Corrupt { .. }));
    assert!(matches!(
        refused("text.db", &b"no database at all ".repeat(1_000)),
        StoreError::Corrupt { .. }
    ));
    assert!(matches!(
        refused("short.db", &whole[..whole.len() / 2]),
        StoreError::Corrupt { .. }
    ));
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2 / 8_192 * 8_192;
    damaged[middle..middle + 8_192].fill(0xAB);
    assert!(matches!(
        refused("damaged.db", &damaged),
        StoreError::Corrupt { .. }
    ));
    // The version is a number at byte 60 of the file.
    let mut newer = whole.clone();
    newer[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    assert!(refused("newer.db", &newer).to_string().contains("newer"));

    // A damaged store is replaced by a good backup.
    fs::write(data.join("testamur.db"), &damaged[..10_000]).unwrap();
    let restored = restore(&file, &data, true).unwrap();
    assert_eq!(ids_in(&data).await.len(), 500);
    assert_eq!(restored.statements, 500);
}

#[tokio::test]
async fn a_backup_never_replaces_a_file() {
    let folder = tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("backup.db"));
    let missing = backup(&data, &file).unwrap_err();
    assert!(
        missing.to_string().contains("there is no testamur.db"),
        "{missing}"
    );
    open(&data).close().await.unwrap();
    assert_eq!(
        backup(&data, &file).unwrap(),
        Backup {
            statements: 0,
            newest: None
        }
    );
    let there = backup(&data, &file).unwrap_err();
    assert!(matches!(there, StoreError::Exists { .. }), "{there}");
}
