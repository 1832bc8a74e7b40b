//! `store backup` and `store restore`: what was acknowledged before the backup began is in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use crate::support::world::{BASICS, passed, sample_text};
use crate::support::{Backing, Output, TestServer, testamur};

async fn on(backing: &Backing, arguments: &[&str]) -> Output {
    let flags = backing.flags();
    testamur(arguments.iter().copied().map(str::to_owned).chain(flags)).await
}

#[tokio::test]
async fn a_backup_under_load_restores_to_all_that_was_acknowledged_before() {
    let folder = tempfile::tempdir().unwrap();
    let backing = Backing::folder();
    let server = TestServer::start(&backing).await;
    let api = server.api();
    api.publish(&sample_text("curricula/forklift-operator.yaml"))
        .await;
    api.import_csv(&sample_text("people.csv")).await;
    let enough = Arc::new(AtomicBool::new(false));
    let (acknowledged, mut ids) = tokio::sync::mpsc::unbounded_channel();
    let load: Vec<_> = (0..4)
        .map(|_| {
            let (api, enough, acknowledged) = (api.clone(), Arc::clone(&enough), acknowledged.clone());
            tokio::spawn(async move {
                while !enough.load(Ordering::Relaxed) {
                    let statement = passed("ada-novak", BASICS, "2026-01-05T09:00:00Z", Some(0.9));
                    for id in api.statements(&json!(statement)).await {
                        acknowledged.send(id).unwrap();
                    }
                }
            })
        })
        .collect();
    let mut before = Vec::new();
    while before.len() < 50 {
        before.push(ids.recv().await.unwrap());
    }
    while let Ok(id) = ids.try_recv() {
        before.push(id);
    }
    let file = folder.path().join("backup.db").display().to_string();
    let said = on(&backing, &["store", "backup", &file]).await.succeeded();
    assert!(
        said.starts_with(&file) && said.contains("statements, the last stored at"),
        "{said}"
    );
    enough.store(true, Ordering::Relaxed);
    for sender in load {
        sender.await.unwrap();
    }
    let in_use = on(&backing, &["store", "restore", "--overwrite", &file])
        .await
        .failed(1);
    assert!(in_use.contains("stop it first"), "{in_use}");
    let admin = server.admin.clone().unwrap();
    server.kill().await;

    // Elsewhere, and in place of the store itself.
    let elsewhere = Backing::folder();
    on(&elsewhere, &["store", "restore", &file]).await.succeeded();
    let there = on(&backing, &["store", "restore", &file]).await.failed(1);
    assert!(there.contains("--overwrite"), "{there}");
    on(&backing, &["store", "restore", "--overwrite", &file])
        .await
        .succeeded();
    for restored in [elsewhere, backing] {
        let kept = on(&restored, &["statements", "export"]).await.succeeded();
        for id in &before {
            assert!(
                kept.contains(id.as_str()),
                "{id} was acknowledged before the backup began"
            );
        }
        let server = TestServer::start(&restored).await;
        assert_eq!(server.admin, None, "its keys are those of the backup");
        let api = server.api_with(admin.clone());
        api.settled().await;
        let standing = api.standing("ada-novak", "forklift-operator").await;
        assert_eq!(standing["status"], "in_progress", "{standing}");
        server.stop().await;
    }
}

#[tokio::test]
async fn a_replica_set_is_left_to_its_own_tools() {
    for command in [["store", "backup", "x.db"], ["store", "restore", "x.db"]] {
        let arguments = command
            .into_iter()
            .chain(["--mongodb", "mongodb://127.0.0.1:1/x"]);
        let said = testamur(arguments).await.failed(2);
        assert!(said.contains("mongodump"), "{said}");
    }
}
