//! What people decide, on the record and in effect.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use store::Scope;
use uuid::Uuid;

use crate::api::client::{Reply, Served};
use crate::on_both_stores;
use crate::site::{Backing, course, curriculum, nurse, passed};

on_both_stores!(
    an_act_is_recorded_listed_and_undone,
    a_waiver_counts_until_it_is_undone,
    an_equivalence_finds_what_nobody_asked_for_before,
    nothing_is_awarded_to_whom_the_curriculum_is_not_for,
    an_award_and_a_revocation_are_in_the_ledger_with_who_and_why,
    a_certificate_that_needs_another_is_suspended_with_it,
    a_wrong_act_is_told_what_to_do,
    acts_take_a_scope_of_their_own,
);

const JSON: &str = "application/json";

fn waiver(person: &str) -> Value {
    json!({ "kind": "waiver", "person": person, "curriculum": "safety", "requirement": "fire", "reason": "A fire fighter." })
}

async fn record(served: &Served, act: &Value) -> Reply {
    served.post("/api/v1/acts", JSON, act.to_string()).await
}

async fn open(backing: Backing) -> Served {
    let served = Served::open(backing).await;
    served.site.put(vec![nurse("ann"), nurse("bob")]).await;
    let text = curriculum("safety", &["hygiene", "fire"], 0.8, None);
    served.site.publish(&text).await;
    served
}

async fn an_act_is_recorded_listed_and_undone(backing: Backing) {
    let served = open(backing).await;
    let id = Uuid::new_v4();
    let mut act = waiver("ann");
    act["id"] = json!(id);
    act["approved_by"] = json!("Dr. Blum");
    act["until"] = json!("2030-01-01T00:00:00.000Z");
    let first = record(&served, &act).await;
    assert_eq!(first.status, StatusCode::CREATED, "{first:?}");
    let mut expected = act.clone();
    expected["at"] = first.body["at"].clone();
    expected["by"] = json!("tests");
    assert_eq!(first.body, expected);
    let again = record(&served, &act).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &first.body));
    // Under the same id it cannot say something else.
    act["until"] = json!("2031-01-01T00:00:00.000Z");
    assert_eq!(record(&served, &act).await.problem(), (409, "exists"));

    let figure = json!({
        "kind": "figure", "group": "Berlin", "kpi": "incidents", "value": 2.5, "until": "2026-03-01T00:00:00.000Z",
    });
    let figure = record(&served, &figure).await;
    assert_eq!(
        (figure.text("/group"), &figure.body["value"]),
        ("Berlin", &json!(2.5)),
        "{figure:?}"
    );
    record(&served, &waiver("bob")).await;
    let kinds = async |query: &str| served.all(&format!("/api/v1/acts?limit=1{query}"), "kind").await;
    let count = |found: &[&str], pages| {
        (
            found.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>(),
            pages,
        )
    };
    assert_eq!(kinds("").await, count(&["waiver", "figure", "waiver"], 3));
    assert_eq!(kinds("&person=ann").await, count(&["waiver"], 1));
    assert_eq!(kinds("&group=Berlin").await, count(&["figure"], 1));
    assert_eq!(kinds("&curriculum=safety").await, count(&["waiver", "waiver"], 2));
    assert_eq!(kinds("&kind=figure").await, count(&["figure"], 1));
    let both = served.get("/api/v1/acts?person=ann&group=Berlin").await;
    assert_eq!(both.problem(), (400, "invalid-parameter"));

    let undo = format!("/api/v1/acts/{id}/undo");
    let because = json!({ "reason": "Not a fire fighter any more." }).to_string();
    let undone = served.post(&undo, JSON, because.as_str()).await;
    assert_eq!(undone.status, StatusCode::CREATED, "{undone:?}");
    assert_eq!(
        (
            undone.text("/kind"),
            undone.text("/person"),
            undone.text("/undoes")
        ),
        ("undo", "ann", id.to_string().as_str())
    );
    let shown = served.get(&format!("/api/v1/acts/{id}")).await;
    assert_eq!(shown.body["undone_by"], undone.body["id"]);
    assert_eq!(shown.body["undone_at"], undone.body["at"]);
    assert_eq!(
        served.post(&undo, JSON, because.as_str()).await.problem(),
        (409, "exists")
    );
    let of_undo = format!("/api/v1/acts/{}/undo", undone.text("/id"));
    assert_eq!(
        served.post(&of_undo, JSON, because).await.problem(),
        (422, "act-invalid")
    );
    assert_eq!(kinds("&person=ann").await, count(&["waiver", "undo"], 2));
    served.close().await;
}

async fn a_waiver_counts_until_it_is_undone(backing: Backing) {
    let served = open(backing).await;
    let site = &served.site;
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "bob", "hygiene", 1, 0.9),
    ])
    .await;
    site.settle_now().await;
    assert_eq!(site.status("ann", "safety").await.unwrap(), "in_progress");
    let act = record(&served, &waiver("ann")).await;
    site.settle_now().await;
    assert_eq!(site.status("ann", "safety").await.unwrap(), "certified");
    assert_eq!(
        site.status("bob", "safety").await.unwrap(),
        "in_progress",
        "another's act"
    );
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    let before = "2026-02-01T00:00:00Z";
    let now = served.get("/api/v1/people/ann/standings").await;
    assert_eq!(now.text("/items/0/status"), "certified", "{now:?}");
    let earlier = served
        .get(&format!("/api/v1/people/ann/standings?as_of={before}"))
        .await;
    assert_ne!(earlier.text("/items/0/status"), "certified", "{earlier:?}");

    let undo = format!("/api/v1/acts/{}/undo", act.text("/id"));
    served
        .post(&undo, JSON, json!({ "reason": "A mistake." }).to_string())
        .await;
    site.settle_now().await;
    assert_eq!(site.status("ann", "safety").await.unwrap(), "in_progress");
    served.close().await;
}

async fn an_equivalence_finds_what_nobody_asked_for_before(backing: Backing) {
    let served = open(backing).await;
    let site = &served.site;
    site.append(&[
        passed(1, "ann", "old-hygiene", 1, 0.9),
        passed(2, "ann", "fire", 2, 0.9),
        passed(3, "bob", "old-hygiene", 1, 0.9),
    ])
    .await;
    site.settle_now().await;
    let act = json!({
        "kind": "equivalence", "person": "ann", "curriculum": "safety", "requirement": "hygiene",
        "activity": course("old-hygiene"), "reason": "The same course under its old name.",
    });
    let act = record(&served, &act).await;
    assert_eq!(act.status, StatusCode::CREATED, "{act:?}");
    site.settle_now().await;
    // The fire course was passed after what stands for hygiene.
    assert_eq!(site.status("ann", "safety").await.unwrap(), "certified");
    assert_ne!(site.status("bob", "safety").await.unwrap(), "certified");
    let certificates = served.get("/api/v1/certificates?person=ann").await;
    let proof = &certificates.body["items"][0]["proof"];
    assert_eq!(proof["acts"], json!([act.body["id"]]), "{certificates:?}");
    assert_eq!(proof["statements"].as_array().unwrap().len(), 2);

    // What comes later is found by the same act.
    site.append(&[passed(4, "ann", "old-hygiene", 3, 0.95)]).await;
    site.settle_now().await;
    let undo = format!("/api/v1/acts/{}/undo", act.text("/id"));
    served
        .post(&undo, JSON, json!({ "reason": "Not the same." }).to_string())
        .await;
    site.settle_now().await;
    assert_eq!(site.ledger("ann").await, ["safety suspended: issued suspended"]);
    served.close().await;
}

async fn nothing_is_awarded_to_whom_the_curriculum_is_not_for(backing: Backing) {
    let served = open(backing).await;
    let site = &served.site;
    let act =
        json!({ "kind": "award", "person": "visitor", "curriculum": "safety", "reason": "Was here before." });
    let put = async |roles: serde_json::Value| {
        let reply = served
            .put("/api/v1/people/visitor", &json!({ "roles": roles }))
            .await;
        assert!(reply.status.is_success(), "{reply:?}");
    };
    put(json!([])).await;
    let refused = record(&served, &act).await;
    assert_eq!(refused.problem(), (422, "act-invalid"));
    assert_eq!(refused.text("/findings/0/path"), "/person");
    assert!(
        refused
            .text("/findings/0/message")
            .contains("is not for \"visitor\""),
        "{refused:?}"
    );
    put(json!(["nurse"])).await;
    assert_eq!(record(&served, &act).await.status, StatusCode::CREATED);
    site.settle_now().await;
    assert_eq!(site.ledger("visitor").await, ["safety active: issued"]);
    served.close().await;
}

async fn an_award_and_a_revocation_are_in_the_ledger_with_who_and_why(backing: Backing) {
    let served = open(backing).await;
    let site = &served.site;
    let act = |kind: &str, reason: &str| json!({ "kind": kind, "person": "ann", "curriculum": "safety", "reason": reason, "approved_by": "Dr. Blum" });
    record(&served, &act("award", "Taught it herself.")).await;
    site.settle_now().await;
    assert_eq!(site.status("ann", "safety").await.unwrap(), "certified");
    // Nobody found her to be qualified.
    let verbs: Vec<_> = site
        .told()
        .await
        .iter()
        .map(|told| told["verb"]["display"]["en"].clone())
        .collect();
    assert_eq!(verbs, ["certified"]);
    let revocation = record(&served, &act("revocation", "Smoked in the store.")).await;
    site.settle_now().await;
    assert_eq!(site.ledger("ann").await, ["safety revoked: issued revoked"]);
    assert_ne!(site.status("ann", "safety").await.unwrap(), "certified");
    let undo = format!("/api/v1/acts/{}/undo", revocation.text("/id"));
    served
        .post(
            &undo,
            JSON,
            json!({ "reason": "It was somebody else." }).to_string(),
        )
        .await;
    site.settle_now().await;
    assert_eq!(
        site.ledger("ann").await,
        ["safety active: issued revoked reinstated"]
    );

    let certificates = served.get("/api/v1/certificates?person=ann").await;
    let one = served
        .get(&format!(
            "/api/v1/certificates/{}",
            certificates.text("/items/0/id")
        ))
        .await;
    let reason = |index: usize| one.text(&format!("/ledger/{index}/reason")).to_owned();
    assert!(reason(0).starts_with("Awarded by Dr. Blum on "), "{one:?}");
    assert!(reason(0).contains(": Taught it herself."), "{one:?}");
    assert!(reason(1).ends_with(": Smoked in the store."), "{one:?}");
    served.close().await;
}

async fn a_certificate_that_needs_another_is_suspended_with_it(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann")]).await;
    let text = curriculum("safety", &["hygiene", "fire"], 0.8, Some("30 days"));
    site.publish(&text).await;
    let lead = format!(
        "
curriculum: ward-lead
title: Ward lead
audience: {{ roles: [nurse] }}
courses:
  - {{ id: safety, title: Safety, certificate: safety, needed: active_always }}
  - {{ id: leading, activity: {} }}
",
        course("leading")
    );
    site.publish(&lead).await;
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "ann", "fire", 2, 0.9),
        passed(3, "ann", "leading", 3, 0.9),
    ])
    .await;
    site.settle_on(4).await;
    assert_eq!(site.status("ann", "ward-lead").await.unwrap(), "certified");

    // It waits longer than a certificate that lost its proof would.
    site.settle_on(32).await;
    assert_eq!(site.status("ann", "ward-lead").await.unwrap(), "suspended");
    let now = served
        .get("/api/v1/standings?person=ann&curriculum=ward-lead")
        .await;
    assert_eq!(
        now.text("/items/0/suspended/reason"),
        "the certificate 'safety certificate' is not in force, and 'Ward lead' needs it all the time",
        "{now:?}"
    );
    site.settle_on(60).await;
    site.append(&[
        passed(5, "ann", "hygiene", 61, 0.9),
        passed(6, "ann", "fire", 62, 0.9),
    ])
    .await;
    site.settle_on(63).await;
    assert_eq!(site.status("ann", "ward-lead").await.unwrap(), "certified");
    assert_eq!(
        site.ledger("ann").await,
        [
            "safety expired: issued expired",
            "safety active: issued",
            "ward-lead active: issued suspended reinstated"
        ]
    );
    served.close().await;
}

async fn a_wrong_act_is_told_what_to_do(backing: Backing) {
    let served = open(backing).await;
    for (change, path, expected) in [
        (json!({ "person": "adda" }), "/person", "add them first"),
        (
            json!({ "curriculum": "safty" }),
            "/curriculum",
            "did you mean \"safety\"?",
        ),
        (
            json!({ "requirement": "fires" }),
            "/requirement",
            "did you mean \"fire\"?",
        ),
        (json!({ "until": "soon" }), "/until", "RFC 3339"),
        (
            json!({ "until": "2020-12-31T00:00:00Z" }),
            "/until",
            "a later moment",
        ),
    ] {
        let mut act = waiver("ann");
        act.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let refused = record(&served, &act).await;
        assert_eq!(refused.problem(), (422, "act-invalid"), "{change}");
        assert_eq!(refused.text("/findings/0/path"), path);
        let said = format!(
            "{} {}",
            refused.text("/findings/0/message"),
            refused.text("/findings/0/expected")
        );
        assert!(said.contains(expected), "{said}");
    }
    // Nothing is ever due here: nobody can have longer.
    let extension = json!({
        "kind": "extension", "person": "ann", "curriculum": "safety", "due": "2030-01-01T00:00:00.000Z", "reason": "Away.",
    });
    for (requirement, path) in [(None, "/curriculum"), (Some("fire"), "/requirement")] {
        let mut extension = extension.clone();
        if let Some(requirement) = requirement {
            extension["requirement"] = json!(requirement);
        }
        let refused = record(&served, &extension).await;
        assert_eq!(refused.problem(), (422, "act-invalid"), "{requirement:?}");
        assert_eq!(refused.text("/findings/0/path"), path);
        let message = refused.text("/findings/0/message");
        assert!(message.contains("is never due by itself"), "{message}");
    }
    let review = json!({ "kind": "review", "person": "ann", "statement": Uuid::nil(), "accepted": true, "reason": "r" });
    assert_eq!(
        record(&served, &review).await.text("/findings/0/path"),
        "/statement"
    );
    let yaml = served
        .post("/api/v1/acts", "application/yaml", "kind: waiver")
        .await;
    assert_eq!(yaml.problem(), (415, "media-type"));
    for id in ["x", "5f0e0000-0000-4000-8000-000000000000"] {
        assert_eq!(
            served.get(&format!("/api/v1/acts/{id}")).await.problem(),
            (404, "not-found")
        );
        let undo = format!("/api/v1/acts/{id}/undo");
        let because = json!({ "reason": "r" }).to_string();
        assert_eq!(
            served.post(&undo, JSON, because).await.problem(),
            (404, "not-found")
        );
        for wrong in ["{}", "{\"reason\": \" \"}", "{\"reason\": \"r\", \"why\": \"r\"}"] {
            assert_eq!(
                served.post(&undo, JSON, wrong).await.problem(),
                (422, "act-invalid"),
                "{wrong}"
            );
        }
    }
    assert_eq!(served.get("/api/v1/acts").await.items("kind"), [""; 0]);
    // Once the certificate ends, there is something to have longer for.
    served
        .site
        .publish(&curriculum("safety", &["hygiene", "fire"], 0.8, Some("1 year")))
        .await;
    assert_eq!(record(&served, &extension).await.status, StatusCode::CREATED);
    served.close().await;
}

async fn acts_take_a_scope_of_their_own(backing: Backing) {
    let served = open(backing).await;
    for (scope, reads, writes) in [
        (Scope::ActsWrite, false, true),
        (Scope::Admin, true, true),
        (Scope::AllRead, true, false),
        (Scope::All, true, false),
        (Scope::StatementsWrite, false, false),
    ] {
        let key = served.key(&[scope]).await;
        let body = Some((JSON, waiver("ann").to_string()));
        let written = served.send(Some(&key), Method::POST, "/api/v1/acts", body).await;
        assert_eq!(
            written.status == StatusCode::CREATED,
            writes,
            "{scope}: {written:?}"
        );
        let read = served.send(Some(&key), Method::GET, "/api/v1/acts", None).await;
        assert_eq!(read.status == StatusCode::OK, reads, "{scope}: {read:?}");
    }
    served.close().await;
}
