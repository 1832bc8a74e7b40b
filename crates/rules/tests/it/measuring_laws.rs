//! What must always hold of measures and recognition, over generated curricula, people and histories.

use proptest::prelude::*;
use rules::measures::{Tallies, measure};
use rules::recognition::recognize;
use rules::{
    Act, ActKind, Ask, Curriculum, Evidence, EvidenceScore, Interest, Number, Person, View, evaluate,
};
use serde_json::{Value, json};
use uuid::Uuid;
use xapi::{Ifi, Timestamp};

use crate::generate::{curriculum, history, moment, monotone, perfect, person};
use crate::support::course_iri;

fn measures() -> Vec<Value> {
    let iri = |name: &str| course_iri(name).as_str().to_owned();
    vec![
        json!({"id": "m0", "survey": iri("survey"), "target": 0.5}),
        json!({"id": "m1", "survey": [iri("survey"), iri("c0")], "course": "c0", "window": "6 months", "baseline": "6 months"}),
        json!({"id": "m2", "learning": "pass_rate", "target": 0.7, "baseline": 0.5}),
        json!({"id": "m3", "learning": "attempts", "target": 2}),
        json!({"id": "m4", "learning": "normalized_gain", "before": iri("pretest"), "after": iri("survey")}),
        json!({"id": "m5", "observed": [iri("belt"), iri("horn")], "course": "c0", "not_before": "10 days", "target": 1}),
        json!({"id": "m6", "kpi": iri("damage"), "combine": "latest", "better": "lower", "target": 3}),
        json!({"id": "m7", "kpi": iri("damage"), "of": "group", "combine": "sum", "window": "1 year", "baseline": "1 year"}),
        json!({"id": "m8", "learning": "first_try_rate", "course": "c0"}),
        json!({"id": "m9", "learning": "mean_score"}),
    ]
}

/// A generated curriculum, as it is, and with measures and recognition; its first entry may be a group.
pub(crate) fn measured() -> impl Strategy<Value = (Curriculum, Curriculum)> {
    let wanted = prop::collection::vec(any::<bool>(), 10);
    (curriculum(), wanted, any::<bool>()).prop_map(|(plain, wanted, months)| {
        let mut definition: Value = serde_json::from_str(&plain.to_json()).unwrap();
        let in_tiers = definition.pointer("/tiers/0/courses");
        let first = &in_tiers.unwrap_or(&definition["courses"])[0];
        let is_group = first.get("of").is_some();
        let all = measures().into_iter().zip(wanted);
        let chosen: Vec<Value> = all
            .filter(|(measure, wanted)| *wanted && !(is_group && measure.get("course").is_some()))
            .map(|(measure, _)| measure)
            .collect();
        if !chosen.is_empty() {
            definition["measures"] = chosen.into();
        }
        definition["recognition"] = json!({
            "points": {"met": 10, "first_try": 5, "certified": 50, "active": 1},
            "streak": if months { "months" } else { "weeks" },
            "badges": [{"id": "b", "title": "B", "streak": 2, "points": 11}],
        });
        let measured =
            rules::load("c.json", &definition.to_string()).unwrap_or_else(|errors| panic!("{errors}"));
        (plain, measured.curriculum)
    })
}

/// A statement that only measures look at, or one of a course.
fn row() -> impl Strategy<Value = Evidence> {
    let activity = prop::sample::select(vec!["survey", "pretest", "belt", "horn", "damage"]);
    let other = prop::sample::select(vec!["mailto:p@example.com", "mailto:boss@example.com"]);
    (
        activity,
        moment(),
        any::<u128>(),
        0i64..=4,
        other,
        prop::option::of(any::<bool>()),
    )
        .prop_map(|(activity, timestamp, id, quarters, instructor, success)| {
            let mut row =
                crate::support::row(id, activity, "http://id.tincanapi.com/verb/rated", "2024-01-01");
            (row.timestamp, row.stored, row.success) = (timestamp, timestamp, success);
            let score = Number::parse(&(quarters as f64 / 4.0).to_string()).unwrap();
            row.score = Some(EvidenceScore {
                scaled: Some(score),
                raw: Some(Number::from_int(quarters)),
                ..EvidenceScore::default()
            });
            row.instructor = Some(Ifi::mbox(instructor).unwrap());
            row.grouping = vec![course_iri("c0")];
            row
        })
}

pub(crate) fn rows() -> impl Strategy<Value = Vec<Evidence>> {
    (history(), prop::collection::vec(row(), 0..24)).prop_map(|(mut history, rows)| {
        history.extend(rows);
        history
    })
}

fn figures() -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec((any::<u128>(), -9i64..9, moment()), 0..4).prop_map(|figures| {
        let figure = |(id, value, at)| Act {
            id: Uuid::from_u128(id),
            at,
            by: "finance".to_owned(),
            reason: String::new(),
            undone_at: None,
            kind: ActKind::Figure {
                kpi: course_iri("damage").as_str().to_owned(),
                value: Number::from_int(value),
                from: None,
                until: at,
            },
        };
        figures.into_iter().map(figure).collect()
    })
}

fn learner(person: Person) -> Person {
    Person {
        identifiers: vec![Ifi::mbox("mailto:p@example.com").unwrap()],
        ..person
    }
}

fn is_of_interest(interest: &Interest, row: &Evidence) -> bool {
    let related = [&row.parent, &row.grouping, &row.category, &row.other];
    interest.asks().any(|ask| match ask {
        Ask::Activity(wanted) => {
            wanted == row.activity || related.into_iter().flatten().any(|iri| *iri == wanted)
        }
        Ask::Verb(wanted) => wanted == row.verb,
    })
}

fn shuffled() -> impl Strategy<Value = (Vec<Evidence>, Vec<Evidence>)> {
    rows().prop_flat_map(|rows| {
        let mut twice = rows.clone();
        twice.extend(rows.iter().step_by(2).cloned());
        (Just(rows), Just(twice).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(crate::support::thorough())]

    #[test]
    fn measures_and_recognition_never_change_a_standing(
        (plain, measured) in measured(), person in person(), evidence in rows(), at in moment(),
    ) {
        prop_assert_eq!(evaluate(&plain, &person, &evidence, at), evaluate(&measured, &person, &evidence, at));
    }

    #[test]
    fn what_is_only_measured_never_changes_a_standing(
        (_, measured) in measured(), person in person(), evidence in history(), at in moment(),
        more in prop::collection::vec(row(), 1..24),
    ) {
        let before = evaluate(&measured, &person, &evidence, at);
        let all: Vec<Evidence> = evidence.into_iter().chain(more).collect();
        prop_assert_eq!(evaluate(&measured, &person, &all, at), before);
    }

    #[test]
    fn order_and_repetition_do_not_matter_to_what_is_measured(
        (_, curriculum) in measured(), person in person(), (evidence, shuffled) in shuffled(),
        figures in figures(), at in moment(), from in prop::option::of(moment()),
    ) {
        let person = learner(person);
        let mut again = figures.clone();
        again.reverse();
        again.extend(figures.iter().cloned());
        let view = View { acts: &figures, ..View::at(at) };
        prop_assert_eq!(
            measure(&curriculum, &person, &evidence, &view, from),
            measure(&curriculum, &person, &shuffled, &View { acts: &again, ..view }, from)
        );
        prop_assert_eq!(
            recognize(&curriculum, &person, &evidence, &view),
            recognize(&curriculum, &person, &shuffled, &view)
        );
    }

    #[test]
    fn people_are_added_up_in_any_order_and_any_parts(
        (_, curriculum) in measured(), person in person(), at in moment(), split in 0usize..4,
        people in prop::collection::vec((rows(), figures()), 1..4),
    ) {
        let person = learner(person);
        let own = |(evidence, acts): &(Vec<Evidence>, Vec<Act>)| {
            measure(&curriculum, &person, evidence, &View { acts, ..View::at(at) }, None)
        };
        let mut one_by_one = Tallies::new(&curriculum);
        people.iter().for_each(|one| one_by_one.merge(&own(one)));
        let (first, rest) = people.split_at(split.min(people.len()));
        let mut parts = Tallies::new(&curriculum);
        for part in [rest, first] {
            let mut tallies = Tallies::new(&curriculum);
            part.iter().rev().for_each(|one| tallies.merge(&own(one)));
            parts.merge(&tallies);
        }
        prop_assert_eq!(&parts, &one_by_one);
        prop_assert_eq!(parts.report(&curriculum), one_by_one.report(&curriculum));
    }

    #[test]
    fn what_is_measured_is_what_the_engine_keeps(
        (_, curriculum) in measured(), person in person(), evidence in rows(), at in moment(),
    ) {
        let interest = curriculum.interest();
        let kept: Vec<Evidence> = evidence.iter().filter(|row| is_of_interest(&interest, row)).cloned().collect();
        let ask = |evidence: &[Evidence]| measure(&curriculum, &person, evidence, &View::at(at), None);
        prop_assert_eq!(ask(&kept), ask(&evidence));
    }

    #[test]
    fn a_value_lies_where_it_can(
        (_, curriculum) in measured(), person in person(), evidence in rows(), at in moment(),
    ) {
        let report = measure(&curriculum, &learner(person), &evidence, &View::at(at), None).report(&curriculum);
        for own in &report.measures {
            prop_assert_eq!(own.value.is_some(), own.n > 0);
            prop_assert!(own.n > 0 || own.met.is_none(), "nothing is neither good nor bad");
            if own.share {
                let value = own.value.unwrap_or(Number::ZERO);
                prop_assert!(value <= Number::ONE && Number::ZERO.minus(value) <= Number::from_int(4), "{own:?}");
            }
        }
    }

    #[test]
    fn more_passes_never_take_points_away(
        (_, curriculum) in measured(), person in person(), evidence in rows(), at in moment(),
        more in prop::collection::vec((0usize..8, moment()), 1..4),
    ) {
        let curriculum = monotone(&curriculum);
        let before = recognize(&curriculum, &person, &evidence, &View::at(at)).unwrap();
        let more = more.into_iter().enumerate().map(|(id, (course, when))| perfect(id as u128, course, when));
        let all: Vec<Evidence> = evidence.into_iter().chain(more).collect();
        let after = recognize(&curriculum, &person, &all, &View::at(at)).unwrap();
        prop_assert!(before.points <= after.points, "{before:#?}\n{after:#?}");
        prop_assert!(before.streak.longest <= after.streak.longest && before.streak.current <= after.streak.current);
        for (before, after) in before.badges.iter().zip(&after.badges) {
            prop_assert!(before.earned_at.is_none() || after.earned_at.is_some());
        }
    }

    #[test]
    fn time_takes_no_points_away(
        (_, curriculum) in measured(), person in person(), evidence in rows(), at in moment(), later in moment(),
    ) {
        let (first, second) = (at.min(later), at.max(later));
        let ask = |at: Timestamp| recognize(&curriculum, &person, &evidence, &View::at(at)).unwrap();
        let (before, after) = (ask(first), ask(second));
        prop_assert_eq!(&after.awards[..before.awards.len()], &before.awards[..]);
        prop_assert_eq!(after.points, after.awards.iter().map(|award| u64::from(award.points)).sum::<u64>());
    }

    #[test]
    fn the_measured_definition_survives((_, curriculum) in measured()) {
        let again = Curriculum::from_json(&curriculum.to_json()).unwrap();
        prop_assert_eq!(&again, &curriculum);
        prop_assert_eq!(again.to_json(), curriculum.to_json());
    }
}

/// Laws over tallies that are always empty would be none.
#[test]
fn the_generators_reach_every_measure() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut with_value = std::collections::BTreeMap::new();
    let (mut with_points, mut with_badge) = (0, 0);
    for _ in 0..1_500 {
        let strategy = (measured(), person(), rows(), moment());
        let ((_, curriculum), person, evidence, at) = strategy.new_tree(&mut runner).unwrap().current();
        let view = View::at(at);
        let report =
            measure(&curriculum, &learner(person.clone()), &evidence, &view, None).report(&curriculum);
        for own in report.measures.into_iter().filter(|own| own.value.is_some()) {
            *with_value.entry(own.id).or_insert(0) += 1;
        }
        let own = recognize(&curriculum, &person, &evidence, &view).unwrap();
        with_points += u32::from(own.points > 0);
        with_badge += u32::from(own.badges[0].earned_at.is_some());
    }
    assert_eq!(with_value.len(), 10, "{with_value:?}");
    assert!(with_value.values().all(|count| *count > 15), "{with_value:?}");
    assert!(with_points > 300 && with_badge > 30, "{with_points} {with_badge}");
}
