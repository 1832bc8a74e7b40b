//! The main job, end to end: statements in, a certificate out, and why.

use serde_json::{Value, json};

use crate::support::world::{BASICS, PRACTICE, TEST, failed, passed, requirement, sample_text, voids};
use crate::support::{Api, Backing, TestServer, eventually};

on_both_stores!(
    statements_in_a_certificate_out,
    those_not_certified_are_told_why,
    a_voided_pass_suspends_the_certificate,
    what_was_sent_before_anybody_asked_for_it_counts,
    whoever_joins_the_role_later_is_certified_by_what_they_did_before,
);

/// A server with the forklift curriculum and the people of the samples.
async fn forklift(backing: &Backing) -> (TestServer, Api) {
    let server = TestServer::start(backing).await;
    let api = server.api();
    api.publish(&sample_text("curricula/forklift-operator.yaml"))
        .await;
    api.import_csv(&sample_text("people.csv")).await;
    (server, api)
}

/// Everything that is required, by one person, on three days of October 2026.
fn everything(person: &str) -> [Value; 3] {
    [
        passed(person, BASICS, "2026-10-01T09:00:00Z", Some(0.9)),
        passed(person, PRACTICE, "2026-10-02T09:00:00Z", None),
        passed(person, TEST, "2026-10-03T09:00:00Z", Some(0.8)),
    ]
}

async fn statements_in_a_certificate_out(backing: Backing) {
    let (server, api) = forklift(&backing).await;
    let statements = everything("ada-novak");
    let portal = api.make_key(&["statements/write"]).await;
    portal.statements(&json!(statements)).await;
    api.settled().await;

    let certificates = api.all("/api/v1/certificates?person=ada-novak").await;
    let [certificate] = &certificates[..] else {
        panic!("{certificates:?}")
    };
    assert_eq!(certificate["status"], "active");
    assert_eq!(certificate["curriculum"], "forklift-operator");
    assert_eq!(certificate["issued_at"], "2026-10-03T09:00:00.000Z");
    assert_eq!(certificate["expires_at"], "2027-10-03T09:00:00.000Z");
    let ids: Vec<&Value> = statements.iter().map(|statement| &statement["id"]).collect();
    assert_eq!(
        certificate["proof"]["statements"],
        json!(ids),
        "the proof is the three passes"
    );

    let standing = api.standing("ada-novak", "forklift-operator").await;
    assert_eq!(standing["status"], "certified");
    let basics = requirement(&standing, "basics");
    assert_eq!(basics["outcome"], "met");
    assert_eq!(basics["statements"], json!([statements[0]["id"]]));
    assert_eq!(basics["reason"], "passed with 0.90 on 2026-10-01");
    assert_eq!(requirement(&standing, "history")["kind"], "suggested");

    let one = api
        .get(&format!(
            "/api/v1/certificates/{}",
            certificate["id"].as_str().unwrap()
        ))
        .await
        .expect(200)
        .json();
    let ledger = one["ledger"].as_array().unwrap();
    assert_eq!(ledger.len(), 1);
    assert_eq!(ledger[0]["kind"], "issued");

    // Tools that read only xAPI see it too.
    let told = eventually("the certificate is told in the log", async || {
        let verb = "https%3A%2F%2Fw3id.org%2Fxapi%2Ftla%2Fverbs%2Fcertified";
        let found = api
            .get(&format!("/xapi/statements?verb={verb}"))
            .await
            .expect(200)
            .json();
        found["statements"].as_array().unwrap().first().cloned()
    })
    .await;
    assert_eq!(told["actor"]["account"]["name"], "ada-novak");
    assert_eq!(told["timestamp"], "2026-10-03T09:00:00.000Z");
    assert!(
        told["object"]["id"]
            .as_str()
            .unwrap()
            .ends_with(certificate["id"].as_str().unwrap())
    );
    server.stop().await;
}

async fn those_not_certified_are_told_why(backing: Backing) {
    let (server, api) = forklift(&backing).await;
    // Chiara passes the test before the practical assessment, David with too low a score, Hugo not at all.
    let early = passed("chiara-rossi", TEST, "2026-10-02T09:00:00Z", Some(0.9));
    let low = passed("david-okafor", TEST, "2026-10-03T09:00:00Z", Some(0.7));
    api.statements(&json!([
        passed("chiara-rossi", BASICS, "2026-10-01T09:00:00Z", Some(0.9)),
        early,
        passed("chiara-rossi", PRACTICE, "2026-10-03T09:00:00Z", None),
        passed("david-okafor", BASICS, "2026-10-01T09:00:00Z", Some(0.9)),
        passed("david-okafor", PRACTICE, "2026-10-02T09:00:00Z", None),
        low,
        failed("hugo-martin", BASICS, "2026-10-01T09:00:00Z", Some(0.3)),
    ]))
    .await;
    api.settled().await;

    assert!(api.all("/api/v1/certificates").await.is_empty());
    for (person, course, refused, reason, missing) in [
        (
            "chiara-rossi",
            "test",
            Some(&early),
            "before",
            "pass 'Yearly test'",
        ),
        (
            "david-okafor",
            "test",
            Some(&low),
            "0.70 of 0.75",
            "with at least 0.75",
        ),
        (
            "hugo-martin",
            "basics",
            None,
            "0.30 of 0.80",
            "pass 'Safety basics'",
        ),
        (
            "ada-novak",
            "basics",
            None,
            "not passed yet",
            "pass 'Safety basics'",
        ),
    ] {
        let standing = api.standing(person, "forklift-operator").await;
        let requirement = requirement(&standing, course);
        assert_eq!(requirement["outcome"], "unmet", "{person}");
        assert!(
            requirement["reason"].as_str().unwrap().contains(reason),
            "{person}: {requirement}"
        );
        assert!(
            requirement["missing"].as_str().unwrap().contains(missing),
            "{person}: {requirement}"
        );
        if let Some(refused) = refused {
            assert_eq!(
                requirement["considered"][0]["statement"], refused["id"],
                "{person}: {requirement}"
            );
        }
    }
    let in_progress = api
        .all("/api/v1/standings?curriculum=forklift-operator&status=in_progress&limit=2")
        .await;
    let people: Vec<&Value> = in_progress.iter().map(|standing| &standing["person"]).collect();
    assert_eq!(people, ["chiara-rossi", "david-okafor", "hugo-martin"]);
    server.stop().await;
}

async fn a_voided_pass_suspends_the_certificate(backing: Backing) {
    let (server, api) = forklift(&backing).await;
    let statements = everything("greta-lindqvist");
    api.statements(&json!(statements)).await;
    api.settled().await;
    assert_eq!(api.all("/api/v1/certificates?status=active").await.len(), 1);

    api.statements(&voids(&statements[2])).await;
    api.settled().await;
    let suspended = api.all("/api/v1/certificates?status=suspended").await;
    let [certificate] = &suspended[..] else {
        panic!("{suspended:?}")
    };
    let one = api
        .get(&format!(
            "/api/v1/certificates/{}",
            certificate["id"].as_str().unwrap()
        ))
        .await
        .expect(200)
        .json();
    let kinds: Vec<&Value> = one["ledger"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["kind"])
        .collect();
    assert_eq!(kinds, ["issued", "suspended"]);
    let reason = one["ledger"][1]["reason"].as_str().unwrap();
    assert!(reason.contains(statements[2]["id"].as_str().unwrap()), "{reason}");
    let standing = api.standing("greta-lindqvist", "forklift-operator").await;
    assert_eq!(requirement(&standing, "test")["outcome"], "unmet");
    assert_eq!(requirement(&standing, "practice")["outcome"], "met");

    // Passed again, it is the same certificate that comes back.
    api.statements(&passed(
        "greta-lindqvist",
        TEST,
        "2026-10-04T09:00:00Z",
        Some(0.8),
    ))
    .await;
    api.settled().await;
    let back = api.all("/api/v1/certificates").await;
    let [back] = &back[..] else { panic!("{back:?}") };
    assert_eq!(
        (&back["id"], &back["status"]),
        (&certificate["id"], &json!("active"))
    );
    server.stop().await;
}

async fn what_was_sent_before_anybody_asked_for_it_counts(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let api = server.api();
    api.statements(&json!(everything("felix-keller"))).await;
    api.settled().await;
    api.import_csv(&sample_text("people.csv")).await;
    api.settled().await;
    assert!(api.all("/api/v1/certificates").await.is_empty());
    api.publish(&sample_text("curricula/forklift-operator.yaml"))
        .await;
    api.settled().await;
    assert_eq!(
        api.all("/api/v1/certificates?person=felix-keller&status=active")
            .await
            .len(),
        1
    );
    server.stop().await;
}

async fn whoever_joins_the_role_later_is_certified_by_what_they_did_before(backing: Backing) {
    let (server, api) = forklift(&backing).await;
    // Jonas is no forklift operator yet.
    api.statements(&json!(everything("jonas-weber"))).await;
    api.settled().await;
    assert!(api.all("/api/v1/certificates").await.is_empty());
    let mut jonas = api.get("/api/v1/people/jonas-weber").await.expect(200).json();
    jonas["roles"] = json!(["employee", "forklift-operator"]);
    api.put("/api/v1/people/jonas-weber", &jonas).await.expect(200);
    api.settled().await;
    assert_eq!(api.all("/api/v1/certificates?person=jonas-weber").await.len(), 1);
    server.stop().await;
}
