//! Every command of the command line, as scripts and people use it.

use serde_json::json;

use crate::support::world::{sample, sample_text};
use crate::support::{Backing, Key, Output, TestServer, eventually, testamur};

on_both_stores!(
    keys_are_made_listed_and_revoked,
    curricula_are_published_and_listed,
    people_are_imported_and_listed,
    history_is_imported,
    a_running_server_notices_what_commands_do,
);

/// Runs a command on this store.
async fn on(backing: &Backing, arguments: &[&str]) -> Output {
    let flags = backing.flags();
    testamur(arguments.iter().copied().map(str::to_owned).chain(flags)).await
}

async fn keys_are_made_listed_and_revoked(backing: Backing) {
    let made = on(
        &backing,
        &[
            "key",
            "create",
            "--name",
            "Moodle",
            "--scope",
            "statements/write",
            "--scope",
            "state",
            "--json",
        ],
    )
    .await
    .json();
    assert_eq!(made["name"], "Moodle");
    assert_eq!(made["scopes"], json!(["statements/write", "state"]));
    assert_eq!(made["secret"].as_str().unwrap().len(), 48);
    let text = on(
        &backing,
        &["key", "create", "--name", "Reports", "--scope", "all/read"],
    )
    .await
    .succeeded();
    assert!(crate::support::printed_key(&text).is_some(), "{text}");

    let id = made["id"].as_str().unwrap();
    assert!(
        on(&backing, &["key", "revoke", id])
            .await
            .succeeded()
            .contains("revoked")
    );
    let listed = on(&backing, &["key", "list", "--json"]).await.json();
    let names: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|key| &key["name"])
        .collect();
    assert_eq!(names, ["Moodle", "Reports"]);
    assert!(listed[0]["revoked_at"].is_string() && listed[1]["revoked_at"].is_null());
    assert!(!listed.to_string().contains("secret"));
    let table = on(&backing, &["key", "list"]).await.succeeded();
    assert_eq!(table.lines().count(), 3);
    assert!(table.contains(id) && table.contains("all/read"), "{table}");

    let unknown = on(&backing, &["key", "revoke", "nobody"]).await.failed(1);
    assert!(
        unknown.contains("\"nobody\"") && unknown.contains("key list"),
        "{unknown}"
    );
    let scope = on(
        &backing,
        &["key", "create", "--name", "x", "--scope", "everything"],
    )
    .await
    .failed(2);
    assert!(
        scope.contains("everything") && scope.contains("statements/read/mine"),
        "{scope}"
    );
    on(&backing, &["key", "create", "--name", " ", "--scope", "all"])
        .await
        .failed(2);
}

async fn curricula_are_published_and_listed(backing: Backing) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let forklift = sample_text("curricula/forklift-operator.yaml");
    let first = file("forklift.yaml", &forklift);
    let protection = sample("curricula/data-protection.yaml").display().to_string();
    let wrong = file("wrong.yaml", &forklift.replace("after: basics", "after: basic"));

    // All or none.
    let errors = on(&backing, &["curriculum", "publish", &first, &wrong])
        .await
        .failed(3);
    assert!(
        errors.contains("wrong.yaml:") && errors.contains("\"basic\""),
        "{errors}"
    );
    assert_eq!(
        on(&backing, &["curriculum", "list", "--json"]).await.json(),
        json!([])
    );
    let twice = on(&backing, &["curriculum", "publish", &first, &first])
        .await
        .failed(3);
    assert!(twice.contains("both define forklift-operator"), "{twice}");

    let said = on(&backing, &["curriculum", "publish", &first, &protection])
        .await
        .succeeded();
    assert_eq!(
        said,
        "forklift-operator: published as revision 1\ndata-protection: published as revision 1\n"
    );
    let again = on(&backing, &["curriculum", "publish", &first]).await.succeeded();
    assert_eq!(again, "forklift-operator: revision 1 says the same already\n");
    let next = file("forklift-2.yaml", &forklift.replace("75 %", "85 %"));
    let said = on(&backing, &["curriculum", "publish", &next]).await.succeeded();
    assert_eq!(said, "forklift-operator: published as revision 2\n");
    let listed = on(&backing, &["curriculum", "list", "--json"]).await.json();
    assert_eq!(
        (&listed[0]["id"], &listed[0]["revision"]),
        (&json!("data-protection"), &json!(1))
    );
    assert_eq!(
        (&listed[1]["title"], &listed[1]["revision"]),
        (&json!("Forklift operator"), &json!(2))
    );
    let table = on(&backing, &["curriculum", "list"]).await.succeeded();
    assert_eq!(table.lines().count(), 3, "{table}");
}

async fn people_are_imported_and_listed(backing: Backing) {
    let people = sample("people.csv").display().to_string();
    let said = on(&backing, &["people", "import", &people]).await.succeeded();
    assert_eq!(said, "10 people read, 10 of them added or changed\n");
    let said = on(&backing, &["people", "import", &people]).await.succeeded();
    assert_eq!(said, "10 people read, 0 of them added or changed\n");

    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let more = file(
        "more.json",
        r#"[{ "id": "zoe", "name": "Zoe", "email": "zoe@example.com", "roles": ["employee"] }]"#,
    );
    on(&backing, &["people", "import", &more]).await.succeeded();
    let listed = on(&backing, &["people", "list", "--json"]).await.json();
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), 11);
    assert_eq!(
        (&listed[0]["id"], &listed[10]["id"]),
        (&json!("ada-novak"), &json!("zoe"))
    );
    let table = on(&backing, &["people", "list"]).await.succeeded();
    assert_eq!(table.lines().count(), 12);
    assert!(table.contains("Zoe"), "{table}");

    let wrong = file("wrong.csv", "id,email\nann,ann@example.com\nbob,bob@@example\n");
    let errors = on(&backing, &["people", "import", &wrong]).await.failed(3);
    assert!(errors.contains("wrong.csv:3"), "{errors}");
    let taken = file(
        "taken.csv",
        "id,email\nyan,yan@example.com\nxiu,zoe@example.com\n",
    );
    let errors = on(&backing, &["people", "import", &taken]).await.failed(1);
    assert!(errors.contains("zoe@example.com"), "{errors}");
    let kept = on(&backing, &["people", "list", "--json"]).await.json();
    assert_eq!(kept.as_array().unwrap().len(), 11, "all or none");
    let errors = on(&backing, &["people", "import", "people.txt"]).await.failed(2);
    assert!(errors.contains(".csv"), "{errors}");
    let errors = on(&backing, &["people", "import", "no-such-file.csv"])
        .await
        .failed(1);
    assert!(errors.contains("no-such-file.csv can not be read"), "{errors}");
}

async fn history_is_imported(backing: Backing) {
    for command in [
        ["people", "import", &sample("people.csv").display().to_string()],
        [
            "curriculum",
            "publish",
            &sample("curricula/data-protection.yaml").display().to_string(),
        ],
    ] {
        on(&backing, &command).await.succeeded();
    }
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("wrong.csv");
    let text = sample_text("history.csv")
        .replace("ada-novak", "nobody")
        .replace("85 %", "85 points");
    std::fs::write(&wrong, text).unwrap();
    let wrong = wrong.display().to_string();
    let errors = on(&backing, &["history", "import", &wrong]).await.failed(3);
    assert!(
        errors.contains("wrong.csv:3") && errors.contains("score: this is no score"),
        "{errors}"
    );
    assert!(
        errors.contains("wrong.csv:4") && errors.contains("person: there is no person \"nobody\""),
        "{errors}"
    );

    let history = sample("history.csv").display().to_string();
    let url = ["--public-url", "https://learn.example.org/"];
    let import = ["history", "import", &history, url[0], url[1]];
    let said = on(&backing, &import).await.succeeded();
    assert_eq!(
        said, "3 rows read, 3 of them new\n",
        "nothing came of the wrong file"
    );
    let said = on(&backing, &import).await.succeeded();
    assert_eq!(said, "3 rows read, 0 of them new\n");

    let server = TestServer::start(&backing).await;
    let admin = server.api();
    admin.settled().await;
    let found = admin.get("/xapi/statements").await.expect(200).json();
    let statements = found["statements"].as_array().unwrap();
    assert_eq!(statements.len(), 3, "and nobody was told of it: {found:#}");
    for statement in statements {
        assert_eq!(
            statement["authority"]["account"],
            json!({ "homePage": "https://learn.example.org", "name": "history-import" })
        );
    }
    // What was shown in 2024 counted then, and no longer does.
    for (as_of, status) in [("2024-12-01", "certified"), ("2026-06-01", "expired")] {
        let path = format!("/api/v1/people/jonas-weber/standings?as_of={as_of}T00:00:00Z");
        let standings = admin.get(&path).await.expect(200).json();
        assert_eq!(standings["items"][0]["status"], status, "{standings:#}");
    }
    server.stop().await;
}

async fn a_running_server_notices_what_commands_do(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let admin = server.api();
    admin.settled().await;
    let made = on(
        &backing,
        &["key", "create", "--name", "x", "--scope", "all", "--json"],
    )
    .await
    .json();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    let key = Key {
        id: text("id"),
        secret: text("secret"),
    };
    let api = server.api_with(key.clone());
    api.get("/xapi/statements").await.expect(200);
    on(&backing, &["key", "revoke", &key.id]).await.succeeded();
    eventually("the revoked key is refused", async || {
        (api.get("/xapi/statements").await.status == 401).then_some(())
    })
    .await;

    let curriculum = sample("curricula/forklift-operator.yaml").display().to_string();
    let people = sample("people.csv").display().to_string();
    on(&backing, &["people", "import", &people]).await.succeeded();
    on(&backing, &["curriculum", "publish", &curriculum])
        .await
        .succeeded();
    eventually("the engine has evaluated the people", async || {
        let standings = admin
            .all("/api/v1/standings?curriculum=forklift-operator&status=not_started")
            .await;
        (standings.len() == 9).then_some(())
    })
    .await;
    server.stop().await;
}

#[tokio::test]
async fn definitions_are_checked_without_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let forklift = sample("curricula/forklift-operator.yaml").display().to_string();
    let protection = sample("curricula/data-protection.yaml").display().to_string();
    let said = testamur(["curriculum", "check", &forklift, &protection])
        .await
        .succeeded();
    assert!(
        said.contains("forklift-operator is well defined") && said.contains("Safety basics"),
        "{said}"
    );

    let wrong = folder.path().join("wrong.json");
    std::fs::write(
        &wrong,
        r#"{ "curriculum": "Not An Id", "title": "x", "courses": [] }"#,
    )
    .unwrap();
    let errors = testamur(["curriculum", "check", &forklift, &wrong.display().to_string()])
        .await
        .failed(3);
    for expected in ["wrong.json", "/curriculum", "audience", "/courses"] {
        assert!(errors.contains(expected), "{errors} should contain {expected}");
    }
    let missing = testamur(["curriculum", "check", "no-such-file.yaml"])
        .await
        .failed(1);
    assert!(missing.contains("no-such-file.yaml can not be read"), "{missing}");
}

#[tokio::test]
async fn every_command_explains_itself_with_an_example() {
    let commands: [&[&str]; 11] = [
        &[],
        &["serve"],
        &["demo"],
        &["key", "create"],
        &["key", "list"],
        &["key", "revoke"],
        &["curriculum", "check"],
        &["curriculum", "publish"],
        &["curriculum", "list"],
        &["people", "import"],
        &["people", "list"],
    ];
    for command in commands {
        let help = testamur(command.iter().chain(&["--help"])).await.succeeded();
        assert!(help.contains("Example"), "{command:?}: {help}");
        let line = ["testamur"]
            .iter()
            .chain(command)
            .copied()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(help.contains(&line), "{command:?}: {help}");
    }
    let help = testamur(["--help"]).await.succeeded();
    for code in ["  0  ", "  1  ", "  2  ", "  3  "] {
        assert!(help.contains(code), "{help}");
    }
    let version = testamur(["--version"]).await.succeeded();
    assert_eq!(version, format!("testamur {}\n", env!("CARGO_PKG_VERSION")));
}

#[tokio::test]
async fn what_can_not_be_understood_is_said_in_one_sentence() {
    let cases: [(&[&str], &str); 5] = [
        (&["serve", "--prot", "1"], "--prot"),
        (&["certify"], "certify"),
        (&["key", "create", "--scope", "all"], "--name"),
        (&["demo", "--people", "0"], "--people"),
        (&["demo", "--port", "1", "--bind", "127.0.0.1:1"], "--bind"),
    ];
    for (arguments, expected) in cases {
        let message = testamur(arguments).await.failed(2);
        assert!(
            message.starts_with("testamur: ") && message.trim_end().lines().count() == 1,
            "{message:?}"
        );
        assert!(
            message.contains(expected) && message.contains("--help"),
            "{message:?}"
        );
    }
    testamur::<&str>([]).await.failed(2);
}
