//! What is acknowledged survives the process and the power; what is half written was never there.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use store::contract::sample::{agent, ids, reference, sealed, simple, voiding};
use store::{StatementLog, StatementQuery, Store};
use store_sqlite::{SqliteOptions, SqliteStore};
use uuid::Uuid;

use crate::{batch, log, open, settling};

const FOLDER: &str = "TESTAMUR_TEST_FOLDER";

/// Run by [`what_was_acknowledged_survives_a_kill`] in a process of its own: writes until it is killed, and says
/// the ids that were acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run in a process of its own by what_was_acknowledged_survives_a_kill"]
async fn writes_until_it_is_killed() {
    let folder = std::env::var(FOLDER).unwrap();
    let store = std::sync::Arc::new(open(Path::new(&folder)));
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..4 {
        let store = std::sync::Arc::clone(&store);
        writers.spawn(async move {
            loop {
                let appended = store.append(batch(1 + writer * 3)).await.unwrap();
                let ids: Vec<_> = appended.ids.iter().map(Uuid::to_string).collect();
                println!("acknowledged {}", ids.join(" "));
            }
        });
    }
    writers.join_next().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = HashSet::new();
    for round in 0..5 {
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "crash::writes_until_it_is_killed",
                "--ignored",
                "--nocapture",
            ])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        let mut batches = 0;
        for line in lines.map_while(Result::ok) {
            // Whatever else the test harness says.
            let Some((_, ids)) = line.split_once("acknowledged ") else {
                continue;
            };
            acknowledged.extend(ids.split(' ').filter_map(|id| id.parse::<Uuid>().ok()));
            batches += 1;
            if batches == 40 + round * 25 {
                writer.kill().unwrap();
            }
        }
        writer.wait().unwrap();
        assert!(batches >= 40 + round * 25, "the writer ended by itself");

        let store = open(folder.path());
        let kept = log(&store).await;
        let kept_ids: HashSet<_> = ids(&kept).into_iter().collect();
        assert_eq!(kept_ids.len(), kept.len());
        assert!(acknowledged.is_subset(&kept_ids), "round {round}");
        queries_agree(&store).await;
        store.close().await.unwrap();
    }
}

/// The log cut off anywhere, as a loss of power may leave it, is a log that ends with a whole batch; and every
/// index says what the log says.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_cut_off_anywhere_ends_with_a_whole_batch() {
    let folder = tempfile::tempdir().unwrap();
    // Nothing is copied from the write-ahead log, so all of it can be cut.
    let options = SqliteOptions {
        checkpoint_pages: u32::MAX,
        ..settling()
    };
    let store = SqliteStore::open(folder.path(), options).unwrap();
    let mut ends = vec![0];
    let mut sent: Vec<Uuid> = Vec::new();
    for round in 0..40 {
        let mut statements = batch(1 + round % 4);
        if let Some(target) = sent.get(round) {
            let new = Uuid::new_v4();
            let refers = if round % 5 == 0 {
                voiding(new, 1, *target)
            } else {
                reference(new, 1, 1, *target)
            };
            statements.push(sealed(&refers));
        }
        sent.extend(store.append(statements).await.unwrap().ids);
        ends.push(sent.len());
    }
    let wal = fs::read(folder.path().join("testamur.db-wal")).unwrap();
    let mut lengths = HashSet::new();
    for part in 0..=60 {
        let cut = wal.len() * part / 60;
        let copy = tempfile::tempdir().unwrap();
        fs::copy(folder.path().join("testamur.db"), copy.path().join("testamur.db")).unwrap();
        fs::write(copy.path().join("testamur.db-wal"), &wal[..cut]).unwrap();
        let copy = open(copy.path());
        let kept = ids(&log(&copy).await);
        assert!(
            ends.contains(&kept.len()),
            "{} statements are no whole batches",
            kept.len()
        );
        assert_eq!(kept, sent[..kept.len()]);
        lengths.insert(kept.len());
        queries_agree(&copy).await;
        // And it goes on.
        assert_eq!(copy.append(batch(2)).await.unwrap().new, 2);
        copy.close().await.unwrap();
    }
    assert!(lengths.contains(&sent.len()) && lengths.len() > 20, "{lengths:?}");
}

/// A folder copied while nothing is written is a backup, with what has not been settled and not been copied to
/// the database file.
#[tokio::test]
async fn a_copy_of_the_files_is_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for size in [3, 10, 1, 1, 8] {
        store.append(batch(size)).await.unwrap();
    }
    let copy = tempfile::tempdir().unwrap();
    for file in ["testamur.db", "testamur.db-wal"] {
        fs::copy(folder.path().join(file), copy.path().join(file)).unwrap();
    }
    let copied = open(copy.path());
    assert_eq!(log(&copied).await, log(&store).await);
    queries_agree(&copied).await;
}

/// A closed store is one file, whole by itself.
#[tokio::test]
async fn a_closed_store_is_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for size in [3, 10, 1, 1, 8] {
        store.append(batch(size)).await.unwrap();
    }
    let kept = log(&store).await;
    store.close().await.unwrap();
    assert!(!folder.path().join("testamur.db-wal").exists());
    let copy = tempfile::tempdir().unwrap();
    fs::copy(folder.path().join("testamur.db"), copy.path().join("testamur.db")).unwrap();
    // Everything was settled: the file's own index holds it all.
    let file = rusqlite::Connection::open(copy.path().join("testamur.db")).unwrap();
    let settled: i64 = file
        .query_row("SELECT through FROM indexed", [], |row| row.get(0))
        .unwrap();
    assert_eq!(settled, 23);
    drop(file);
    assert_eq!(log(&open(copy.path())).await, kept);
}

/// What is not a database is told apart, and left as it is.
#[tokio::test]
async fn a_damaged_file_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("testamur.db");
    fs::write(&file, "this is no database".repeat(1_000)).unwrap();
    let error = SqliteStore::open(folder.path(), settling())
        .map(|_| ())
        .unwrap_err();
    assert!(matches!(error, store::StoreError::Corrupt { .. }), "{error}");
    assert!(error.to_string().contains("backup"), "{error}");
    assert_eq!(File::open(file).unwrap().metadata().unwrap().len(), 19_000);
}

/// Each agent is found in exactly the statements whose text names it, but for those that inherit it.
async fn queries_agree(store: &SqliteStore) {
    let log = log(store).await;
    for number in 0..3 {
        let query = StatementQuery {
            agent: Some(agent(number)),
            ascending: true,
            limit: 1_000_000,
            ..StatementQuery::default()
        };
        let found = ids(&store.query(&query).await.unwrap().statements);
        let name = format!("mailto:agent{number}@");
        let named = |entry: &&store::StoredStatement| !entry.voided && entry.text.contains(&name);
        let expected: Vec<_> = log.iter().filter(named).map(|entry| entry.id).collect();
        let direct: Vec<_> = found.iter().copied().filter(|id| expected.contains(id)).collect();
        assert_eq!(direct, expected);
        for id in found {
            let entry = log.iter().find(|entry| entry.id == id).unwrap();
            assert!(expected.contains(&id) || entry.text.contains("StatementRef"));
        }
    }
    for entry in &log {
        assert_eq!(store.statement(entry.id).await.unwrap().as_ref(), Some(entry));
        // Known as kept: the same again is a no-op, anything else a conflict.
    }
    if let Some(entry) = log.first() {
        let other = sealed(&simple(entry.id, 99, 99, 99));
        let conflict = store.append(vec![other]).await;
        assert!(matches!(
            conflict,
            Err(store::StoreError::StatementConflict { .. })
        ));
    }
}
