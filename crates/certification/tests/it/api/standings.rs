//! Who stands where, and why.

use serde_json::json;
use uuid::Uuid;

use crate::api::client::Served;
use crate::on_both_stores;
use crate::site::{Backing, curriculum, nurse, passed};

on_both_stores!(
    a_standing_says_why_requirement_by_requirement,
    standings_are_found_and_paged
);

async fn a_standing_says_why_requirement_by_requirement(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann"), nurse("bob")]).await;
    site.publish(&curriculum("safety", &["hygiene", "fire"], 0.8, Some("1 year")))
        .await;
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "ann", "fire", 2, 0.8),
        passed(3, "bob", "hygiene", 1, 0.7),
    ])
    .await;
    site.settle_on(3).await;

    let ann = served.get("/api/v1/people/ann/standings").await;
    let standing = ann.body.pointer("/items/0").unwrap();
    let at = |pointer: &str| standing.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(at("/status"), "certified");
    assert_eq!(at("/curriculum"), "safety");
    assert_eq!(at("/revision"), 1);
    assert_eq!(at("/requirements/0/outcome"), "met");
    assert_eq!(at("/requirements/0/statements"), json!([Uuid::from_u128(1)]));
    assert_eq!(
        at("/entitlement/statements"),
        json!([Uuid::from_u128(1), Uuid::from_u128(2)])
    );
    assert_eq!(at("/certificate/status"), "active");

    let bob = served.get("/api/v1/people/bob/standings").await;
    assert_eq!(bob.text("/items/0/status"), "in_progress");
    assert_eq!(bob.text("/items/0/requirements/0/outcome"), "unmet");
    assert!(
        bob.text("/items/0/requirements/0/considered/0/reason")
            .contains("0.7"),
        "{bob:?}"
    );
    assert!(!bob.text("/items/0/requirements/1/missing").is_empty(), "{bob:?}");
    assert_eq!(bob.body.pointer("/items/0/certificate"), Some(&json!(null)));

    assert_eq!(
        served.get("/api/v1/people/nobody/standings").await.problem(),
        (404, "not-found")
    );
    served.close().await;
}

async fn standings_are_found_and_paged(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    let names = ["ann", "bob", "cy", "dee", "eve"];
    site.put(names.map(nurse).to_vec()).await;
    site.publish(&curriculum("one", &["hygiene"], 0.8, None)).await;
    site.publish(&curriculum("two", &["fire"], 0.8, None)).await;
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "eve", "hygiene", 1, 0.9),
    ])
    .await;
    site.settle_on(3).await;

    let (all, pages) = served.all("/api/v1/standings?limit=3", "person").await;
    assert_eq!(
        all,
        names.iter().flat_map(|name| [*name, *name]).collect::<Vec<_>>()
    );
    assert_eq!(pages, 4);
    let (certified, _) = served
        .all(
            "/api/v1/standings?status=certified&curriculum=one&limit=1",
            "person",
        )
        .await;
    assert_eq!(certified, ["ann", "eve"]);
    for status in rules::Status::ALL {
        for path in ["/api/v1/standings", "/api/v1/people/ann/standings"] {
            let reply = served.get(&format!("{path}?status={status}")).await;
            assert_eq!(reply.status, 200, "{path} {reply:?}");
            assert!(reply.items("status").iter().all(|found| found == status.as_str()));
        }
    }
    let (of_cy, _) = served.all("/api/v1/standings?person=cy", "curriculum").await;
    assert_eq!(of_cy, ["one", "two"]);
    let (of_person, pages) = served
        .all("/api/v1/people/cy/standings?limit=1", "curriculum")
        .await;
    assert_eq!(
        (of_person.as_slice(), pages),
        (["one".to_owned(), "two".to_owned()].as_slice(), 2)
    );
    assert!(
        served
            .all("/api/v1/standings?curriculum=three", "person")
            .await
            .0
            .is_empty()
    );
    served.close().await;
}
