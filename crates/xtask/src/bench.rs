use std::path::Path;
use std::process::Command;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::replica_set::ReplicaSet;
use crate::{cargo, succeed};

/// How fast it is.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// On this store
    #[arg(long, value_name = "STORE", value_enum, default_value_t = Store::Both)]
    store: Store,
    /// Small numbers: whether everything works, not how fast it is
    #[arg(long)]
    quick: bool,
    /// Only this: post, query, start, certify, reevaluate or evaluate; may be repeated
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// Query and append with this many statements stored [default: 1000000]
    #[arg(long, value_name = "N")]
    statements: Option<u64>,
    /// Load for this long in each measurement [default: 10]
    #[arg(long, value_name = "S")]
    seconds: Option<f64>,
    /// Keep the statements stored for the next run, or use those of the last
    #[arg(long)]
    keep: bool,
    /// Use the replica set at this URI instead of starting one
    #[arg(long, value_name = "URI")]
    mongodb: Option<String>,
    /// Take the ratios of this run as those to compare with from now on
    #[arg(long)]
    update_baseline: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Store {
    Sqlite,
    Mongodb,
    Both,
}

/// Builds the server and its load generator as they are shipped, and lets one measure the other.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    succeed(cargo(root).args([
        "build",
        "--release",
        "--locked",
        "--package",
        "testamur",
        "--package",
        "bench",
    ]))?;
    let release = root.join("target/release");
    let mut bench = Command::new(release.join("bench"));
    bench
        .arg("--server")
        .arg(release.join("testamur"))
        .arg("--folder")
        .arg(root.join("target/bench"))
        .arg("--baseline")
        .arg(root.join("crates/bench/baseline.json"));
    if options.store != Store::Mongodb {
        bench.arg("--sqlite");
    }
    for (flag, given) in [
        ("--quick", options.quick),
        ("--keep", options.keep),
        ("--update-baseline", options.update_baseline),
    ] {
        if given {
            bench.arg(flag);
        }
    }
    for step in &options.only {
        bench.args(["--only", step]);
    }
    if let Some(statements) = options.statements {
        bench.args(["--statements", &statements.to_string()]);
    }
    if let Some(seconds) = options.seconds {
        bench.args(["--seconds", &seconds.to_string()]);
    }
    if options.store == Store::Sqlite {
        return succeed(&mut bench);
    }
    if let Some(uri) = &options.mongodb {
        return succeed(bench.args(["--mongodb", uri]));
    }
    let set = ReplicaSet::start(root)?;
    succeed(bench.args(["--mongodb", &set.uri()]))
}
