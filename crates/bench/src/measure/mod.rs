//! The measurements, step by step.

mod bulk;
mod certify;
mod evaluate;
mod post;
mod query;
mod reevaluate;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use bench::statements::{Registrations, Statements};
use clap::ValueEnum;
use serde_json::Value;

pub(crate) use evaluate::evaluate;

use crate::bars;
use crate::figures::{Figures, Quantity};
use crate::server::{Backing, Place, Server};

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Statements in
    Post,
    /// Pages out
    Query,
    /// Start to ready
    Start,
    /// From a statement to the certificate it earns
    Certify,
    /// Everybody, after a revision
    Reevaluate,
    /// One person, in memory
    Evaluate,
}

impl Step {
    pub(crate) const ALL: [Self; 6] = [
        Self::Post,
        Self::Query,
        Self::Start,
        Self::Certify,
        Self::Reevaluate,
        Self::Evaluate,
    ];
}

/// How large and how long.
#[derive(Debug, Clone)]
pub(crate) struct Scale {
    pub(crate) quick: bool,
    /// How many are stored when there are queries and appends in batches.
    pub(crate) statements: u64,
    /// Whether those that are missing are imported instead of sent.
    pub(crate) bulk: bool,
    /// How long each load lasts.
    pub(crate) time: Duration,
    /// How many people are evaluated again.
    pub(crate) people: usize,
    /// How many statements are written to the raw store.
    pub(crate) raw: usize,
    /// How many servers divide the rules, where several can.
    pub(crate) servers: usize,
}

impl Scale {
    pub(crate) fn new(quick: bool, statements: Option<u64>, seconds: Option<f64>) -> Self {
        let seconds = seconds.unwrap_or(if quick { 0.5 } else { 10.0 });
        Self {
            quick,
            statements: statements.unwrap_or(if quick { 2_000 } else { 1_000_000 }),
            bulk: false,
            time: Duration::from_secs_f64(seconds),
            people: if quick { 100 } else { 10_000 },
            raw: if quick { 1_000 } else { 100_000 },
            servers: 1,
        }
    }

    /// The registrations of a store of this scale.
    pub(crate) fn registrations(&self) -> Registrations {
        Registrations::of(self.statements)
    }

    /// Makes statements for a store of this scale, other ones each time.
    pub(crate) fn generator(&self) -> Statements {
        Statements::new(fastrand::u64(..), self.registrations())
    }
}

/// Measures one store.
pub(crate) fn store(
    figures: &mut Figures,
    program: &Path,
    backing: &Backing,
    scale: &Scale,
    steps: &[Step],
    keep: bool,
) -> Result<()> {
    let has = |step| steps.contains(&step);
    if has(Step::Post) || has(Step::Query) || has(Step::Start) {
        let place = backing.place("statements")?;
        if !keep {
            place.clear()?;
        }
        stored(figures, program, backing, &place, scale, steps)?;
        if !keep {
            place.clear()?;
        }
    }
    for (step, measure) in [
        (Step::Certify, certify::certify as Measure),
        (Step::Reevaluate, reevaluate::reevaluate),
    ] {
        if has(step) {
            let place = backing.place("people")?;
            place.clear()?;
            let server = Server::start(program, &place)?;
            let count = match backing {
                Backing::Embedded(_) => 1,
                Backing::MongoDb(_) => scale.servers,
            };
            let others = (1..count).map(|_| Server::start(program, &place));
            let others = others.collect::<Result<Vec<_>>>()?;
            if count > 1 {
                divided(&server, count)?;
            }
            measure(figures, backing.name(), &server, scale)?;
            for other in others {
                other.stop()?;
            }
            server.stop()?;
            place.clear()?;
        }
    }
    Ok(())
}

/// Waits until so many servers have divided people among them.
fn divided(server: &Server, count: usize) -> Result<()> {
    let mut connection = server.connect()?;
    let began = Instant::now();
    loop {
        let progress = connection.get("/api/v1/engine")?.json()?;
        let shares = progress.get("shares").and_then(Value::as_array);
        let engines: Option<BTreeSet<&str>> = shares
            .into_iter()
            .flatten()
            .map(|share| share.get("engine").and_then(Value::as_str))
            .collect();
        if engines.is_some_and(|engines| engines.len() == count) {
            return Ok(());
        }
        if began.elapsed() > Duration::from_secs(60) {
            bail!("the servers have not divided people after a minute: {progress}");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

type Measure = fn(&mut Figures, &'static str, &Server, &Scale) -> Result<()>;

/// What is measured with many statements stored.
fn stored(
    figures: &mut Figures,
    program: &Path,
    backing: &Backing,
    place: &Place,
    scale: &Scale,
    steps: &[Step],
) -> Result<()> {
    let name = backing.name();
    let has = |step| steps.contains(&step);
    let mut server = Server::start(program, place)?;
    if scale.bulk {
        let missing = post::missing(&server, scale)?;
        server.stop()?;
        bulk::import(figures, name, program, place, scale.generator(), missing)?;
        server = Server::start(program, place)?;
        settled(&server)?;
    }
    let watch = server.watch();
    if has(Step::Post) {
        post::one_by_one(figures, backing, place, &server, scale)?;
    }
    post::fill(figures, name, &server, scale)?;
    if has(Step::Post) {
        post::in_batches(figures, backing, place, &server, scale)?;
    }
    if has(Step::Query) {
        query::queries(figures, name, &server, scale)?;
    }
    figures.add(name, bars::LOADED, Quantity::Mib, watch.end());
    settled(&server)?;
    std::thread::sleep(if scale.quick {
        Duration::from_millis(100)
    } else {
        Duration::from_secs(15)
    });
    figures.add(name, bars::IDLE, Quantity::Mib, server.memory()?);
    server.stop()?;
    if has(Step::Start) {
        let server = Server::start(program, place)?;
        let ready = server.ready_after.as_secs_f64() * 1e3;
        figures.add(name, bars::READY, Quantity::Ms, ready);
        server.stop()?;
    }
    Ok(())
}

/// Waits until the engine has taken into account all there is.
fn settled(server: &Server) -> Result<()> {
    let mut connection = server.connect()?;
    let began = Instant::now();
    loop {
        let answer = connection.get("/api/v1/engine")?;
        answer.expect(200)?;
        let progress = answer.json()?;
        if progress.get("settled").and_then(Value::as_bool) == Some(true) {
            return Ok(());
        }
        if began.elapsed() > Duration::from_secs(600) {
            bail!("the engine is not done after ten minutes: {progress}");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}
