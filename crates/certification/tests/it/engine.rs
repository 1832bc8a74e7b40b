//! The engine, one happening at a time.

mod ends;
mod revisions;

use serde_json::{Value, json};
use store::ChangePosition;
use uuid::Uuid;

use crate::on_both_stores;
use crate::site::{Backing, Site, agent, curriculum, day, nurse, passed, statement};

on_both_stores!(
    a_pass_becomes_a_certificate_that_is_told,
    what_came_before_the_person_counts_once_they_appear,
    what_came_before_the_curriculum_counts_once_it_is_published,
    what_only_its_verb_tells_is_found_and_followed,
    an_identifier_that_moves_takes_its_statements_along,
    its_own_statements_are_no_evidence,
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
