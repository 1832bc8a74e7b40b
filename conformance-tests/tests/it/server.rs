//! A `testamur` of its own for a test: the program as it is built, on a fresh store.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use conformance_tests::Version;
use conformance_tests::lrs::{Lrs, Target};
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) const KEY: &str = "conformance";
pub(crate) const SECRET: &str = "kJ7-a/secret+of=this&run";

/// Where a server keeps what it is sent.
pub(crate) enum Store {
    Embedded,
    MongoDb,
}

/// A running server; it ends, and its folder goes, when this is dropped.
pub(crate) struct Server {
    process: Child,
    port: u16,
    _folder: TempDir,
}

/// `$TESTAMUR_BIN`, else the program beside this test.
fn binary() -> PathBuf {
    if let Some(named) = std::env::var_os("TESTAMUR_BIN") {
        return named.into();
    }
    let name = format!("testamur{}", std::env::consts::EXE_SUFFIX);
    let own = std::env::current_exe().expect("the path of this test");
    own.ancestors()
        .skip(1)
        .map(|folder| folder.join(&name))
        .find(|file| file.is_file())
        .expect(
            "the program testamur is not built: run `cargo xtask test`, or `cargo build -p testamur` before",
        )
}

impl Server {
    pub(crate) fn start(store: &Store) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(binary());
        command.arg("serve");
        match store {
            Store::Embedded => {
                command.arg("--data").arg(folder.path());
            }
            Store::MongoDb => {
                command.arg("--mongodb").arg(fresh_database());
            }
        }
        let port = free_port();
        let mut process = command
            .args(["--bind", &format!("127.0.0.1:{port}"), "--log", "warn"])
            .env("TESTAMUR_ADMIN_KEY", KEY)
            .env("TESTAMUR_ADMIN_SECRET", SECRET)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("testamur starts");
        let stdout = process.stdout.take().expect("its output");
        let mut stderr = process.stderr.take().expect("its log");
        let (said, heard) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = said.send(line);
            }
        });
        let log = thread::spawn(move || {
            let mut log = String::new();
            let _ = stderr.read_to_string(&mut log);
            log
        });
        // It says where it is once it listens.
        loop {
            match heard.recv_timeout(Duration::from_secs(60)) {
                Ok(line) if line.contains(&port.to_string()) => break,
                Ok(_) => {}
                Err(_) => {
                    let _ = process.kill();
                    panic!("testamur does not serve: {}", log.join().unwrap_or_default());
                }
            }
        }
        Self {
            process,
            port,
            _folder: folder,
        }
    }

    /// The address of its xAPI.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/xapi", self.port)
    }

    pub(crate) fn lrs(&self, version: Version) -> Lrs {
        client(&self.endpoint(), version)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The LRS at this address, with the key of these tests.
pub(crate) fn client(endpoint: &str, version: Version) -> Lrs {
    Lrs::new(Target {
        endpoint: endpoint.parse().expect("a URL"),
        key: KEY.to_owned(),
        secret: SECRET.to_owned(),
        version,
        request_limit: Duration::from_secs(20),
        patience: Duration::from_secs(2),
    })
    .expect("a client")
}

/// A port that nobody had a moment ago.
pub(crate) fn free_port() -> u16 {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
    socket.local_addr().expect("its number").port()
}

/// The replica set for tests, with a database of this run's own in the URI's path.
fn fresh_database() -> String {
    let uri = std::env::var("TESTAMUR_TEST_MONGODB").expect(
        "TESTAMUR_TEST_MONGODB must name a MongoDB replica set: run `cargo xtask test`, or start one with \
         `cargo xtask mongodb`",
    );
    let (scheme, rest) = uri.split_once("://").expect("a URI");
    let (hosts, options) = match rest.split_once('?') {
        Some((hosts, options)) => (hosts, format!("?{options}")),
        None => (rest, String::new()),
    };
    let hosts = hosts.split('/').next().expect("hosts");
    format!(
        "{scheme}://{hosts}/conformance_{}{options}",
        Uuid::new_v4().simple()
    )
}
