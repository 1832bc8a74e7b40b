//! Keys: made, listed, revoked.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::api::client::Served;
use crate::on_both_stores;
use crate::site::Backing;

on_both_stores!(a_key_opens_until_it_is_revoked, a_wrong_key_is_told_why);

async fn a_key_opens_until_it_is_revoked(backing: Backing) {
    let served = Served::open(backing).await;
    let body = json!({"name": "HR", "scopes": ["admin", "all/read"]});
    let made = served
        .post("/api/v1/keys", "application/json", body.to_string())
        .await;
    assert_eq!(made.status, StatusCode::CREATED);
    let key = (made.text("/id").to_owned(), made.text("/secret").to_owned());
    assert!(key.1.len() >= 32, "at least 128 bits in hex");
    assert_eq!(
        served
            .send(Some(&key), Method::GET, "/api/v1/people", None)
            .await
            .status,
        StatusCode::OK
    );

    let list = served.get("/api/v1/keys").await;
    assert_eq!(list.items("name"), ["tests", "HR"]);
    assert!(!list.body.to_string().contains(&key.1), "a secret is seen once");

    let path = format!("/api/v1/keys/{}", key.0);
    assert_eq!(served.delete(&path).await.status, StatusCode::NO_CONTENT);
    let refused = served.send(Some(&key), Method::GET, "/api/v1/people", None).await;
    assert_eq!(refused.problem(), (401, "unauthorized"), "at once");
    assert!(
        served
            .get("/api/v1/keys")
            .await
            .body
            .pointer("/items/1/revoked_at")
            .unwrap()
            .is_string()
    );
    assert_eq!(
        served.delete("/api/v1/keys/other").await.problem(),
        (404, "not-found")
    );
    served.close().await;
}

async fn a_wrong_key_is_told_why(backing: Backing) {
    let served = Served::open(backing).await;
    for (body, said) in [
        (
            json!({"name": "x", "scopes": ["root"]}),
            "there is no scope \"root\"",
        ),
        (json!({"name": "x", "scopes": []}), "\"scopes\" is empty"),
        (json!({"name": " ", "scopes": ["admin"]}), "\"name\" must say"),
        (
            json!({"name": "x", "scopes": ["admin"], "secret": "mine"}),
            "unknown field `secret`",
        ),
        (json!({"scopes": ["admin"]}), "missing field `name`"),
        (json!([]), "invalid"),
    ] {
        let reply = served
            .post("/api/v1/keys", "application/json", body.to_string())
            .await;
        assert_eq!(reply.problem(), (422, "key-invalid"), "{body}");
        assert!(reply.text("/detail").contains(said), "{body}: {reply:?}");
    }
    assert_eq!(served.get("/api/v1/keys").await.items("name"), ["tests"]);
    served.close().await;
}
