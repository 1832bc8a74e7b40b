use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use mongodb::Client;
use mongodb::bson::doc;

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
    /// Bring the statements that are missing in with `testamur statements import` instead of requests
    #[arg(long)]
    bulk: bool,
    /// On MongoDB, certify and reevaluate with so many servers on one database [default: 1]
    #[arg(long, value_name = "N")]
    servers: Option<usize>,
    /// Write stores and reports into this folder [default: target/bench]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Use the replica set at this URI instead of starting one
    #[arg(long, value_name = "URI")]
    mongodb: Option<String>,
    /// Only count the instructions that pure work takes, with valgrind, and compare them with
    /// crates/bench/instructions.json: half a minute, on a busy machine as well
    #[arg(long, conflicts_with_all = ["store", "quick", "only", "statements", "seconds", "keep", "bulk", "servers", "folder", "mongodb"])]
    instructions: bool,
    /// Take the figures of this run as those to compare with from now on
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
    if options.instructions {
        return crate::instructions::run(root, options.update_baseline);
    }
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
        .arg(
            options
                .folder
                .clone()
                .unwrap_or_else(|| root.join("target/bench")),
        )
        .arg("--baseline")
        .arg(root.join("crates/bench/baseline.json"));
    if options.store != Store::Mongodb {
        bench.arg("--sqlite");
    }
    for (flag, given) in [
        ("--quick", options.quick),
        ("--keep", options.keep),
        ("--bulk", options.bulk),
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
    if let Some(servers) = options.servers {
        bench.args(["--servers", &servers.to_string()]);
    }
    if options.store == Store::Sqlite {
        return succeed(&mut bench);
    }
    if let Some(uri) = &options.mongodb {
        return succeed(bench.args(["--mongodb", uri]));
    }
    let set = ReplicaSet::start(root, 1)?;
    as_installed(&set.uri())?;
    succeed(bench.args(["--mongodb", &set.uri()]))
}

/// Gives a replica set that is set up for tests the settings that a server has: MongoDB's own, but for the cache, which
/// would be half the memory of the machine.
pub(crate) fn as_installed(uri: &str) -> Result<()> {
    const CACHE: &str = "cache_size=4G";
    tokio::runtime::Runtime::new()?.block_on(async {
        let admin = Client::with_uri_str(uri).await?.database("admin");
        for setting in [
            doc! { "setParameter": 1, "syncdelay": 60 },
            doc! { "setParameter": 1, "minSnapshotHistoryWindowInSeconds": 300 },
            doc! { "setParameter": 1, "wiredTigerEngineRuntimeConfig": CACHE },
        ] {
            let done = admin.run_command(setting.clone()).await;
            done.with_context(|| format!("set up the replica set: {setting}"))?;
        }
        Ok(())
    })
}
