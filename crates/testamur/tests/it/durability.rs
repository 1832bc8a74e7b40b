//! What was acknowledged is kept, and a server that is told to stop finishes what it has begun.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::support::world::{BASICS, passed, sample_text};
use crate::support::{Answer, Api, Backing, PATIENCE, TestServer, eventually};

on_both_stores!(
    what_was_acknowledged_survives_a_kill,
    a_server_told_to_stop_finishes_the_requests_in_flight,
    an_interrupt_is_an_orderly_end_too,
    certificates_are_neither_lost_nor_doubled_by_a_kill,
    two_servers_on_one_store_certify_once,
);

fn statement() -> Value {
    passed("ada-novak", BASICS, "2026-10-01T09:00:00Z", Some(0.9))
}

async fn what_was_acknowledged_survives_a_kill(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let key = server.admin.clone().unwrap();
    let api = server.api();
    let mut acknowledged = Vec::new();
    for size in [1, 20, 3] {
        let batch: Vec<Value> = (0..size).map(|_| statement()).collect();
        acknowledged.extend(api.statements(&json!(batch)).await);
    }
    api.import_csv(&sample_text("people.csv")).await;
    api.publish(&sample_text("curricula/forklift-operator.yaml"))
        .await;
    server.kill().await;

    let server = TestServer::start(&backing).await;
    assert_eq!(server.admin, None, "a store with keys gets no new one");
    let api = server.api_with(key);
    for id in &acknowledged {
        api.get(&format!("/xapi/statements?statementId={id}"))
            .await
            .expect(200);
    }
    assert_eq!(api.all("/api/v1/people").await.len(), 10);
    assert_eq!(api.all("/api/v1/curricula").await.len(), 1);
    server.stop().await;
}

/// How many people the two tests below certify.
const PEOPLE: usize = 40;

/// A curriculum of one course for everyone, and people in it.
async fn one_course(api: &Api) {
    api.publish(
        "curriculum: basics\n\
         title: Basics\n\
         audience: { everyone: true }\n\
         courses:\n  - { id: basics, activity: https://courses.example.com/forklift/basics }\n",
    )
    .await;
    let people: String = (0..PEOPLE)
        .map(|n| format!("p{n},https://directory.example.com,p{n}\n"))
        .collect();
    api.import_csv(&format!("id,account_home_page,account_name\n{people}"))
        .await;
}

/// One pass of each of them.
fn passes() -> Vec<Value> {
    (0..PEOPLE)
        .map(|n| passed(&format!("p{n}"), BASICS, "2026-10-01T09:00:00Z", Some(0.9)))
        .collect()
}

/// Checks that everybody has one certificate, of which the log tells once.
async fn everybody_is_certified_once(api: &Api) {
    api.settled().await;
    let certificates = api.all("/api/v1/certificates?status=active&limit=500").await;
    assert_eq!(certificates.len(), PEOPLE);
    let verb = "https%3A%2F%2Fw3id.org%2Fxapi%2Ftla%2Fverbs%2Fcertified";
    let told = eventually("every certificate is told in the log", async || {
        let found = api
            .get(&format!("/xapi/statements?limit=500&verb={verb}"))
            .await
            .expect(200)
            .json();
        let found = found["statements"].as_array().unwrap().clone();
        (found.len() >= PEOPLE).then_some(found)
    })
    .await;
    let actors: BTreeSet<String> = told
        .iter()
        .map(|told| told["actor"]["account"]["name"].to_string())
        .collect();
    assert_eq!((told.len(), actors.len()), (PEOPLE, PEOPLE));
}

async fn certificates_are_neither_lost_nor_doubled_by_a_kill(backing: Backing) {
    let public_url = |command: &mut Command| {
        command.args(["--public-url", "https://learn.example.org"]);
    };
    let server = TestServer::start_with(&backing, public_url).await;
    let key = server.admin.clone().unwrap();
    let api = server.api();
    one_course(&api).await;
    api.statements(&json!(passes())).await;
    // Wherever the engine is by now.
    server.kill().await;

    let server = TestServer::start_with(&backing, public_url).await;
    everybody_is_certified_once(&server.api_with(key)).await;
    server.stop().await;
}

async fn two_servers_on_one_store_certify_once(backing: Backing) {
    let public_url = |command: &mut Command| {
        command.args(["--public-url", "https://learn.example.org"]);
    };
    let first = TestServer::start_with(&backing, public_url).await;
    let second = TestServer::start_with(&backing, public_url).await;
    let (api, other) = (first.api(), second.api_with(first.admin.clone().unwrap()));
    one_course(&api).await;
    let passes = passes();
    let (some, rest) = passes.split_at(PEOPLE / 2);
    // Both get the middle ones.
    let overlap = &passes[PEOPLE / 4..PEOPLE / 4 * 3];
    tokio::join!(
        async {
            api.statements(&json!(some)).await;
            api.statements(&json!(overlap)).await;
        },
        async {
            other.statements(&json!(overlap)).await;
            other.statements(&json!(rest)).await;
        },
    );
    everybody_is_certified_once(&api).await;
    everybody_is_certified_once(&other).await;
    first.stop().await;
    everybody_is_certified_once(&other).await;
    second.stop().await;
}

async fn a_server_told_to_stop_finishes_the_requests_in_flight(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let key = server.admin.clone().unwrap();
    let statement = statement();
    let body = statement.to_string();

    // A request whose head has been taken, and whose body is still to come.
    let address = server.url.trim_start_matches("http://").to_owned();
    let mut connection = TcpStream::connect(&address).await.unwrap();
    let request = server
        .api()
        .request(Method::POST, "/xapi/statements")
        .build()
        .unwrap();
    let authorization = request.headers()["authorization"].to_str().unwrap();
    let head = format!(
        "POST /xapi/statements HTTP/1.1\r\nHost: {address}\r\nAuthorization: {authorization}\r\n\
         X-Experience-API-Version: 2.0.0\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Expect: 100-continue\r\n\r\n",
        body.len()
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 64];
    let read = connection.read(&mut answer).await.unwrap();
    assert!(
        answer[..read].starts_with(b"HTTP/1.1 100"),
        "{}",
        String::from_utf8_lossy(&answer[..read])
    );

    server.signal("TERM");
    eventually("nobody is let in any more", async || {
        TcpStream::connect(&address).await.is_err().then_some(())
    })
    .await;
    connection.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(PATIENCE, connection.read_to_string(&mut answer))
        .await
        .unwrap()
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let (status, _, log) = server.ended().await;
    assert_eq!(status.code(), Some(0), "{log}");

    let server = TestServer::start(&backing).await;
    let id = statement["id"].as_str().unwrap();
    let request = server
        .api_with(key)
        .request(Method::GET, &format!("/xapi/statements?statementId={id}"));
    Answer::of(request).await.expect(200);
    server.stop().await;
}

async fn an_interrupt_is_an_orderly_end_too(backing: Backing) {
    let server = TestServer::start(&backing).await;
    // A connection that is kept open without a request does not hold the end up.
    server.api().get("/healthz").await.expect(200);
    server.signal("INT");
    let (status, rest, log) = server.ended().await;
    assert_eq!((status.code(), rest.as_str()), (Some(0), ""), "{log}");
}
