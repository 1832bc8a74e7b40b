//! Publishing and reading curricula.

use serde_json::json;

use crate::api::client::Served;
use crate::on_both_stores;
use crate::site::{Backing, curriculum};

on_both_stores!(
    a_curriculum_is_checked_published_and_read,
    a_wrong_curriculum_is_told_everything,
    a_certificate_that_nobody_can_have_is_warned_of,
    a_curriculum_is_retired_and_taken_back
);

async fn a_curriculum_is_checked_published_and_read(backing: Backing) {
    let served = Served::open(backing).await;
    let yaml = curriculum("safety", &["hygiene"], 0.8, Some("1 year"));
    let checked = served
        .post("/api/v1/curricula/check", "application/yaml", yaml.clone())
        .await;
    assert_eq!(checked.status, 200, "{checked:?}");
    assert!(!checked.text("/description").is_empty());
    assert!(
        served.get("/api/v1/curricula").await.items("id").is_empty(),
        "checking publishes nothing"
    );

    let published = served
        .post("/api/v1/curricula", "application/yaml", yaml.clone())
        .await;
    assert_eq!(
        (published.status.as_u16(), published.text("/id")),
        (201, "safety")
    );
    assert_eq!(published.body.get("revision"), Some(&json!(1)));
    assert_eq!(published.text("/hash"), checked.text("/hash"));
    let again = served.post("/api/v1/curricula", "application/yaml", yaml).await;
    assert_eq!(
        (again.status.as_u16(), again.body.get("revision")),
        (200, Some(&json!(1)))
    );
    let one = served.get("/api/v1/curricula/safety").await;
    assert_eq!(one.text("/definition/title"), "safety for nurses");

    // What is read can be sent again, as JSON.
    let mut definition = one.body.get("definition").unwrap().clone();
    let same = served
        .post("/api/v1/curricula", "application/json", definition.to_string())
        .await;
    assert_eq!(same.text("/hash"), one.text("/hash"));
    definition["title"] = json!("Another title");
    let second = served
        .post("/api/v1/curricula", "application/json", definition.to_string())
        .await;
    assert_eq!(
        (second.status.as_u16(), second.body.get("revision")),
        (201, Some(&json!(2)))
    );
    assert_eq!(
        served.get("/api/v1/curricula").await.items("title"),
        ["Another title"]
    );
    assert_eq!(
        served
            .get("/api/v1/curricula/safety?revision=1")
            .await
            .text("/title"),
        "safety for nurses"
    );
    assert_eq!(
        served.get("/api/v1/curricula/safety?revision=3").await.problem(),
        (404, "not-found")
    );
    assert_eq!(
        served.get("/api/v1/curricula/other").await.problem(),
        (404, "not-found")
    );
    served.close().await;
}

async fn a_wrong_curriculum_is_told_everything(backing: Backing) {
    let served = Served::open(backing).await;
    let wrong = curriculum("safety", &["hygiene", "fire"], 0.8, None)
        .replace("after: hygiene", "after: nothing")
        .replace("roles:", "rolls:");
    for path in ["/api/v1/curricula", "/api/v1/curricula/check"] {
        let reply = served.post(path, "application/yaml", wrong.clone()).await;
        assert_eq!(reply.problem(), (422, "curriculum-invalid"));
        assert_eq!(reply.text("/findings/0/file"), "body.yaml");
        assert!(reply.body.pointer("/findings/0/line").is_some(), "{reply:?}");
        assert!(!reply.text("/findings/0/expected").is_empty(), "{reply:?}");
    }
    assert_eq!(
        served
            .post("/api/v1/curricula", "application/json", "{")
            .await
            .problem(),
        (422, "curriculum-invalid")
    );
    assert!(served.get("/api/v1/curricula").await.items("id").is_empty());
    served.close().await;
}

async fn a_certificate_that_nobody_can_have_is_warned_of(backing: Backing) {
    let served = Served::open(backing).await;
    let asking = |id: &str, asked: &str| {
        format!(
            "
curriculum: {id}
title: {id}
audience: {{ roles: [nurse] }}
courses:
  - {{ id: other, certificate: {asked}, reason: It comes first. }}
  - {{ id: own, activity: https://example.com/courses/{id}, reason: By law. }}
"
        )
    };
    let post = async |path: &str, text: String| {
        let reply = served.post(path, "application/yaml", text).await;
        assert!(reply.status.is_success(), "{reply:?}");
        reply.body["warnings"].clone()
    };
    let publish = "/api/v1/curricula";
    let unknown = post(publish, asking("driving", "first-aid")).await;
    assert_eq!(
        unknown[0]["message"],
        "there is no curriculum \"first-aid\", whose certificate is asked for"
    );
    assert_eq!(
        unknown[0]["expected"],
        "the id of a curriculum; publish that one too"
    );
    let aid = curriculum("first-aid", &["aid"], 0.8, None);
    served.post(publish, "application/yaml", aid).await;
    assert_eq!(
        post("/api/v1/curricula/check", asking("driving", "first-aid")).await,
        json!([])
    );
    let misspelt = post("/api/v1/curricula/check", asking("driving", "frist-aid")).await;
    assert_eq!(
        misspelt[0]["expected"],
        "the id of a curriculum; did you mean \"first-aid\"?"
    );
    let mutual = post("/api/v1/curricula/check", asking("first-aid", "driving")).await;
    assert_eq!(
        mutual[0]["message"],
        "nobody can earn \"first-aid\": it asks for the certificate of \"driving\", which asks for the certificate of \
         \"first-aid\""
    );
    // Through more than one; a suggestion is no need.
    post(publish, asking("racing", "driving")).await;
    let through = post("/api/v1/curricula/check", asking("first-aid", "racing")).await;
    assert_eq!(
        through[0]["message"],
        "nobody can earn \"first-aid\": it asks for the certificate of \"racing\", which asks for the certificate of \
         \"driving\", which asks for the certificate of \"first-aid\""
    );
    let suggested =
        asking("first-aid", "racing").replace("certificate: racing", "certificate: racing, suggested: true");
    assert_eq!(post("/api/v1/curricula/check", suggested).await, json!([]));
    served.close().await;
}

async fn a_curriculum_is_retired_and_taken_back(backing: Backing) {
    use crate::site::{nurse, passed};
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann"), nurse("bob")]).await;
    site.publish(&crate::site::curriculum("safety", &["hygiene"], 0.8, None))
        .await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_now().await;
    let because = r#"{ "reason": "A new law." }"#;
    let retire = "/api/v1/curricula/safety/retire";
    let retired = served.post(retire, "application/json", because).await;
    assert_eq!(
        (retired.status.as_u16(), retired.text("/kind")),
        (201, "retire"),
        "{retired:?}"
    );
    assert_eq!(
        served.post(retire, "application/json", because).await.problem(),
        (409, "retired")
    );
    let unknown = served
        .post("/api/v1/curricula/nothing/retire", "application/json", because)
        .await;
    assert_eq!(unknown.problem(), (404, "not-found"));
    assert_eq!(
        served
            .get("/api/v1/curricula/safety")
            .await
            .text("/retired/reason"),
        "A new law."
    );
    assert_eq!(
        served.get("/api/v1/curricula").await.text("/items/0/retired/act"),
        retired.text("/id")
    );
    site.append(&[passed(2, "bob", "hygiene", 2, 0.9)]).await;
    site.settle_now().await;
    // Nobody owes anything, nobody earns anything, and what is held stays.
    assert_eq!(site.status("ann", "safety").await, None);
    assert_eq!(site.status("bob", "safety").await, None);
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    assert_eq!(site.ledger("bob").await, [""; 0]);
    assert_eq!(
        served
            .get("/api/v1/people/bob/standings")
            .await
            .items("curriculum"),
        [""; 0]
    );

    let undo = format!("/api/v1/acts/{}/undo", retired.text("/id"));
    let undone = served.post(&undo, "application/json", because).await;
    assert_eq!(undone.status.as_u16(), 201, "{undone:?}");
    assert!(
        served
            .get("/api/v1/curricula/safety")
            .await
            .body
            .get("retired")
            .is_none()
    );
    site.settle_now().await;
    assert_eq!(site.status("ann", "safety").await.unwrap(), "certified");
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    assert_eq!(site.ledger("bob").await, ["safety active: issued"]);
    served.close().await;
}
