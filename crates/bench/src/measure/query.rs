//! Pages out.

use anyhow::{Context, Result, ensure};
use bench::statements::{Query, Registrations};
use fastrand::Rng;
use xapi::Timestamp;

use crate::bars;
use crate::figures::{Figures, Quantity};
use crate::http::Connection;
use crate::load::{Load, Work};
use crate::measure::Scale;
use crate::server::Server;

/// With so many connections there is always one that is being answered.
const CONNECTIONS: usize = 8;
/// Requests at a rate come over so many connections: enough that none waits for another.
const MANY: usize = 32;

/// Every kind of query.
pub(super) fn queries(
    figures: &mut Figures,
    store: &'static str,
    server: &Server,
    scale: &Scale,
) -> Result<()> {
    let since = moments(server)?;
    for kind in Query::ALL {
        let work = bars::query(kind);
        let asked = |connection| asking(kind, connection, scale.registrations(), &since);
        let before = server.processor_time()?;
        let load = Load::closed(CONNECTIONS, scale.time).run(server.address, asked)?;
        let used = server.processor_time()?.saturating_sub(before);
        ensure!(load.items > 0, "no query was answered");
        figures.add(store, &work, Quantity::PerSecond, load.per_second());
        figures.add(store, &work, Quantity::P50Ms, load.milliseconds(50.0));
        figures.add(store, &work, Quantity::P99Ms, load.milliseconds(99.0));
        let each = used.as_secs_f64() * 1e6 / load.items as f64;
        figures.add(store, &work, Quantity::ProcessorUs, each);
        if let Some(rate) = bars::rate(store, &work) {
            let load = Load::open(MANY, rate, scale.time).run(server.address, asked)?;
            figures.add(store, &work, Quantity::P99AtBarMs, load.milliseconds(99.0));
        }
    }
    Ok(())
}

fn asking<'s>(
    kind: Query,
    connection: usize,
    registrations: Registrations,
    since: &'s [String],
) -> impl Work + use<'s> {
    let mut random = Rng::with_seed(connection as u64);
    move |connection: &mut Connection, _| {
        let answer = connection.get(&kind.path(&mut random, registrations, since))?;
        answer.expect(200)?;
        Ok(1)
    }
}

/// A hundred moments between the oldest and the newest statement.
fn moments(server: &Server) -> Result<Vec<String>> {
    let mut connection = server.connect()?;
    let mut stored = |ascending: bool| -> Result<i64> {
        let answer = connection.get(&format!("/xapi/statements?limit=1&ascending={ascending}"))?;
        answer.expect(200)?;
        let page = answer.json()?;
        let text = page
            .pointer("/statements/0/stored")
            .and_then(serde_json::Value::as_str)
            .context("a stored statement")?;
        Ok(Timestamp::parse(text)?.as_micros())
    };
    let (oldest, newest) = (stored(true)?, stored(false)?);
    let step = (newest - oldest) / 100;
    Ok((0..100)
        .map(|at| Timestamp::from_micros(oldest + at * step).to_string())
        .collect())
}
