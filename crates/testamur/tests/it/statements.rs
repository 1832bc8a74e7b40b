//! xAPI in: what is kept, what is refused, and that a refusal keeps nothing.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::world::{BASICS, TEST, passed, voids};
use crate::support::{Answer, Api, Backing, TestServer};

on_both_stores!(
    the_same_statement_again_changes_nothing,
    another_statement_under_the_same_id_is_a_conflict,
    a_batch_with_one_bad_statement_keeps_nothing,
    bad_input_is_met_with_a_precise_refusal,
    a_body_over_the_limit_is_refused,
    a_voided_statement_is_only_found_as_such,
    a_query_is_read_page_by_page,
    both_versions_are_spoken,
);

async fn count(api: &Api) -> usize {
    let found = api.get("/xapi/statements?limit=500").await.expect(200).json();
    found["statements"].as_array().unwrap().len()
}

async fn the_same_statement_again_changes_nothing(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let api = server.api();
    let statement = passed("ada-novak", BASICS, "2026-10-01T09:00:00Z", Some(0.9));
    let id = statement["id"].as_str().unwrap();
    for _ in 0..2 {
        assert_eq!(api.statements(&statement).await, [id]);
        assert_eq!(api.statements(&json!([statement])).await, [id]);
        api.put(&format!("/xapi/statements?statementId={id}"), &statement)
            .await
            .expect(204);
    }
    assert_eq!(count(&api).await, 1);
    let kept = api
        .get(&format!("/xapi/statements?statementId={id}"))
        .await
        .expect(200)
        .json();
    assert_eq!(kept["result"], statement["result"]);
    assert!(kept["stored"].is_string() && kept["authority"].is_object());
    server.stop().await;
}

async fn another_statement_under_the_same_id_is_a_conflict(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let api = server.api();
    let first = passed("ada-novak", BASICS, "2026-10-01T09:00:00Z", Some(0.9));
    api.statements(&first).await;
    let mut second = first.clone();
    second["result"]["score"]["scaled"] = json!(0.95);
    let fresh = passed("ada-novak", TEST, "2026-10-02T09:00:00Z", Some(0.9));
    let problem = api
        .post("/xapi/statements", &json!([fresh, second]))
        .await
        .problem(409, "statement-conflict");
    assert_eq!(problem["statement"], first["id"]);
    assert_eq!(count(&api).await, 1, "nothing of the batch is kept");
    let id = first["id"].as_str().unwrap();
    api.put(&format!("/xapi/statements?statementId={id}"), &second)
        .await
        .problem(409, "statement-conflict");
    let kept = api
        .get(&format!("/xapi/statements?statementId={id}"))
        .await
        .expect(200)
        .json();
    assert_eq!(kept["result"]["score"]["scaled"], json!(0.9));
    server.stop().await;
}

async fn a_batch_with_one_bad_statement_keeps_nothing(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let api = server.api();
    let good = |day: u32| {
        passed(
            "ada-novak",
            BASICS,
            &format!("2026-10-0{day}T09:00:00Z"),
            Some(0.9),
        )
    };
    let mut bad = good(2);
    bad["result"]["score"]["scaled"] = json!(1.5);
    let problem = api
        .post("/xapi/statements", &json!([good(1), bad, good(3)]))
        .await
        .problem(400, "invalid-body");
    assert_eq!(problem["path"], "$[1].result.score.scaled");
    assert_eq!(problem["statement_index"], 1);
    assert_eq!(count(&api).await, 0);
    server.stop().await;
}

async fn bad_input_is_met_with_a_precise_refusal(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let api = server.api();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let valid = passed("ada-novak", BASICS, "2026-10-01T09:00:00Z", Some(0.9));
    let doubled = valid
        .to_string()
        .replacen("{\"id\":", "{\"verb\":{\"id\":\"http://a.b/c\"},\"id\":", 1);
    let mut unknown = valid.clone();
    unknown["colour"] = json!("red");
    let huge = valid.to_string().replacen("0.9", "1e999999", 1);
    for (name, body) in [
        ("broken off", b"[{".to_vec()),
        ("nothing", Vec::new()),
        ("nested too deep", deep.into_bytes()),
        ("not UTF-8", b"{\"id\": \"\xff\"}".to_vec()),
        ("a member twice", doubled.into_bytes()),
        ("an unknown member", unknown.to_string().into_bytes()),
        ("a huge number", huge.into_bytes()),
        ("no statement", b"42".to_vec()),
    ] {
        let request = api
            .request(Method::POST, "/xapi/statements")
            .header("Content-Type", "application/json");
        let answer = Answer::of(request.body(body)).await;
        assert_eq!(answer.status, 400, "{name}: {answer:?}");
        answer.problem(400, "invalid-body");
    }
    let request = api
        .request(Method::POST, "/xapi/statements")
        .header("Content-Type", "application/xml");
    let answer = Answer::of(request.body("<statement/>")).await;
    assert!(answer.status.is_client_error(), "{answer:?}");
    let without_version = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = without_version.get(format!("{}/xapi/statements", server.url));
    let key = server.admin.as_ref().unwrap();
    Answer::of(answer.basic_auth(&key.id, Some(&key.secret)))
        .await
        .expect(400);
    assert_eq!(count(&api).await, 0);
    server.stop().await;
}

async fn a_body_over_the_limit_is_refused(backing: Backing) {
    let server = TestServer::start_with(&backing, |command| {
        command.args(["--max-body-bytes", "2000"]);
    })
    .await;
    let api = server.api();
    let statement = passed("ada-novak", BASICS, "2026-10-01T09:00:00Z", Some(0.9));
    api.statements(&statement).await;
    let batch: Vec<Value> = (0..20)
        .map(|_| passed("ada-novak", BASICS, "2026-10-01T09:00:00Z", None))
        .collect();
    api.post("/xapi/statements", &json!(batch))
        .await
        .problem(413, "body-too-large");
    let request = api
        .request(Method::POST, "/api/v1/people")
        .header("Content-Type", "text/csv");
    Answer::of(request.body(format!("id\n{}", "a\n".repeat(2_000))))
        .await
        .problem(413, "body-too-large");
    assert_eq!(count(&api).await, 1);
    server.stop().await;
}

async fn a_voided_statement_is_only_found_as_such(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let api = server.api();
    let statement = passed("ada-novak", BASICS, "2026-10-01T09:00:00Z", Some(0.9));
    let id = statement["id"].as_str().unwrap();
    let voiding = voids(&statement);
    // In either order of arrival.
    api.statements(&voiding).await;
    api.statements(&statement).await;
    api.get(&format!("/xapi/statements?statementId={id}"))
        .await
        .expect(404);
    let voided = api
        .get(&format!("/xapi/statements?voidedStatementId={id}"))
        .await
        .expect(200)
        .json();
    assert_eq!(voided["id"], statement["id"]);
    let found = api.get("/xapi/statements").await.expect(200).json();
    let ids: Vec<&Value> = found["statements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| &found["id"])
        .collect();
    assert_eq!(ids, [&voiding["id"]]);
    server.stop().await;
}

async fn a_query_is_read_page_by_page(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let api = server.api();
    let ada: Vec<Value> = (0..7)
        .map(|_| passed("ada-novak", BASICS, "2026-10-01T09:00:00Z", None))
        .collect();
    let others: Vec<Value> = (0..5)
        .map(|_| passed("hugo-martin", BASICS, "2026-10-01T09:00:00Z", None))
        .collect();
    api.statements(&json!(ada)).await;
    api.statements(&json!(others)).await;
    let agent = "%7B%22account%22%3A%7B%22homePage%22%3A%22https%3A%2F%2Fdirectory.example.com%22%2C%22name%22%3A%22ada-novak%22%7D%7D";
    let mut next = format!("/xapi/statements?limit=3&agent={agent}");
    let mut pages = Vec::new();
    while !next.is_empty() {
        let page = api.get(&next).await.expect(200);
        assert!(page.header("x-experience-api-consistent-through").is_some());
        let page = page.json();
        pages.push(
            page["statements"]
                .as_array()
                .unwrap()
                .iter()
                .map(|found| found["id"].clone())
                .collect::<Vec<_>>(),
        );
        next = page["more"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 1]);
    let mut found: Vec<String> = pages.concat().iter().map(ToString::to_string).collect();
    let mut sent: Vec<String> = ada.iter().map(|statement| statement["id"].to_string()).collect();
    found.sort();
    sent.sort();
    assert_eq!(found, sent);
    server.stop().await;
}

async fn both_versions_are_spoken(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let about = server.stranger().get("/xapi/about").await.expect(200).json();
    let versions = about["version"].as_array().unwrap();
    assert!(
        versions.contains(&json!("2.0.0")) && versions.contains(&json!("1.0.3")),
        "{about}"
    );
    let key = server.admin.clone().unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for (asked, answered) in [("1.0.3", "1.0.3"), ("2.0.0", "2.0.0")] {
        let request = client
            .get(format!("{}/xapi/statements", server.url))
            .header("X-Experience-API-Version", asked);
        let answer = Answer::of(request.basic_auth(&key.id, Some(&key.secret)))
            .await
            .expect(200);
        assert_eq!(answer.header("x-experience-api-version"), Some(answered));
    }
    server.stop().await;
}
