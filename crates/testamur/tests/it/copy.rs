//! `store copy`: what is asked for at the copy comes back as from the source.

use std::time::Duration;

use serde_json::{Value, json};
use store::Store as _;
use store::transfer::Transfer as _;

use crate::support::world::{BASICS, PRACTICE, TEST, failed, passed, sample_text, voids};
use crate::support::{Api, Backing, Key, Output, TestServer, program, testamur};

on_both_stores!(
    a_copy_answers_as_its_source_did,
    a_copy_that_was_killed_is_gone_on_with,
);

/// The same kind of store, and the other.
fn copies_of(backing: &Backing) -> [Backing; 2] {
    match backing {
        Backing::Folder(_) => [Backing::mongodb(), Backing::folder()],
        Backing::MongoDb(_) => [Backing::folder(), Backing::mongodb()],
    }
}

/// A store as `store copy` is told it.
fn place(backing: &Backing) -> String {
    let [flag, place] = &backing.flags()[..] else {
        panic!("two words")
    };
    match flag.as_str() {
        "--data" => format!("sqlite:{place}"),
        _ => place.clone(),
    }
}

async fn copy(from: &Backing, to: &Backing) -> Output {
    testamur(["store", "copy", "--from", &place(from), "--to", &place(to)]).await
}

async fn exported(backing: &Backing) -> String {
    let flags = backing.flags();
    let export = ["statements", "export"]
        .map(str::to_owned)
        .into_iter()
        .chain(flags);
    testamur(export).await.succeeded()
}

/// Everything that a server answers, by path.
async fn answers(api: &Api) -> Vec<Value> {
    let mut answers = Vec::new();
    for path in [
        "/api/v1/standings",
        "/api/v1/certificates",
        "/api/v1/people",
        "/api/v1/curricula",
        "/api/v1/keys",
    ] {
        answers.extend(api.all(path).await);
    }
    let agent = r#"{"account":{"homePage":"https://directory.example.com","name":"ada-novak"}}"#;
    let state = state_path(agent);
    answers.push(json!(api.get(&state).await.expect(200).text));
    let query = [("agent", agent), ("limit", "100")];
    let url = reqwest::Url::parse_with_params("http://x/xapi/statements", query).unwrap();
    let path = format!("{}?{}", url.path(), url.query().unwrap());
    answers.push(api.get(&path).await.expect(200).json());
    answers
}

fn state_path(agent: &str) -> String {
    let query = [("activityId", BASICS), ("agent", agent), ("stateId", "bookmark")];
    let url = reqwest::Url::parse_with_params("http://x/xapi/activities/state", query).unwrap();
    format!("{}?{}", url.path(), url.query().unwrap())
}

/// Lets a server fill a store; answers what it answered, and its administrator's key.
async fn filled(backing: &Backing) -> (Vec<Value>, Key) {
    let server = TestServer::start(backing).await;
    let api = server.api();
    api.publish(&sample_text("curricula/forklift-operator.yaml"))
        .await;
    api.import_csv(&sample_text("people.csv")).await;
    let wrong = failed("bilal-haddad", TEST, "2026-01-07T09:00:00Z", Some(0.2));
    api.statements(&json!([
        passed("ada-novak", BASICS, "2026-01-05T09:00:00Z", Some(0.9)),
        passed("ada-novak", PRACTICE, "2026-01-06T09:00:00Z", None),
        passed("ada-novak", TEST, "2026-01-07T09:00:00Z", Some(0.95)),
        wrong,
        voids(&wrong),
    ]))
    .await;
    let agent = r#"{"account":{"homePage":"https://directory.example.com","name":"ada-novak"}}"#;
    api.put(&state_path(agent), &json!({ "page": 7 }))
        .await
        .expect(204);
    api.settled().await;
    assert!(
        !api.all("/api/v1/certificates").await.is_empty(),
        "there is a certificate to copy"
    );
    let (answers, admin) = (answers(&api).await, server.admin.clone().unwrap());
    server.stop().await;
    (answers, admin)
}

async fn a_copy_answers_as_its_source_did(backing: Backing) {
    let (before, admin) = filled(&backing).await;
    let log = exported(&backing).await;
    // To the other kind of store, and from there back to this one.
    let copies = copies_of(&backing);
    let mut from = &backing;
    for to in &copies {
        let said = copy(from, to).await.succeeded();
        for kind in ["statement", "document", "certificate", "ledger", "access_key"] {
            assert!(said.lines().any(|line| line.starts_with(kind)), "{said}");
        }
        assert_eq!(
            exported(to).await,
            log,
            "every statement to the letter, `stored` too"
        );
        let full = copy(from, to).await.failed(1);
        assert!(full.contains("the target is not empty"), "{full}");
        from = to;
    }
    for copied in &copies {
        let server = TestServer::start(copied).await;
        assert_eq!(server.admin, None, "it has the keys of its source");
        let api = server.api_with(admin.clone());
        api.settled().await;
        assert_eq!(answers(&api).await, before);
        // It goes on: what is sent now comes after, and counts.
        api.statements(&json!(passed(
            "bilal-haddad",
            BASICS,
            "2026-02-05T09:00:00Z",
            Some(0.9)
        )))
        .await;
        api.settled().await;
        assert_eq!(
            api.standing("bilal-haddad", "forklift-operator").await["status"],
            "in_progress"
        );
        server.stop().await;
    }
}

async fn a_copy_that_was_killed_is_gone_on_with(backing: Backing) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("many.ndjson");
    let statement = || passed("ada-novak", BASICS, "2026-01-05T09:00:00Z", Some(0.9)).to_string();
    let lines: Vec<_> = (0..5_000).map(|_| statement()).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    let import = ["statements", "import"].map(str::to_owned).into_iter();
    let import = import.chain([file.display().to_string()]).chain(backing.flags());
    testamur(import).await.succeeded();

    let [to, _] = copies_of(&backing);
    // Killed at whatever it is at, later each time, until it comes to its end.
    let mut kills = 0;
    for patience in (1..).map(|run| Duration::from_millis(40 * run)) {
        let mut command = program();
        command.args(["store", "copy", "--from", &place(&backing), "--to", &place(&to)]);
        let errors = folder.path().join("errors");
        command
            .stdout(std::process::Stdio::null())
            .stderr(std::fs::File::create(&errors).unwrap());
        let mut child = command.spawn().unwrap();
        match tokio::time::timeout(patience, child.wait()).await {
            Ok(ended) => {
                // The one before may have been killed when all was done and it had only to end.
                let said = std::fs::read_to_string(&errors).unwrap();
                assert!(ended.unwrap().success() || said.contains("not empty"), "{said}");
                break;
            }
            Err(_) => {
                child.kill().await.unwrap();
                kills += 1;
            }
        }
    }
    assert!(kills > 0, "it was not killed");
    assert_eq!(exported(&to).await, exported(&backing).await);
}

#[tokio::test]
async fn an_unfinished_copy_is_not_served() {
    let folder = Backing::folder();
    let [_, data] = &folder.flags()[..] else {
        panic!("two words")
    };
    let options = store_sqlite::SqliteOptions::default();
    let target = store_sqlite::SqliteStore::open(data.as_ref(), options).unwrap();
    target.set_copy_progress(Some("{}".to_owned())).await.unwrap();
    target.close().await.unwrap();
    for command in [["serve", "--bind", "127.0.0.1:0"], ["key", "list", "--json"]] {
        let refused = testamur(command.map(str::to_owned).into_iter().chain(folder.flags()))
            .await
            .failed(1);
        assert!(refused.contains("copy that is not finished"), "{refused}");
    }
}

#[tokio::test]
async fn places_that_make_no_sense_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let missing = format!("sqlite:{}", folder.path().join("none").display());
    let target = format!("sqlite:{}", folder.path().join("to").display());
    let said = testamur(["store", "copy", "--from", &missing, "--to", &target])
        .await
        .failed(1);
    assert!(said.contains("there is no store in"), "{said}");
    assert!(
        std::fs::read_dir(folder.path()).unwrap().next().is_none(),
        "nothing was made"
    );
    for wrong in ["postgres://x", "sqlite:", "/var/lib/testamur"] {
        let said = testamur(["store", "copy", "--from", wrong, "--to", &target])
            .await
            .failed(2);
        assert!(said.contains("sqlite:DIR"), "{said}");
    }
}
