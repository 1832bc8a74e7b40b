//! A clock that jumps an hour, back and forward, under the running server.

use std::fs;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::check;
use crate::history::History;
use crate::load::{self, Load};
use crate::report::Outcome;
use crate::support::{Api, Backing};
use crate::{server, world};

/// Hours from the true time, one after another.
const HOURS: [i64; 8] = [1, 0, -1, 0, 1, -1, 1, 0];

pub(crate) async fn on_the_embedded_store() -> Outcome {
    jumping(Backing::folder()).await
}

pub(crate) async fn on_mongodb() -> Outcome {
    jumping(Backing::mongodb()).await
}

async fn jumping(backing: Backing) -> Outcome {
    let library = server::told("TESTAMUR_TEST_CLOCK_LIBRARY");
    let folder = tempfile::tempdir().unwrap();
    let time = folder.path().join("time");
    set(&time, 0);
    let history = History::new();
    let running = server::start_with(&backing, &[], |command| {
        command
            .env("LD_PRELOAD", &library)
            .env("TESTAMUR_TEST_CLOCK", &time);
    })
    .await;
    let api = server::api(&running);
    world::set_up(&api).await;
    let mut through = DateTime::UNIX_EPOCH;
    for hours in HOURS {
        set(&time, hours);
        let load = Load::start(&history, std::slice::from_ref(&api));
        for _ in 0..5 {
            load::acknowledged(&history, 50).await;
            let now = consistent_through(&api).await;
            assert!(now >= through, "consistent through {now} after {through}");
            through = now;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        load.stop().await;
        check::nothing_lost(&api, &history).await;
    }
    let found = check::everything(&api, &history).await;
    server::end(running, "TERM").await;
    Outcome {
        injected: HOURS.len(),
        found,
        remark: "the server's clock jumps by one or two hours, back and forward".to_owned(),
    }
}

/// Puts the server's clock so many hours from the true time.
fn set(time: &Path, hours: i64) {
    // Whole or not at all: the server reads it whenever it asks for the time.
    let new = time.with_extension("new");
    fs::write(&new, format!("{}\n", hours * 3_600)).unwrap();
    fs::rename(new, time).unwrap();
}

async fn consistent_through(api: &Api) -> DateTime<Utc> {
    let answer = api.get("/xapi/statements?limit=1").await.expect(200);
    answer
        .header("x-experience-api-consistent-through")
        .unwrap()
        .parse()
        .unwrap()
}
