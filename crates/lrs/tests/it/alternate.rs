//! The alternate request syntax of 1.0.x (Communication 1.3).

use base64::Engine as _;
use serde_json::json;
use uuid::Uuid;

use crate::harness::{KEY, Lab, Request, SECRET, on_both_stores, query, statement};

on_both_stores!(
    everything_can_be_in_the_form,
    old_browsers_send_what_they_can,
    forms_that_are_refused,
    documents_by_form,
    version_2_0_has_no_forms,
);

/// A POST with nothing in its headers.
fn form(lab: &Lab, path: &str, method: &str, pairs: &[(&str, &str)]) -> Request {
    lab.post(&format!("{path}?method={method}"))
        .anonymous()
        .no_version()
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(query(pairs))
}

fn authorization() -> String {
    format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(format!("{KEY}:{SECRET}"))
    )
}

async fn everything_can_be_in_the_form(lab: Lab) {
    let id = Uuid::new_v4().to_string();
    let authorization = authorization();
    let base = [
        ("Authorization", authorization.as_str()),
        ("X-Experience-API-Version", "1.0.3"),
    ];
    let with = |more: &[(&'static str, &str)]| -> Vec<(String, String)> {
        base.iter()
            .chain(more)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    };
    let send = |method: &'static str, more: Vec<(String, String)>| {
        let pairs: Vec<_> = more
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        form(&lab, "/statements", method, &pairs).send()
    };
    let mut content = statement("ann", "did", "it");
    content["result"] = json!({"response": "this & that=ä + %41 \u{1F600}"});
    let content = content.to_string();
    send(
        "PUT",
        with(&[
            ("statementId", &id),
            ("Content-Type", "application/json"),
            ("content", &content),
        ]),
    )
    .await
    .expect(204);
    let read = send("GET", with(&[("statementId", &id)]))
        .await
        .expect(200)
        .json();
    assert_eq!(read["result"]["response"], "this & that=ä + %41 \u{1F600}");
    assert_eq!(read["id"], id);
}

async fn old_browsers_send_what_they_can(lab: Lab) {
    let authorization = authorization();
    let content = statement("ann", "did", "it").to_string();
    let length = content.len().to_string();
    let pairs = [
        ("authorization", authorization.as_str()),
        ("x-experience-api-version", "1.0.2"),
        ("content-type", "application/json"),
        ("Content-Length", &length),
        ("content", &content),
    ];
    for kind in [
        Some("text/plain"),
        Some("text/plain;charset=UTF-8"),
        Some("application/json"),
        None,
    ] {
        let mut request = lab
            .post("/statements?method=POST")
            .anonymous()
            .no_version()
            .body(query(&pairs));
        if let Some(kind) = kind {
            request = request.header("Content-Type", kind);
        }
        let answer = request.send().await.expect(200);
        assert_eq!(answer.header("x-experience-api-version"), Some("1.0.3"));
    }
    // What is in the headers counts where the form says nothing.
    let answer = lab
        .post("/statements?method=GET")
        .body("limit=2")
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(answer["statements"].as_array().map(Vec::len), Some(2));
    let more = answer["more"].as_str().expect("more").to_owned();
    lab.get(&more).send().await.expect(200);
    assert_eq!(lab.ids("").await.len(), 4);
    lab.post("/about?method=GET")
        .anonymous()
        .no_version()
        .body("")
        .send()
        .await
        .expect(200);
}

async fn forms_that_are_refused(lab: Lab) {
    let id = Uuid::new_v4().to_string();
    let content = statement("ann", "did", "it").to_string();
    let good = query(&[("statementId", &id), ("content", &content)]);
    for (path, body, place) in [
        (
            "/statements?method=PUT&statementId=x",
            good.clone(),
            "statementId",
        ),
        ("/statements?method=PATCH", good.clone(), "method"),
        ("/statements?method=put", good.clone(), "method"),
        ("/statements?method=", good.clone(), "method"),
        ("/statements?method=PUT", String::new(), "statementId"),
        ("/statements?method=PUT", format!("statementId={id}"), "content"),
        ("/statements?method=PUT", format!("{good}&content=x"), "content"),
        (
            "/statements?method=PUT",
            format!("{good}&statementId={id}"),
            "statementId",
        ),
        ("/statements?method=PUT", format!("{good}&x=1"), "x"),
        (
            "/statements?method=PUT",
            format!("statementId={id}&content=%FF"),
            "content",
        ),
        (
            "/statements?method=PUT",
            format!("statementId={id}&content=%7"),
            "content",
        ),
        ("/statements?method=GET", "foo=bar".to_owned(), "foo"),
        ("/statements?method=GET&limit=1", String::new(), "limit"),
    ] {
        let problem = lab
            .post(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(body.clone())
            .send()
            .await
            .expect(400)
            .json();
        assert_eq!(problem["parameter"], place, "{path} {body}: {problem}");
    }
    lab.put("/statements?method=POST")
        .json(&statement("a", "b", "c"))
        .send()
        .await
        .expect(400);
    lab.get("/statements?method=GET").send().await.expect(400);
    let not_encoded = json!({"statementId": id, "content": content}).to_string();
    lab.post("/statements?method=PUT")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(not_encoded)
        .send()
        .await
        .expect(400);
    form(
        &lab,
        "/statements",
        "PUT",
        &[("statementId", &id), ("content", &content)],
    )
    .send()
    .await
    .expect(401);
    let bad_version = [
        ("statementId", id.as_str()),
        ("content", &content),
        ("X-Experience-API-Version", "0.8"),
    ];
    lab.post("/statements?method=PUT")
        .body(query(&bad_version))
        .send()
        .await
        .expect(400);
    let multipart = [
        ("statementId", id.as_str()),
        ("content", &content),
        ("Content-Type", "multipart/mixed; boundary=b"),
    ];
    lab.post("/statements?method=PUT")
        .body(query(&multipart))
        .send()
        .await
        .expect(400);
    let line_break = [
        ("statementId", id.as_str()),
        ("content", &content),
        ("If-Match", "a\r\nb"),
    ];
    lab.post("/statements?method=PUT")
        .body(query(&line_break))
        .send()
        .await
        .expect(400);
    assert!(lab.ids("").await.is_empty());
}

async fn documents_by_form(lab: Lab) {
    let agent = r#"{"mbox":"mailto:ann@example.com"}"#;
    let owner = [
        ("activityId", "http://example.com/a"),
        ("agent", agent),
        ("stateId", "s"),
    ];
    let send = |method: &'static str, more: &[(&'static str, &'static str)]| {
        let pairs: Vec<_> = owner.iter().chain(more).copied().collect();
        lab.post(&format!("/activities/state?method={method}"))
            .body(query(&pairs))
            .send()
    };
    send("PUT", &[("Content-Type", "text/plain"), ("content", "a+b c&d")])
        .await
        .expect(204);
    let read = send("GET", &[]).await.expect(200);
    assert_eq!(
        (read.text().as_str(), read.header("content-type")),
        ("a+b c&d", Some("text/plain"))
    );
    send("PUT", &[("content", "x"), ("If-None-Match", "*")])
        .await
        .expect(412);
    send("PUT", &[("content", "x"), ("If-Match", "\"x\"")])
        .await
        .expect(412);
    send("PUT", &[]).await.expect(400);
    send(
        "PUT",
        &[
            ("content", "{}"),
            ("If-Match", "*"),
            ("Content-Type", "application/json"),
        ],
    )
    .await
    .expect(204);
    send(
        "POST",
        &[("content", "{\"a\":1}"), ("Content-Type", "application/json")],
    )
    .await
    .expect(204);
    assert_eq!(send("GET", &[]).await.text(), "{\"a\":1}");
    send("DELETE", &[]).await.expect(204);
    send("GET", &[]).await.expect(404);
}

async fn version_2_0_has_no_forms(lab: Lab) {
    let problem = lab
        .post("/statements?method=GET")
        .version("2.0.0")
        .body("limit=1")
        .send()
        .await
        .expect(400)
        .json();
    assert_eq!(problem["parameter"], "method");
    lab.post("/statements?method=GET")
        .no_version()
        .body("X-Experience-API-Version=2.0.0")
        .send()
        .await
        .expect(400);
}
