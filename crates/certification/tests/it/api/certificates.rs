//! What was issued, what it rests on, what happened to it.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::client::Served;
use crate::on_both_stores;
use crate::site::{Backing, curriculum, day, nurse, passed, void};

on_both_stores!(
    a_certificate_comes_with_its_proof_and_its_ledger,
    certificates_are_found_and_paged
);

async fn a_certificate_comes_with_its_proof_and_its_ledger(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, Some("1 year")))
        .await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(3).await;
    site.append(&[void(2, 1)]).await;
    site.settle_on(4).await;

    let list = served.get("/api/v1/certificates").await;
    let id = list.text("/items/0/id").to_owned();
    let one = served.get(&format!("/api/v1/certificates/{id}")).await;
    let at = |pointer: &str| one.body.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(at("/status"), "suspended");
    assert_eq!(
        (at("/title"), at("/curriculum_title")),
        (json!("safety certificate"), json!("safety for nurses"))
    );
    assert_eq!((at("/number"), at("/cycle")), (json!(1), json!(1)));
    assert_eq!(
        (at("/issued_at"), at("/decided_at"), at("/suspended_at")),
        (json!(day(1)), json!(day(3)), json!(day(4)))
    );
    assert_eq!(at("/proof/statements"), json!([Uuid::from_u128(1)]));
    assert_eq!(at("/proof/revision"), 1);
    assert_eq!(at("/proof/hash").as_str().map(str::len), Some(64));
    assert_eq!(at("/proof/requirements/0/outcome"), "met");
    let ledger = at("/ledger");
    let statement = at("/ledger/0/statement").as_str().unwrap().parse().unwrap();
    assert!(
        site.store.statement(statement).await.unwrap().is_some(),
        "the statement that tells it"
    );
    let kinds: Vec<&Value> = ledger
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry.get("kind").unwrap())
        .collect();
    assert_eq!(kinds, ["issued", "suspended"]);
    assert!(
        at("/ledger/0/reason")
            .as_str()
            .unwrap()
            .starts_with("Everything that \"safety for nurses\" requires was met")
    );
    assert_eq!(
        at("/ledger/1/proof/requirements/0/outcome"),
        "unmet",
        "what is missing now"
    );
    assert_eq!(
        at("/ledger/1/proof/statements"),
        json!([Uuid::from_u128(1)]),
        "what it rested on"
    );

    let unknown = served.get(&format!("/api/v1/certificates/{}", Uuid::nil())).await;
    assert_eq!(unknown.problem(), (404, "not-found"));
    assert_eq!(
        served.get("/api/v1/certificates/that-one").await.problem(),
        (404, "not-found")
    );
    served.close().await;
}

async fn certificates_are_found_and_paged(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(["ann", "bob", "cy"].map(nurse).to_vec()).await;
    site.publish(&curriculum("one", &["hygiene"], 0.8, Some("30 days")))
        .await;
    site.publish(&curriculum("two", &["hygiene"], 0.8, None)).await;
    let statements: Vec<_> = ["ann", "bob", "cy"]
        .iter()
        .zip(1..)
        .map(|(who, id)| passed(id, who, "hygiene", 1, 0.9))
        .collect();
    site.append(&statements).await;
    site.settle_on(2).await;
    site.settle_on(40).await;

    let (people, pages) = served.all("/api/v1/certificates?limit=4", "person").await;
    assert_eq!((people.len(), pages), (6, 2));
    let (expired, pages) = served
        .all("/api/v1/certificates?status=expired&limit=1", "person")
        .await;
    assert_eq!(
        (expired.as_slice(), pages),
        (["ann", "bob", "cy"].map(str::to_owned).as_slice(), 3)
    );
    let (of_bob, _) = served
        .all("/api/v1/certificates?person=bob&curriculum=two", "status")
        .await;
    assert_eq!(of_bob, ["active"]);
    served.close().await;
}
