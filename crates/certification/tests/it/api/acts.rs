//! What people decide, on the record and in effect.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use store::Scope;
use uuid::Uuid;

use crate::api::client::{Reply, Served};
use crate::on_both_stores;
use crate::site::{Backing, curriculum, nurse, passed};

on_both_stores!(
    an_act_is_recorded_listed_and_undone,
    a_waiver_counts_until_it_is_undone,
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
