use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use mongodb::Client;
use mongodb::bson::{Document, doc};
use mongodb::options::ClientOptions;
use tempfile::TempDir;

use crate::mongod;

/// How long a replica set may take to elect its primary.
const PATIENCE: Duration = Duration::from_secs(60);

/// A MongoDB replica set of one member on a loopback port of its own, with a data folder of its own; both go
/// when it is dropped.
pub(crate) struct ReplicaSet {
    process: Child,
    folder: TempDir,
    port: u16,
}

impl ReplicaSet {
    /// Starts it and waits until it takes writes.
    pub(crate) fn start(root: &Path) -> Result<Self> {
        let mongod = mongod::find(root)?;
        let parent = root.join("target");
        fs::create_dir_all(&parent).with_context(|| format!("create {}", parent.display()))?;
        let folder = tempfile::Builder::new()
            .prefix("mongodb-")
            .tempdir_in(&parent)
            .context("make a folder for the replica set")?;
        let port = free_port()?;
        let log = File::create(folder.path().join("mongod.log")).context("create the log of mongod")?;
        // Every collection and every index is a file that mongod holds open, and it ends when it can open no more.
        let process = Command::new("sh")
            .args(["-c", "ulimit -n \"$(ulimit -H -n)\" && exec \"$@\"", "sh"])
            .arg(&mongod)
            .arg("--dbpath")
            .arg(folder.path())
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
            .with_context(|| format!("start {}", mongod.display()))?;
        let mut set = Self {
            process,
            folder,
            port,
        };
        tokio::runtime::Runtime::new()?.block_on(set.initiate())?;
        eprintln!("MongoDB replica set at {}", set.uri());
        Ok(set)
    }

    /// The URI to connect to.
    pub(crate) fn uri(&self) -> String {
        format!("mongodb://127.0.0.1:{}/?replicaSet=tests", self.port)
    }

    async fn initiate(&mut self) -> Result<()> {
        let uri = format!("mongodb://127.0.0.1:{}/?directConnection=true", self.port);
        let mut options = ClientOptions::parse(&uri).await?;
        options.server_selection_timeout = Some(Duration::from_secs(5));
        let admin = Client::with_options(options)?.database("admin");
        let config = doc! {
            "_id": "tests",
            "members": [{ "_id": 0, "host": format!("127.0.0.1:{}", self.port) }],
        };
        let began = Instant::now();
        let mut initiated = false;
        loop {
            if let Some(status) = self.process.try_wait()? {
                bail!("mongod ended ({status}); its last words: {}", self.last_words());
            }
            if !initiated {
                initiated = admin
                    .run_command(doc! { "replSetInitiate": config.clone() })
                    .await
                    .is_ok();
            }
            let hello = admin
                .run_command(doc! { "hello": 1 })
                .await
                .unwrap_or_else(|_| Document::new());
            if hello.get_bool("isWritablePrimary").unwrap_or(false) {
                return Ok(());
            }
            if began.elapsed() > PATIENCE {
                bail!(
                    "the replica set has no primary after {PATIENCE:?}: {}",
                    self.last_words()
                );
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn last_words(&self) -> String {
        let log: PathBuf = self.folder.path().join("mongod.log");
        let text = fs::read_to_string(log).unwrap_or_default();
        let lines: Vec<_> = text.lines().rev().take(5).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for ReplicaSet {
    fn drop(&mut self) {
        // Its data goes with it: no need for a graceful end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("find a free port")?;
    Ok(listener.local_addr()?.port())
}
