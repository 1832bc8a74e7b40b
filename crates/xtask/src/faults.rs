use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::replica_set::ReplicaSet;
use crate::{WITH_MANY_FILES, cargo, on_path, succeed};

/// Members of the replica set whose primary is killed: the fewest of which one may fail.
const MEMBERS: usize = 3;

/// Runs the fault suite, or those scenarios whose names hold one of the filters.
pub(crate) fn run(root: &Path, filters: &[String]) -> Result<()> {
    let suite = [
        "--locked",
        "--package",
        "testamur",
        "--features",
        "faults",
        "--test",
        "faults",
    ];
    succeed(cargo(root).args(["test", "--no-run"]).args(suite))?;
    let clock = wrong_clock(root)?;
    let strace = on_path("strace").context(
        "a slow disk is made with strace, and there is none on PATH; on Debian: apt-get install strace",
    )?;
    let set = ReplicaSet::start(root, MEMBERS)?.kept_alive();
    let cargo = cargo(root);
    let mut suite_run = Command::new("sh");
    // Ten thousand connections are as many files, here and in the server.
    suite_run
        .current_dir(root)
        .args(WITH_MANY_FILES)
        .arg(cargo.get_program())
        .arg("test")
        .args(suite)
        .arg("--")
        .args(filters)
        .env("TESTAMUR_TEST_MONGODB", set.uri())
        .env("TESTAMUR_TEST_CLOCK_LIBRARY", clock)
        .env("TESTAMUR_TEST_STRACE", strace)
        .env("TESTAMUR_TEST_REPORT", root.join("target/faults.json"));
    succeed(&mut suite_run)
}

/// The library that makes a process believe in another time, compiled from the suite's own source.
fn wrong_clock(root: &Path) -> Result<PathBuf> {
    let library = root.join("target/tools/libwrongclock.so");
    std::fs::create_dir_all(root.join("target/tools"))?;
    succeed(
        Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
            .arg(&library)
            .arg(root.join("crates/testamur/tests/faults/clock.c")),
    )
    .context("the clock is made to jump with a library in C: a C compiler, cc, is needed, as it is to build Testamur")?;
    Ok(library)
}
