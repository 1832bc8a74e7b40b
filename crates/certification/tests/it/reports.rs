//! Reports and reviews that are due, and what a report and a standing say.

use serde_json::{Value, json};
use store::Scope;
use xapi::Timestamp;

use crate::api::client::Served;
use crate::ladder::{chain, laddered, notices, publish_early};
use crate::on_both_stores;
use crate::site::{Backing, URL, course, curriculum, nurse, passed};

on_both_stores!(
    reports_and_reviews_are_due_once_a_period,
    how_the_training_does_is_reported_too,
    reports_say_who_is_where,
    what_it_is_worth_is_shown,
);

async fn reports_and_reviews_are_due_once_a_period(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    let mut text = curriculum("safety", &["hygiene"], 0.8, Some("60 days"));
    text.push_str(
        "reports:
  - { report: overdue, every: month, to: [managers, hr@example.com] }
feedback: { survey: https://surveys.example.com/safety, review: 2026-02-15 }
",
    );
    publish_early(site, &text).await;
    // Day 31 is the first of February.
    for (on, count) in [
        (1, 0),
        (30, 0),
        (31, 1),
        (31, 1),
        (40, 1),
        (44, 1),
        (45, 2),
        (58, 2),
        (59, 3),
    ] {
        site.settle_on(on).await;
        assert_eq!(notices(site).await.len(), count, "day {on}");
    }
    // After a long silence, the last period only.
    site.settle_on(200).await;
    assert_eq!(
        notices(site).await,
        [
            "overdue every month taken -> managers hr@example.com",
            "review taken -> training",
            "overdue every month taken -> managers hr@example.com",
            "overdue every month taken -> managers hr@example.com",
        ]
    );
    let reply = served.get("/api/v1/notices?kind=report&limit=1").await;
    assert_eq!(reply.text("/items/0/at"), "2026-02-01T00:00:00.000Z");
    assert_eq!(
        reply.text("/items/0/url"),
        "https://testamur.example.com/api/v1/curricula/safety/report?report=overdue"
    );
    assert_eq!(reply.body.pointer("/items/0/person"), Some(&Value::Null));
    let reply = served.get("/api/v1/notices?kind=review").await;
    assert_eq!(
        reply.text("/items/0/survey"),
        "https://surveys.example.com/safety"
    );
    served.close().await;
}

async fn how_the_training_does_is_reported_too(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    let mut text = curriculum("safety", &["hygiene"], 0.8, Some("60 days"));
    text.push_str("reports: [{ report: levels, every: month, to: training }]\n");
    publish_early(site, &text).await;
    site.put(vec![nurse("ann")]).await;
    site.settle_on(31).await;
    let reply = served.get("/api/v1/notices?kind=report").await;
    let url = reply.text("/items/0/url");
    assert_eq!(
        url,
        "https://testamur.example.com/api/v1/curricula/safety/measures?by=group"
    );
    let report = served.get(url.strip_prefix(URL).unwrap()).await;
    assert_eq!(report.status, 200, "{report:?}");
    assert_eq!(report.body["people"], 1);
    let levels = report.body["levels"].as_array().unwrap();
    assert_eq!(levels.len(), 4, "{report:?}");
    served.close().await;
}

/// The text of a report as CSV.
async fn csv(served: &Served, query: &str, key: &(String, String)) -> Vec<String> {
    let response = reqwest::Client::new()
        .get(served.url(&format!("/api/v1/curricula/safety/report?format=csv{query}")))
        .basic_auth(&key.0, Some(&key.1))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers().get("content-type").unwrap(),
        "text/csv; charset=utf-8"
    );
    response
        .text()
        .await
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

async fn reports_say_who_is_where(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    let mut people = chain();
    people.extend([nurse("dan"), nurse("eve")]);
    people[0].name = Some("=Ann".to_owned());
    site.put(people).await;
    publish_early(site, &laddered()).await;
    // A report is about now: ann's certificate has expired, dan's does so in 20 days, eve has none.
    let now = web::now();
    let ago = |days: i64| Timestamp::from_micros(now.as_micros() - days * 86_400_000_000);
    let pass = |id, who, at| crate::site::statement(id, who, "passed", "hygiene", at, 0.9);
    site.append(&[pass(1, "ann", ago(62)), pass(2, "dan", ago(40))])
        .await;
    site.set_time(now);
    site.engine().settle().await.unwrap();

    let report = async |query: &str| {
        served
            .get(&format!("/api/v1/curricula/safety/report{query}"))
            .await
    };
    assert_eq!(report("").await.items("person"), ["ann", "dan", "eve"]);
    assert_eq!(
        report("").await.items("status"),
        ["expired", "certified", "not_started"]
    );
    let overdue = report("?report=overdue").await;
    assert_eq!(overdue.items("person"), ["ann"]);
    assert_eq!(overdue.text("/items/0/name"), "=Ann");
    assert_eq!(overdue.text("/items/0/manager"), "bob");
    assert_eq!(overdue.text("/items/0/step"), "expiry");
    assert!(!overdue.text("/items/0/missing/0").is_empty(), "{overdue:?}");
    assert_eq!(report("?report=expiring").await.items("person"), ["dan"]);
    assert!(
        report("?report=expiring&within=2%20weeks")
            .await
            .items("person")
            .is_empty()
    );
    let (people, pages) = served
        .all("/api/v1/curricula/safety/report?limit=1", "person")
        .await;
    assert_eq!(
        (people, pages),
        (vec!["ann".to_owned(), "dan".to_owned(), "eve".to_owned()], 3)
    );

    // Whoever may not read people gets no names. A cell is no formula.
    let reader = served.key(&[Scope::AllRead]).await;
    let admin = served.key(&[Scope::AllRead, Scope::People]).await;
    let lines = csv(&served, "&report=overdue", &admin).await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(
        lines[0],
        "person,name,manager,status,due_at,expires_at,missing,step,consequence"
    );
    assert!(lines[1].starts_with("ann,'=Ann,bob,expired,20"), "{lines:?}");
    let lines = csv(&served, "", &reader).await;
    assert_eq!(lines.len(), 4);
    assert!(lines[1].starts_with("ann,,,expired,20"), "{lines:?}");

    for (query, code) in [
        ("?report=late", (400, "invalid-parameter")),
        ("?format=pdf", (400, "invalid-parameter")),
        ("?within=soon", (400, "invalid-parameter")),
        ("?format=csv&limit=5", (400, "invalid-parameter")),
    ] {
        assert_eq!(report(query).await.problem(), code, "{query}");
    }
    let other = served.get("/api/v1/curricula/other/report").await;
    assert_eq!(other.problem(), (404, "not-found"));
    served.close().await;
}

async fn what_it_is_worth_is_shown(backing: Backing) {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![nurse("ann")]).await;
    let text = |note: &str, title: &str| {
        format!(
            "curriculum: safety\ntitle: {title}\naudience: {{ roles: [nurse] }}\n\
             courses: [{{ id: a, activity: {}, reason: Law. }}]\n\
             endorsed_by: [{{ name: Safety Board, url: https://safety.example.org }}]\n\
             value: {{ learner: Work anywhere., company: Fewer accidents. }}\n{note}",
            course("hygiene")
        )
    };
    let publish = async |text: String| served.post("/api/v1/curricula", "application/yaml", text).await;
    let note = "revision: { because: The law changed., changes: A new title. }\n";
    assert_eq!(
        publish(text("", "A")).await.body.get("warnings"),
        Some(&json!([]))
    );
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(2).await;
    for path in [
        "/api/v1/people/ann/standings",
        "/api/v1/people/ann/standings?as_of=2026-01-03",
    ] {
        let path = path.replace("2026-01-03", "2026-01-03T12:00:00Z");
        let reply = served.get(&path).await;
        assert_eq!(
            reply.text("/items/0/endorsed_by/0/name"),
            "Safety Board",
            "{path}"
        );
        assert_eq!(reply.text("/items/0/value/company"), "Fewer accidents.", "{path}");
    }
    let certificates = served.get("/api/v1/certificates").await.items("id");
    let one = served
        .get(&format!("/api/v1/certificates/{}", certificates[0]))
        .await;
    assert_eq!(one.text("/value/learner"), "Work anywhere.");
    assert_eq!(one.text("/endorsed_by/0/url"), "https://safety.example.org");

    // A revision that does not say what it changed and why is warned of, and so is one that repeats what the last said.
    let silent = publish(text("", "B")).await;
    assert_eq!(silent.text("/warnings/0/path"), "/revision");
    assert!(
        silent.text("/warnings/0/message").contains("revision 2"),
        "{silent:?}"
    );
    assert_eq!(
        publish(text(note, "C")).await.body.get("warnings"),
        Some(&json!([]))
    );
    assert_eq!(
        publish(text(note, "D")).await.text("/warnings/0/path"),
        "/revision"
    );
    assert_eq!(
        publish(text(note, "D")).await.body.get("warnings"),
        Some(&json!([])),
        "nothing new"
    );
    served.close().await;
}
