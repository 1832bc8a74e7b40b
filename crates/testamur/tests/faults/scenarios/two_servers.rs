//! Two servers on one MongoDB database, of which one is taken away while rules run.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::check;
use crate::history::History;
use crate::load::{self, Load};
use crate::report::Outcome;
use crate::support::{Backing, TestServer, eventually};
use crate::{server, world};

const TIMES: usize = 10;
/// How long a server hangs, after the other has taken what it held.
const HANG: Duration = Duration::from_secs(1);
/// A lease of three seconds, a look each second, and a transaction that was left open in the way.
const TAKEOVER: Duration = Duration::from_secs(15);

pub(crate) async fn one_is_killed() -> Outcome {
    let backing = Backing::mongodb();
    let history = History::new();
    let mut servers = pair(&backing).await;
    let mut takeovers = Vec::new();
    for time in 0..TIMES {
        let load = Load::start(&history, &servers.iter().map(server::api).collect::<Vec<_>>());
        load::acknowledged(&history, 300).await;
        both_work(&servers).await;
        let killed = servers.remove(time % 2);
        server::end(killed, "KILL").await;
        // The other goes on alone, and soon has everybody.
        takeovers.push(one_works(&servers[0]).await);
        load::acknowledged(&history, 300).await;
        load.stop().await;
        servers.insert(0, server::start(&backing).await);
    }
    let remark = format!(
        "kill -9 of one of two servers while rules run, in turn; the other had everybody after {:.1} s at most",
        takeovers.iter().max().unwrap().as_secs_f64()
    );
    finish(servers, &history, TIMES, &remark).await
}

pub(crate) async fn one_hangs() -> Outcome {
    let backing = Backing::mongodb();
    let history = History::new();
    let servers = pair(&backing).await;
    let times = TIMES / 2;
    for time in 0..times {
        let load = Load::start(&history, &servers.iter().map(server::api).collect::<Vec<_>>());
        load::acknowledged(&history, 300).await;
        both_work(&servers).await;
        // It believes on waking that nothing has happened meanwhile.
        let hanging = &servers[time % 2];
        hanging.signal("STOP");
        one_works(&servers[(time + 1) % 2]).await;
        tokio::time::sleep(HANG).await;
        hanging.signal("CONT");
        load::acknowledged(&history, 100).await;
        load.stop().await;
    }
    let remark = format!(
        "one of two servers stands still until the other has everybody, {} s more, and goes on",
        HANG.as_secs()
    );
    finish(servers, &history, times, &remark).await
}

/// Whose rules each engine works on, of 64.
async fn shares(server: &TestServer) -> BTreeMap<String, u64> {
    let engine = server::api(server).get("/api/v1/engine").await.expect(200).json();
    let mut shares = BTreeMap::new();
    for share in engine["shares"].as_array().into_iter().flatten() {
        let holder = share["engine"].as_str().unwrap_or("nobody").to_owned();
        *shares.entry(holder).or_default() += share["slots"].as_u64().unwrap();
    }
    shares
}

/// Waits until both have half of the people.
async fn both_work(servers: &[TestServer]) {
    eventually("half of the people with each server", async || {
        let shares = shares(&servers[0]).await;
        (shares.len() == 2 && shares.values().all(|slots| *slots == 32)).then_some(())
    })
    .await;
}

/// Waits until one has everybody; answers how long that took.
async fn one_works(server: &TestServer) -> Duration {
    let since = Instant::now();
    eventually("all people with the server that is left", async || {
        let shares = shares(server).await;
        (shares.len() == 1 && !shares.contains_key("nobody")).then_some(())
    })
    .await;
    let took = since.elapsed();
    assert!(
        took < TAKEOVER,
        "it took {took:?} until the other server had everybody"
    );
    took
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
