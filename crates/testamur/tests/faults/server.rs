//! `testamur serve`, with a key that is known and a public URL that stays.

use std::ffi::OsStr;
use std::path::PathBuf;

use tokio::process::Command;

use crate::support::{Api, Backing, Key, TestServer, program};

const KEY: &str = "faults";
const SECRET: &str = "only-for-the-fault-suite-7c1f";

/// What is put before the program: another program that runs it, with that one's arguments.
pub(crate) type Before<'a> = &'a [&'a OsStr];

/// Starts a server on this store.
pub(crate) async fn start(backing: &Backing) -> TestServer {
    start_with(backing, &[], |_| {}).await
}

/// Starts one under another program, with more flags or variables.
pub(crate) async fn start_with(
    backing: &Backing,
    before: Before<'_>,
    prepare: impl FnOnce(&mut Command),
) -> TestServer {
    let plain = program();
    let mut command = match before.split_first() {
        None => plain,
        Some((runner, arguments)) => {
            let mut command = Command::new(runner);
            command
                .args(arguments)
                .arg(plain.as_std().get_program())
                .kill_on_drop(true);
            for (name, _) in plain.as_std().get_envs() {
                command.env_remove(name);
            }
            command
        }
    };
    command
        .arg("serve")
        .args(backing.flags())
        .args([
            "--bind",
            "127.0.0.1:0",
            "--public-url",
            "https://learn.example.org",
            "--log",
            "warn",
        ])
        .env("TESTAMUR_ADMIN_KEY", KEY)
        .env("TESTAMUR_ADMIN_SECRET", SECRET);
    prepare(&mut command);
    TestServer::spawn(&mut command).await
}

/// The HTTP of a server, with its administrator's key.
pub(crate) fn api(server: &TestServer) -> Api {
    server.api_with(Key {
        id: KEY.to_owned(),
        secret: SECRET.to_owned(),
    })
}

/// Ends it by a signal, and checks that it had not broken down inside.
pub(crate) async fn end(server: TestServer, signal: &str) {
    server.signal(signal);
    let (status, _, log) = server.ended().await;
    assert!(!log.contains("panicked"), "{log}");
    if signal == "TERM" {
        assert_eq!(status.code(), Some(0), "{log}");
    }
}

/// How much memory a server holds, in MiB.
pub(crate) fn resident_mib(server: &TestServer) -> u64 {
    of_status(server, "VmRSS:")
}

/// The most it has held so far.
pub(crate) fn most_resident_mib(server: &TestServer) -> u64 {
    of_status(server, "VmHWM:")
}

fn of_status(server: &TestServer, field: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix(field)?.trim().strip_suffix("kB"))
        .unwrap();
    kib.trim().parse::<u64>().unwrap() / 1_024
}

/// What the suite is told by whoever starts it.
pub(crate) fn told(variable: &str) -> PathBuf {
    std::env::var_os(variable)
        .unwrap_or_else(|| {
            panic!("{variable} is not set; `cargo xtask test --faults` starts this with all it needs")
        })
        .into()
}
