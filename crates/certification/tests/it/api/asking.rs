//! Questions that write nothing: as of when, as known when, and what a draft would change.

use serde_json::{Value, json};
use store::{Checkpoint, Store};
use uuid::Uuid;
use xapi::Timestamp;

use crate::api::client::{Reply, Served};
use crate::on_both_stores;
use crate::site::{Backing, curriculum, day, nurse, passed, void};

on_both_stores!(
    a_standing_is_asked_for_as_of_a_moment,
    a_standing_is_asked_for_as_known_at_a_moment,
    a_preview_says_what_publishing_would_do_and_writes_nothing,
    a_preview_leaves_the_certified_to_their_revision,
);

/// What is written last, as the store's clock has it: what was known then.
async fn written_last(store: &dyn Store) -> Timestamp {
    let head = store.head().await.unwrap();
    let before = store::Position(head.0 - 1);
    store.read_log(before, 1).await.unwrap().remove(0).stored
}

fn first(reply: &Reply, pointer: &str) -> Value {
    reply
        .body
        .pointer(&format!("/items/0{pointer}"))
        .cloned()
        .unwrap_or_default()
}

async fn a_standing_is_asked_for_as_of_a_moment(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann")]).await;
    site.publish(&curriculum("safety", &["hygiene", "fire"], 0.8, Some("30 days")))
        .await;
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "ann", "fire", 10, 0.9),
    ])
    .await;
    site.settle_on(11).await;
    for (on, status, certificate) in [
        (0, "not_started", None),
        (5, "in_progress", None),
        (11, "certified", Some("active")),
        (60, "expired", Some("expired")),
    ] {
        let reply = served
            .get(&format!("/api/v1/people/ann/standings?as_of={}", day(on)))
            .await;
        assert_eq!(first(&reply, "/status"), status, "on day {on}: {reply:?}");
        assert_eq!(
            first(&reply, "/certificate/status").as_str(),
            certificate,
            "on day {on}"
        );
        assert_eq!(reply.text("/as_of"), day(on).to_string());
    }
    let none = served
        .get(&format!(
            "/api/v1/people/ann/standings?as_of={}&status=certified",
            day(5)
        ))
        .await;
    assert_eq!(none.body.get("items"), Some(&json!([])));

    for query in [
        "as_of=yesterday",
        "as_of=2026-01-01",
        "known_at=9999-01-01T00:00:00Z",
        "as_of=2026-01-01T00:00:00Z&limit=3",
    ] {
        let reply = served.get(&format!("/api/v1/people/ann/standings?{query}")).await;
        assert_eq!(reply.problem(), (400, "invalid-parameter"), "{query}");
    }
    served.close().await;
}

async fn a_standing_is_asked_for_as_known_at_a_moment(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, None)).await;
    site.append(&[passed(10, "ann", "fire", 1, 0.9)]).await;
    site.settle_on(3).await;
    let at_first = written_last(site.store.as_ref()).await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    let with_the_pass = written_last(site.store.as_ref()).await;
    site.settle_on(3).await;
    site.append(&[void(2, 1)]).await;
    let with_the_void = written_last(site.store.as_ref()).await;
    site.settle_on(4).await;
    site.append(&[void(3, 1), passed(11, "ann", "lifting", 1, 0.9)])
        .await;
    let later = written_last(site.store.as_ref()).await;
    site.settle_on(4).await;

    for (known_at, status) in [
        (at_first, "not_started"),
        (with_the_pass, "certified"),
        (with_the_void, "not_started"),
        (later, "not_started"),
    ] {
        let path = format!(
            "/api/v1/people/ann/standings?as_of={}&known_at={known_at}",
            day(5)
        );
        let reply = served.get(&path).await;
        assert_eq!(first(&reply, "/status"), status, "{reply:?}");
        let expected = if status == "certified" {
            json!([Uuid::from_u128(1)])
        } else {
            json!(null)
        };
        assert_eq!(first(&reply, "/entitlement/statements"), expected);
    }
    let now = served
        .get(&format!("/api/v1/people/ann/standings?as_of={}", day(5)))
        .await;
    assert_eq!(first(&now, "/certificate/status"), "suspended");
    let before = served
        .get(&format!("/api/v1/people/ann/standings?as_of={}", day(3)))
        .await;
    assert_eq!(
        first(&before, "/certificate/status"),
        "active",
        "it was not suspended before day 4"
    );
    // The ledger has the times of the tests' clock: nothing of it was known before the first day.
    let path = format!(
        "/api/v1/people/ann/standings?as_of={}&known_at={}",
        day(5),
        day(-1)
    );
    assert_eq!(
        served.get(&path).await.body.get("items"),
        Some(&json!([])),
        "nothing was published then"
    );
    served.close().await;
}

async fn a_preview_says_what_publishing_would_do_and_writes_nothing(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    let names = ["ann", "bob", "cy", "dee"];
    site.put(names.map(nurse).to_vec()).await;
    site.put(vec![rules::Person {
        roles: Vec::new(),
        ..nurse("visitor")
    }])
    .await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, None)).await;
    // Fire is of no interest to anything yet.
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "ann", "fire", 2, 0.9),
        passed(3, "bob", "fire", 2, 0.9),
        passed(4, "cy", "fire", 2, 0.9),
        void(5, 4),
    ])
    .await;
    site.settle_on(3).await;
    let before: Vec<Checkpoint> = site.store.checkpoints().await.unwrap();
    let head = site.store.head().await.unwrap();

    let draft = curriculum("fire-only", &["fire"], 0.8, None);
    let reply = served
        .post("/api/v1/curricula/preview", "application/yaml", draft.clone())
        .await;
    assert_eq!(reply.items("person"), names);
    assert_eq!(
        reply.items("after"),
        ["certified", "certified", "not_started", "not_started"]
    );
    assert_eq!(first(&reply, "/before"), json!(null));
    assert_eq!(first(&reply, "/changed"), json!(true));
    let paged = served
        .post(
            "/api/v1/curricula/preview?limit=3",
            "application/yaml",
            draft.clone(),
        )
        .await;
    let next = paged.text("/next").to_owned();
    assert_eq!(paged.items("person"), ["ann", "bob", "cy"]);
    assert_eq!(
        served
            .post(&next, "application/yaml", draft.clone())
            .await
            .items("person"),
        ["dee"]
    );
    let one = served
        .post(
            "/api/v1/curricula/preview?person=bob",
            "application/yaml",
            draft.clone(),
        )
        .await;
    assert_eq!(one.items("person"), ["bob"]);
    let unknown = served
        .post(
            "/api/v1/curricula/preview?person=eve",
            "application/yaml",
            draft.clone(),
        )
        .await;
    assert_eq!(unknown.problem(), (404, "not-found"));
    let wrong = served
        .post("/api/v1/curricula/preview", "application/yaml", "curriculum: x\n")
        .await;
    assert_eq!(wrong.problem(), (422, "curriculum-invalid"));

    assert_eq!(site.store.checkpoints().await.unwrap(), before);
    assert_eq!(site.store.head().await.unwrap(), head);
    assert_eq!(served.get("/api/v1/curricula").await.items("id"), ["safety"]);

    // Published, it comes out as previewed.
    site.publish(&draft).await;
    site.settle_on(3).await;
    let (published, _) = served
        .all("/api/v1/standings?curriculum=fire-only", "status")
        .await;
    assert_eq!(published, reply.items("after"));
    served.close().await;
}

async fn a_preview_leaves_the_certified_to_their_revision(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(["ann", "bob"].map(nurse).to_vec()).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.75, None))
        .await;
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.78),
        passed(2, "bob", "hygiene", 1, 0.5),
    ])
    .await;
    site.settle_on(3).await;
    let draft = curriculum("safety", &["hygiene"], 0.8, None);
    let reply = served
        .post("/api/v1/curricula/preview", "application/yaml", draft)
        .await;
    assert_eq!(reply.items("after"), ["certified", "in_progress"]);
    let revisions: Vec<_> = [0, 1]
        .map(|index| {
            reply
                .body
                .pointer(&format!("/items/{index}/revision"))
                .cloned()
                .unwrap()
        })
        .to_vec();
    assert_eq!(revisions, [json!(1), json!(2)]);
    served.close().await;
}
