//! The xAPI client libraries of others that the tests drive, in target/clients: those of npm by clients/package.json
//! and its lock file, that of PyPI by clients/requirements.txt, both with the digests of what may be installed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::node::Node;
use crate::succeed;
use crate::wheel::{pip, sha256};

/// What npm goes by.
const NPM: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];
/// What pip goes by.
const PIP: [&str; 1] = ["requirements.txt"];

/// The libraries, installed.
pub(crate) struct Clients {
    node: Node,
    folder: PathBuf,
}

impl Clients {
    /// Installs what is not installed yet.
    pub(crate) fn install(root: &Path) -> Result<Self> {
        let clients = Self {
            node: Node::find(root)?,
            folder: root.join("target/clients"),
        };
        let sources = root.join("clients");
        fs::create_dir_all(&clients.folder)
            .with_context(|| format!("create {}", clients.folder.display()))?;
        once(&sources, &NPM, &clients.folder.join("node_modules"), || {
            for file in NPM {
                fs::copy(sources.join(file), clients.folder.join(file))
                    .with_context(|| format!("copy clients/{file}"))?;
            }
            let mut npm = clients.node.npm()?;
            succeed(npm.arg("ci").current_dir(&clients.folder))
                .context("the client libraries of npm are not installed")
        })?;
        let python = clients.folder.join("python");
        once(&sources, &PIP, &python, || {
            succeed(
                pip()
                    .args(["install", "--quiet", "--no-deps", "--only-binary", ":all:"])
                    .args(["--require-hashes", "--target"])
                    .arg(&python)
                    .arg("--requirement")
                    .arg(sources.join("requirements.txt")),
            )
            .context("the client library of PyPI is not installed: python3 with pip is needed")
        })?;
        Ok(clients)
    }

    /// The variables that the tests find them by.
    pub(crate) fn variables(&self) -> [(&'static str, &Path); 2] {
        [
            ("TESTAMUR_TEST_NODE", self.node.program()),
            ("TESTAMUR_TEST_CLIENTS", &self.folder),
        ]
    }
}

/// Installs into a folder unless that was done, to its end, from the same files.
fn once(sources: &Path, files: &[&str], folder: &Path, install: impl FnOnce() -> Result<()>) -> Result<()> {
    let mut read = Vec::new();
    for file in files {
        let path = sources.join(file);
        read.extend(fs::read(&path).with_context(|| format!("read {}", path.display()))?);
    }
    let wanted = sha256(&read);
    let done = folder.with_extension("installed");
    if folder.is_dir() && fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("remove {}", folder.display()))?;
    }
    install()?;
    fs::write(&done, wanted).with_context(|| format!("write {}", done.display()))
}

#[cfg(test)]
mod tests;
