//! Settings of the real program: who wins, and what is refused.

use std::path::Path;

use crate::support::world::sample;
use crate::support::{Backing, Output, TestServer, finish, printed_key, program, testamur};

on_both_stores!(
    the_administrators_key_is_printed_once,
    the_administrators_key_can_be_given,
);

type Variables<'a> = &'a [(&'a str, &'a str)];

/// Runs a command with these variables.
async fn with(variables: Variables<'_>, arguments: &[&str]) -> Output {
    let mut command = program();
    finish(command.envs(variables.iter().copied()).args(arguments)).await
}

async fn the_administrators_key_is_printed_once(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let key = server.admin.clone().unwrap();
    assert_eq!(key.secret.len(), 48);
    assert_eq!(server.greeting.matches(&key.secret).count(), 1);
    let log = server.stop().await;
    assert!(!log.contains(&key.secret));
    let server = TestServer::start(&backing).await;
    assert_eq!(printed_key(&server.greeting), None);
    let keys = server.api_with(key).all("/api/v1/keys").await;
    assert_eq!(keys.len(), 1);
    assert_eq!(
        keys[0]["scopes"].as_array().unwrap().len(),
        store::Scope::ALL.len()
    );
    server.stop().await;
}

async fn the_administrators_key_can_be_given(backing: Backing) {
    let given = [
        ("TESTAMUR_ADMIN_KEY", "root"),
        ("TESTAMUR_ADMIN_SECRET", "correct-horse-battery-staple"),
    ];
    for _ in 0..2 {
        let server = TestServer::start_with(&backing, |command| {
            command.envs(given);
        })
        .await;
        assert_eq!(printed_key(&server.greeting), None);
        let key = crate::support::Key {
            id: given[0].1.to_owned(),
            secret: given[1].1.to_owned(),
        };
        assert_eq!(server.api_with(key).all("/api/v1/keys").await.len(), 1);
        let log = server.stop().await;
        assert!(!log.contains(given[1].1));
    }
}

#[tokio::test]
async fn flags_win_over_variables_and_variables_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(
        path("settings.toml"),
        format!("data = {:?}\n", path("of-the-file")),
    )
    .unwrap();
    let there = |name: &str| Path::new(&path(name)).exists();
    let (file, variable, flag) = (
        path("settings.toml"),
        path("of-the-variable"),
        path("of-the-flag"),
    );

    let list = |arguments: &[&str]| {
        ["key", "list"]
            .iter()
            .chain(arguments)
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    let run = async |variables: Variables<'_>, arguments: &[&str]| {
        let arguments = list(arguments);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        with(variables, &arguments).await.succeeded();
    };
    run(&[("TESTAMUR_CONFIG", &file)], &[]).await;
    assert!(there("of-the-file") && !there("of-the-variable") && !there("of-the-flag"));
    run(&[("TESTAMUR_DATA", &variable)], &["--config", &file]).await;
    assert!(there("of-the-variable") && !there("of-the-flag"));
    run(
        &[("TESTAMUR_DATA", &variable)],
        &["--config", &file, "--data", &flag],
    )
    .await;
    assert!(there("of-the-flag"));
}

#[tokio::test]
async fn a_settings_file_sets_up_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.toml");
    let data = folder.path().join("data");
    let text = format!(
        "data = {:?}\nbind = \"127.0.0.1:0\"\npublic_url = \"https://learn.example.org/\"\nlog_format = \"json\"\nlog = \"warn\"\n",
        data.display().to_string()
    );
    std::fs::write(&file, text).unwrap();
    let server = TestServer::spawn(program().arg("serve").arg("--config").arg(&file)).await;
    let api = server.api();
    let statement = crate::support::world::passed("ada", "https://a.example/b", "2026-10-01T09:00:00Z", None);
    api.statements(&statement).await;
    let kept = api.get("/xapi/statements").await.json();
    assert_eq!(
        kept["statements"][0]["authority"]["account"]["homePage"],
        "https://learn.example.org"
    );
    assert_eq!(server.stop().await, "", "nothing to warn of");
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.toml");
    std::fs::write(&file, "bind = \"127.0.0.1:0\"\nprot = 1\n").unwrap();
    let config = file.display().to_string();
    let weak = [
        ("TESTAMUR_ADMIN_KEY", "root"),
        ("TESTAMUR_ADMIN_SECRET", "secret"),
    ];
    let cases: [(Variables<'_>, &[&str], &[&str]); 9] = [
        (
            &[],
            &["serve", "--config", &config],
            &["settings.toml:2:1", "`prot`", "`bind`"],
        ),
        (
            &[],
            &["serve", "--config", "/no/such/file"],
            &["/no/such/file can not be read"],
        ),
        (
            &[],
            &["serve", "--data", "a", "--mongodb", "mongodb://b"],
            &["--data", "--mongodb"],
        ),
        (
            &[("TESTAMUR_DATA", "a"), ("TESTAMUR_MONGODB", "b")],
            &["serve"],
            &["TESTAMUR_DATA and TESTAMUR_MONGODB"],
        ),
        (
            &[("TESTAMUR_BIND", "localhost")],
            &["serve"],
            &["\"localhost\" is not an address", "127.0.0.1:8085"],
        ),
        (&[], &["serve", "--max-body-bytes", "0"], &["--max-body-bytes"]),
        (&[], &["serve", "--log", "loud=yes=no"], &["which log lines"]),
        (&weak, &["serve"], &["TESTAMUR_ADMIN_SECRET is too weak"]),
        (&weak[..1], &["serve"], &["TESTAMUR_ADMIN_SECRET is not"]),
    ];
    for (variables, arguments, expected) in cases {
        let message = with(variables, arguments).await.failed(2);
        assert!(
            message.starts_with("testamur: ") && message.trim_end().lines().count() == 1,
            "{message:?}"
        );
        for words in expected {
            assert!(message.contains(words), "{message:?} should contain {words:?}");
        }
    }
}

#[tokio::test]
async fn a_store_or_port_that_can_not_be_had_is_told_in_one_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let bind = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    // A folder below a file can not be made, whoever asks.
    let below_a_file = sample("people.csv").join("data").display().to_string();
    let nobody = "mongodb://user:hunter22@127.0.0.1:9/?replicaSet=rs0&serverSelectionTimeoutMS=200&connectTimeoutMS=200";
    let cases: [(&[&str], &str); 6] = [
        (
            &["serve", "--data", &data, "--bind", &bind],
            "another program is listening there",
        ),
        (
            &["demo", "--exit", "--bind", &bind],
            "another program is listening there",
        ),
        (
            &["serve", "--data", &below_a_file, "--bind", "127.0.0.1:0"],
            "people.csv/data",
        ),
        (&["key", "list", "--data", &below_a_file], "people.csv/data"),
        (&["key", "list", "--mongodb", nobody], "MongoDB"),
        (&["key", "list", "--mongodb", "postgres://x"], "MongoDB"),
    ];
    for (arguments, expected) in cases {
        let message = testamur(arguments).await.failed(1);
        assert!(
            message.starts_with("testamur: ") && message.trim_end().lines().count() == 1,
            "{message:?}"
        );
        assert!(
            message.contains(expected),
            "{message:?} should contain {expected:?}"
        );
        assert!(!message.contains("hunter22"), "{message:?}");
    }
    assert!(
        !Path::new(&data).exists(),
        "a server that can not listen touches no store"
    );
}
