use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use super::api::{Api, Key};
use super::command::program;
use super::{Backing, PATIENCE};

/// A running `testamur serve`.
pub(crate) struct TestServer {
    child: Child,
    output: BufReader<ChildStdout>,
    errors: tokio::task::JoinHandle<String>,
    /// Where it is.
    pub(crate) url: String,
    /// What it printed until it said where it is.
    pub(crate) greeting: String,
    /// Its administrator's key, when it printed one.
    pub(crate) admin: Option<Key>,
}

/// What the program says before the address it listens on.
const LISTENS: &str = "Testamur is at ";

impl TestServer {
    /// Starts one on this store, on a free port.
    pub(crate) async fn start(backing: &Backing) -> Self {
        Self::start_with(backing, |_| {}).await
    }

    /// Starts one with more flags or variables.
    pub(crate) async fn start_with(backing: &Backing, prepare: impl FnOnce(&mut Command)) -> Self {
        let mut command = program();
        command
            .arg("serve")
            .args(backing.flags())
            .args(["--bind", "127.0.0.1:0"]);
        prepare(&mut command);
        Self::spawn(&mut command).await
    }

    /// Starts one with exactly this command, and waits until it says where it is.
    pub(crate) async fn spawn(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let errors = tokio::spawn(collect(child.stderr.take().unwrap()));
        let mut greeting = String::new();
        let url = loop {
            let mut line = String::new();
            let read = tokio::time::timeout(PATIENCE, output.read_line(&mut line));
            if read.await.expect("the server starts in time").unwrap() == 0 {
                panic!(
                    "the server ended before it listened: {greeting}{}",
                    errors.await.unwrap()
                );
            }
            greeting.push_str(&line);
            if let Some(rest) = line.trim().strip_prefix(LISTENS) {
                break rest.split([',', ' ']).next().unwrap_or(rest).to_owned();
            }
        };
        let admin = printed_key(&greeting);
        Self {
            child,
            output,
            errors,
            url,
            greeting,
            admin,
        }
    }

    /// Reads on until it has printed these words, and looks for its administrator's key once more.
    pub(crate) async fn until(mut self, words: &str) -> Self {
        while !self.greeting.contains(words) {
            let mut line = String::new();
            let read = tokio::time::timeout(PATIENCE, self.output.read_line(&mut line));
            assert_ne!(
                read.await.expect("it is printed in time").unwrap(),
                0,
                "it ended: {}",
                self.greeting
            );
            self.greeting.push_str(&line);
        }
        self.admin = printed_key(&self.greeting);
        self
    }

    /// Its HTTP, with the administrator's key.
    pub(crate) fn api(&self) -> Api {
        self.api_with(
            self.admin
                .clone()
                .expect("the server printed the administrator's key"),
        )
    }

    /// Its HTTP, with this key.
    pub(crate) fn api_with(&self, key: Key) -> Api {
        Api::new(&self.url, Some(key))
    }

    /// Its HTTP, without a key.
    pub(crate) fn stranger(&self) -> Api {
        Api::new(&self.url, None)
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("the server is running")
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.id().to_string();
        let sent = std::process::Command::new("kill")
            .args(["-s", name, &id])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Waits for its end: how it ended, what else it printed, what it logged.
    pub(crate) async fn ended(mut self) -> (ExitStatus, String, String) {
        let status = tokio::time::timeout(PATIENCE, self.child.wait())
            .await
            .expect("the server ends")
            .unwrap();
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).await.unwrap();
        (status, rest, self.errors.await.unwrap())
    }

    /// Asks it to stop and checks that it does so in good order; answers its log.
    pub(crate) async fn stop(self) -> String {
        self.signal("TERM");
        let (status, _, log) = self.ended().await;
        assert_eq!(status.code(), Some(0), "{log}");
        log
    }

    /// Kills it on the spot.
    pub(crate) async fn kill(self) {
        self.signal("KILL");
        let (status, ..) = self.ended().await;
        assert_eq!(status.code(), None);
    }
}

async fn collect(mut errors: ChildStderr) -> String {
    let mut text = String::new();
    errors.read_to_string(&mut text).await.unwrap();
    text
}

/// The key in what the server prints: a line `key KEY` and a line `secret SECRET`.
pub(crate) fn printed_key(text: &str) -> Option<Key> {
    let word = |name: &str| {
        text.lines().find_map(|line| {
            let mut words = line.split_whitespace();
            (words.next() == Some(name))
                .then(|| words.next().map(str::to_owned))
                .flatten()
        })
    };
    Some(Key {
        id: word("key")?,
        secret: word("secret")?,
    })
}
