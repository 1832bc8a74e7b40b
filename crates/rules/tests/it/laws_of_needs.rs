//! What must always hold of certificates that others need all the time.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use rules::{Act, ActKind, Curriculum, Evidence, Person, Standing, Status, View, evaluate_as};
use serde_json::{Value, json};
use uuid::Uuid;
use xapi::Timestamp;

use crate::generate::{self, CREDENTIAL, history, moment, person};
use crate::laws_of_acts::acts;
use crate::support;

/// What has no end needs no renewal: which of several that overlap began it does not matter.
fn for_good(definition: &mut Value) {
    definition["certification"] = json!({});
}

/// A curriculum that asks for a licence, and the same where a certificate asks for it that anybody has who holds it.
fn asked_twice() -> impl Strategy<Value = (Curriculum, Curriculum)> {
    fn ask(value: &mut Value) {
        match value {
            Value::Object(members) => {
                if members.remove("credential").is_some() {
                    members.remove("issuer");
                    members.insert("certificate".to_owned(), "licensed".into());
                }
                members.values_mut().for_each(ask);
            }
            Value::Array(items) => items.iter_mut().for_each(ask),
            _ => {}
        }
    }
    generate::licensed().prop_filter_map("there must be a licence in it", |curriculum| {
        let mut definition: Value = serde_json::from_str(&curriculum.to_json()).unwrap();
        for_good(&mut definition);
        let load = |definition: &Value| {
            let loaded = rules::load("c.json", &definition.to_string());
            loaded.unwrap().curriculum
        };
        let direct = load(&definition);
        let has_issuer = direct.to_json().contains("\"issuer\"");
        ask(&mut definition);
        let through = load(&definition);
        let is_asked = through.certificates_asked().next().is_some();
        (is_asked && !has_issuer).then_some((direct, through))
    })
}

fn licensed() -> Curriculum {
    support::curriculum(&format!(
        "
curriculum: licensed
title: Licensed
audience: {{ everyone: true }}
courses: [{{ id: licence, credential: '{CREDENTIAL}', needed: active_always }}]
"
    ))
}

/// Decisions about anything but the licence itself.
fn decisions() -> impl Strategy<Value = Vec<Act>> {
    acts().prop_map(|mut acts| {
        acts.retain(|act| !matches!(act.kind, ActKind::Revocation { .. }));
        acts
    })
}

fn look(
    curriculum: &Curriculum,
    person: &Person,
    evidence: &[Evidence],
    acts: &[Act],
    at: Timestamp,
) -> Standing {
    let licensed = licensed();
    let view = View {
        acts,
        others: &[&licensed],
        ..View::at(at)
    };
    evaluate_as(curriculum, person, evidence, &view)
}

/// The status, and when the certificate was earned.
fn shown(standing: &Standing) -> (Status, Option<Timestamp>) {
    let suspended = standing.suspended.as_ref().map(|own| &own.entitlement);
    let own = standing.entitlement.as_ref().or(suspended);
    (standing.status, own.map(|own| own.earned_at))
}

proptest! {
    #![proptest_config(support::thorough())]

    #[test]
    fn a_licence_asked_for_through_a_certificate_is_as_if_asked_for_itself(
        (direct, through) in asked_twice(), person in person(), evidence in history(), acts in decisions(),
        at in moment(),
    ) {
        prop_assert_eq!(
            shown(&look(&through, &person, &evidence, &acts, at)),
            shown(&look(&direct, &person, &evidence, &acts, at))
        );
    }

    #[test]
    fn what_is_cited_suffices_where_another_certificate_is_needed(
        (_, through) in asked_twice(), person in person(), evidence in history(), acts in decisions(), at in moment(),
    ) {
        let standing = look(&through, &person, &evidence, &acts, at);
        if let Some(entitlement) = &standing.entitlement {
            let is_cited = |list: &[Uuid], id: &Uuid| list.contains(id);
            let mut rows = evidence.clone();
            rows.retain(|row| is_cited(&entitlement.statements, &row.statement));
            let mut decisions = acts.clone();
            decisions.retain(|act| is_cited(&entitlement.acts, &act.id));
            let again = look(&through, &person, &rows, &decisions, at);
            prop_assert_eq!(shown(&again), shown(&standing));
        }
    }

    #[test]
    fn nothing_changes_before_the_moment_named_where_another_certificate_is_needed(
        (_, through) in asked_twice(), person in person(), evidence in history(), acts in decisions(), at in moment(),
        part in 0.0f64..1.0,
    ) {
        let standing = look(&through, &person, &evidence, &acts, at);
        let never = Timestamp::from_micros(at.as_micros() + 40_000 * 86_400_000_000);
        let next = standing.next_change_at.unwrap_or(never);
        let span = next.as_micros() - at.as_micros() - 1;
        for offset in [span, (span as f64 * part) as i64] {
            let later = Timestamp::from_micros(at.as_micros() + offset);
            prop_assert_eq!(&look(&through, &person, &evidence, &acts, later), &standing);
        }
    }
}

/// A law about what is needed all the time would be none if it were never lost.
#[test]
fn the_generators_reach_what_is_lost() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut suspended, mut certified) = (0, 0);
    for _ in 0..2_000 {
        let strategy = (asked_twice(), person(), history(), decisions(), moment());
        let ((_, through), person, evidence, acts, at) = strategy.new_tree(&mut runner).unwrap().current();
        let standing = look(&through, &person, &evidence, &acts, at);
        suspended += u32::from(standing.status == Status::Suspended);
        certified += u32::from(standing.entitlement.is_some_and(|own| !own.acts.is_empty()));
    }
    assert!(
        suspended > 5 && certified > 5,
        "{suspended} suspended, {certified} certified"
    );
}
