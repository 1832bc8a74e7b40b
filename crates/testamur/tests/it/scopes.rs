//! What a key may do, and that nothing else opens.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::world::{BASICS, passed};
use crate::support::{Answer, Api, Backing, Key, TestServer};

on_both_stores!(
    a_key_opens_what_its_scopes_say_and_nothing_else,
    a_key_may_read_its_own_statements_only,
    without_a_right_key_nothing_opens,
    a_revoked_key_opens_nothing,
);

/// Sends what each scope is for; answers the status.
async fn tried(api: &Api, what: &str) -> u16 {
    let state = "/xapi/activities/state?activityId=https%3A%2F%2Fa.example%2Fb&agent=%7B%22mbox%22%3A%22mailto%3Aa%40b.example%22%7D&stateId=s";
    let profile = "/xapi/activities/profile?activityId=https%3A%2F%2Fa.example%2Fb&profileId=p";
    let statement = passed("ada-novak", BASICS, "2026-10-01T09:00:00Z", None);
    let answer = match what {
        "write statements" => api.post("/xapi/statements", &statement).await,
        "read statements" => api.get("/xapi/statements").await,
        "write state" => api.post(state, &json!({ "at": 1 })).await,
        "read state" => api.get(state).await,
        "write a profile" => api.post(profile, &json!({ "at": 1 })).await,
        "read a profile" => api.get(profile).await,
        "read certificates" => api.get("/api/v1/certificates").await,
        "make keys" => {
            api.post("/api/v1/keys", &json!({ "name": "n", "scopes": ["state"] }))
                .await
        }
        "import people" => api.post("/api/v1/people", &json!([])).await,
        "publish" => api.post("/api/v1/curricula", &json!({})).await,
        "import history" => api.post("/api/v1/history", &json!({})).await,
        "record acts" => api.post("/api/v1/acts", &json!({})).await,
        other => panic!("{other}"),
    };
    answer.status.as_u16()
}

const EVERYTHING: [&str; 12] = [
    "write statements",
    "read statements",
    "write state",
    "read state",
    "write a profile",
    "read a profile",
    "read certificates",
    "make keys",
    "import people",
    "publish",
    "record acts",
    "import history",
];

async fn a_key_opens_what_its_scopes_say_and_nothing_else(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let admin = server.api();
    // There is something to read, so that a 404 cannot stand for a 403.
    for what in ["write state", "write a profile"] {
        assert!(tried(&admin, what).await < 300, "{what}");
    }
    let cases: [(&str, &[&str]); 13] = [
        ("statements/write", &["write statements"]),
        ("statements/read/mine", &["read statements"]),
        ("statements/read", &["read statements"]),
        ("state", &["write state", "read state"]),
        ("profile", &["write a profile", "read a profile"]),
        ("define", &[]),
        (
            "all/read",
            &[
                "read statements",
                "read state",
                "read a profile",
                "read certificates",
            ],
        ),
        (
            "all",
            &[
                "write statements",
                "read statements",
                "write state",
                "read state",
                "write a profile",
                "read a profile",
                "read certificates",
            ],
        ),
        ("people", &["import people"]),
        ("curricula/write", &["publish"]),
        ("acts/write", &["record acts"]),
        ("history/write", &["import history"]),
        (
            "admin",
            &[
                "read certificates",
                "make keys",
                "import people",
                "publish",
                "record acts",
                "import history",
            ],
        ),
    ];
    for (scope, allowed) in cases {
        let api = admin.make_key(&[scope]).await;
        for what in EVERYTHING {
            let status = tried(&api, what).await;
            let opened = status != 401 && status != 403;
            assert_eq!(
                opened,
                allowed.contains(&what),
                "a key with {scope} wants to {what}: {status}"
            );
        }
    }
    let refused = admin
        .make_key(&["state"])
        .await
        .get("/xapi/statements")
        .await
        .problem(403, "scope-missing");
    assert!(
        refused["detail"].as_str().unwrap().contains("statements/read"),
        "{refused}"
    );
    server.stop().await;
}

async fn a_key_may_read_its_own_statements_only(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let admin = server.api();
    let mine = admin
        .make_key(&["statements/write", "statements/read/mine"])
        .await;
    let others = passed("ada-novak", BASICS, "2026-10-01T09:00:00Z", None);
    let own = passed("ada-novak", BASICS, "2026-10-01T09:00:00Z", None);
    admin.statements(&others).await;
    mine.statements(&own).await;
    let found = mine.get("/xapi/statements").await.expect(200).json();
    let ids: Vec<&Value> = found["statements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| &found["id"])
        .collect();
    assert_eq!(ids, [&own["id"]]);
    mine.get(&format!(
        "/xapi/statements?statementId={}",
        own["id"].as_str().unwrap()
    ))
    .await
    .expect(200);
    let hidden = mine
        .get(&format!(
            "/xapi/statements?statementId={}",
            others["id"].as_str().unwrap()
        ))
        .await;
    assert!(hidden.status.is_client_error(), "{hidden:?}");
    server.stop().await;
}

async fn without_a_right_key_nothing_opens(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let right = server.admin.clone().unwrap();
    let wrong = [
        None,
        Some(Key {
            secret: "0".repeat(48),
            ..right.clone()
        }),
        Some(Key {
            id: "nobody".to_owned(),
            ..right.clone()
        }),
    ];
    for key in wrong {
        let api = Api::new(&server.url, key);
        for path in [
            "/xapi/statements",
            "/api/v1/certificates",
            "/api/v1/keys",
            "/api/v1/engine",
        ] {
            let answer = api.get(path).await;
            assert!(
                answer
                    .header("www-authenticate")
                    .is_some_and(|header| header.starts_with("Basic")),
                "{answer:?}"
            );
            answer.problem(401, "unauthorized");
        }
    }
    let bearer = server
        .stranger()
        .request(Method::GET, "/xapi/statements")
        .bearer_auth("x");
    Answer::of(bearer).await.problem(401, "unauthorized");
    server.stop().await;
}

async fn a_revoked_key_opens_nothing(backing: Backing) {
    let server = TestServer::start(&backing).await;
    let admin = server.api();
    let made = admin
        .post("/api/v1/keys", &json!({ "name": "n", "scopes": ["all"] }))
        .await
        .expect(201)
        .json();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    let api = server.api_with(Key {
        id: text("id"),
        secret: text("secret"),
    });
    api.get("/xapi/statements").await.expect(200);
    admin
        .send(Method::DELETE, &format!("/api/v1/keys/{}", text("id")))
        .await
        .expect(204);
    api.get("/xapi/statements").await.problem(401, "unauthorized");
    let listed = admin.all("/api/v1/keys").await;
    assert!(
        listed
            .iter()
            .any(|key| key["id"] == made["id"] && key["revoked_at"].is_string())
    );
    assert!(listed.iter().all(|key| key.get("secret").is_none()));
    server.stop().await;
}
