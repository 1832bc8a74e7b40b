//! How the training does, and what people get besides the certificate.

use reqwest::Method;
use rules::Person;
use serde_json::{Value, json};
use store::Scope;
use uuid::Uuid;

use crate::api::client::{Reply, Served};
use crate::on_both_stores;
use crate::site::{Backing, append, day, nurse, passed, statement, void};

on_both_stores!(
    measures_are_reported_by_curriculum_course_and_cohort,
    a_person_is_measured_by_what_is_known_of_them,
    figures_of_groups_are_measured,
    measures_are_written_as_csv,
    measuring_takes_the_right_key_and_parameters,
    points_are_earned_and_taken_back_by_a_void,
    boards_show_those_who_want_to_be_seen,
    whoever_was_merged_into_somebody_is_not_counted_twice,
);

const SAFETY: &str = "
curriculum: safety
title: Safety
audience: { roles: [nurse] }
courses:
  - { id: hygiene, title: Hygiene, activity: https://example.com/courses/hygiene, passing_score: 0.8, delivery: classroom }
  - { id: fire, activity: https://example.com/courses/fire, passing_score: 0.8, delivery: online, after: hygiene }
measures:
  - { id: liked, survey: https://example.com/courses/survey, course: hygiene, target: 70 % }
  - { id: passed, learning: pass_rate, target: 75 % }
  - { id: washes, observed: https://example.com/courses/washing, course: hygiene, not_before: 30 days, target: 100 % }
  - { id: infections, kpi: infections, of: group, combine: sum, target: 3, better: lower }
recognition:
  points: { met: 10, first_try: 5 }
  badges: [{ id: done, title: Done, certified: true }]
  levels: [{ title: Novice, points: 10 }]
  boards: true
";

fn in_group(person: Person, group: &str) -> Person {
    Person {
        groups: vec![group.to_owned()],
        manager: Some("eve".to_owned()),
        ..person
    }
}

fn rated(id: u128, who: &str, on: i64, scaled: f64) -> Value {
    json!({
        "id": Uuid::from_u128(id),
        "actor": { "mbox": format!("mailto:{who}@example.com") },
        "verb": { "id": "http://id.tincanapi.com/verb/rated" },
        "object": { "id": "https://example.com/courses/survey" },
        "result": { "score": { "scaled": scaled } },
        "context": { "contextActivities": { "grouping": [{ "id": "https://example.com/courses/hygiene" }] } },
        "timestamp": day(on),
    })
}

fn washed(id: u128, who: &str, on: i64, observer: &str) -> Value {
    let mut seen = statement(id, who, "completed", "washing", day(on), 1.0);
    seen["context"] = json!({ "instructor": { "mbox": format!("mailto:{observer}@example.com") } });
    seen
}

async fn open(backing: Backing) -> Served {
    let served = Served::open(backing).await;
    let site = &served.site;
    site.put(vec![
        in_group(nurse("ann"), "Berlin"),
        in_group(nurse("bob"), "Berlin"),
        in_group(nurse("cy"), "Lyon"),
        Person {
            roles: Vec::new(),
            ..in_group(nurse("visitor"), "Berlin")
        },
    ])
    .await;
    // Before the curriculum is there: what it measures is found in the log.
    append(
        site.store.as_ref(),
        &[
            statement(1, "ann", "failed", "hygiene", day(1), 0.4),
            passed(2, "ann", "hygiene", 2, 0.9),
            passed(3, "ann", "fire", 3, 1.0),
            statement(4, "bob", "failed", "hygiene", day(1), 0.5),
            passed(5, "cy", "hygiene", 4, 0.8),
            rated(6, "ann", 2, 0.6),
            rated(7, "bob", 2, 0.9),
            washed(8, "ann", 10, "eve"),
            washed(9, "ann", 40, "eve"),
            washed(10, "cy", 40, "cy"),
            passed(11, "visitor", "hygiene", 4, 0.8),
        ],
    )
    .await;
    site.publish(SAFETY).await;
    site.settle_on(60).await;
    served
}

fn measure<'r>(body: &'r Value, id: &str) -> &'r Value {
    let measures = body["measures"].as_array().unwrap();
    measures.iter().find(|own| own["id"] == id).unwrap()
}

async fn ask(served: &Served, path: &str) -> Reply {
    let reply = served.get(path).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply
}

async fn measures_are_reported_by_curriculum_course_and_cohort(backing: Backing) {
    let served = open(backing).await;
    let reply = ask(
        &served,
        &format!("/api/v1/curricula/safety/measures?to={}", day(60)),
    )
    .await;
    let body = &reply.body;
    assert_eq!(
        (body["people"].clone(), body["revision"].clone()),
        (json!(3), json!(1))
    );
    let liked = measure(body, "liked");
    assert_eq!(
        (&liked["value"], &liked["met"], &liked["n"]),
        (&json!(0.75), &json!(true), &json!(2))
    );
    let pass_rate = measure(body, "passed");
    assert_eq!(
        pass_rate["value"],
        json!(0.75),
        "three of four tries at a course: {body}"
    );
    assert_eq!(pass_rate["courses"][0]["value"], json!(0.666666666));
    let washes = measure(body, "washes");
    assert_eq!(
        (&washes["value"], &washes["n"]),
        (&json!(1.0), &json!(1)),
        "once late enough, by somebody else"
    );
    let infections = measure(body, "infections");
    assert_eq!(
        (&infections["value"], &infections["met"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(body["levels"][3]["unknown"], json!(1));
    let hygiene = &body["courses"][0];
    assert_eq!(
        (&hygiene["tried"], &hygiene["passed"], &hygiene["attempts"]),
        (&json!(3), &json!(2), &json!(1.333333333))
    );
    assert_eq!(
        body["deliveries"][0],
        json!({
            "design": "classroom", "courses": 1, "tried": 3, "passed": 2, "pass_rate": 0.666666666,
            "first_try_rate": 0.333333333, "attempts": 1.333333333, "best_score": 0.733333333,
        })
    );

    let berlin = ask(
        &served,
        &format!("/api/v1/curricula/safety/measures?group=Berlin&to={}", day(60)),
    )
    .await;
    assert_eq!(berlin.body["people"], json!(2), "the visitor is no nurse");
    assert_eq!(berlin.body["courses"][0]["passed"], json!(1));
    let early = ask(
        &served,
        &format!("/api/v1/curricula/safety/measures?from={}&to={}", day(3), day(5)),
    )
    .await;
    assert_eq!(
        early.body["courses"][0]["tried"],
        json!(1),
        "only what happened then"
    );
    let role = ask(&served, "/api/v1/curricula/safety/measures?role=doctor").await;
    assert_eq!(role.body["people"], json!(0));
    let team = ask(&served, "/api/v1/curricula/safety/measures?manager=eve").await;
    assert_eq!(team.body["people"], json!(3));

    let by_group = ask(
        &served,
        &format!("/api/v1/curricula/safety/measures?by=group&to={}", day(60)),
    )
    .await;
    let cohorts: Vec<_> = by_group.body["cohorts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| {
            (
                own["cohort"].clone(),
                own["people"].clone(),
                own["courses"][0]["passed"].clone(),
            )
        })
        .collect();
    let expected = [("Berlin", 2, 1), ("Lyon", 1, 1)];
    assert_eq!(
        cohorts,
        expected.map(|(name, people, passed)| (json!(name), json!(people), json!(passed)))
    );
    assert_eq!(by_group.body["measures"], reply.body["measures"]);
    served.close().await;
}

async fn a_person_is_measured_by_what_is_known_of_them(backing: Backing) {
    let served = open(backing).await;
    let reply = ask(&served, &format!("/api/v1/people/ann/measures?to={}", day(60))).await;
    let own = &reply.body["items"][0];
    assert_eq!(
        (&own["curriculum"], &own["title"]),
        (&json!("safety"), &json!("Safety"))
    );
    assert_eq!(measure(own, "liked")["value"], json!(0.6));
    let ids: Vec<_> = own["measures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| own["id"].clone())
        .collect();
    assert_eq!(
        ids,
        ["liked", "passed", "washes"],
        "figures of groups say nothing of a person"
    );
    let visitor = ask(&served, "/api/v1/people/visitor/measures").await;
    assert_eq!(visitor.body["items"], json!([]));
    assert_eq!(
        served.get("/api/v1/people/nobody/measures").await.problem(),
        (404, "not-found")
    );
    let unknown = served.get("/api/v1/people/ann/measures?curriculum=x").await;
    assert_eq!(unknown.problem(), (404, "not-found"));

    // Nobody's standing depends on any of it.
    let standing = ask(&served, "/api/v1/people/cy/standings").await;
    assert_eq!(standing.items("status"), ["in_progress"]);
    let course = standing.body.pointer("/items/0/requirements/0").unwrap();
    assert_eq!(
        (&course["level"], &course["delivery"]),
        (&json!(2), &json!("classroom"))
    );
    served.close().await;
}

async fn figures_of_groups_are_measured(backing: Backing) {
    let served = open(backing).await;
    let post = async |group: &str, value: f64| {
        let act = json!({ "kind": "figure", "group": group, "kpi": "infections", "value": value, "until": day(20) });
        let reply = served
            .post("/api/v1/acts", "application/json", act.to_string())
            .await;
        assert_eq!(reply.status, 201, "{reply:?}");
        reply.text("/id").to_owned()
    };
    post("Berlin", 2.0).await;
    let wrong = post("Lyon", 40.0).await;
    post("Lyon", 1.5).await;
    let undone = served
        .post(
            &format!("/api/v1/acts/{wrong}/undo"),
            "application/json",
            json!({ "reason": "a typo" }).to_string(),
        )
        .await;
    assert_eq!(undone.status, 201, "{undone:?}");
    for (query, value, met) in [
        ("", json!(3.5), json!(false)),
        ("&group=Berlin", json!(2.0), json!(true)),
        ("&group=Lyon", json!(1.5), json!(true)),
        ("&role=nurse", json!(null), json!(null)),
    ] {
        let reply = ask(
            &served,
            &format!("/api/v1/curricula/safety/measures?to={}{query}", day(60)),
        )
        .await;
        let own = measure(&reply.body, "infections");
        assert_eq!((&own["value"], &own["met"]), (&value, &met), "{query}");
    }
    let by_group = ask(
        &served,
        &format!("/api/v1/curricula/safety/measures?by=group&to={}", day(60)),
    )
    .await;
    assert_eq!(
        measure(&by_group.body["cohorts"][1], "infections")["value"],
        json!(1.5)
    );
    served.close().await;
}

async fn measures_are_written_as_csv(backing: Backing) {
    let served = open(backing).await;
    let path = format!(
        "/api/v1/curricula/safety/measures?format=csv&by=group&to={}",
        day(60)
    );
    let (media_type, text) = served.text(&path).await;
    assert_eq!(media_type, "text/csv; charset=utf-8");
    let mut lines = text.lines();
    let header = lines.next().unwrap();
    assert!(
        header.starts_with("cohort,of,id,title,course,level,delivery,"),
        "{header}"
    );
    let lines: Vec<&str> = lines.collect();
    assert_eq!(
        lines[0],
        ",measure,liked,liked,,1,,,0.75,2,2,0.7,higher,true,1,,,,,,,,"
    );
    assert!(
        lines.contains(&"Lyon,course,hygiene,Hygiene,,2,classroom,,,,,,,,,,,1,1,1,1,1,0.8"),
        "{text}"
    );
    assert!(
        lines.contains(&",measure,passed,passed,fire,2,,,1,1,,0.75,higher,true,,,,,,,,,"),
        "{text}"
    );
    served.close().await;
}

async fn measuring_takes_the_right_key_and_parameters(backing: Backing) {
    let served = open(backing).await;
    let reader = served.key(&[Scope::AllRead]).await;
    let writer = served.key(&[Scope::StatementsWrite]).await;
    for (path, with_reader) in [
        ("/api/v1/curricula/safety/measures", 200),
        ("/api/v1/curricula/safety/measures?manager=eve", 403),
        ("/api/v1/curricula/safety/measures?by=manager", 403),
        ("/api/v1/people/ann/measures", 200),
        ("/api/v1/people/ann/recognition", 200),
        ("/api/v1/boards/safety", 200),
    ] {
        let reply = served.send(Some(&reader), Method::GET, path, None).await;
        assert_eq!(reply.status, with_reader, "{path}");
        let reply = served.send(Some(&writer), Method::GET, path, None).await;
        assert_eq!(reply.problem(), (403, "scope-missing"), "{path}");
    }
    for (path, problem) in [
        (
            "/api/v1/curricula/safety/measures?by=age",
            (400, "invalid-parameter"),
        ),
        (
            "/api/v1/curricula/safety/measures?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z",
            (400, "invalid-parameter"),
        ),
        (
            "/api/v1/curricula/safety/measures?format=pdf",
            (400, "invalid-parameter"),
        ),
        ("/api/v1/curricula/x/measures", (404, "not-found")),
        ("/api/v1/boards/x", (404, "not-found")),
        ("/api/v1/boards/safety?limit=501", (400, "invalid-parameter")),
        ("/api/v1/people/nobody/recognition", (404, "not-found")),
    ] {
        assert_eq!(served.get(path).await.problem(), problem, "{path}");
    }
    served.site.publish(&SAFETY.replace("  boards: true\n", "")).await;
    served.site.settle_on(61).await;
    assert_eq!(
        served.get("/api/v1/boards/safety").await.problem(),
        (404, "not-found")
    );
    served.close().await;
}

async fn points_are_earned_and_taken_back_by_a_void(backing: Backing) {
    let served = open(backing).await;
    let reply = ask(&served, "/api/v1/people/ann/recognition").await;
    let own = &reply.body["items"][0];
    assert_eq!((&reply.body["points"], &own["points"]), (&json!(25), &json!(25)));
    assert_eq!(own["badges"][0]["earned_at"], json!(day(3)));
    assert_eq!(own["level"], json!({ "title": "Novice", "points": 10 }));
    assert_eq!(
        own["awards"][2],
        json!({ "at": day(3), "points": 5, "for": "first_try", "course": "fire" })
    );
    served.site.append(&[void(20, 2)]).await;
    served.site.settle_on(61).await;
    let after = ask(&served, "/api/v1/people/ann/recognition").await;
    assert_eq!(
        after.body["points"],
        json!(0),
        "fire comes after hygiene: {after:?}"
    );
    assert_eq!(after.body["items"][0]["badges"][0]["earned_at"], json!(null));
    served.close().await;
}

async fn boards_show_those_who_want_to_be_seen(backing: Backing) {
    let served = open(backing).await;
    let board = async |query: &str| {
        let reply = ask(&served, &format!("/api/v1/boards/safety{query}")).await;
        let places = reply.body["items"].as_array().unwrap().clone();
        places
            .iter()
            .map(|place| {
                format!(
                    "{} {} {}",
                    place["rank"],
                    place["person"].as_str().unwrap(),
                    place["points"]
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(board("").await, [""; 0], "nobody asked for it");
    let seen = |person: Person, group| Person {
        recognition: true,
        ..in_group(person, group)
    };
    served
        .site
        .put(vec![
            seen(nurse("ann"), "Berlin"),
            seen(nurse("bob"), "Berlin"),
            seen(nurse("cy"), "Lyon"),
        ])
        .await;
    served.site.settle_on(61).await;
    assert_eq!(board("").await, ["1 ann 25", "2 cy 15"], "bob has no points yet");
    assert_eq!(board("?limit=1").await, ["1 ann 25"]);
    assert_eq!(board("?group=Lyon").await, ["1 cy 15"]);
    assert_eq!(board(&format!("?from={}", day(3))).await, ["1 ann 15", "1 cy 15"]);
    served.close().await;
}

async fn whoever_was_merged_into_somebody_is_not_counted_twice(backing: Backing) {
    let served = open(backing).await;
    let body = json!({ "from": "bob", "reason": "Two accounts of one person." }).to_string();
    let merged = served
        .post("/api/v1/people/ann/merge", "application/json", body)
        .await;
    assert_eq!(merged.status, 201, "{merged:?}");
    served.site.settle_on(60).await;
    let path = format!("/api/v1/curricula/safety/measures?to={}", day(60));
    assert_eq!(ask(&served, &path).await.body["people"], 2);
    served.close().await;
}
