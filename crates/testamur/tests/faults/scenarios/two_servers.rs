//! Two servers on one MongoDB database, of which one is taken away while rules run.

use std::time::Duration;

use crate::check;
use crate::history::History;
use crate::load::{self, Load};
use crate::report::Outcome;
use crate::support::{Backing, TestServer};
use crate::{server, world};

const TIMES: usize = 10;
/// How long a server hangs: longer than any lease it holds.
const HANG: Duration = Duration::from_secs(4);

pub(crate) async fn one_is_killed() -> Outcome {
    let backing = Backing::mongodb();
    let history = History::new();
    let mut servers = pair(&backing).await;
    for time in 0..TIMES {
        let load = Load::start(&history, &servers.iter().map(server::api).collect::<Vec<_>>());
        load::acknowledged(&history, 300).await;
        let killed = servers.remove(time % 2);
        server::end(killed, "KILL").await;
        // The other goes on alone.
        load::acknowledged(&history, 300).await;
        load.stop().await;
        servers.insert(0, server::start(&backing).await);
    }
    finish(
        servers,
        &history,
        TIMES,
        "kill -9 of one of two servers while rules run, in turn",
    )
    .await
}

pub(crate) async fn one_hangs() -> Outcome {
    let backing = Backing::mongodb();
    let history = History::new();
    let servers = pair(&backing).await;
    let times = TIMES / 2;
    for time in 0..times {
        let load = Load::start(&history, &servers.iter().map(server::api).collect::<Vec<_>>());
        load::acknowledged(&history, 300).await;
        // It believes on waking that nothing has happened meanwhile.
        let hanging = &servers[time % 2];
        hanging.signal("STOP");
        tokio::time::sleep(HANG).await;
        hanging.signal("CONT");
        load::acknowledged(&history, 100).await;
        load.stop().await;
    }
    let remark = format!(
        "one of two servers stands still for {} s and goes on",
        HANG.as_secs()
    );
    finish(servers, &history, times, &remark).await
}

async fn pair(backing: &Backing) -> Vec<TestServer> {
    let first = server::start(backing).await;
    world::set_up(&server::api(&first)).await;
    vec![first, server::start(backing).await]
}

async fn finish(
    servers: Vec<TestServer>,
    history: &std::sync::Arc<History>,
    injected: usize,
    remark: &str,
) -> Outcome {
    let found = check::everything(&server::api(&servers[0]), history).await;
    for running in servers {
        server::end(running, "TERM").await;
    }
    Outcome {
        injected,
        found,
        remark: remark.to_owned(),
    }
}
