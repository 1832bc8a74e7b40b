//! Ten stories that every training department knows, told to the real program over HTTP alone, with the clock that there
//! is: what happened lies days ago, and is told now. `crates/certification/tests/it/stories.rs` plays the same ones with a
//! clock of its own, day by day.

use chrono::{Duration, NaiveDate, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::support::world::{failed, passed, requirement, voids};
use crate::support::{Answer, Api, Backing, TestServer, eventually};

on_both_stores!(
    a_passing_statement_is_voided_after_certification,
    tier_two_is_uploaded_before_tier_one,
    an_event_in_time_is_uploaded_late,
    a_late_failing_statement_is_dated_before_the_award,
    one_person_under_two_identifiers,
    the_pass_mark_is_raised,
    a_prerequisite_expired_under_both_policies,
    a_role_changes_in_the_middle_and_back,
    renewal_early_in_the_window_before_it_in_grace_and_after,
    history_is_imported_and_a_waiver_expires,
);

/// A moment so many days before now.
fn ago(days: i64) -> String {
    (Utc::now() - Duration::days(days)).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The day that it was in UTC so many days before today.
fn day(days_ago: i64) -> NaiveDate {
    (Utc::now() - Duration::days(days_ago)).date_naive()
}

fn course(name: &str) -> String {
    format!("https://courses.example.com/{name}")
}

/// That somebody passed a course so many days ago.
fn pass(person: &str, name: &str, days_ago: i64, score: f64) -> Value {
    passed(person, &course(name), &ago(days_ago), Some(score))
}

/// Hygiene, then fire, for nurses.
fn safety(passing_score: &str, validity: &str) -> String {
    format!(
        "
curriculum: safety
title: Safety
audience: {{ roles: [nurse] }}
courses:
  - {{ id: hygiene, activity: https://courses.example.com/hygiene, passing_score: {passing_score} }}
  - {{ id: fire, activity: https://courses.example.com/fire, passing_score: {passing_score}, after: hygiene }}
certification: {{ validity: {validity} }}
"
    )
}

/// A server with these curricula, and nurses.
struct Ward {
    server: TestServer,
    api: Api,
}

impl Ward {
    async fn open(backing: &Backing, curricula: &[&str], nurses: &[&str]) -> Self {
        let server = TestServer::start(backing).await;
        let api = server.api();
        for curriculum in curricula {
            api.publish(curriculum).await;
        }
        for nurse in nurses {
            let person = known(nurse, json!({ "roles": ["nurse"] }));
            api.post("/api/v1/people", &json!([person])).await.expect(200);
        }
        Self { server, api }
    }

    /// Tells what happened, and waits until it counts.
    async fn tell(&self, statements: &[Value]) {
        self.api.statements(&json!(statements)).await;
        self.api.settled().await;
    }

    async fn status(&self, person: &str, curriculum: &str) -> String {
        let standing = self.api.standing(person, curriculum).await;
        standing["status"].as_str().unwrap().to_owned()
    }

    /// Somebody's certificates with all that happened to them, as `STATUS: kind kind`.
    async fn ledger(&self, person: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for held in self
            .api
            .all(&format!("/api/v1/certificates?person={person}"))
            .await
        {
            let path = format!("/api/v1/certificates/{}", held["id"].as_str().unwrap());
            let one = self.api.get(&path).await.expect(200).json();
            let entries = one["ledger"].as_array().unwrap();
            let kinds: Vec<&str> = entries
                .iter()
                .map(|entry| entry["kind"].as_str().unwrap())
                .collect();
            lines.push(format!(
                "{} {}: {}",
                held["curriculum"].as_str().unwrap(),
                held["status"].as_str().unwrap(),
                kinds.join(" ")
            ));
        }
        lines
    }
}

/// A person as the registry is told, known by their account.
fn known(id: &str, mut members: Value) -> Value {
    members["id"] = json!(id);
    members["identifiers"] =
        json!([{ "account": { "homePage": "https://directory.example.com", "name": id } }]);
    members
}

async fn a_passing_statement_is_voided_after_certification(backing: Backing) {
    let ward = Ward::open(&backing, &[&safety("80 %", "1 year")], &["ann"]).await;
    let fire = pass("ann", "fire", 2, 0.9);
    ward.tell(&[pass("ann", "hygiene", 3, 0.9), fire.clone()]).await;
    assert_eq!(ward.status("ann", "safety").await, "certified");

    ward.tell(&[voids(&fire)]).await;
    assert_eq!(ward.ledger("ann").await, ["safety suspended: issued suspended"]);
    assert_eq!(ward.status("ann", "safety").await, "in_progress");
    let held = &ward.api.all("/api/v1/certificates?person=ann").await[0];
    let path = format!("/api/v1/certificates/{}", held["id"].as_str().unwrap());
    let one = ward.api.get(&path).await.expect(200).json();
    let reason = one["ledger"][1]["reason"].as_str().unwrap();
    assert!(
        reason.starts_with(&format!(
            "It rested on statement {}",
            fire["id"].as_str().unwrap()
        )) && reason.contains(&format!("revoked on {}", day(-14))),
        "{reason}"
    );
    // Nobody knows her manager: the training office is told.
    let notices = ward.api.all("/api/v1/notices?person=ann").await;
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert_eq!(
        (&notices[0]["step"], &notices[0]["to"], &notices[0]["say"]),
        (&json!("suspended"), &json!(["ann", "training"]), &json!(reason))
    );
    ward.server.stop().await;
}

async fn tier_two_is_uploaded_before_tier_one(backing: Backing) {
    let line = "
curriculum: line
title: Line
audience: { roles: [nurse] }
tiers:
  - { id: first, courses: [{ id: basics, activity: https://courses.example.com/basics }] }
  - { id: second, courses: [{ id: machine, activity: https://courses.example.com/machine }] }
certification: { validity: 2 years }
";
    let ward = Ward::open(&backing, &[line], &["ann", "bob"]).await;
    // Ann did them in order, and the second came first. Bob did the second first.
    let second = pass("ann", "machine", 10, 0.9);
    ward.tell(&[second.clone(), pass("bob", "machine", 25, 0.9)])
        .await;
    assert_eq!(ward.status("ann", "line").await, "in_progress");
    ward.tell(&[pass("ann", "basics", 20, 0.9), pass("bob", "basics", 20, 0.9)])
        .await;
    let ann = ward.api.standing("ann", "line").await;
    assert_eq!(ann["status"], "certified");
    assert_eq!(ann["entitlement"]["earned_at"], second["timestamp"]);
    let bob = ward.api.standing("bob", "line").await;
    assert_eq!(bob["status"], "in_progress");
    let reason = requirement(&bob, "second")["parts"][0]["reason"]
        .as_str()
        .unwrap();
    assert!(reason.contains("before 'first' was met"), "{reason}");
    ward.server.stop().await;
}

async fn an_event_in_time_is_uploaded_late(backing: Backing) {
    let fire = "
curriculum: fire
title: Fire
audience: { roles: [nurse] }
due: 30 days after hire
courses: [{ id: fire, activity: https://courses.example.com/fire }]
";
    let ward = Ward::open(&backing, &[fire], &[]).await;
    let person = known("ann", json!({ "roles": ["nurse"], "hired": day(60) }));
    ward.api
        .post("/api/v1/people", &json!([person]))
        .await
        .expect(200);
    ward.api.settled().await;
    // Nothing is due on the day on which it is published. The steps of a ladder take days, too.
    let in_two_days = async || {
        let path = format!("/api/v1/people/ann/standings?as_of={}", ago(-2));
        let standings = ward.api.get(&path).await.expect(200).json();
        standings["items"][0].clone()
    };
    let late = in_two_days().await;
    assert_eq!(
        (&late["status"], &late["overdue"]),
        (&json!("not_started"), &json!(true)),
        "{late:#}"
    );

    // It had been done on the tenth day.
    let done = pass("ann", "fire", 50, 0.9);
    ward.tell(std::slice::from_ref(&done)).await;
    assert_eq!(ward.status("ann", "fire").await, "certified");
    let ann = in_two_days().await;
    assert_eq!(
        (&ann["status"], &ann["overdue"]),
        (&json!("certified"), &json!(false))
    );
    assert_eq!(ann["entitlement"]["earned_at"], done["timestamp"]);
    ward.server.stop().await;
}

async fn a_late_failing_statement_is_dated_before_the_award(backing: Backing) {
    let best = safety("80 %", "1 year");
    let latest = best
        .replace("curriculum: safety", "curriculum: strict")
        .replace("passing_score: 80 %", "passing_score: 80 %, attempts: latest");
    let ward = Ward::open(&backing, &[&best, &latest], &["ann", "bob"]).await;
    let fire = pass("ann", "fire", 2, 0.9);
    ward.tell(&[pass("ann", "hygiene", 10, 0.9), fire.clone()]).await;
    ward.tell(&[pass("bob", "hygiene", 10, 0.9), pass("bob", "fire", 2, 0.9)])
        .await;
    // Ann failed between her pass and the award, Bob before his pass.
    ward.tell(&[
        failed("ann", &course("hygiene"), &ago(5), Some(0.2)),
        failed("bob", &course("hygiene"), &ago(12), Some(0.2)),
    ])
    .await;
    for (person, curriculum, status) in [
        ("ann", "safety", "certified"),
        ("ann", "strict", "in_progress"),
        ("bob", "safety", "certified"),
        ("bob", "strict", "certified"),
    ] {
        assert_eq!(
            ward.status(person, curriculum).await,
            status,
            "{person} {curriculum}"
        );
    }
    assert_eq!(
        ward.ledger("ann").await,
        ["safety active: issued", "strict suspended: issued suspended"]
    );
    let held = &ward
        .api
        .all("/api/v1/certificates?person=ann&curriculum=safety")
        .await[0];
    assert_eq!(held["issued_at"], fire["timestamp"]);
    ward.server.stop().await;
}

async fn one_person_under_two_identifiers(backing: Backing) {
    let ward = Ward::open(&backing, &[&safety("80 %", "1 year")], &["ann", "ann2"]).await;
    ward.tell(&[pass("ann", "hygiene", 3, 0.9), pass("ann2", "fire", 2, 0.9)])
        .await;
    assert_eq!(ward.status("ann", "safety").await, "in_progress");
    let merge = json!({ "from": "ann2", "reason": "Two accounts of one person." });
    let merged = ward
        .api
        .post("/api/v1/people/ann/merge", &merge)
        .await
        .expect(201);
    ward.api.settled().await;
    assert_eq!(ward.status("ann", "safety").await, "certified");
    assert_eq!(ward.ledger("ann").await, ["safety active: issued"]);
    assert!(ward.api.all("/api/v1/standings?person=ann2").await.is_empty());

    let unmerge = json!({ "act": merged.json()["id"], "reason": "They are two people." });
    ward.api
        .post("/api/v1/people/ann/unmerge", &unmerge)
        .await
        .expect(201);
    ward.api.settled().await;
    assert_eq!(ward.status("ann", "safety").await, "in_progress");
    assert_eq!(ward.ledger("ann").await, ["safety suspended: issued suspended"]);
    let other = ward.api.standing("ann2", "safety").await;
    let fire = requirement(&other, "fire");
    assert_eq!(
        (&other["status"], &fire["outcome"]),
        (&json!("in_progress"), &json!("unmet"))
    );
    ward.server.stop().await;
}

async fn the_pass_mark_is_raised(backing: Backing) {
    let ward = Ward::open(
        &backing,
        &[&safety("75 %", "1 year")],
        &["certified", "in-flight", "renewing"],
    )
    .await;
    ward.tell(&[
        pass("certified", "hygiene", 3, 0.78),
        pass("certified", "fire", 2, 0.78),
        pass("in-flight", "hygiene", 3, 0.78),
        pass("renewing", "hygiene", 351, 0.78),
        pass("renewing", "fire", 350, 0.78),
    ])
    .await;
    ward.api.publish(&safety("80 %", "1 year")).await;
    ward.api.settled().await;
    let stands = async |person: &str, status: &str, revision: i64| {
        let standing = ward.api.standing(person, "safety").await;
        assert_eq!(
            (&standing["status"], &standing["revision"]),
            (&json!(status), &json!(revision)),
            "{person}: {standing:#}"
        );
        standing
    };
    stands("certified", "certified", 1).await;
    stands("renewing", "certified", 1).await;
    let in_flight = stands("in-flight", "in_progress", 2).await;
    assert_eq!(
        requirement(&in_flight, "hygiene")["reason"],
        "best score 0.78 of 0.80 needed"
    );

    // Renewing goes by the new mark.
    for (name, score) in [("hygiene", 0.78), ("fire", 0.9)] {
        ward.tell(&[pass("renewing", name, 0, score)]).await;
    }
    stands("renewing", "certified", 1).await;
    for name in ["hygiene", "fire"] {
        ward.tell(&[pass("renewing", name, 0, 0.85)]).await;
    }
    stands("renewing", "certified", 2).await;
    assert_eq!(ward.ledger("renewing").await, ["safety active: issued renewed"]);
    assert_eq!(ward.ledger("certified").await, ["safety active: issued"]);
    ward.server.stop().await;
}

async fn a_prerequisite_expired_under_both_policies(backing: Backing) {
    let base = "
curriculum: base
title: Base
audience: { roles: [nurse] }
courses: [{ id: base, activity: https://courses.example.com/base }]
certification: { validity: 60 days }
";
    let needing = |needed: &str| {
        format!(
            "
curriculum: {id}
title: {id}
audience: {{ roles: [nurse] }}
courses:
  - {{ id: base, certificate: base, needed: {needed} }}
  - {{ id: ward, activity: https://courses.example.com/ward }}
certification: {{ validity: 1 year }}
",
            id = needed.replace('_', "-")
        )
    };
    let (at_award, always) = (needing("active_at_award"), needing("active_always"));
    let ward = Ward::open(&backing, &[base, &at_award, &always], &["ann"]).await;
    ward.tell(&[pass("ann", "base", 100, 0.9), pass("ann", "ward", 90, 0.9)])
        .await;
    let all = async |expected: [&str; 3]| {
        for (curriculum, status) in ["base", "active-at-award", "active-always"].iter().zip(expected) {
            assert_eq!(ward.status("ann", curriculum).await, status, "{curriculum}");
        }
    };
    // The base certificate ended forty days ago.
    all(["expired", "certified", "suspended"]).await;
    ward.tell(&[pass("ann", "base", 0, 0.9)]).await;
    all(["certified", "certified", "certified"]).await;
    ward.server.stop().await;
}

async fn a_role_changes_in_the_middle_and_back(backing: Backing) {
    let driving = "
curriculum: driving
title: Driving
audience: { roles: [driver] }
due: 20 days after role start
courses:
  - { id: fire, activity: https://courses.example.com/fire }
  - { id: van, activity: https://courses.example.com/van }
";
    let ward = Ward::open(&backing, &[&safety("80 %", "1 year"), driving], &[]).await;
    let put = async |roles: Value| {
        let person = known("ann", json!({ "roles": roles }));
        let answer: Answer = ward.api.put("/api/v1/people/ann", &person).await;
        assert!(answer.status.is_success(), "{answer:?}");
        ward.api.settled().await;
    };
    put(json!([{ "role": "nurse", "since": day(100) }])).await;
    ward.tell(&[pass("ann", "hygiene", 90, 0.9), pass("ann", "fire", 80, 0.9)])
        .await;
    assert_eq!(ward.status("ann", "safety").await, "certified");

    let nurse = json!({ "role": "nurse", "since": day(100), "until": day(11) });
    put(json!([nurse, { "role": "driver", "since": day(10) }])).await;
    let standing = ward.api.standing("ann", "driving").await;
    assert_eq!(
        requirement(&standing, "fire")["outcome"],
        "met",
        "shared evidence"
    );
    let due = format!("{}T00:00:00.000Z", day(-11));
    assert_eq!(standing["due_at"], due, "twenty days from its own start");
    assert_eq!(ward.status("ann", "safety").await, "certified");

    let driver = json!({ "role": "driver", "since": day(10), "until": day(2) });
    put(json!([nurse, driver, { "role": "nurse", "since": day(1) }])).await;
    assert_eq!(ward.status("ann", "safety").await, "certified");
    assert_eq!(ward.ledger("ann").await, ["safety active: issued"]);
    assert!(
        ward.api
            .all("/api/v1/standings?curriculum=driving")
            .await
            .iter()
            .all(|standing| standing["due_at"].is_null())
    );
    ward.server.stop().await;
}

async fn renewal_early_in_the_window_before_it_in_grace_and_after(backing: Backing) {
    let aid = "
curriculum: aid
title: First aid
audience: { roles: [nurse] }
courses: [{ id: aid, activity: https://courses.example.com/aid }]
certification: { validity: 100 days, renewal_window: 20 days, grace: 10 days, valid_from: prior_expiry }
";
    let ward = Ward::open(&backing, &[aid], &["early", "before", "grace", "after"]).await;
    // All were certified 120 days ago, until 20 days ago; the window opened 40 days ago, grace ended 10 days ago.
    let first = ago(120);
    let end = |days: i64| {
        let first = chrono::DateTime::parse_from_rfc3339(&first).unwrap().to_utc();
        json!((first + Duration::days(days)).to_rfc3339_opts(SecondsFormat::Millis, true))
    };
    let at = |person: &str, when: &Value| passed(person, &course("aid"), when.as_str().unwrap(), Some(0.9));
    let mut told = Vec::new();
    for (person, again) in [("early", 81), ("before", 50), ("grace", 105), ("after", 115)] {
        told.extend([at(person, &end(0)), at(person, &end(again))]);
    }
    ward.tell(&told).await;
    for (person, ends) in [
        // One cycle on from the end.
        ("early", 200),
        // It carries on from its own date, as one that was earned anew.
        ("before", 150),
        // Renewed late, from when it was.
        ("grace", 205),
        // Anew.
        ("after", 215),
    ] {
        let standing = ward.api.standing(person, "aid").await;
        assert_eq!(standing["status"], "certified", "{person}");
        assert_eq!(standing["entitlement"]["expires_at"], end(ends), "{person}");
    }
    ward.server.stop().await;
}

async fn history_is_imported_and_a_waiver_expires(backing: Backing) {
    let ward = Ward::open(&backing, &[&safety("80 %", "1 year")], &["ann", "bob"]).await;
    let list = format!(
        "person,activity,what,when,score\n\
         ann,https://courses.example.com/hygiene,passed,2024-03-01,90 %\n\
         ann,https://courses.example.com/fire,passed,2024-03-02,90 %\n\
         bob,https://courses.example.com/hygiene,passed,{},90 %\n\
         bob,https://courses.example.com/fire,passed,{},90 %\n",
        day(101),
        day(100)
    );
    let request = ward.api.request(reqwest::Method::POST, "/api/v1/history");
    let imported = Answer::of(request.header("Content-Type", "text/csv").body(list))
        .await
        .expect(200)
        .json();
    assert_eq!(imported, json!({ "received": 4, "new": 4 }));
    ward.api.settled().await;
    // A record of 2024 is of the cycle of 2024: it no longer holds, and nobody is told of it.
    assert_eq!(ward.status("ann", "safety").await, "expired");
    assert_eq!(ward.ledger("ann").await, ["safety expired: issued expired"]);
    assert_eq!(ward.status("bob", "safety").await, "certified");
    let verbs = async |person: &str| -> Vec<String> {
        let agent = json!({ "account": { "homePage": "https://directory.example.com", "name": person } });
        let mut url = reqwest::Url::parse("http://x/xapi/statements").unwrap();
        url.query_pairs_mut().append_pair("agent", &agent.to_string());
        let path = format!("/xapi/statements?{}", url.query().unwrap());
        let found = ward.api.get(&path).await.expect(200).json();
        let statements = found["statements"].as_array().unwrap();
        let ids = statements
            .iter()
            .rev()
            .map(|own| own["verb"]["id"].as_str().unwrap());
        ids.map(|id| id.rsplit('/').next().unwrap().to_owned()).collect()
    };
    assert_eq!(verbs("ann").await, ["passed", "passed"]);
    eventually("Bob's certificate is told", async || {
        (verbs("bob").await == ["passed", "passed", "qualified", "certified"]).then_some(())
    })
    .await;

    let waived_until = (Utc::now() + Duration::seconds(5)).to_rfc3339_opts(SecondsFormat::Millis, true);
    let waiver = json!({
        "kind": "waiver", "person": "ann", "curriculum": "safety", "requirement": "hygiene", "until": waived_until,
        "reason": "Holds the old card.", "approved_by": "Dr. Blum",
    });
    let act = ward.api.post("/api/v1/acts", &waiver).await.expect(201).json();
    let hygiene = async |as_of: &str| {
        let path = format!("/api/v1/people/ann/standings?as_of={as_of}");
        let standings = ward.api.get(&path).await.expect(200).json();
        requirement(&standings["items"][0], "hygiene").clone()
    };
    let waived = hygiene(act["at"].as_str().unwrap()).await;
    assert_eq!(waived["outcome"], "waived", "{waived:#}");
    assert!(
        waived["reason"]
            .as_str()
            .unwrap()
            .starts_with("waived by Dr. Blum on "),
        "{waived:#}"
    );
    let after = hygiene(&waived_until).await;
    assert_eq!(after["outcome"], "unmet", "{after:#}");
    eventually("the engine sees that it expired", async || {
        let standing = ward.api.standing("ann", "safety").await;
        (requirement(&standing, "hygiene")["outcome"] == "unmet").then_some(())
    })
    .await;
    ward.server.stop().await;
}
