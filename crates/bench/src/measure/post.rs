//! Statements in.

use std::time::Duration;

use anyhow::Result;

use crate::bars::{self, FILL, POST_FIFTY, POST_ONE};
use crate::figures::{Figures, Quantity};
use crate::http::Connection;
use crate::load::{Load, Work};
use crate::measure::Scale;
use crate::raw;
use crate::server::{Backing, Place, Server};

/// Connections, and statements of a request.
const ONE: (usize, usize) = (8, 1);
const FIFTY: (usize, usize) = (4, 50);

pub(super) const STATEMENTS: &str = "/xapi/statements";
pub(super) const JSON: &str = "application/json";

/// A connection's work: batches of statements, other ones than any other connection of any other run.
fn batches(scale: &Scale, size: usize) -> impl Work + use<> {
    let mut statements = scale.generator();
    let mut body = String::new();
    move |connection: &mut Connection, _| {
        if size == 1 {
            statements.one(&mut body);
        } else {
            statements.batch(size, &mut body);
        }
        connection.post(STATEMENTS, JSON, &body)?.expect(200)?;
        Ok(size as u64)
    }
}

/// 8 connections, 1 a request: as many as there are to be had, then so many as are asked for.
pub(super) fn one_by_one(
    figures: &mut Figures,
    backing: &Backing,
    place: &Place,
    server: &Server,
    scale: &Scale,
) -> Result<()> {
    let (connections, size) = ONE;
    post(figures, backing.name(), server, scale, POST_ONE, ONE)?;
    if let Some(rate) = bars::rate(backing.name(), POST_ONE) {
        let load = Load::open(connections, rate, scale.time).run(server.address, |_| batches(scale, size))?;
        figures.add(
            backing.name(),
            POST_ONE,
            Quantity::P99AtBarMs,
            load.milliseconds(99.0),
        );
    }
    raw::compare(figures, backing, place, scale, POST_ONE, ONE)
}

/// 4 connections, 50 a request.
pub(super) fn in_batches(
    figures: &mut Figures,
    backing: &Backing,
    place: &Place,
    server: &Server,
    scale: &Scale,
) -> Result<()> {
    post(figures, backing.name(), server, scale, POST_FIFTY, FIFTY)?;
    raw::compare(figures, backing, place, scale, POST_FIFTY, FIFTY)
}

fn post(
    figures: &mut Figures,
    store: &'static str,
    server: &Server,
    scale: &Scale,
    work: &str,
    (connections, size): (usize, usize),
) -> Result<()> {
    let before = server.processor_time()?;
    let load = Load::closed(connections, scale.time).run(server.address, |_| batches(scale, size))?;
    let used = server.processor_time()?.saturating_sub(before);
    figures.add(store, work, Quantity::PerSecond, load.per_second());
    figures.add(store, work, Quantity::P50Ms, load.milliseconds(50.0));
    figures.add(store, work, Quantity::P99Ms, load.milliseconds(99.0));
    let each = used.as_secs_f64() * 1e6 / load.items.max(1) as f64;
    figures.add(store, work, Quantity::ProcessorUs, each);
    Ok(())
}

/// How many statements there are too few.
pub(super) fn missing(server: &Server, scale: &Scale) -> Result<u64> {
    let mut connection = server.connect()?;
    let answer = connection.get("/api/v1/engine")?;
    answer.expect(200)?;
    let progress = answer.json()?;
    let stored = progress
        .get("head")
        .and_then(serde_json::Value::as_u64)
        .unwrap_or(0);
    Ok(scale.statements.saturating_sub(stored))
}

/// Sees to it that there are as many statements as the scale says.
pub(super) fn fill(figures: &mut Figures, store: &'static str, server: &Server, scale: &Scale) -> Result<()> {
    const SIZE: u64 = 500;
    let missing = missing(server, scale)?;
    if missing == 0 {
        return Ok(());
    }
    eprintln!("{store}: {missing} more statements are sent");
    let load = Load::count(4, missing.div_ceil(SIZE)).run(server.address, |_| {
        batches(scale, usize::try_from(SIZE).unwrap_or(usize::MAX))
    })?;
    figures.add(store, FILL, Quantity::PerSecond, load.per_second());
    // What is measured next should not pay for what is still being settled.
    super::settled(server)?;
    std::thread::sleep(Duration::from_millis(200));
    Ok(())
}
