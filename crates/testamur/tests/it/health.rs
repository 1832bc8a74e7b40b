//! Whether a server lives and works, how it answers what it does not know, and what it writes in its log.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Backing, TestServer};

on_both_stores!(
    a_running_server_is_alive_and_ready,
    what_is_not_there_is_answered_as_a_problem,
    a_request_id_ties_answers_to_log_lines,
    a_server_without_an_engine_certifies_nothing,
);

async fn a_running_server_is_alive_and_ready(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let stranger = server.stranger();
    let alive = stranger.get("/healthz").await.expect(200);
    assert_eq!(alive.header("cache-control"), Some("no-store"));
    assert_eq!(alive.json()["status"], "alive");
    let ready = stranger.get("/readyz").await.expect(200).json();
    assert_eq!(
        ready,
        json!({ "status": "ready", "store": "ready", "engine": "running" })
    );
    server.stop().await;
}

async fn what_is_not_there_is_answered_as_a_problem(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let api = server.api();
    for path in ["/", "/nothing", "/api", "/api/v1/nothing", "/healthz/more"] {
        api.get(path).await.problem(404, "not-found");
    }
    assert!(api.get("/xapi/nothing").await.status.is_client_error());
    for (method, path) in [
        (Method::POST, "/healthz"),
        (Method::DELETE, "/readyz"),
        (Method::DELETE, "/api/v1/certificates"),
        (Method::PATCH, "/api/v1/people"),
    ] {
        let answer = api.send(method, path).await;
        assert!(
            answer
                .header("allow")
                .is_some_and(|allowed| allowed.contains("GET")),
            "{answer:?}"
        );
        answer.problem(405, "method-not-allowed");
    }
    let patched = api.send(Method::PATCH, "/xapi/statements").await;
    assert_eq!(
        patched.header("content-type"),
        Some("application/problem+json"),
        "{patched:?}"
    );
    server.stop().await;
}

async fn a_request_id_ties_answers_to_log_lines(backing: Backing) {
    let server = TestServer::start_with(&backing, |command| {
        command.args(["--log-format", "json", "--log", "debug"]);
    })
    .await;
    let (api, secret) = (server.api(), server.admin.clone().unwrap().secret);
    let request = api
        .request(Method::GET, "/api/v1/people/nobody")
        .header("X-Request-Id", "from-a-test.1");
    let answer = Answer::of(request).await;
    assert_eq!(answer.header("x-request-id"), Some("from-a-test.1"));
    answer.problem(404, "not-found");
    let own = api
        .get("/healthz")
        .await
        .header("x-request-id")
        .unwrap()
        .to_owned();
    let odd = api
        .request(Method::GET, "/healthz")
        .header("X-Request-Id", "no good");
    assert_ne!(Answer::of(odd).await.header("x-request-id"), Some("no good"));

    let log = server.stop().await;
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for (id, path, status) in [
        ("from-a-test.1", "/api/v1/people/nobody", 404),
        (&own, "/healthz", 200),
    ] {
        let of_request: Vec<&Value> = lines
            .iter()
            .filter(|line| line["span"]["request_id"] == id)
            .collect();
        let answered = of_request.iter().find(|line| line["message"] == "answered");
        let answered = answered.unwrap_or_else(|| panic!("no line about {id}: {log}"));
        assert_eq!(answered["status"], status);
        assert_eq!(answered["span"]["path"], path);
    }
    assert!(!log.contains(&secret), "a secret stands in the log");
}

async fn a_server_without_an_engine_certifies_nothing(backing: Backing) {
    let server = TestServer::start_with(&backing, |command| {
        command.arg("--no-engine");
    })
    .await;
    let ready = server.stranger().get("/readyz").await.expect(200).json();
    assert_eq!(ready["engine"], "elsewhere");
    let api = server.api();
    api.import_csv("id,email\nann,ann@example.com\n").await;
    assert_eq!(
        api.get("/api/v1/engine").await.expect(200).json()["changes_waiting"],
        1
    );
    let key = server.admin.clone().unwrap();
    server.stop().await;

    // Another process on the same store takes it up.
    let server = TestServer::start(&backing).await;
    server.api_with(key).settled().await;
    server.stop().await;
}
