//! `kill -9` of the server during ingest.

use std::time::Duration;

use crate::check;
use crate::history::History;
use crate::load::{self, Load};
use crate::report::Outcome;
use crate::support::Backing;
use crate::{server, world};

const KILLS: usize = 50;

pub(crate) async fn on_the_embedded_store() -> Outcome {
    killed(Backing::folder()).await
}

pub(crate) async fn on_mongodb() -> Outcome {
    killed(Backing::mongodb()).await
}

async fn killed(backing: Backing) -> Outcome {
    let history = History::new();
    let mut running = server::start(&backing).await;
    world::set_up(&server::api(&running)).await;
    for kill in 0..KILLS {
        let load = Load::start(&history, &[server::api(&running)]);
        load::acknowledged(&history, 1).await;
        // Anywhere in a commit, a settling of the index, a step of the engine.
        tokio::time::sleep(Duration::from_millis(fastrand::u64(0..150))).await;
        server::end(running, "KILL").await;
        load.stop().await;
        running = server::start(&backing).await;
        // The whole log, more rarely as it grows.
        if kill % 10 == 9 {
            check::nothing_lost(&server::api(&running), &history).await;
        }
    }
    let found = check::everything(&server::api(&running), &history).await;
    server::end(running, "TERM").await;
    Outcome {
        injected: KILLS,
        found,
        remark: "kill -9 of the server during ingest, started again each time".to_owned(),
    }
}
