//! Attendance and past records, imported.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use store::Scope;

use crate::api::client::{Reply, Served};
use crate::on_both_stores;
use crate::site::{Backing, URL, course, curriculum, nurse};

on_both_stores!(
    history_counts_when_it_happened_and_is_told_to_nobody,
    history_is_imported_once,
    a_wrong_row_is_named_and_nothing_is_imported,
);

async fn import(served: &Served, rows: &str) -> Reply {
    served.post("/api/v1/history", "text/csv", rows).await
}

/// A day so long ago.
fn days_ago(days: i64) -> String {
    let then = web::now().as_micros() - days * 86_400_000_000;
    xapi::Timestamp::from_micros(then).to_string()[..10].to_owned()
}

async fn history_counts_when_it_happened_and_is_told_to_nobody(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann"), nurse("bob")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, Some("1 year")))
        .await;
    let hygiene = course("hygiene");
    let rows = format!(
        "person,activity,what,when,score\nann,{hygiene},passed,2024-05-31,0.9\nbob,{hygiene},passed,{},85 %\n",
        days_ago(30)
    );
    let imported = import(&served, &rows).await;
    assert_eq!(imported.body, json!({ "received": 2, "new": 2 }), "{imported:?}");
    site.settle_now().await;
    // What was earned in 2024 is over, and no news.
    assert_eq!(site.status("ann", "safety").await.unwrap(), "expired");
    assert_eq!(site.ledger("ann").await, ["safety expired: issued expired"]);
    let then = served
        .get("/api/v1/people/ann/standings?as_of=2024-12-01T00:00:00Z")
        .await;
    assert_eq!(then.text("/items/0/status"), "certified", "{then:?}");
    let held = served.get("/api/v1/certificates?person=ann").await;
    assert_eq!(held.text("/items/0/issued_at"), "2024-05-31T12:00:00.000Z");
    assert_eq!(held.text("/items/0/expires_at"), "2025-05-31T12:00:00.000Z");
    // What holds still is a certificate as any other.
    assert_eq!(site.status("bob", "safety").await.unwrap(), "certified");
    let told: Vec<_> = site
        .told()
        .await
        .iter()
        .map(|statement| statement["actor"]["mbox"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert!(
        told.iter().all(|mbox| mbox == "mailto:bob@example.com") && !told.is_empty(),
        "{told:?}"
    );
    served.close().await;
}

async fn history_is_imported_once(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann")]).await;
    let room = course("room-4");
    let rows = format!(
        "person,mbox,activity,title,what,when,delivery,reference\n\
         ann,,{room},Fire drill,attended,2024-05-31T09:00:00+02:00,classroom,list 17\n\
         ,later@example.com,{room},,completed,2024-05-31,,\n\
         ann,,{room},Fire drill,attended,2024-05-31T09:00:00+02:00,classroom,list 17\n"
    );
    let key = served.key(&[Scope::HistoryWrite]).await;
    let body = Some(("text/csv", rows.clone()));
    let first = served
        .send(Some(&key), Method::POST, "/api/v1/history", body)
        .await;
    assert_eq!(first.body, json!({ "received": 3, "new": 2 }), "{first:?}");
    let query = store::StatementQuery {
        ascending: true,
        limit: 10,
        ..store::StatementQuery::default()
    };
    let kept = async || -> Vec<Value> {
        let page = site.store.query(&query).await.unwrap();
        page.statements
            .iter()
            .map(|entry| serde_json::from_str(&entry.text).unwrap())
            .collect()
    };
    let statements = kept().await;
    let [attended, completed] = statements.as_slice() else {
        panic!("{statements:?}")
    };
    assert_eq!(attended["actor"], json!({ "mbox": "mailto:ann@example.com" }));
    assert_eq!(attended["verb"]["id"], "http://adlnet.gov/expapi/verbs/attended");
    assert_eq!(attended["object"]["definition"]["name"]["und"], "Fire drill");
    assert_eq!(attended["result"], json!({ "completion": true }));
    assert_eq!(
        attended["context"]["extensions"]["urn:testamur:xapi:extensions:delivery"],
        "classroom"
    );
    assert_eq!(
        attended["context"]["extensions"]["urn:testamur:xapi:extensions:reference"],
        "list 17"
    );
    assert_eq!(
        attended["authority"]["account"],
        json!({ "homePage": URL, "name": "history-import" })
    );
    assert_eq!(completed["actor"]["mbox"], "mailto:later@example.com");
    // Again, even after she is known by something else, it does nothing.
    let other = json!({ "email": "other@example.com" });
    served.put("/api/v1/people/ann", &other).await;
    assert_eq!(
        import(&served, &rows).await.body,
        json!({ "received": 3, "new": 0 })
    );
    assert_eq!(kept().await.len(), 2);
    let key = served.key(&[Scope::All]).await;
    let refused = served
        .send(
            Some(&key),
            Method::POST,
            "/api/v1/history",
            Some(("text/csv", rows)),
        )
        .await;
    assert_eq!(refused.problem(), (403, "scope-missing"));
    served.close().await;
}

async fn a_wrong_row_is_named_and_nothing_is_imported(backing: Backing) {
    let served = Served::open(backing).await;
    let nobody = rules::Person {
        identifiers: Vec::new(),
        ..nurse("none")
    };
    served.site.put(vec![nurse("ann"), nobody]).await;
    let good = "ann,https://a.example,passed,2024-05-31,1";
    for (row, column, said) in [
        (
            "nobody,https://a.example,passed,2024-05-31,1",
            "person",
            "there is no person",
        ),
        (
            "none,https://a.example,passed,2024-05-31,1",
            "person",
            "has no identifier",
        ),
        (
            ",https://a.example,passed,2024-05-31,1",
            "person",
            "there is nobody",
        ),
        ("ann,fire,passed,2024-05-31,1", "activity", "IRI"),
        ("ann,,passed,2024-05-31,1", "activity", "there is no activity"),
        (
            "ann,https://a.example,done,2024-05-31,1",
            "what",
            "\"done\" is nothing that happens",
        ),
        ("ann,https://a.example,passed,31.5.2024,1", "when", "is no date"),
        ("ann,https://a.example,passed,2999-05-31,1", "when", "lies ahead"),
        (
            "ann,https://a.example,passed,2024-05-31,80",
            "score",
            "this is no score",
        ),
    ] {
        let rows = format!("person,activity,what,when,score\n{good}\n{row}\n");
        let refused = import(&served, &rows).await;
        assert_eq!(refused.problem(), (422, "history-invalid"), "{row}: {refused:?}");
        let finding = refused.body["findings"][0].clone();
        assert_eq!(
            (&finding["line"], &finding["path"]),
            (&json!(3), &json!(column)),
            "{row}"
        );
        let text = finding["message"].as_str().unwrap();
        assert!(text.contains(said), "{row}: {text}");
    }
    let columns = import(&served, "person,course\nann,x\n").await;
    assert_eq!(columns.problem(), (422, "history-invalid"));
    let paths: Vec<_> = columns.body["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["path"].clone())
        .collect();
    assert_eq!(paths, ["course", "activity", "what", "when"]);
    let json = served.post("/api/v1/history", "application/json", "[]").await;
    assert_eq!(json.problem(), (415, "media-type"));
    assert_eq!(served.site.store.head().await.unwrap(), store::Position(0));
    assert_eq!(
        import(&served, "person,activity,what,when\n").await.status,
        StatusCode::OK
    );
    served.close().await;
}
