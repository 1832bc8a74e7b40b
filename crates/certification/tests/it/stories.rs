//! Stories that every training department knows, played over HTTP on both stores, each with its outcome spelled out.

use serde_json::{Value, json};

use crate::api::client::Served;
use crate::on_both_stores;
use crate::site::{Backing, course, curriculum, day, nurse, passed, statement, void};

on_both_stores!(
    a_passing_statement_is_voided_after_certification,
    tier_two_is_uploaded_before_tier_one,
    an_event_in_time_is_uploaded_late,
    a_late_failure_dated_before_the_award_changes_nothing_where_the_best_counts,
    a_late_failure_dated_before_the_award_decides_where_the_latest_counts,
    the_pass_mark_is_raised,
    a_prerequisite_expires_under_both_policies,
    a_role_changes_in_the_middle_and_back,
    renewal_early_in_the_window_before_it_in_grace_and_after,
    history_is_imported_and_a_waiver_expires,
);

/// Publishes a definition as if it were the start of 2026: the API publishes now.
async fn publish(served: &Served, definition: &str) {
    publish_on(served, 0, definition).await;
}

pub(crate) async fn publish_on(served: &Served, on: i64, definition: &str) {
    let loaded = rules::load("story.yaml", definition).unwrap_or_else(|errors| panic!("{errors}"));
    let record = store::CurriculumRecord {
        id: loaded.curriculum.id().to_owned(),
        revision: 0,
        hash: loaded.curriculum.hash(),
        published_at: day(on),
        body: loaded.curriculum.to_json(),
    };
    served.site.store.publish_curriculum(record).await.unwrap();
}

pub(crate) async fn put(served: &Served, person: &Value) {
    let path = format!("/api/v1/people/{}", person["id"].as_str().unwrap());
    let reply = served.put(&path, person).await;
    assert!(reply.status.is_success(), "{reply:?}");
}

/// The standing of somebody in a curriculum, as the API shows it.
pub(crate) async fn standing(served: &Served, person: &str, curriculum: &str) -> Value {
    let reply = served
        .get(&format!(
            "/api/v1/standings?person={person}&curriculum={curriculum}"
        ))
        .await;
    reply.body["items"][0].clone()
}

pub(crate) async fn status(served: &Served, person: &str, curriculum: &str) -> String {
    let standing = standing(served, person, curriculum).await;
    standing["status"].as_str().unwrap_or("none").to_owned()
}

/// The reason of the last entry in the ledger of somebody's only certificate.
async fn last_reason(served: &Served, person: &str) -> String {
    let list = served.get(&format!("/api/v1/certificates?person={person}")).await;
    let one = served
        .get(&format!("/api/v1/certificates/{}", list.text("/items/0/id")))
        .await;
    let ledger = one.body["ledger"].as_array().unwrap();
    ledger.last().unwrap()["reason"].as_str().unwrap().to_owned()
}

async fn a_passing_statement_is_voided_after_certification(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann")]).await;
    publish(
        &served,
        &curriculum("safety", &["hygiene", "fire"], 0.8, Some("1 year")),
    )
    .await;
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "ann", "fire", 2, 0.9),
    ])
    .await;
    site.settle_on(3).await;
    assert_eq!(status(&served, "ann", "safety").await, "certified");

    site.append(&[void(9, 2)]).await;
    site.settle_on(5).await;
    assert_eq!(site.ledger("ann").await, ["safety suspended: issued suspended"]);
    let reason = last_reason(&served, "ann").await;
    assert!(
        reason.starts_with("It rested on statement 00000000-0000-0000-0000-000000000002"),
        "{reason}"
    );
    site.settle_on(18).await;
    assert_eq!(site.ledger("ann").await, ["safety suspended: issued suspended"]);
    site.settle_on(19).await;
    assert_eq!(
        site.ledger("ann").await,
        ["safety revoked: issued suspended revoked"]
    );
    assert_eq!(status(&served, "ann", "safety").await, "in_progress");
    served.close().await;
}

const TIERS: &str = "
curriculum: line
title: Line
audience: { roles: [nurse] }
tiers:
  - id: first
    due: 30 days after hire
    courses: [{ id: basics, activity: https://example.com/courses/basics }]
  - id: second
    due: 90 days after hire
    courses: [{ id: machine, activity: https://example.com/courses/machine }]
certification: { validity: 2 years }
";

async fn tier_two_is_uploaded_before_tier_one(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann"), nurse("bob")]).await;
    publish(&served, TIERS).await;
    // Ann did them in order, and the second was uploaded first. Bob did the second first.
    site.append(&[
        passed(2, "ann", "machine", 20, 0.9),
        passed(3, "bob", "machine", 5, 0.9),
    ])
    .await;
    site.settle_on(21).await;
    assert_eq!(status(&served, "ann", "line").await, "in_progress");
    site.append(&[
        passed(1, "ann", "basics", 10, 0.9),
        passed(4, "bob", "basics", 10, 0.9),
    ])
    .await;
    site.settle_on(22).await;
    let ann = standing(&served, "ann", "line").await;
    assert_eq!(ann["status"], "certified");
    assert_eq!(ann["entitlement"]["earned_at"], json!(day(20)));
    let bob = standing(&served, "bob", "line").await;
    assert_eq!(bob["status"], "in_progress");
    let machine = &bob["requirements"][1]["parts"][0];
    let reason = machine["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("passed on 2026-01-06 before 'first' was met on 2026-01-11"),
        "{reason}"
    );
    served.close().await;
}

async fn an_event_in_time_is_uploaded_late(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    put(
        &served,
        &json!({
            "id": "ann", "identifiers": [{ "mbox": "mailto:ann@example.com" }], "hired": "2026-01-01",
            "roles": [{ "role": "nurse" }],
        }),
    )
    .await;
    publish(
        &served,
        "
curriculum: fire
title: Fire
audience: { roles: [nurse] }
due: 30 days after hire
courses: [{ id: fire, title: Fire drill, activity: https://example.com/courses/fire }]
escalation:
  - { when: due, tell: learner }
  - { when: 7 days after due, tell: training, consequence: Taken off the roster }
",
    )
    .await;
    site.settle_on(29).await;
    assert_eq!(standing(&served, "ann", "fire").await["overdue"], false);
    site.settle_on(40).await;
    let late = standing(&served, "ann", "fire").await;
    assert_eq!(late["overdue"], true, "{late:#}");
    let notices = |reply: &crate::api::client::Reply| reply.items("state");
    let taken = served.get("/api/v1/notices?person=ann").await;
    assert!(
        !notices(&taken).is_empty() && notices(&taken).iter().all(|state| state == "taken"),
        "{taken:?}"
    );

    // It had been done on the tenth day.
    site.append(&[passed(1, "ann", "fire", 10, 0.9)]).await;
    site.settle_on(41).await;
    assert_eq!(status(&served, "ann", "fire").await, "certified");
    let after = served.get("/api/v1/notices?person=ann").await;
    assert!(
        notices(&after).iter().any(|state| state == "withdrawn"),
        "{after:?}"
    );
    served.close().await;
}

async fn a_late_failure_dated_before_the_award_changes_nothing_where_the_best_counts(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann")]).await;
    publish(&served, &curriculum("safety", &["hygiene", "fire"], 0.8, None)).await;
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "ann", "fire", 5, 0.9),
    ])
    .await;
    site.settle_on(6).await;
    site.append(&[statement(3, "ann", "failed", "hygiene", day(3), 0.2)])
        .await;
    site.settle_on(7).await;
    assert_eq!(status(&served, "ann", "safety").await, "certified");
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    served.close().await;
}

async fn a_late_failure_dated_before_the_award_decides_where_the_latest_counts(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    let people = ["ann", "bob", "cy"];
    site.put(people.map(nurse).to_vec()).await;
    let text = curriculum("safety", &["hygiene", "fire"], 0.8, None);
    let latest = text.replace(
        "passing_score: 0.8\n",
        "passing_score: 0.8\n    attempts: latest\n",
    );
    publish(&served, &latest).await;
    for (index, person) in (0_u128..).zip(people) {
        site.append(&[
            passed(10 + index, person, "hygiene", 2, 0.9),
            passed(20 + index, person, "fire", 5, 0.9),
        ])
        .await;
    }
    site.settle_on(6).await;
    // What becomes known on the seventh day: each has failed hygiene once. When they did decides, not when it came.
    for (index, (person, on)) in (0_u128..).zip([("ann", 3), ("bob", 1), ("cy", 6)]) {
        site.append(&[statement(30 + index, person, "failed", "hygiene", day(on), 0.2)])
            .await;
    }
    site.settle_on(7).await;
    // Between her pass and the award: the latest attempt before the award was no pass.
    assert_eq!(status(&served, "ann", "safety").await, "in_progress");
    assert_eq!(site.ledger("ann").await, ["safety suspended: issued suspended"]);
    // Before his pass: the pass is the latest. After the award: that stands.
    for person in ["bob", "cy"] {
        let standing = standing(&served, person, "safety").await;
        assert_eq!(standing["status"], "certified", "{standing:#}");
        assert_eq!(
            standing["entitlement"]["earned_at"],
            json!(day(5)),
            "{standing:#}"
        );
    }

    site.append(&[
        passed(40, "ann", "hygiene", 8, 0.9),
        passed(41, "ann", "fire", 9, 0.9),
    ])
    .await;
    site.settle_on(9).await;
    let ann = standing(&served, "ann", "safety").await;
    assert_eq!(
        (&ann["status"], &ann["entitlement"]["earned_at"]),
        (&json!("certified"), &json!(day(9)))
    );
    assert_eq!(
        site.ledger("ann").await,
        ["safety active: issued suspended reinstated"]
    );
    served.close().await;
}

async fn the_pass_mark_is_raised(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann"), nurse("bob"), nurse("eve")]).await;
    publish(
        &served,
        &curriculum("safety", &["hygiene", "fire"], 0.75, Some("1 year")),
    )
    .await;
    // Ann is certified with 78 %, Bob has passed one of two with 78 %.
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.78),
        passed(2, "ann", "fire", 2, 0.78),
        passed(3, "bob", "hygiene", 1, 0.78),
    ])
    .await;
    site.settle_on(10).await;
    publish_on(
        &served,
        11,
        &curriculum("safety", &["hygiene", "fire"], 0.8, Some("1 year")),
    )
    .await;
    site.settle_on(12).await;
    let ann = standing(&served, "ann", "safety").await;
    assert_eq!(
        (&ann["status"], &ann["revision"]),
        (&json!("certified"), &json!(1))
    );
    let bob = standing(&served, "bob", "safety").await;
    assert_eq!(bob["revision"], 2);
    let reason = bob["requirements"][0]["reason"].as_str().unwrap();
    assert_eq!(reason, "best score 0.78 of 0.80 needed");

    // Renewing goes by the new mark; what is under it does not renew.
    let window = 366 - 40;
    site.append(&[
        passed(4, "ann", "hygiene", window, 0.78),
        passed(5, "ann", "fire", window + 1, 0.9),
    ])
    .await;
    site.settle_on(window + 2).await;
    let ann = standing(&served, "ann", "safety").await;
    assert_eq!(
        (&ann["status"], &ann["entitlement"]["cycle"]),
        (&json!("certified"), &json!(1))
    );
    site.append(&[
        passed(6, "ann", "hygiene", window + 3, 0.85),
        passed(7, "ann", "fire", window + 4, 0.85),
    ])
    .await;
    site.settle_on(window + 5).await;
    let ann = standing(&served, "ann", "safety").await;
    assert_eq!(
        (&ann["status"], &ann["revision"]),
        (&json!("certified"), &json!(2))
    );
    assert_eq!(site.ledger("ann").await, ["safety active: issued renewed"]);
    served.close().await;
}

async fn a_prerequisite_expires_under_both_policies(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann")]).await;
    publish(&served, &curriculum("base", &["hygiene"], 0.8, Some("60 days"))).await;
    for needed in ["active_at_award", "active_always"] {
        let id = needed.replace('_', "-");
        publish(
            &served,
            &format!(
                "
curriculum: {id}
title: {id}
audience: {{ roles: [nurse] }}
courses:
  - {{ id: base, title: Base, certificate: base, needed: {needed} }}
  - {{ id: ward, activity: {} }}
certification: {{ validity: 100 days, renewal_window: 50 days }}
",
                course("ward")
            ),
        )
        .await;
    }
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "ann", "ward", 2, 0.9),
    ])
    .await;
    site.settle_on(3).await;
    let both = async |expected: [&str; 2]| {
        let found = [
            status(&served, "ann", "active-at-award").await,
            status(&served, "ann", "active-always").await,
        ];
        assert_eq!(found, expected);
    };
    both(["certified", "certified"]).await;
    // The base certificate has ended: one stays, one is suspended; neither is renewed.
    site.append(&[passed(3, "ann", "ward", 70, 0.9)]).await;
    site.settle_on(71).await;
    both(["certified", "suspended"]).await;
    site.settle_on(103).await;
    both(["expired", "expired"]).await;
    // With the base certificate they can be earned anew.
    site.append(&[passed(4, "ann", "hygiene", 110, 0.9)]).await;
    site.settle_on(111).await;
    both(["certified", "certified"]).await;
    served.close().await;
}

async fn a_role_changes_in_the_middle_and_back(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    let person = |roles: Value| json!({ "id": "ann", "identifiers": [{ "mbox": "mailto:ann@example.com" }], "roles": roles });
    put(
        &served,
        &person(json!([{ "role": "nurse", "since": "2026-01-01" }])),
    )
    .await;
    publish(
        &served,
        &curriculum("safety", &["hygiene", "fire"], 0.8, Some("1 year")),
    )
    .await;
    publish(
        &served,
        "
curriculum: driving
title: Driving
audience: { roles: [driver] }
due: 20 days after role start
courses:
  - { id: fire, title: Fire, activity: https://example.com/courses/fire }
  - { id: van, title: Van, activity: https://example.com/courses/van }
",
    )
    .await;
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "ann", "fire", 2, 0.9),
    ])
    .await;
    site.settle_on(3).await;
    assert_eq!(status(&served, "ann", "safety").await, "certified");

    let moved = json!([
        { "role": "nurse", "since": "2026-01-01", "until": "2026-02-28" }, { "role": "driver", "since": "2026-03-01" },
    ]);
    put(&served, &person(moved)).await;
    site.settle_on(65).await;
    // What was passed in the old role counts in the new one, which counts its days from its own start.
    let driving = standing(&served, "ann", "driving").await;
    assert_eq!(driving["requirements"][0]["outcome"], "met");
    assert_eq!(driving["due_at"], "2026-03-22T00:00:00.000Z", "{driving:#}");
    // The certificate of the old role stays.
    assert_eq!(status(&served, "ann", "safety").await, "certified");

    let back = json!([
        { "role": "nurse", "since": "2026-01-01", "until": "2026-02-28" },
        { "role": "driver", "since": "2026-03-01", "until": "2026-03-31" },
        { "role": "nurse", "since": "2026-04-01" },
    ]);
    put(&served, &person(back)).await;
    site.settle_on(100).await;
    assert_eq!(status(&served, "ann", "safety").await, "certified");
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    let driving = standing(&served, "ann", "driving").await;
    assert!(driving["due_at"].is_null(), "{driving:#}");
    served.close().await;
}

async fn renewal_early_in_the_window_before_it_in_grace_and_after(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    let people = ["early", "before", "grace", "after"];
    site.put(people.map(nurse).to_vec()).await;
    publish(
        &served,
        "
curriculum: aid
title: First aid
audience: { roles: [nurse] }
courses: [{ id: aid, activity: https://example.com/courses/aid }]
certification: { title: First aider, validity: 100 days, renewal_window: 20 days, grace: 10 days, valid_from: prior_expiry }
",
    )
    .await;
    // All are certified on day 1, until day 101; the window opens on day 81, grace ends on day 111.
    for (index, person) in people.iter().enumerate() {
        site.append(&[passed(10 + index as u128, person, "aid", 1, 0.9)])
            .await;
    }
    site.settle_on(2).await;
    for (index, (person, again)) in people.iter().zip([82, 50, 105, 120]).enumerate() {
        site.append(&[passed(20 + index as u128, person, "aid", again, 0.9)])
            .await;
    }
    let ends =
        async |person: &str| standing(&served, person, "aid").await["entitlement"]["expires_at"].clone();
    site.settle_on(104).await;
    assert_eq!(status(&served, "grace", "aid").await, "in_grace");
    site.settle_on(121).await;
    assert_eq!(ends("early").await, json!(day(201)), "one cycle on from the end");
    assert_eq!(
        ends("before").await,
        json!(day(150)),
        "carried on from its own date"
    );
    assert_eq!(ends("after").await, json!(day(220)), "earned anew");
    let one = async |person: &str| site.ledger(person).await;
    assert_eq!(one("early").await, ["aid active: issued renewed"]);
    assert_eq!(one("grace").await, ["aid active: issued expired renewed"]);
    assert_eq!(
        one("after").await,
        ["aid expired: issued expired", "aid active: issued"]
    );
    served.close().await;
}

async fn history_is_imported_and_a_waiver_expires(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann"), nurse("bob")]).await;
    publish(&served, &curriculum("safety", &["hygiene"], 0.8, Some("1 year"))).await;
    site.settle_on(0).await;
    // Records of earlier years: Ann's of 2024 is over, Bob's of the autumn of 2025 still holds.
    site.append(&[
        passed(1, "ann", "hygiene", -600, 0.9),
        passed(2, "bob", "hygiene", -100, 0.9),
    ])
    .await;
    site.settle_on(1).await;
    assert_eq!(status(&served, "ann", "safety").await, "expired");
    assert_eq!(site.ledger("ann").await, ["safety expired: issued expired"]);
    assert_eq!(status(&served, "bob", "safety").await, "certified");
    let told = site.told().await;
    assert!(
        told.iter()
            .all(|statement| statement["actor"]["account"]["name"] != "ann"),
        "history is no news"
    );

    // A waiver lets Ann be certified while it holds; what was earned under it stays until it ends by itself.
    publish(&served, &curriculum("store", &["keys", "fire"], 0.8, None)).await;
    let until = xapi::Timestamp::from_micros(web::now().as_micros() + 86_400_000_000);
    let act = json!({
        "kind": "waiver", "person": "ann", "curriculum": "store", "requirement": "keys", "until": until,
        "reason": "Holds the old key course.", "approved_by": "Dr. Blum",
    });
    let act = served
        .post("/api/v1/acts", "application/json", act.to_string())
        .await;
    assert!(act.status.is_success(), "{act:?}");
    site.settle_now().await;
    let keys = standing(&served, "ann", "store").await["requirements"][0].clone();
    assert_eq!(keys["outcome"], "waived", "{keys:#}");
    assert!(
        keys["reason"]
            .as_str()
            .unwrap()
            .starts_with("waived by Dr. Blum on "),
        "{keys:#}"
    );
    site.set_time(xapi::Timestamp::from_micros(until.as_micros() + 1));
    site.engine().settle().await.unwrap();
    let keys = standing(&served, "ann", "store").await["requirements"][0].clone();
    assert_eq!(keys["outcome"], "unmet", "{keys:#}");
    served.close().await;
}
