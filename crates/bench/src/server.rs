//! A server under measurement.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::http::{Connection, KEY, SECRET};

/// How often its memory is looked at.
const LOOK: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(60);
/// What the program says before the address it listens on.
const LISTENS: &str = "Testamur is at http://";

/// Where the statements are.
#[derive(Debug, Clone)]
pub(crate) enum Backing {
    /// In this folder.
    Embedded(PathBuf),
    /// On this replica set; the URI names no database.
    MongoDb(String),
}

impl Backing {
    /// Its name in reports.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Embedded(_) => "sqlite",
            Self::MongoDb(_) => "mongodb",
        }
    }

    /// What a measurement of this name has: a folder, or a URI with a database.
    pub(crate) fn place(&self, name: &str) -> Result<Place> {
        Ok(match self {
            Self::Embedded(folder) => Place::Folder(folder.join(name)),
            Self::MongoDb(uri) => {
                let (address, options) = uri.split_once('?').unwrap_or((uri, ""));
                let hosts = address
                    .strip_prefix("mongodb://")
                    .context("the URI of a replica set begins with mongodb://")?;
                let hosts = hosts.split('/').next().unwrap_or(hosts);
                let database = format!("testamur_bench_{name}");
                Place::Database {
                    uri: format!("mongodb://{hosts}/{database}?{options}"),
                    database,
                }
            }
        })
    }
}

/// A store of its own.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    Folder(PathBuf),
    Database { uri: String, database: String },
}

impl Place {
    /// Has a command of the program work there.
    pub(crate) fn named_to(&self, command: &mut Command) {
        match self {
            Self::Folder(folder) => command.arg("--data").arg(folder),
            Self::Database { uri, .. } => command.args(["--mongodb", uri]),
        };
    }

    /// Removes all that is in it.
    pub(crate) fn clear(&self) -> Result<()> {
        match self {
            Self::Folder(folder) if folder.exists() => {
                std::fs::remove_dir_all(folder).with_context(|| format!("remove {}", folder.display()))
            }
            Self::Folder(_) => Ok(()),
            Self::Database { uri, database } => crate::raw::mongodb::drop_database(uri, database),
        }
    }
}

/// A running `testamur serve`. It is killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    _output: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
    /// How long it took from its start until it was ready.
    pub(crate) ready_after: Duration,
}

impl Server {
    /// Starts it and waits until it is ready.
    pub(crate) fn start(program: &Path, place: &Place) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["serve", "--bind", "127.0.0.1:0", "--log", "warn"]);
        place.named_to(&mut command);
        let began = Instant::now();
        let mut child = command
            .env("TESTAMUR_ADMIN_KEY", KEY)
            .env("TESTAMUR_ADMIN_SECRET", SECRET)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("start {}", program.display()))?;
        let mut output = BufReader::new(child.stdout.take().context("the output of the server")?);
        let address = loop {
            let mut line = String::new();
            if output.read_line(&mut line)? == 0 {
                bail!("the server ended before it listened ({})", child.wait()?);
            }
            if let Some(address) = line.trim().strip_prefix(LISTENS) {
                break address.parse().with_context(|| format!("read {address:?}"))?;
            }
        };
        let mut server = Self {
            child,
            _output: output,
            address,
            ready_after: Duration::ZERO,
        };
        let mut connection = Connection::open(address)?;
        while connection.get("/readyz")?.status != 200 {
            if began.elapsed() > PATIENCE {
                bail!("the server is not ready after {PATIENCE:?}");
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        server.ready_after = began.elapsed();
        Ok(server)
    }

    /// A connection for single questions.
    pub(crate) fn connect(&self) -> Result<Connection> {
        Connection::open(self.address)
    }

    /// Resident memory in MiB.
    pub(crate) fn memory(&self) -> Result<f64> {
        memory(self.child.id())
    }

    /// Processor time used so far, in user and kernel.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        let path = format!("/proc/{}/stat", self.child.id());
        let text = std::fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
        // After the name, which is in parentheses, the fields 11 and 12 are user and system time, in hundredths of a second.
        let fields = text.rsplit_once(')').map_or("", |(_, fields)| fields);
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let ticks = [11, 12].map(|at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()));
        match ticks {
            [Some(user), Some(system)] => Ok(Duration::from_millis((user + system) * 10)),
            _ => bail!("{path} does not tell the time used"),
        }
    }

    /// Watches its memory until the watch is ended.
    pub(crate) fn watch(&self) -> MemoryWatch {
        let (most, ended) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (seen, end, id) = (Arc::clone(&most), Arc::clone(&ended), self.child.id());
        let thread = std::thread::spawn(move || {
            while !end.load(Ordering::Relaxed) {
                if let Ok(now) = memory(id) {
                    seen.fetch_max((now * 1024.0) as u64, Ordering::Relaxed);
                }
                std::thread::sleep(LOOK);
            }
        });
        MemoryWatch { most, ended, thread }
    }

    /// Ends it in good order.
    pub(crate) fn stop(mut self) -> Result<()> {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-s", "TERM", &id]).status()?;
        let ended = self.child.wait()?;
        if !told.success() || !ended.success() {
            bail!("the server did not end in good order ({ended})");
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Looks at a server's memory now and then.
pub(crate) struct MemoryWatch {
    most: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl MemoryWatch {
    /// The most there was, in MiB.
    pub(crate) fn end(self) -> f64 {
        self.ended.store(true, Ordering::Relaxed);
        // A thread that broke down has seen what it has seen.
        let _ = self.thread.join();
        self.most.load(Ordering::Relaxed) as f64 / 1024.0
    }
}

fn memory(process: u32) -> Result<f64> {
    let path = format!("/proc/{process}/status");
    let text = std::fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
    text.lines()
        .find_map(|line| {
            line.strip_prefix("VmRSS:")?
                .trim()
                .strip_suffix("kB")?
                .trim()
                .parse::<f64>()
                .ok()
        })
        .map(|kib| kib / 1024.0)
        .with_context(|| format!("{path} does not tell the resident memory"))
}
