//! People: told, read, taken out.

use certification::people;
use reqwest::StatusCode;
use serde_json::json;

use crate::api::client::Served;
use crate::on_both_stores;
use crate::site::{Backing, curriculum, nurse, passed};

on_both_stores!(
    people_are_put_read_and_removed,
    people_are_imported_all_or_none,
    people_are_paged,
    people_have_a_history,
    a_curriculum_for_managers_follows_who_reports_to_whom,
    who_reported_to_somebody_merged_reports_to_whom_is_left,
    people_are_merged_and_taken_apart
);

async fn people_are_put_read_and_removed(backing: Backing) {
    let served = Served::open(backing).await;
    let ann =
        json!({"name": "Ann", "email": "ann@example.com", "roles": ["nurse"], "time_zone": "Europe/Berlin"});
    let made = served.put("/api/v1/people/7", &ann).await;
    assert_eq!((made.status, made.text("/id")), (StatusCode::CREATED, "7"));
    assert_eq!(made.text("/identifiers/0/mbox"), "mailto:ann@example.com");
    let again = served.put("/api/v1/people/7", &ann).await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(served.get("/api/v1/people/7").await.body, made.body);

    // An identifier belongs to one person only.
    let taken = served.put("/api/v1/people/8", &ann).await;
    assert_eq!(taken.problem(), (409, "exists"), "{taken:?}");
    let other = served.put("/api/v1/people/8", &json!({"id": "9"})).await;
    assert_eq!(
        (other.problem(), other.text("/findings/0/path")),
        ((422, "people-invalid"), "/id")
    );

    assert_eq!(
        served.delete("/api/v1/people/7").await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        served.delete("/api/v1/people/7").await.problem(),
        (404, "not-found")
    );
    assert_eq!(served.get("/api/v1/people/7").await.problem(), (404, "not-found"));
    // An id may be anything that can be written into a path.
    let id = "/api/v1/people/M%C3%BCller%20%2F%201";
    assert_eq!(served.put(id, &json!({})).await.text("/id"), "Müller / 1");
    assert_eq!(served.get(id).await.text("/id"), "Müller / 1");
    served.close().await;
}

async fn people_are_imported_all_or_none(backing: Backing) {
    let served = Served::open(backing).await;
    let good = "id,email,roles\n1,a@example.com,nurse\n2,b@example.com,nurse;lead@2026-01-01\n";
    let reply = served
        .post("/api/v1/people", "text/csv; charset=utf-8", good)
        .await;
    assert_eq!(
        (reply.status, reply.body),
        (StatusCode::OK, json!({"received": 2, "changed": 2}))
    );
    let again = served.post("/api/v1/people", "text/csv", good).await;
    assert_eq!(again.body, json!({"received": 2, "changed": 0}));

    let bad = served
        .post(
            "/api/v1/people",
            "text/csv",
            "id,hired\n3,2026-01-01\n4,tomorrow\n",
        )
        .await;
    assert_eq!(bad.problem(), (422, "people-invalid"));
    assert_eq!(
        (bad.body.pointer("/findings/0/line"), bad.text("/findings/0/path")),
        (Some(&json!(3)), "hired")
    );
    let json = json!([{"id": "3"}, {"id": 4}]);
    let bad = served
        .post("/api/v1/people", "application/json", json.to_string())
        .await;
    assert_eq!(
        (bad.problem(), bad.text("/findings/0/path")),
        ((422, "people-invalid"), "/1/id")
    );
    let taken = served
        .post(
            "/api/v1/people",
            "text/csv",
            "id,email\n3,c@example.com\n4,a@example.com\n",
        )
        .await;
    assert_eq!(taken.problem(), (409, "exists"));
    assert_eq!(
        served.all("/api/v1/people", "id").await.0,
        ["1", "2"],
        "nothing of what was refused"
    );

    let json = json!([{"id": "3", "roles": ["nurse"]}]);
    let reply = served
        .post("/api/v1/people", "application/json", json.to_string())
        .await;
    assert_eq!(reply.body, json!({"received": 1, "changed": 1}));
    served.close().await;
}

async fn people_are_paged(backing: Backing) {
    let served = Served::open(backing).await;
    let rows: String = (10..25).map(|id| format!("{id}\n")).collect();
    assert_eq!(
        served
            .post("/api/v1/people", "text/csv", format!("id\n{rows}"))
            .await
            .status,
        StatusCode::OK
    );
    let (ids, pages) = served.all("/api/v1/people?limit=4", "id").await;
    assert_eq!((ids, pages), ((10..25).map(|id| id.to_string()).collect(), 4));
    served.close().await;
}

async fn people_have_a_history(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    let text = "curriculum: desk\ntitle: Desk\naudience: { roles: [clerk] }\ncourses:\n  - id: desk\n    activity: https://example.com/courses/desk\n";
    site.publish(text).await;
    let with = |role: &str| json!({ "id": "ann", "roles": [role] });
    served.put("/api/v1/people/ann", &with("clerk")).await;
    served.put("/api/v1/people/ann", &with("clerk")).await;
    served.put("/api/v1/people/ann", &with("smith")).await;
    served.delete("/api/v1/people/ann").await;
    served.put("/api/v1/people/ann", &with("clerk")).await;
    let history = served.get("/api/v1/people/ann/history").await;
    let items = history.body["items"].as_array().unwrap();
    let roles: Vec<_> = items
        .iter()
        .map(|item| item["person"]["roles"][0]["role"].as_str())
        .collect();
    assert_eq!(
        roles,
        [Some("clerk"), Some("smith"), None, Some("clerk")],
        "{history:?}"
    );
    assert!(items[2]["person"].is_null());
    assert_eq!(
        served.get("/api/v1/people/bob/history").await.problem(),
        (404, "not-found")
    );

    site.settle_now().await;
    for (item, expected) in items.iter().zip([1, 0, 0, 1]) {
        let path = format!(
            "/api/v1/people/ann/standings?known_at={}",
            item["known_at"].as_str().unwrap()
        );
        let reply = served.get(&path).await;
        assert_eq!(reply.items("curriculum").len(), expected, "{path} {reply:?}");
    }
    let before = served
        .get("/api/v1/people/ann/standings?known_at=2020-01-01T00:00:00Z")
        .await;
    assert_eq!(before.items("curriculum"), [""; 0], "nobody knew her");
    served.close().await;
}

async fn a_curriculum_for_managers_follows_who_reports_to_whom(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    for (id, place) in [
        ("lead", "manager"),
        ("direct", "manager_of_managers"),
        ("work", "individual_contributor"),
    ] {
        site.publish(&format!(
            "curriculum: {id}\ntitle: {id}\naudience: {{ management: [{place}] }}\ncourses:\n  - id: talk\n    activity: https://example.com/courses/{id}\n"
        ))
        .await;
    }
    let put = async |id: &str, manager: &str| {
        let person = json!({ "id": id, "manager": manager });
        let reply = served.put(&format!("/api/v1/people/{id}"), &person).await;
        assert!(reply.status.is_success(), "{reply:?}");
    };
    let places = async |expected: [(&str, &str); 3]| {
        site.settle_now().await;
        for (id, curriculum) in expected {
            let reply = served.get(&format!("/api/v1/people/{id}/standings")).await;
            assert_eq!(reply.items("curriculum"), [curriculum], "{id}");
        }
    };
    put("tom", "nobody known").await;
    put("mia", "tom").await;
    put("ann", "mia").await;
    places([("tom", "direct"), ("mia", "lead"), ("ann", "work")]).await;
    assert_eq!(
        people::chain(site.store.as_ref(), "ann").await.unwrap(),
        ["mia", "tom"]
    );
    // Mia's only report moves to Tom.
    put("ann", "tom").await;
    places([("tom", "lead"), ("mia", "work"), ("ann", "work")]).await;
    // And Tom reports to her: a circle.
    put("tom", "ann").await;
    places([("tom", "direct"), ("mia", "work"), ("ann", "direct")]).await;
    assert_eq!(
        people::chain(site.store.as_ref(), "mia").await.unwrap(),
        ["tom", "ann"]
    );
    assert_eq!(people::chain(site.store.as_ref(), "tom").await.unwrap(), ["ann"]);
    assert_eq!(
        people::chain(site.store.as_ref(), "nobody").await.unwrap(),
        [""; 0]
    );
    served.delete("/api/v1/people/ann").await;
    site.settle_now().await;
    let tom = served.get("/api/v1/people/tom/standings").await;
    assert_eq!(tom.items("curriculum"), ["lead"]);
    served.close().await;
}

async fn who_reported_to_somebody_merged_reports_to_whom_is_left(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    let put = async |id: &str, manager: &str| {
        let person = json!({ "id": id, "email": format!("{id}@example.com"), "manager": manager });
        let reply = served.put(&format!("/api/v1/people/{id}"), &person).await;
        assert!(reply.status.is_success(), "{reply:?}");
    };
    let managers = async |expected: [(&str, Option<&str>); 4]| {
        for (id, manager) in expected {
            let reply = served.get(&format!("/api/v1/people/{id}")).await;
            assert_eq!(reply.body["manager"].as_str(), manager, "{id}: {reply:?}");
        }
    };
    let post = async |path: &str, body: serde_json::Value| {
        let reply = served.post(path, "application/json", body.to_string()).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{reply:?}");
        reply
    };
    site.publish(
        "curriculum: lead\ntitle: lead\naudience: { management: [manager] }\ncourses:\n  - { id: talk, activity: https://example.com/courses/talk }\n",
    )
    .await;
    // Mia reports to her own second id, Ann and Bob report to that one.
    put("mia", "mia2").await;
    put("ann", "mia2").await;
    put("bob", "mia2").await;
    put("mia2", "tom").await;
    site.settle_now().await;
    assert_eq!(site.status("mia", "lead").await, None);
    let merged = post(
        "/api/v1/people/mia/merge",
        json!({ "from": "mia2", "reason": "One person." }),
    )
    .await;
    let now = [
        ("mia", None),
        ("ann", Some("mia")),
        ("bob", Some("mia")),
        ("mia2", None),
    ];
    managers(now).await;
    site.settle_now().await;
    assert_eq!(site.status("mia", "lead").await.as_deref(), Some("not_started"));
    // The list that they come from still has the other id.
    put("ann", "mia2").await;
    managers(now).await;
    put("bob", "tom").await;

    post(
        "/api/v1/people/mia/unmerge",
        json!({ "act": merged.text("/id"), "reason": "Two people after all." }),
    )
    .await;
    managers([
        ("mia", Some("mia2")),
        ("ann", Some("mia2")),
        ("bob", Some("tom")),
        ("mia2", Some("tom")),
    ])
    .await;
    site.settle_now().await;
    assert_eq!(site.status("mia", "lead").await, None);
    served.close().await;
}

async fn people_are_merged_and_taken_apart(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann"), nurse("ann2")]).await;
    site.publish(&curriculum("safety", &["hygiene", "fire"], 0.8, None))
        .await;
    site.publish(&curriculum("lifting", &["lifting"], 0.8, None))
        .await;
    // Half of it under each identifier, and one certificate under the second.
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "ann2", "fire", 2, 0.9),
        passed(3, "ann2", "lifting", 2, 0.9),
    ])
    .await;
    site.settle_now().await;
    assert_eq!(site.ledger("ann2").await, ["lifting active: issued"]);
    let before = served.get("/api/v1/people/ann2").await.body;
    let post = async |path: &str, body: serde_json::Value| {
        served.post(path, "application/json", body.to_string()).await
    };

    let merged = post(
        "/api/v1/people/ann/merge",
        json!({ "from": "ann2", "reason": "Two accounts of one person.", "approved_by": "HR" }),
    )
    .await;
    assert_eq!(merged.status, StatusCode::CREATED, "{merged:?}");
    assert_eq!((merged.text("/kind"), merged.text("/from")), ("merge", "ann2"));
    site.settle_now().await;
    assert_eq!(site.status("ann", "safety").await.unwrap(), "certified");
    assert_eq!(
        site.ledger("ann").await,
        ["lifting active: issued", "safety active: issued"]
    );
    assert_eq!(
        site.ledger("ann2").await,
        ["lifting superseded: issued superseded"]
    );
    assert_eq!(site.status("ann2", "lifting").await, None);
    let alias = served.get("/api/v1/people/ann2").await;
    assert_eq!(alias.text("/merged_into"), "ann");
    assert_eq!(
        served.get("/api/v1/people/ann").await.text("/merged_from/0/id"),
        "ann2"
    );
    assert_eq!(
        served
            .get("/api/v1/people/ann2/standings")
            .await
            .items("curriculum"),
        [""; 0]
    );

    // The system that tells of both every night takes nothing apart.
    let nightly = json!([
        { "id": "ann", "email": "ann@example.com", "roles": ["nurse"], "name": "Ann N." },
        { "id": "ann2", "email": "ann2@example.com", "roles": ["nurse"] },
    ]);
    let imported = post("/api/v1/people", nightly).await;
    assert_eq!(
        imported.body,
        json!({ "received": 2, "changed": 1, "merged": ["ann2"] })
    );
    let put = served
        .put("/api/v1/people/ann2", &json!({ "email": "ann2@example.com" }))
        .await;
    assert_eq!(put.problem(), (409, "merged"));
    site.settle_now().await;
    assert_eq!(site.status("ann", "safety").await.unwrap(), "certified");
    for (path, body) in [
        (
            "/api/v1/people/ann/merge",
            json!({ "from": "ann", "reason": "r" }),
        ),
        (
            "/api/v1/people/ann/merge",
            json!({ "from": "ann2", "reason": "r" }),
        ),
        (
            "/api/v1/people/ann2/merge",
            json!({ "from": "ann", "reason": "r" }),
        ),
        (
            "/api/v1/people/ann/merge",
            json!({ "from": "nobody", "reason": "r" }),
        ),
        (
            "/api/v1/people/ann2/unmerge",
            json!({ "act": merged.text("/id"), "reason": "r" }),
        ),
    ] {
        assert_eq!(
            post(path, body.clone()).await.problem(),
            (422, "merge-invalid"),
            "{path} {body}"
        );
    }
    let undo = format!("/api/v1/acts/{}/undo", merged.text("/id"));
    let refused = post(&undo, json!({ "reason": "r" })).await;
    assert!(refused.text("/detail").contains("/unmerge"), "{refused:?}");

    let unmerge = json!({ "act": merged.text("/id"), "reason": "Twins." });
    let apart = post("/api/v1/people/ann/unmerge", unmerge.clone()).await;
    assert_eq!(
        (apart.status, apart.text("/undoes")),
        (StatusCode::CREATED, merged.text("/id")),
        "{apart:?}"
    );
    site.settle_now().await;
    assert_eq!(served.get("/api/v1/people/ann2").await.body, before);
    assert_eq!(served.get("/api/v1/people/ann").await.text("/name"), "Ann N.");
    assert_eq!(site.status("ann", "safety").await.unwrap(), "in_progress");
    assert_eq!(site.status("ann2", "lifting").await.unwrap(), "certified");
    assert_eq!(
        site.ledger("ann2").await,
        ["lifting active: issued superseded reinstated"]
    );
    assert_eq!(
        site.ledger("ann").await,
        [
            "lifting suspended: issued suspended",
            "safety suspended: issued suspended"
        ]
    );
    assert_eq!(
        post("/api/v1/people/ann/unmerge", unmerge).await.problem(),
        (422, "merge-invalid")
    );
    served.close().await;
}
