use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

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
    let faketime = libfaketime(root)?;
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
        .env("TESTAMUR_TEST_LIBFAKETIME", faketime)
        .env("TESTAMUR_TEST_STRACE", strace)
        .env("TESTAMUR_TEST_REPORT", root.join("target/faults.json"));
    succeed(&mut suite_run)
}

/// The library that makes a process believe in another time: where Debian puts it, or the one of Debian's
/// package, unpacked into target/tools.
fn libfaketime(root: &Path) -> Result<PathBuf> {
    let folder = format!("usr/lib/{}-linux-gnu/faketime", std::env::consts::ARCH);
    let installed = Path::new("/").join(&folder).join("libfaketimeMT.so.1");
    if installed.is_file() {
        return Ok(installed);
    }
    let tools = root.join("target/tools/libfaketime");
    let unpacked = tools.join(&folder).join("libfaketimeMT.so.1");
    if !unpacked.is_file() {
        let advice = "the clock is made to jump with libfaketime, and there is none; on Debian: apt-get install libfaketime";
        std::fs::create_dir_all(&tools).with_context(|| format!("create {}", tools.display()))?;
        succeed(
            Command::new("apt-get")
                .args(["download", "--quiet", "libfaketime"])
                .current_dir(&tools),
        )
        .context(advice)?;
        let package = std::fs::read_dir(&tools)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|file| file.extension().is_some_and(|extension| extension == "deb"))
            .context(advice)?;
        succeed(
            Command::new("dpkg-deb")
                .arg("--extract")
                .arg(&package)
                .arg(&tools),
        )
        .context(advice)?;
    }
    if !unpacked.is_file() {
        bail!("the package libfaketime holds no {}", unpacked.display());
    }
    Ok(unpacked)
}
