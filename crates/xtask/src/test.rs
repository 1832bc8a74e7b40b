use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::clients::Clients;
use crate::replica_set::ReplicaSet;
use crate::{cargo, succeed};

/// The package whose tests drive the client libraries of others.
const DRIVES_CLIENTS: &str = "testamur";

/// Runs the tests of all packages, or of those named, on both stores.
pub(crate) fn run(root: &Path, filters: &[String], packages: &[String]) -> Result<()> {
    // Build first: a mistake in the code should not wait for a database.
    let scope = scope(packages);
    succeed(cargo(root).args(["test", "--no-run", "--locked"]).args(&scope))?;

    let mut tests = cargo(root);
    if packages.is_empty() || packages.iter().any(|package| package == DRIVES_CLIENTS) {
        tests.envs(Clients::install(root)?.variables());
    }
    let set = ReplicaSet::start(root, 1)?;
    if has_nextest(root) {
        tests.args([
            "nextest",
            "run",
            "--locked",
            "--no-fail-fast",
            "--no-tests",
            "warn",
        ]);
        tests.args(&scope).args(filters);
    } else {
        tests
            .args(["test", "--locked", "--no-fail-fast", "--all-targets"])
            .args(&scope)
            .arg("--")
            .args(filters);
    }
    succeed(tests.env("TESTAMUR_TEST_MONGODB", set.uri()))?;

    // Examples in the documentation are tests too, and nextest does not run them.
    if filters.is_empty() {
        succeed(cargo(root).args(["test", "--locked", "--doc"]).args(&scope))?;
    }
    Ok(())
}

fn scope(packages: &[String]) -> Vec<&str> {
    if packages.is_empty() {
        vec!["--workspace"]
    } else {
        packages
            .iter()
            .flat_map(|package| ["--package", package.as_str()])
            .collect()
    }
}

fn has_nextest(root: &Path) -> bool {
    let mut version: Command = cargo(root);
    version
        .args(["nextest", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}
