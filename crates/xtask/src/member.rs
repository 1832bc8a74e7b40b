use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::WITH_MANY_FILES;

/// One mongod of a replica set; killed when it is dropped.
pub(crate) struct Member {
    mongod: PathBuf,
    folder: PathBuf,
    port: u16,
    process: Child,
    /// Since when it is known to have ended.
    ended: Option<Instant>,
}

impl Member {
    pub(crate) fn start(mongod: &Path, folder: &Path, port: u16) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
        Ok(Self {
            process: spawn(mongod, folder, port)?,
            mongod: mongod.to_owned(),
            folder: folder.to_owned(),
            port,
            ended: None,
        })
    }

    /// Fails with its last words when it has ended.
    pub(crate) fn check_running(&mut self) -> Result<()> {
        match self.process.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("mongod ended ({status}); its last words: {}", self.last_words()),
        }
    }

    /// Starts it again on the same data, once it has been down for so long.
    pub(crate) fn start_again_after(&mut self, down: Duration) -> Result<()> {
        if self.process.try_wait()?.is_none() {
            return Ok(());
        }
        let ended = *self.ended.get_or_insert_with(Instant::now);
        if ended.elapsed() >= down {
            self.process = spawn(&self.mongod, &self.folder, self.port)?;
            self.ended = None;
        }
        Ok(())
    }

    pub(crate) fn last_words(&self) -> String {
        let text = fs::read_to_string(log_file(&self.folder)).unwrap_or_default();
        let lines: Vec<_> = text.lines().rev().take(5).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        // Its data goes with it: no need for a graceful end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn log_file(folder: &Path) -> PathBuf {
    folder.join("mongod.log")
}

fn spawn(mongod: &Path, folder: &Path, port: u16) -> Result<Child> {
    let log = File::options()
        .create(true)
        .append(true)
        .open(log_file(folder))
        .context("open the log of mongod")?;
    // Every collection and every index is a file that mongod holds open, and it ends when it can open no more.
    Command::new("sh")
        .args(WITH_MANY_FILES)
        .arg(mongod)
        .arg("--dbpath")
        .arg(folder)
        .args([
            "--bind_ip",
            "127.0.0.1",
            "--port",
            &port.to_string(),
            "--replSet",
            "tests",
        ])
        // Tests are many and small; the machine is shared with the compiler.
        .args([
            "--wiredTigerCacheSizeGB",
            "0.5",
            "--oplogSize",
            "512",
            "--nounixsocket",
        ])
        // Each test drops its database; the files go at the next checkpoint, not minutes later.
        .args([
            "--syncdelay",
            "5",
            "--setParameter",
            "minSnapshotHistoryWindowInSeconds=0",
        ])
        .stdin(Stdio::null())
        .stdout(log.try_clone().context("share the log of mongod")?)
        .stderr(log)
        .spawn()
        .with_context(|| format!("start {}", mongod.display()))
}
