//! The engine, one happening at a time.

use serde_json::{Value, json};
use store::ChangePosition;
use uuid::Uuid;

use crate::on_both_stores;
use crate::site::{Backing, Site, agent, curriculum, day, nurse, passed, statement, void};

on_both_stores!(
    a_pass_becomes_a_certificate_that_is_told,
    what_came_before_the_person_counts_once_they_appear,
    what_came_before_the_curriculum_counts_once_it_is_published,
    what_only_its_verb_tells_is_found_and_followed,
    a_void_suspends_then_revokes_and_is_said,
    a_void_that_comes_first_keeps_its_target_from_counting,
    time_alone_expires_a_certificate,
    history_is_put_down_and_not_told,
    somebody_removed_keeps_their_certificate_until_it_ends,
    somebody_out_of_the_role_keeps_their_certificate_until_it_ends,
    an_identifier_that_moves_takes_its_statements_along,
    its_own_statements_are_no_evidence,
    a_new_revision_leaves_the_certified_alone_until_they_renew,
    a_revision_says_what_becomes_of_those_before_it,
    a_person_the_engine_can_not_read_is_noted_and_passed_over,
    a_shared_statement_counts_in_each_curriculum,
    a_running_engine_wakes_and_stops,
);

async fn a_pass_becomes_a_certificate_that_is_told(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(vec![nurse("ann"), nurse("bob")]).await;
    site.publish(&curriculum("safety", &["hygiene", "fire"], 0.8, Some("1 year")))
        .await;
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "ann", "fire", 2, 0.8),
        passed(3, "bob", "fire", 2, 1.0),
    ])
    .await;
    site.settle_on(3).await;

    assert_eq!(site.status("ann", "safety").await.as_deref(), Some("certified"));
    assert_eq!(
        site.status("bob", "safety").await.as_deref(),
        Some("in_progress"),
        "fire before hygiene does not count"
    );
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    assert!(site.ledger("bob").await.is_empty());

    let told = site.told().await;
    let [qualified, told] = told.as_slice() else {
        panic!("two statements: {told:?}")
    };
    let certificate = site
        .store
        .certificates_of(&["ann".to_owned()])
        .await
        .unwrap()
        .remove(0);
    assert_eq!(certificate.issued_at, day(2));
    let at = |pointer: &str| told.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(
        at("/actor"),
        json!({"objectType": "Agent", "name": "ANN", "mbox": "mailto:ann@example.com"})
    );
    assert_eq!(at("/verb/id"), "https://w3id.org/xapi/tla/verbs/certified");
    assert_eq!(
        at("/object/id"),
        format!("https://testamur.example.com/certificates/{}", certificate.id)
    );
    assert_eq!(
        at("/object/definition/type"),
        "https://w3id.org/xapi/tla/activity-types/credential"
    );
    assert_eq!(at("/object/definition/name/und"), "safety certificate");
    assert_eq!(
        at("/context/contextActivities/grouping/0/definition/name/und"),
        "safety for nurses"
    );
    assert_eq!(
        at("/context/contextActivities/grouping/0/id"),
        "https://testamur.example.com/curricula/safety"
    );
    assert_eq!(
        at("/context/statement"),
        json!({"objectType": "StatementRef", "id": Uuid::from_u128(2)})
    );
    assert_eq!(
        at("/context/extensions/https:~1~1w3id.org~1xapi~1tla~1extensions~1evidence"),
        json!([1, 2].map(|id| format!(
            "https://testamur.example.com/xapi/statements?statementId={}",
            Uuid::from_u128(id)
        )))
    );
    assert_eq!(at("/timestamp"), json!(day(2)));
    // Before that, that she has shown all there is to show.
    assert_eq!(
        qualified["verb"]["id"],
        "https://w3id.org/xapi/tla/verbs/qualified"
    );
    for same in ["actor", "object", "context", "timestamp"] {
        assert_eq!(qualified[same], told[same], "{same}");
    }
    site.close().await;
}

async fn what_came_before_the_person_counts_once_they_appear(backing: Backing) {
    let site = Site::open(backing).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, None)).await;
    let statements: Vec<Value> = (1..=8)
        .map(|id| passed(id, "ann", "hygiene", 1, if id == 8 { 0.9 } else { 0.1 }))
        .collect();
    site.append(&statements).await;
    site.settle_on(3).await;
    assert_eq!(site.status("ann", "safety").await, None);
    site.put(vec![nurse("ann")]).await;
    site.settle_on(3).await;
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    site.close().await;
}

async fn what_came_before_the_curriculum_counts_once_it_is_published(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(["ann", "bob", "cy", "dee", "eve"].map(nurse).to_vec())
        .await;
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "eve", "hygiene", 1, 0.9),
        passed(3, "ann", "fire", 1, 0.9),
    ])
    .await;
    site.settle_on(3).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, None)).await;
    site.settle_on(3).await;
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    assert_eq!(site.ledger("eve").await, ["safety active: issued"]);
    assert_eq!(
        site.status("cy", "safety").await.as_deref(),
        Some("not_started"),
        "everybody it is for stands somewhere"
    );

    // A second one asks for an activity that nobody asked for before.
    site.publish(&curriculum("more", &["hygiene", "fire"], 0.8, None))
        .await;
    site.settle_on(3).await;
    assert_eq!(site.status("ann", "more").await.as_deref(), Some("certified"));
    assert_eq!(site.status("eve", "more").await.as_deref(), Some("in_progress"));
    site.close().await;
}

async fn what_only_its_verb_tells_is_found_and_followed(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(["ann", "bob"].map(nurse).to_vec()).await;
    let mentored = |id, who, on| statement(id, who, "mentored", &format!("shift-{id}"), day(on), 0.5);
    site.append(&[mentored(1, "ann", 1), passed(2, "bob", "hygiene", 1, 0.9)])
        .await;
    site.settle_on(3).await;
    site.publish(
        "curriculum: mentors\ntitle: Mentors\naudience: { roles: [nurse] }\ncourses:\n  - id: once\n    match: \
         { verb: 'http://adlnet.gov/expapi/verbs/mentored', result.score.scaled: { at_least: 0.5 } }\n",
    )
    .await;
    site.settle_on(3).await;
    assert_eq!(site.status("ann", "mentors").await.as_deref(), Some("certified"));
    assert_eq!(
        site.status("bob", "mentors").await.as_deref(),
        Some("not_started")
    );
    site.append(&[mentored(3, "bob", 4)]).await;
    site.settle_on(5).await;
    assert_eq!(site.status("bob", "mentors").await.as_deref(), Some("certified"));
    site.close().await;
}

async fn a_void_suspends_then_revokes_and_is_said(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(vec![nurse("ann"), nurse("bob")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, None)).await;
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "bob", "hygiene", 1, 0.9),
    ])
    .await;
    site.settle_on(3).await;
    site.append(&[void(10, 1), void(11, 2)]).await;
    site.settle_on(4).await;
    assert_eq!(site.ledger("ann").await, ["safety suspended: issued suspended"]);
    assert_eq!(site.status("ann", "safety").await.as_deref(), Some("not_started"));

    // Bob shows it again in time, Ann does not.
    site.append(&[passed(3, "bob", "hygiene", 10, 0.9)]).await;
    site.settle_on(11).await;
    site.settle_on(17).await;
    assert_eq!(
        site.ledger("ann").await,
        ["safety suspended: issued suspended"],
        "thirteen days"
    );
    site.settle_on(18).await;
    assert_eq!(
        site.ledger("ann").await,
        ["safety revoked: issued suspended revoked"],
        "fourteen days"
    );
    assert_eq!(
        site.ledger("bob").await,
        ["safety active: issued suspended reinstated"]
    );

    let certificate = site
        .store
        .certificates_of(&["ann".to_owned()])
        .await
        .unwrap()
        .remove(0);
    let ledger = site.store.ledger(certificate.id).await.unwrap();
    let reason = |index: usize| {
        let body: Value = serde_json::from_str(&ledger.get(index).unwrap().body).unwrap();
        body.get("reason").unwrap().as_str().unwrap().to_owned()
    };
    assert!(
        reason(1).contains(&Uuid::from_u128(1).to_string()),
        "{}",
        reason(1)
    );
    assert!(reason(2).contains("within 2 weeks"), "{}", reason(2));
    let verbs: Vec<_> = site
        .told()
        .await
        .iter()
        .map(|told| told.pointer("/verb/display/en").unwrap().clone())
        .collect();
    assert_eq!(
        verbs,
        [
            "qualified",
            "certified",
            "qualified",
            "certified",
            "suspended",
            "suspended",
            "reinstated",
            "revoked"
        ]
    );
    site.close().await;
}

async fn a_void_that_comes_first_keeps_its_target_from_counting(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(vec![nurse("ann")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, None)).await;
    site.append(&[void(10, 1)]).await;
    site.settle_on(3).await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(3).await;
    assert!(site.ledger("ann").await.is_empty());
    site.close().await;
}

async fn time_alone_expires_a_certificate(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(vec![nurse("ann")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, Some("30 days")))
        .await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(2).await;
    site.settle_on(30).await;
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    let due = site
        .store
        .next_change_at(store::Share::ALL)
        .await
        .unwrap()
        .unwrap();
    assert!(
        due > day(30) && due <= day(32),
        "the queue knows the moment: {due}"
    );
    site.settle_on(40).await;
    assert_eq!(site.ledger("ann").await, ["safety expired: issued expired"]);
    assert_eq!(site.status("ann", "safety").await.as_deref(), Some("expired"));
    assert_eq!(site.store.next_change_at(store::Share::ALL).await.unwrap(), None);

    site.append(&[passed(2, "ann", "hygiene", 45, 0.9)]).await;
    site.settle_on(46).await;
    assert_eq!(
        site.ledger("ann").await,
        ["safety expired: issued expired", "safety active: issued"]
    );
    site.close().await;
}

async fn history_is_put_down_and_not_told(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(vec![nurse("ann")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, Some("30 days")))
        .await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(200).await;
    assert_eq!(site.ledger("ann").await, ["safety expired: issued expired"]);
    assert!(site.told().await.is_empty());
    site.close().await;
}

async fn somebody_removed_keeps_their_certificate_until_it_ends(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(vec![nurse("ann")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, Some("30 days")))
        .await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(2).await;
    assert!(site.store.remove_person("ann").await.unwrap());
    site.settle_on(3).await;
    assert_eq!(site.status("ann", "safety").await, None);
    assert!(site.store.evidence(&["ann".to_owned()]).await.unwrap().is_empty());
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    site.settle_on(40).await;
    assert_eq!(site.ledger("ann").await, ["safety expired: issued expired"]);

    site.put(vec![nurse("ann")]).await;
    site.settle_on(41).await;
    assert_eq!(site.status("ann", "safety").await.as_deref(), Some("expired"));
    assert_eq!(site.ledger("ann").await, ["safety expired: issued expired"]);
    site.close().await;
}

async fn somebody_out_of_the_role_keeps_their_certificate_until_it_ends(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(vec![nurse("ann")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, Some("30 days")))
        .await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(2).await;
    site.put(vec![rules::Person {
        roles: Vec::new(),
        ..nurse("ann")
    }])
    .await;
    site.settle_on(3).await;
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    site.settle_on(40).await;
    assert_eq!(site.ledger("ann").await, ["safety expired: issued expired"]);
    site.close().await;
}

async fn an_identifier_that_moves_takes_its_statements_along(backing: Backing) {
    let site = Site::open(backing).await;
    let with = |id: &str, others: &[&str]| rules::Person {
        identifiers: others.iter().map(|name| agent(name)).collect(),
        ..nurse(id)
    };
    site.put(vec![nurse("ann"), nurse("ghost")]).await;
    site.publish(&curriculum("safety", &["hygiene", "fire"], 0.8, None))
        .await;
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.9),
        passed(2, "ghost", "fire", 2, 0.9),
    ])
    .await;
    site.settle_on(3).await;
    assert_eq!(site.status("ann", "safety").await.as_deref(), Some("in_progress"));

    // Merged: the ghost was Ann under another address.
    assert!(site.store.remove_person("ghost").await.unwrap());
    site.put(vec![with("ann", &["ann", "ghost"])]).await;
    site.settle_on(4).await;
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);

    // Unmerged.
    site.put(vec![with("ann", &["ann"])]).await;
    site.put(vec![nurse("ghost")]).await;
    site.settle_on(5).await;
    assert_eq!(site.ledger("ann").await, ["safety suspended: issued suspended"]);
    assert_eq!(site.status("ann", "safety").await.as_deref(), Some("in_progress"));
    site.close().await;
}

async fn its_own_statements_are_no_evidence(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(vec![nurse("ann")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, None)).await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    site.settle_on(2).await;
    let own = site.told().await.remove(0);
    // A curriculum that asks for the very activity the engine's statement speaks of.
    let certificate = own.pointer("/object/id").unwrap().as_str().unwrap();
    let text = curriculum("loop", &["x"], 0.0, None)
        .replace("https://example.com/courses/x", certificate)
        .replace("passing_score: 0\n", "completion: true\n");
    site.publish(&text).await;
    site.settle_on(3).await;
    assert_eq!(site.status("ann", "loop").await.as_deref(), Some("not_started"));
    assert_eq!(site.store.evidence(&["ann".to_owned()]).await.unwrap().len(), 1);
    site.close().await;
}

async fn a_new_revision_leaves_the_certified_alone_until_they_renew(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(["ann", "bob", "cy"].map(nurse).to_vec()).await;
    let published = |score: f64| curriculum("safety", &["hygiene"], score, Some("30 days"));
    let record = |score: f64, at: i64| {
        let loaded = rules::load("test.yaml", &published(score)).unwrap().curriculum;
        store::CurriculumRecord {
            id: loaded.id().to_owned(),
            revision: 0,
            hash: loaded.hash(),
            published_at: day(at),
            body: loaded.to_json(),
        }
    };
    site.store.publish_curriculum(record(0.75, 0)).await.unwrap();
    site.append(&[passed(1, "ann", "hygiene", 1, 0.78)]).await;
    site.settle_on(2).await;
    // The pass mark is raised: Ann is certified at 78, Bob passes with 78 too late, Cy with 80.
    site.store.publish_curriculum(record(0.8, 5)).await.unwrap();
    site.settle_on(5).await;
    site.append(&[
        passed(2, "bob", "hygiene", 6, 0.78),
        passed(3, "cy", "hygiene", 6, 0.8),
        passed(4, "ann", "hygiene", 20, 0.78),
    ])
    .await;
    site.settle_on(21).await;
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    assert_eq!(site.status("ann", "safety").await.as_deref(), Some("certified"));
    assert!(site.ledger("bob").await.is_empty());
    assert_eq!(site.ledger("cy").await, ["safety active: issued"]);
    // 78 renews nothing any more.
    site.settle_on(35).await;
    assert_eq!(site.ledger("ann").await, ["safety expired: issued expired"]);
    site.append(&[passed(5, "ann", "hygiene", 36, 0.81)]).await;
    site.settle_on(37).await;
    assert_eq!(
        site.ledger("ann").await,
        ["safety expired: issued expired", "safety active: issued"]
    );
    site.close().await;
}

async fn a_revision_says_what_becomes_of_those_before_it(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(["ann", "bob", "cy"].map(nurse).to_vec()).await;
    let record = |id: &str, score: f64, policy: &str, at: i64| {
        let mut text = curriculum(id, &["hygiene", "fire"], score, Some("1 year"));
        if !policy.is_empty() {
            text.push_str(&format!(
                "revision: {{ because: Safer., changes: The mark., {policy} }}\n"
            ));
        }
        let loaded = rules::load("test.yaml", &text).unwrap().curriculum;
        store::CurriculumRecord {
            id: loaded.id().to_owned(),
            revision: 0,
            hash: loaded.hash(),
            published_at: day(at),
            body: loaded.to_json(),
        }
    };
    for id in ["lenient", "strict"] {
        site.store
            .publish_curriculum(record(id, 0.75, "", 0))
            .await
            .unwrap();
    }
    // Ann is certified with 78 %, Bob has begun with it, Cy begins later.
    site.append(&[
        passed(1, "ann", "hygiene", 1, 0.78),
        passed(2, "ann", "fire", 2, 0.78),
        passed(3, "bob", "hygiene", 2, 0.78),
    ])
    .await;
    site.settle_on(3).await;
    let lenient = record("lenient", 0.8, "in_flight: finish_old", 5);
    let strict = record("strict", 0.8, "certified: at_once", 5);
    for record in [lenient, strict] {
        site.store.publish_curriculum(record).await.unwrap();
    }
    site.settle_on(6).await;
    assert_eq!(
        site.ledger("ann").await,
        ["lenient active: issued", "strict suspended: issued suspended"]
    );
    site.append(&[
        passed(4, "bob", "fire", 7, 0.78),
        passed(5, "cy", "hygiene", 7, 0.78),
        passed(6, "cy", "fire", 8, 0.78),
    ])
    .await;
    site.settle_on(9).await;
    assert_eq!(site.ledger("bob").await, ["lenient active: issued"]);
    assert_eq!(site.status("bob", "strict").await.as_deref(), Some("in_progress"));
    assert!(site.ledger("cy").await.is_empty());
    // Bob stays certified by what he finished; Ann is again when she meets the new mark.
    site.append(&[
        passed(7, "ann", "hygiene", 10, 0.9),
        passed(8, "ann", "fire", 11, 0.9),
    ])
    .await;
    site.settle_on(12).await;
    assert_eq!(site.ledger("bob").await, ["lenient active: issued"]);
    assert_eq!(
        site.ledger("ann").await,
        [
            "lenient active: issued renewed",
            "strict active: issued suspended reinstated"
        ]
    );
    site.settle_on(30).await;
    assert_eq!(site.ledger("bob").await, ["lenient active: issued"]);
    site.close().await;
}

async fn a_person_the_engine_can_not_read_is_noted_and_passed_over(backing: Backing) {
    let site = Site::open(backing).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, None)).await;
    let broken = store::PersonRecord {
        id: "bad".to_owned(),
        ifis: vec![agent("bad")],
        manager: None,
        body: "{".to_owned(),
    };
    site.store.put_people(vec![broken]).await.unwrap();
    site.put(vec![nurse("ann")]).await;
    site.append(&[
        passed(1, "bad", "hygiene", 1, 0.9),
        passed(2, "ann", "hygiene", 1, 0.9),
    ])
    .await;
    site.settle_on(2).await;
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    let checkpoint = site.store.checkpoints().await.unwrap().pop().unwrap();
    assert!(checkpoint.change > ChangePosition(0));
    let state: Value = serde_json::from_str(&checkpoint.state).unwrap();
    assert_eq!(state.pointer("/skipped/count"), Some(&json!(1)));
    assert_eq!(state.pointer("/skipped/latest/0/id"), Some(&json!("bad")));

    // Put right, they are evaluated like everybody else.
    site.put(vec![nurse("bad")]).await;
    site.settle_on(2).await;
    assert_eq!(site.ledger("bad").await, ["safety active: issued"]);
    site.close().await;
}

async fn a_shared_statement_counts_in_each_curriculum(backing: Backing) {
    let site = Site::open(backing).await;
    site.put(vec![nurse("ann")]).await;
    site.publish(&curriculum("one", &["hygiene"], 0.8, None)).await;
    site.publish(&curriculum("two", &["hygiene"], 0.9, None)).await;
    let twice = statement(1, "ann", "passed", "hygiene", day(1), 0.95);
    site.append(&[twice.clone(), twice.clone()]).await;
    site.append(&[twice]).await;
    site.settle_on(2).await;
    assert_eq!(
        site.ledger("ann").await,
        ["one active: issued", "two active: issued"]
    );
    assert_eq!(site.store.evidence(&["ann".to_owned()]).await.unwrap().len(), 1);
    site.close().await;
}

async fn a_running_engine_wakes_and_stops(backing: Backing) {
    let site = Site::open(backing).await;
    site.set_time(day(3));
    let engine = std::sync::Arc::new(site.engine());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn({
        let engine = std::sync::Arc::clone(&engine);
        async move {
            engine
                .run(async move {
                    stopped.await.ok();
                })
                .await;
        }
    });
    site.put(vec![nurse("ann")]).await;
    site.publish(&curriculum("safety", &["hygiene"], 0.8, None)).await;
    site.append(&[passed(1, "ann", "hygiene", 1, 0.9)]).await;
    // What the engine tells comes right after the pass.
    let pass = site
        .store
        .statement(Uuid::from_u128(1))
        .await
        .unwrap()
        .unwrap()
        .position;
    site.store.wait_beyond(pass).await.unwrap();
    assert_eq!(site.ledger("ann").await, ["safety active: issued"]);
    stop.send(()).unwrap();
    running.await.unwrap();
    site.close().await;
}
