//! What browsers need of the server for content of other origins.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Lab, on_both_stores, statement};

on_both_stores!(
    preflights_need_no_key,
    answers_can_be_read_from_any_origin,
    options_tell_what_a_resource_takes
);

const ORIGIN: (&str, &str) = ("Origin", "https://content.example.com");

async fn preflights_need_no_key(lab: Lab) {
    for path in [
        "/statements",
        "/activities/state",
        "/agents/profile",
        "/activities/profile",
        "/agents",
        "/activities",
        "/about",
    ] {
        let answer = lab
            .request(Method::OPTIONS, path)
            .anonymous()
            .no_version()
            .header(ORIGIN.0, ORIGIN.1)
            .header("Access-Control-Request-Method", "PUT")
            .header(
                "Access-Control-Request-Headers",
                "authorization,content-type,if-match,x-experience-api-version",
            )
            .send()
            .await
            .expect(204);
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let methods = answer.header("access-control-allow-methods").expect("methods");
        assert!(
            ["GET", "HEAD", "PUT", "POST", "DELETE"]
                .into_iter()
                .all(|method| methods.contains(method))
        );
        assert_eq!(
            answer.header("access-control-allow-headers"),
            Some("authorization,content-type,if-match,x-experience-api-version")
        );
        assert!(answer.header("access-control-max-age").is_some());
        assert!(
            answer.header("access-control-allow-credentials").is_none(),
            "only a key that the page holds counts"
        );
    }
}

async fn answers_can_be_read_from_any_origin(lab: Lab) {
    for (request, status) in [
        (lab.post("/statements").json(&statement("ann", "did", "it")), 200),
        (lab.get("/statements"), 200),
        (lab.post("/statements").json(&json!({})), 400),
        (lab.get("/statements").anonymous(), 401),
        (lab.get("/nothing"), 404),
        (lab.get("/about"), 200),
    ] {
        let answer = request.header(ORIGIN.0, ORIGIN.1).send().await.expect(status);
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let exposed = answer
            .header("access-control-expose-headers")
            .expect("exposed headers")
            .to_ascii_lowercase();
        for name in [
            "etag",
            "last-modified",
            "x-experience-api-version",
            "x-experience-api-consistent-through",
        ] {
            assert!(exposed.contains(name), "{name}");
        }
    }
    assert!(
        lab.get("/about")
            .send()
            .await
            .header("access-control-allow-origin")
            .is_none()
    );
}

async fn options_tell_what_a_resource_takes(lab: Lab) {
    for (path, allowed) in [
        ("/statements", "GET, HEAD, PUT, POST, OPTIONS"),
        ("/activities/state", "GET, HEAD, PUT, POST, DELETE, OPTIONS"),
        ("/about", "GET, HEAD, OPTIONS"),
    ] {
        let answer = lab
            .request(Method::OPTIONS, path)
            .anonymous()
            .send()
            .await
            .expect(204);
        assert_eq!(answer.header("allow"), Some(allowed));
        let refused = lab.request(Method::PATCH, path).send().await.expect(405);
        assert_eq!(refused.header("allow"), Some(allowed));
    }
}
