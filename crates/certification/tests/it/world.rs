//! Generated happenings, and what must come of them however they are told.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use rules::Person;
use serde_json::Value;
use store::{StandingFilter, Store};
use uuid::Uuid;

use crate::site::{agent, append, curriculum, nurse, publish, statement, void};

/// The day on which everything is looked at in the end.
pub(crate) const LAST_DAY: i64 = 70;
const COURSES: [&str; 3] = ["hygiene", "fire", "lifting"];
const ACTORS: [&str; 5] = ["ann", "ann2", "bob", "cy", "nobody"];

/// What is told to the server, one thing at a time.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// A statement, by its place in the list of all.
    Statement(usize),
    /// Somebody is put into the registry.
    Person(usize),
    /// A curriculum is published.
    Curriculum(usize),
    /// The engine gets so many steps.
    Steps(usize),
}

/// Everything that there is to tell.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) statements: Vec<Value>,
    pub(crate) voided: Vec<bool>,
}

pub(crate) fn people() -> Vec<Person> {
    vec![
        Person {
            identifiers: vec![agent("ann"), agent("ann2")],
            ..nurse("ann")
        },
        nurse("bob"),
        nurse("cy"),
        Person {
            roles: Vec::new(),
            ..nurse("visitor")
        },
    ]
}

pub(crate) fn definitions() -> Vec<String> {
    vec![
        curriculum("ordered", &["hygiene", "fire"], 0.8, Some("30 days")),
        curriculum("forever", &["fire"], 0.6, None),
        curriculum("three", &["hygiene", "fire", "lifting"], 0.5, Some("25 days")),
    ]
}

/// A few dozen statements by people known and unknown, some of them voided.
pub(crate) fn world() -> impl Strategy<Value = World> {
    let one = (
        0..ACTORS.len(),
        0..COURSES.len(),
        0i64..60,
        0usize..10,
        prop::bool::weighted(0.15),
    );
    prop::collection::vec(one, 1..30).prop_map(|drawn| {
        let mut statements = Vec::new();
        let mut voided = Vec::new();
        for (index, (who, what, on, score, gone)) in drawn.into_iter().enumerate() {
            let id = index as u128 + 1;
            // No two at the same moment: which of two such comes first is decided by when they arrived.
            let at =
                xapi::Timestamp::from_micros(crate::site::day(on).as_micros() + index as i64 * 1_000_000);
            let scaled = 0.1 + score as f64 / 10.0;
            let verb = if scaled < 0.5 { "failed" } else { "passed" };
            statements.push(statement(id, ACTORS[who], verb, COURSES[what], at, scaled));
            voided.push(gone);
            if gone {
                statements.push(void(id + 1_000, id));
                voided.push(false);
            }
        }
        World { statements, voided }
    })
}

/// The world with an order to tell it in: every statement at least once, every person and curriculum.
pub(crate) fn told() -> impl Strategy<Value = (World, Vec<Event>)> {
    world().prop_flat_map(|world| {
        let mut events: Vec<Event> = (0..world.statements.len()).map(Event::Statement).collect();
        events.extend((0..people().len()).map(Event::Person));
        events.extend((0..definitions().len()).map(Event::Curriculum));
        let repeats = prop::collection::vec((0..world.statements.len()).prop_map(Event::Statement), 0..6);
        let steps = prop::collection::vec((1usize..6).prop_map(Event::Steps), 0..10);
        (Just(world), repeats, steps).prop_flat_map(move |(world, repeats, steps)| {
            let mut all = events.clone();
            all.extend(repeats);
            all.extend(steps);
            (Just(world), Just(all).prop_shuffle())
        })
    })
}

/// Does to a store what an event says.
pub(crate) async fn tell(store: &dyn Store, world: &World, event: &Event) {
    match event {
        Event::Statement(index) => append(store, std::slice::from_ref(&world.statements[*index])).await,
        Event::Person(index) => {
            let person = people().swap_remove(*index);
            certification::people::import_people(store, vec![person])
                .await
                .unwrap();
        }
        Event::Curriculum(index) => publish(store, &definitions()[*index]).await,
        Event::Steps(_) => {}
    }
}

/// What came of it, without what depends on how it was told: by person and curriculum, the standing and whether
/// a certificate is active, until when and by which statements.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    standing: Value,
    certificate: Option<(String, Vec<Uuid>)>,
}

pub(crate) async fn outcome(store: &dyn Store) -> BTreeMap<(String, String), Outcome> {
    let mut outcomes = BTreeMap::new();
    let standings = store
        .standings(&StandingFilter {
            limit: 1_000,
            ..StandingFilter::default()
        })
        .await
        .unwrap();
    for record in standings {
        let mut body: Value = serde_json::from_str(&record.body).unwrap();
        let held = store
            .certificates_of(std::slice::from_ref(&record.person))
            .await
            .unwrap();
        let active: Vec<_> = held
            .into_iter()
            .filter(|certificate| {
                certificate.curriculum == record.curriculum && certificate.status == "active"
            })
            .collect();
        assert!(active.len() <= 1, "two active certificates: {active:?}");
        let certificate = active.first().map(|certificate| {
            let body: Value = serde_json::from_str(&certificate.body).unwrap();
            let cited = serde_json::from_value(body.pointer("/proof/statements").unwrap().clone()).unwrap();
            (format!("{:?}", certificate.expires_at), cited)
        });
        assert_eq!(
            certificate.is_some(),
            record.status == "certified",
            "{} in {}: {body}",
            record.person,
            record.curriculum
        );
        body["status"] = Value::String(record.status);
        outcomes.insert(
            (record.person, record.curriculum),
            Outcome {
                standing: body,
                certificate,
            },
        );
    }
    outcomes
}

/// Holds what must be so in any store whose engine has settled.
pub(crate) async fn check_ledger(store: &Arc<dyn Store>) {
    for person in people() {
        for certificate in store
            .certificates_of(std::slice::from_ref(&person.id))
            .await
            .unwrap()
        {
            let ledger = store.ledger(certificate.id).await.unwrap();
            let kinds: Vec<_> = ledger.iter().map(|entry| entry.kind.as_str()).collect();
            assert_eq!(
                kinds.iter().filter(|kind| **kind == "issued").count(),
                1,
                "issued once: {kinds:?}"
            );
            assert_eq!(kinds.first(), Some(&"issued"));
            let state = match *kinds.last().unwrap() {
                "issued" | "renewed" | "amended" | "reinstated" => "active",
                other => other,
            };
            // An ended certificate that late news changes stays ended.
            let quiet =
                certificate.status == "expired" && matches!(kinds.last(), Some(&"amended" | &"renewed"));
            assert!(
                quiet || state == certificate.status,
                "{kinds:?} and {}",
                certificate.status
            );
        }
    }
    let evidence = store
        .evidence(&people().into_iter().map(|person| person.id).collect::<Vec<_>>())
        .await
        .unwrap();
    let mut rows: Vec<_> = evidence
        .iter()
        .map(|row| (row.person.clone(), row.statement))
        .collect();
    rows.sort();
    rows.dedup();
    assert_eq!(
        rows.len(),
        evidence.len(),
        "at most one row a person and statement"
    );
    assert!(
        store
            .outbox(crate::site::day(100_000), 10)
            .await
            .unwrap()
            .is_empty(),
        "everything is told"
    );
}
