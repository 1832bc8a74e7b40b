//! What must always hold of what must not happen, over generated curricula, people and histories.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use rules::{Curriculum, Evidence, Period, evaluate, verbs};
use serde_json::Value;
use xapi::Timestamp;

use crate::counting_oracle::fits;
use crate::course_oracle::speaks_of;
use crate::generate::{curriculum, history, moment, monotone, person};
use crate::laws::is_certified;
use crate::oracle::is_doubtful;
use crate::support;

/// A statement that a course with `absent` in these definitions is not met by.
fn happened(id: u128, course: usize, when: Timestamp) -> Evidence {
    let mut row = support::row(id, &format!("c{course}"), verbs::FAILED, "2024-01-01");
    (row.timestamp, row.stored) = (when, when);
    row
}

/// The same where certificates last from when they are earned: where they last from the end of the one before, an
/// earlier end may be worth more, whatever it comes from.
fn plain(curriculum: &Curriculum) -> Curriculum {
    let mut definition: Value = serde_json::from_str(&monotone(curriculum).to_json()).unwrap();
    if let Some(certification) = definition.get_mut("certification").and_then(Value::as_object_mut) {
        for name in ["renewal", "valid_from", "expires_on", "active_at_least", "grace"] {
            certification.shift_remove(name);
        }
    }
    Curriculum::from_json(&definition.to_string()).unwrap()
}

proptest! {
    #![proptest_config(support::thorough())]

    #[test]
    fn what_must_not_happen_never_wins_a_certificate(
        curriculum in curriculum(), person in person(), evidence in history(), at in moment(),
        more in prop::collection::vec((0usize..8, moment()), 1..4),
    ) {
        let curriculum = plain(&curriculum);
        let before = evaluate(&curriculum, &person, &evidence, at);
        let mut evidence = evidence;
        evidence.extend(more.into_iter().enumerate().map(|(id, (course, when))| happened(id as u128, course, when)));
        let after = evaluate(&curriculum, &person, &evidence, at);
        prop_assert!(!is_certified(&after) || is_certified(&before), "{before:#?}\n{after:#?}");
    }

    #[test]
    fn nothing_is_earned_soon_after_what_must_not_happen(
        curriculum in curriculum(), person in person(), evidence in history(), at in moment(),
    ) {
        let curriculum = plain(&curriculum);
        let definition: Value = serde_json::from_str(&curriculum.to_json()).unwrap();
        if let Some(earned) = evaluate(&curriculum, &person, &evidence, at).entitlement.map(|own| own.earned_at) {
            let tops = definition["courses"].as_array().into_iter().flatten();
            for course in tops.filter(|course| course["suggested"] != true) {
                let Some(absent) = course["absent"].as_str() else { continue };
                let absent = Period::parse(absent).unwrap();
                let counts = |row: &&Evidence| {
                    speaks_of(row, course) && fits(row, course, &person.identifiers) && !is_doubtful(&definition, row)
                };
                for row in evidence.iter().filter(counts).filter(|row| row.timestamp <= earned) {
                    prop_assert!(absent.after(row.timestamp) <= earned);
                }
            }
        }
    }
}

/// A law over what never happens would be no law.
#[test]
fn the_generators_make_it_happen() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut certified, mut lost, mut delayed) = (0, 0, 0);
    for _ in 0..8_000 {
        let strategy = (curriculum(), person(), history(), moment(), moment());
        let (curriculum, person, mut evidence, at, when) = strategy.new_tree(&mut runner).unwrap().current();
        let curriculum = monotone(&curriculum);
        if !curriculum.to_json().contains(r#""absent":"#) {
            continue;
        }
        let before = evaluate(&curriculum, &person, &evidence, at);
        evidence.extend((0..8).map(|course| happened(course as u128, course, when)));
        let after = evaluate(&curriculum, &person, &evidence, at);
        certified += u32::from(is_certified(&before));
        lost += u32::from(is_certified(&before) && !is_certified(&after));
        let earned = |own: &rules::Standing| own.entitlement.as_ref().map(|own| own.earned_at);
        delayed += u32::from(earned(&before).is_some() && earned(&before) < earned(&after));
    }
    assert!(
        certified > 20 && lost > 1 && delayed > 1,
        "{certified} certified, {lost} lost, {delayed} delayed"
    );
}
