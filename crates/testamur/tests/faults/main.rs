//! Faults: the real program, killed, crowded, starved and told the wrong time, and what is left of what it
//! acknowledged.
//!
//! `cargo xtask test --faults` runs this, and starts what it needs: a MongoDB replica set of three members of which
//! one that is killed comes back (`TESTAMUR_TEST_MONGODB`), the library made of `clock.c` (`TESTAMUR_TEST_CLOCK_LIBRARY`)
//! and strace (`TESTAMUR_TEST_STRACE`). Arguments are parts of the names of the scenarios to run; none runs all.
//!
//! After each scenario: every acknowledged statement is there exactly once, nothing is there that was not sent,
//! standings and certificates are those that a new store arrives at which is given the same statements, and the
//! server answers without help.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

#[path = "../it/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the end-to-end tests use the rest of it")]
mod support;

mod check;
mod history;
mod load;
mod report;
mod scenarios;
mod server;
mod world;

use std::process::ExitCode;

use report::{Line, Report};

fn main() -> ExitCode {
    let filters: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let mut report = Report::default();
    for scenario in scenarios::ALL {
        if !filters.is_empty()
            && !filters
                .iter()
                .any(|filter| scenario.name.contains(filter.as_str()))
        {
            continue;
        }
        let began = std::time::Instant::now();
        // In a task of its own: a scenario that panics is a failed one, and the others still run.
        let outcome = runtime.block_on(async { tokio::spawn((scenario.run)()).await });
        report.add(Line::new(
            scenario.name,
            began.elapsed(),
            outcome.map_err(|error| error.to_string()),
        ));
    }
    report.finish()
}
