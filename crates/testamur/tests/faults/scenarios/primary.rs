//! `kill -9` of MongoDB's primary under load.

use std::time::Duration;

use mongodb::Client;
use mongodb::bson::{Document, doc};

use crate::check;
use crate::history::History;
use crate::load::{self, Load};
use crate::report::Outcome;
use crate::support::{Backing, eventually};
use crate::{server, world};

const KILLS: usize = 10;
const MEMBERS: usize = 3;

pub(crate) async fn killed_under_load() -> Outcome {
    let uri = std::env::var("TESTAMUR_TEST_MONGODB").unwrap();
    let admin = Client::with_uri_str(&uri).await.unwrap().database("admin");
    let backing = Backing::mongodb();
    let history = History::new();
    let running = server::start(&backing).await;
    let api = server::api(&running);
    world::set_up(&api).await;

    // So slowly that most of the time is not spent on checking it all in the end.
    let load = Load::start_slowly(&history, std::slice::from_ref(&api), Duration::from_millis(50));
    let mut longest = Duration::ZERO;
    for _ in 0..KILLS {
        all_members_follow(&admin).await;
        load::acknowledged(&history, 50).await;
        kill_primary(&admin).await;
        // More than what was under way and may still have been answered: it is another primary that does.
        longest = longest.max(load::acknowledged(&history, 300).await);
    }
    load.stop().await;
    all_members_follow(&admin).await;
    let found = check::everything(&api, &history).await;
    server::end(running, "TERM").await;
    Outcome {
        injected: KILLS,
        found,
        remark: format!(
            "kill -9 of the primary of {MEMBERS} members; 300 statements acknowledged after {:.1} s at most",
            longest.as_secs_f64()
        ),
    }
}

/// Waits until one member is primary and all others follow: with one down, another may not be lost.
async fn all_members_follow(admin: &mongodb::Database) {
    eventually("all members of the replica set are up", async || {
        let status = admin.run_command(doc! { "replSetGetStatus": 1 }).await.ok()?;
        let states: Vec<&str> = status
            .get_array("members")
            .ok()?
            .iter()
            .filter_map(|member| member.as_document()?.get_str("stateStr").ok())
            .collect();
        let up = states
            .iter()
            .filter(|state| matches!(**state, "PRIMARY" | "SECONDARY"))
            .count();
        (up == MEMBERS && states.contains(&"PRIMARY")).then_some(())
    })
    .await;
}

async fn kill_primary(admin: &mongodb::Database) {
    // The driver sends it to the primary.
    let status: Document = eventually("the primary tells its process", async || {
        admin.run_command(doc! { "serverStatus": 1 }).await.ok()
    })
    .await;
    let process = match status.get("pid") {
        Some(mongodb::bson::Bson::Int64(process)) => process.to_string(),
        Some(mongodb::bson::Bson::Int32(process)) => process.to_string(),
        other => panic!("serverStatus says pid: {other:?}"),
    };
    let sent = std::process::Command::new("kill")
        .args(["-s", "KILL", &process])
        .status()
        .unwrap();
    assert!(sent.success());
}
