//! The client libraries of others, unchanged, over HTTP: each writes, reads, queries, keeps documents, voids and
//! attaches, in every version of xAPI it speaks. Their scripts and what they check are in `clients/`.
//!
//! `cargo xtask test` installs the libraries and sets `TESTAMUR_TEST_NODE` and `TESTAMUR_TEST_CLIENTS`.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tokio::process::Command;

use crate::support::{Backing, Output, TestServer, finish};

on_both_stores!(
    adl_xapiwrapper_works,
    tincanjs_works,
    tincan_for_python_works,
    xapi_cmi5_works,
    xapi_works,
    a_difference_ends_a_script,
);

/// A check that was done, and who made its requests: `client`, or `platform` where the library has no way to.
type Done = (String, String);

const BEFORE_DOCUMENTS: [&str; 20] = [
    "about: names the version",
    "statements: one is saved",
    "statements: it comes back by its id",
    "statements: the server has added what is its own",
    "statements: a batch is saved",
    "statements: one of the batch comes back",
    "statements: an unknown one is not there",
    "query: by agent",
    "query: by agent with an account",
    "query: by verb",
    "query: by activity",
    "query: by related activity",
    "query: by registration",
    "query: since",
    "query: until",
    "query: ascending",
    "query: by all of them",
    "query: page by page",
    "activity: has its definition",
    "agent: is a Person",
];
const OF_A_DOCUMENT: [&str; 15] = [
    "is not there at first",
    "is saved",
    "comes back",
    "is not made a second time",
    "is merged",
    "comes back merged",
    "has another ETag then",
    "is not changed with the old ETag",
    "is changed with the right one",
    "comes back changed",
    "is listed",
    "is listed since before",
    "is not listed since later",
    "is deleted",
    "is gone",
];
const OF_ALL_STATE: [&str; 3] = [
    "state: there are two more",
    "state: all of it is deleted",
    "state: nothing is left",
];
const AFTER_DOCUMENTS: [&str; 11] = [
    "voiding: a statement is voided",
    "voiding: it is not there any more",
    "voiding: it is there as a voided one",
    "voiding: a query has the voiding statement in its place",
    "attachments: text is sent",
    "attachments: text comes back",
    "attachments: the statement with text is whole",
    "attachments: binary is sent",
    "attachments: binary comes back",
    "attachments: the statement with binary is whole",
    "a wrong secret opens nothing",
];

/// Checks by the library.
fn by_client(checks: impl IntoIterator<Item: Into<String>>) -> Vec<Done> {
    checks
        .into_iter()
        .map(|check| (check.into(), "client".to_owned()))
        .collect()
}

/// What every client is put through, all by the library but these.
fn round_trip(by_platform: &[&str]) -> Vec<Done> {
    let document = |what: &str| OF_A_DOCUMENT.map(|check| format!("{what}: {check}"));
    let mut checks = by_client(BEFORE_DOCUMENTS);
    checks.extend(by_client(document("state")));
    checks.extend(by_client(OF_ALL_STATE));
    checks.extend(by_client(document("agent profile")));
    checks.extend(by_client(document("activity profile")));
    checks.extend(by_client(AFTER_DOCUMENTS));
    for name in by_platform {
        let (_, by) = checks
            .iter_mut()
            .find(|(check, _)| check == name)
            .unwrap_or_else(|| panic!("no check is called {name:?}"));
        "platform".clone_into(by);
    }
    checks
}

async fn tincanjs_works(backing: Backing) {
    let server = TestServer::start(&backing).await;
    for version in ["1.0.2", "1.0.1", "1.0.0"] {
        let done = passes(&server, "tincanjs.mjs", version).await;
        assert_eq!(done, round_trip(&["attachments: binary is sent"]), "{version}");
    }
    server.stop().await;
}

async fn xapi_works(backing: Backing) {
    let server = TestServer::start(&backing).await;
    for version in ["1.0.3", "1.0.2", "1.0.1", "1.0.0", "2.0.0"] {
        let done = passes(&server, "xapi.mjs", version).await;
        let mut expected = round_trip(&["attachments: binary comes back"]);
        if version == "2.0.0" {
            expected.extend(by_client([
                "2.0: a statement with a context agent is saved",
                "2.0: it comes back whole",
                "2.0: it is found by its context agent",
            ]));
        }
        assert_eq!(done, expected, "{version}");
    }
    server.stop().await;
}

async fn xapi_cmi5_works(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let done = passes(&server, "cmi5.mjs", "1.0.3").await;
    // The script is the LMS too, by the platform's means; the unit is the library's.
    let mut expected: Vec<Done> = [
        ("launch: the launch data is written", "platform"),
        ("launch: the learner's preferences are written", "platform"),
        ("launch: the unit knows that it was launched", "platform"),
        ("session: initialized", "client"),
        ("session: the unit has the launch data", "client"),
        ("session: the unit has the learner's preferences", "client"),
        ("session: progressed", "client"),
        ("session: answered", "client"),
        ("session: passed", "client"),
        ("session: completed", "client"),
        ("session: terminated", "client"),
        ("session: the LMS reads what was said, in its order", "platform"),
        (
            "session: each carries the session, the actor and the published id",
            "platform",
        ),
        ("session: the categories of cmi5 are there", "platform"),
        (
            "session: the pass has its score and the mastery score",
            "platform",
        ),
    ]
    .map(|(check, by)| (check.to_owned(), by.to_owned()))
    .into();
    expected.extend(round_trip(&["attachments: binary comes back"]));
    assert_eq!(done, expected);
    server.stop().await;
}

async fn adl_xapiwrapper_works(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let done = passes(&server, "adl-xapiwrapper.mjs", "1.0.1").await;
    let mut expected = round_trip(&[]);
    expected.extend(by_client([
        "state: a text is saved",
        "state: the text comes back under its type",
    ]));
    assert_eq!(done, expected);
    server.stop().await;
}

async fn tincan_for_python_works(backing: Backing) {
    let server = TestServer::start(&backing).await;
    for version in ["1.0.3", "1.0.2", "1.0.1", "1.0.0"] {
        let done = passes(&server, "tincan-python.py", version).await;
        let mut expected = round_trip(&[
            "about: names the version",
            "activity: has its definition",
            "agent: is a Person",
            "state: is not made a second time",
            "state: is merged",
            "agent profile: is saved",
            "agent profile: is not made a second time",
            "agent profile: is merged",
            "activity profile: is saved",
            "activity profile: is not made a second time",
            "activity profile: is merged",
            "attachments: text is sent",
            "attachments: text comes back",
            "attachments: binary is sent",
            "attachments: binary comes back",
        ]);
        expected.extend(by_client(["agent profile: is not made unsaid"]));
        // It is made with the platform's means first.
        expected.push((
            "agent profile: is not overwritten unsaid".to_owned(),
            "client and platform".to_owned(),
        ));
        assert_eq!(done, expected, "{version}");
    }
    server.stop().await;
}

/// The scripts can fail: no server names this version.
async fn a_difference_ends_a_script(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let output = run(&server, "xapi.mjs", "1.0.99").await;
    assert_eq!(output.code, 1, "{output:?}");
    let [only] = &lines(&output)[..] else {
        panic!("{output:?}");
    };
    assert_eq!(only["check"], "about: names the version", "{only}");
    assert_eq!(only["ok"], false, "{only}");
    server.stop().await;
}

/// Runs a script that must find nothing amiss; answers the checks it did.
async fn passes(server: &TestServer, script: &str, version: &str) -> Vec<Done> {
    let output = run(server, script, version).await;
    assert_eq!(output.code, 0, "{script} in {version}: {output:#?}");
    let text = |line: &Value, member: &str| line[member].as_str().unwrap().to_owned();
    lines(&output)
        .iter()
        .inspect(|line| assert_eq!(line["ok"], true, "{line}"))
        .map(|line| (text(line, "check"), text(line, "by")))
        .collect()
}

/// Runs a script against the server in a version of xAPI.
async fn run(server: &TestServer, script: &str, version: &str) -> Output {
    let program = if Path::new(script).extension().is_some_and(|ending| ending == "py") {
        PathBuf::from("python3")
    } else {
        installed("TESTAMUR_TEST_NODE")
    };
    let key = server.admin.as_ref().unwrap();
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../clients")).join(script);
    let mut command = Command::new(program);
    command
        .arg(path)
        .env("TESTAMUR_TEST_CLIENTS", installed("TESTAMUR_TEST_CLIENTS"))
        .env("LRS_ENDPOINT", format!("{}/xapi/", server.url))
        .env("LRS_KEY", &key.id)
        .env("LRS_SECRET", &key.secret)
        .env("LRS_VERSION", version)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .kill_on_drop(true);
    finish(&mut command).await
}

/// The lines of JSON that a script printed.
fn lines(output: &Output) -> Vec<Value> {
    output
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// What `cargo xtask test` has installed and named.
fn installed(variable: &str) -> PathBuf {
    std::env::var_os(variable)
        .unwrap_or_else(|| {
            panic!(
                "{variable} is not set: run `cargo xtask test`, or set what `cargo xtask clients` prints; \
                 the client libraries of others are tested with it"
            )
        })
        .into()
}
