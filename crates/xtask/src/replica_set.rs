use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use mongodb::Client;
use mongodb::bson::{Document, doc};
use mongodb::options::ClientOptions;
use tempfile::TempDir;

use crate::member::Member;
use crate::mongod;

/// How long a replica set may take to elect its primary.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at whether a member has ended.
const LOOK: Duration = Duration::from_millis(250);
/// How long a member stays down that has ended: about as long as a service manager leaves it.
const DOWN: Duration = Duration::from_secs(1);

/// A MongoDB replica set on loopback ports of its own, with a data folder of its own; both go when it is dropped.
pub(crate) struct ReplicaSet {
    // In this order: nothing may be started again once the members are being killed.
    keeper: Option<Keeper>,
    members: Arc<Mutex<Vec<Member>>>,
    ports: Vec<u16>,
    _folder: TempDir,
}

/// Starts members again that have ended, until it is dropped.
struct Keeper {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ReplicaSet {
    /// Starts one of so many members and waits until it takes writes.
    pub(crate) fn start(root: &Path, members: usize) -> Result<Self> {
        let mongod = mongod::find(root)?;
        let parent = root.join("target");
        fs::create_dir_all(&parent).with_context(|| format!("create {}", parent.display()))?;
        let folder = tempfile::Builder::new()
            .prefix("mongodb-")
            .tempdir_in(&parent)
            .context("make a folder for the replica set")?;
        let ports = free_ports(members)?;
        let members = ports
            .iter()
            .map(|port| Member::start(&mongod, &folder.path().join(port.to_string()), *port))
            .collect::<Result<Vec<_>>>()?;
        let set = Self {
            keeper: None,
            members: Arc::new(Mutex::new(members)),
            ports,
            _folder: folder,
        };
        tokio::runtime::Runtime::new()?.block_on(set.initiate())?;
        eprintln!("MongoDB replica set at {}", set.uri());
        Ok(set)
    }

    /// From now on a member that ends is started again, as a service manager would.
    pub(crate) fn kept_alive(mut self) -> Self {
        let (stop, stopped) = mpsc::channel();
        let members = Arc::clone(&self.members);
        let thread = thread::spawn(move || {
            while stopped.recv_timeout(LOOK) == Err(mpsc::RecvTimeoutError::Timeout) {
                let mut members = members.lock().unwrap_or_else(PoisonError::into_inner);
                for member in members.iter_mut() {
                    if let Err(error) = member.start_again_after(DOWN) {
                        eprintln!("a member of the replica set does not start again: {error:#}");
                    }
                }
            }
        });
        self.keeper = Some(Keeper {
            stop: Some(stop),
            thread: Some(thread),
        });
        self
    }

    /// The URI to connect to.
    pub(crate) fn uri(&self) -> String {
        let hosts: Vec<_> = self
            .ports
            .iter()
            .map(|port| format!("127.0.0.1:{port}"))
            .collect();
        format!("mongodb://{}/?replicaSet=tests", hosts.join(","))
    }

    async fn initiate(&self) -> Result<()> {
        let first = self.ports.first().context("a replica set has a member")?;
        let uri = format!("mongodb://127.0.0.1:{first}/?directConnection=true");
        let mut options = ClientOptions::parse(&uri).await?;
        options.server_selection_timeout = Some(Duration::from_secs(5));
        let admin = Client::with_options(options)?.database("admin");
        let members: Vec<Document> = (0_i32..)
            .zip(&self.ports)
            .map(|(id, port)| doc! { "_id": id, "host": format!("127.0.0.1:{port}") })
            .collect();
        // With several members one is killed to see another take over: that need not take the usual ten seconds.
        let config = doc! {
            "_id": "tests", "members": members, "settings": { "electionTimeoutMillis": 2_000 },
        };
        let began = Instant::now();
        let mut initiated = false;
        loop {
            self.all_run()?;
            if !initiated {
                initiated = admin
                    .run_command(doc! { "replSetInitiate": config.clone() })
                    .await
                    .is_ok();
            }
            let status = admin
                .run_command(doc! { "replSetGetStatus": 1 })
                .await
                .unwrap_or_else(|_| Document::new());
            if has_primary(&status) {
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

    fn all_run(&self) -> Result<()> {
        let mut members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        members.iter_mut().try_for_each(Member::check_running)
    }

    fn last_words(&self) -> String {
        let members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        members
            .iter()
            .map(Member::last_words)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// Whether one member is primary and all others follow it.
fn has_primary(status: &Document) -> bool {
    let states: Vec<&str> = status
        .get_array("members")
        .into_iter()
        .flatten()
        .filter_map(|member| member.as_document()?.get_str("stateStr").ok())
        .collect();
    states.contains(&"PRIMARY")
        && states
            .iter()
            .all(|state| matches!(*state, "PRIMARY" | "SECONDARY"))
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Ports that nobody listens on: all held at once, so that they differ.
fn free_ports(count: usize) -> Result<Vec<u16>> {
    let listeners = (0..count)
        .map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .collect::<Result<Vec<_>, _>>()
        .context("find free ports")?;
    listeners
        .iter()
        .map(|listener| Ok(listener.local_addr()?.port()))
        .collect()
}
