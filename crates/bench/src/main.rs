//! Starts the server, sends it load over HTTP, and says how fast it was: against what is asked of it, and against the
//! raw store in the same run. `cargo xtask bench` builds and starts it.

mod bars;
mod baseline;
mod figures;
mod http;
mod load;
mod measure;
mod raw;
mod report;
mod server;
mod yardstick;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser;

use crate::figures::{Figures, Quantity};
use crate::measure::{Scale, Step};
use crate::server::Backing;

/// Measures the server over HTTP.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Arguments {
    /// The program to measure
    #[arg(long, value_name = "PROGRAM")]
    server: PathBuf,
    /// Measure the embedded store
    #[arg(long)]
    sqlite: bool,
    /// Measure on the MongoDB replica set at this URI, in a database of its own
    #[arg(long, value_name = "URI")]
    mongodb: Option<String>,
    /// Query and append with this many statements stored
    #[arg(long, value_name = "N")]
    statements: Option<u64>,
    /// Load for this long in each measurement
    #[arg(long, value_name = "S")]
    seconds: Option<f64>,
    /// Small numbers: whether everything works, not how fast it is
    #[arg(long)]
    quick: bool,
    /// Only this; may be repeated
    #[arg(long, value_name = "STEP", value_enum)]
    only: Vec<Step>,
    /// Keep the statements stored for the next run, or use those of the last
    #[arg(long)]
    keep: bool,
    /// Bring the statements that are missing in with `testamur statements import` instead of requests
    #[arg(long)]
    bulk: bool,
    /// On MongoDB, certify and reevaluate with so many servers on one database; all load goes to the first
    #[arg(long, value_name = "N", default_value_t = 1)]
    servers: usize,
    /// Where stores and reports are written
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// The ratios to compare with
    #[arg(long, value_name = "FILE")]
    baseline: PathBuf,
    /// Take the ratios of this run as those to compare with from now on
    #[arg(long)]
    update_baseline: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Answers whether nothing has become much slower than it was.
fn run(arguments: &Arguments) -> Result<bool> {
    std::fs::create_dir_all(&arguments.folder)?;
    let scale = Scale {
        bulk: arguments.bulk,
        servers: arguments.servers,
        ..Scale::new(arguments.quick, arguments.statements, arguments.seconds)
    };
    let steps = if arguments.only.is_empty() {
        Step::ALL.to_vec()
    } else {
        arguments.only.clone()
    };
    let mut backings = Vec::new();
    if arguments.sqlite {
        backings.push(Backing::Embedded(arguments.folder.join("store")));
    }
    if let Some(uri) = &arguments.mongodb {
        backings.push(Backing::MongoDb(uri.clone()));
    }
    if backings.is_empty() {
        bail!("nothing to measure: give --sqlite, --mongodb URI or both");
    }

    let mut figures = Figures::default();
    figures.add(
        "memory",
        bars::YARDSTICK,
        Quantity::PerSecond,
        yardstick::mib_hashed(),
    );
    if steps.contains(&Step::Evaluate) {
        measure::evaluate(&mut figures, &scale)?;
    }
    for backing in &backings {
        measure::store(
            &mut figures,
            &arguments.server,
            backing,
            &scale,
            &steps,
            arguments.keep,
        )?;
    }

    let compared = baseline::compare(&figures, &arguments.baseline)?;
    report::table(&figures, &compared);
    report::files(&figures, &scale, &arguments.folder)?;
    if arguments.update_baseline {
        baseline::update(&figures, &arguments.baseline)?;
    }
    // So few requests say nothing about speed.
    Ok(scale.quick || compared.iter().all(|compared| !compared.is_slower()))
}
