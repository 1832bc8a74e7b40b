//! Examples: what is measured of people, and how it comes out.

mod figures;
mod observed;

use rules::measures::{MeasureReport, Report, Tallies, measure};
use rules::{Act, ActKind, Curriculum, Evidence, EvidenceScore, Number, Person, View, verbs};
use serde_json::json;
use xapi::{Ifi, Iri, Timestamp};

use crate::support::{at, course_iri, curriculum, pass, person, row, scored};
use figures::figure;

const RATED: &str = "http://id.tincanapi.com/verb/rated";

fn with(measures: &str) -> Curriculum {
    curriculum(&format!(
        "
curriculum: forklift
title: Forklift
audience: {{ roles: [driver] }}
courses:
  - {{ id: basics, activity: https://courses.example.com/basics, passing_score: 0.8, delivery: online, assessment: open_test }}
  - {{ id: practice, activity: https://courses.example.com/practice, level: 3, delivery: on_the_job, assessment: demonstration }}
measures: {measures}
"
    ))
}

/// The only measure of one person, for all that happened up to a day.
fn one(curriculum: &Curriculum, evidence: &[Evidence], until: &str) -> MeasureReport {
    report(curriculum, &[evidence.to_vec()], None, until)
        .measures
        .remove(0)
}

fn report(curriculum: &Curriculum, people: &[Vec<Evidence>], from: Option<&str>, until: &str) -> Report {
    let mut tallies = Tallies::new(curriculum);
    for evidence in people {
        tallies.merge(&measure(
            curriculum,
            &learner(),
            evidence,
            &View::at(at(until)),
            from.map(at),
        ));
    }
    tallies.report(curriculum)
}

fn learner() -> Person {
    Person {
        identifiers: vec![Ifi::mbox("mailto:p1@example.com").unwrap()],
        ..person("driver")
    }
}

fn number(text: &str) -> Option<Number> {
    Some(Number::parse(text).unwrap())
}

fn rated(id: u128, course: &str, score: &str, when: &str) -> Evidence {
    Evidence {
        grouping: vec![course_iri(course)],
        ..scored(row(id, "survey", RATED, when), score)
    }
}

#[test]
fn what_learners_say_of_a_course() {
    let measures =
        "[{ id: liked, survey: https://courses.example.com/survey, course: basics, target: 70 % }]";
    let curriculum = with(measures);
    let own = one(&curriculum, &[], "2026-06-01");
    assert_eq!(
        (own.level.number(), own.value, own.met),
        (1, None, None),
        "nobody said anything"
    );

    let mut by_raw = rated(3, "basics", "0", "2026-03-03");
    by_raw.score = Some(EvidenceScore {
        raw: number("4"),
        min: number("1"),
        max: number("5"),
        ..EvidenceScore::default()
    });
    let people = [
        vec![
            rated(1, "basics", "0.2", "2026-03-01"),
            rated(2, "basics", "0.6", "2026-03-02"),
        ],
        vec![by_raw, rated(4, "practice", "0", "2026-03-04")],
        vec![row(5, "survey", RATED, "2026-03-05")],
    ];
    let report = report(&curriculum, &people, None, "2026-06-01");
    let own = &report.measures[0];
    // The latest of the first, 0.6; three quarters of the way from 1 to 5; of the third no score.
    assert_eq!((own.value, own.n, own.people), (number("0.675"), 2, 2));
    assert_eq!((own.met, own.people_met), (Some(false), Some(1)));
    assert_eq!(report.people, 3);
    assert_eq!(report.levels[0].unmet, 1);
}

#[test]
fn one_survey_for_all_courses_is_told_apart_by_course() {
    let curriculum = with("[{ id: liked, survey: https://courses.example.com/survey, target: 0.5 }]");
    let own = one(
        &curriculum,
        &[
            rated(1, "basics", "0.4", "2026-03-01"),
            rated(2, "practice", "0.8", "2026-03-02"),
            rated(3, "elsewhere", "0.9", "2026-03-03"),
        ],
        "2026-06-01",
    );
    assert_eq!((own.value, own.n, own.people), (number("0.7"), 3, 1));
    let courses: Vec<_> = own
        .courses
        .iter()
        .map(|own| (own.course.as_str(), own.value, own.met))
        .collect();
    let expected = [
        ("basics", number("0.4"), Some(false)),
        ("practice", number("0.8"), Some(true)),
    ];
    assert_eq!(courses, expected);
}

#[test]
fn what_people_learn() {
    let failed = |id, score: &str, when| scored(row(id, "basics", verbs::FAILED, when), score);
    let people = [
        vec![
            failed(1, "0.5", "2026-03-01"),
            pass(2, "basics", "0.9", "2026-03-02"),
            pass(3, "basics", "1", "2026-03-09"),
        ],
        vec![pass(4, "basics", "0.8", "2026-03-01")],
        vec![failed(5, "0.2", "2026-03-01")],
        vec![],
    ];
    for (learning, value, n, people_with_data) in [
        ("pass_rate", "0.666666666", 3, 3),
        ("first_try_rate", "0.333333333", 3, 3),
        ("mean_score", "0.68", 5, 3),
        ("best_score", "0.666666666", 3, 3),
        ("attempts", "1.333333333", 3, 3),
    ] {
        let curriculum = with(&format!("[{{ id: m, learning: {learning}, course: basics }}]"));
        let own = report(&curriculum, &people, None, "2026-06-01")
            .measures
            .remove(0);
        assert_eq!(
            (own.value, own.n, own.people),
            (number(value), n, people_with_data),
            "{learning}"
        );
        assert_eq!(
            (own.level.number(), own.met),
            (2, None),
            "{learning}: there is no target"
        );
    }
}

#[test]
fn only_what_happened_in_the_time_asked_for_is_measured() {
    let curriculum = with("[{ id: m, learning: pass_rate, course: basics }]");
    let people = [vec![
        scored(row(1, "basics", verbs::FAILED, "2026-03-01"), "0.1"),
        pass(2, "basics", "0.9", "2026-04-01"),
    ]];
    for (from, until, value) in [
        (None, "2026-03-31", Some("0")),
        (None, "2026-04-01", Some("1")),
        (Some("2026-03-02"), "2026-03-31", None),
        (Some("2026-04-01"), "2026-05-01", Some("1")),
        (Some("2026-04-02"), "2026-05-01", None),
    ] {
        let report = report(&curriculum, &people, from, until);
        assert_eq!(
            report.measures[0].value,
            value.and_then(number),
            "{from:?} to {until}"
        );
    }
}

#[test]
fn a_gain_is_over_the_test_before() {
    let before = |id, score, when| scored(row(id, "pretest", verbs::SCORED, when), score);
    let evidence = [
        pass(1, "basics", "1", "2026-02-01"),
        before(2, "0.2", "2026-03-01"),
        before(3, "0.9", "2026-03-02"),
        scored(row(4, "basics", verbs::FAILED, "2026-03-03"), "0.5"),
        pass(5, "basics", "0.8", "2026-03-04"),
    ];
    for (learning, value) in [("gain", "0.6"), ("normalized_gain", "0.75")] {
        let own = one(
            &with(&format!(
                "[{{ id: m, learning: {learning}, course: basics, before: https://courses.example.com/pretest }}]"
            )),
            &evidence,
            "2026-06-01",
        );
        assert_eq!(
            own.value,
            number(value),
            "{learning}: from the first test before to the best after"
        );
    }
    let with_after = with(
        "[{ id: m, learning: gain, before: https://courses.example.com/pretest, after: https://courses.example.com/posttest }]",
    );
    assert_eq!(one(&with_after, &evidence, "2026-06-01").value, None);
    let mut more = evidence.to_vec();
    more.push(scored(row(6, "posttest", verbs::SCORED, "2026-03-05"), "0.1"));
    assert_eq!(one(&with_after, &more, "2026-06-01").value, number("-0.1"));
}

#[test]
fn attempts_are_what_the_learner_tried() {
    let attempts = |course: &str, evidence: &[Evidence]| {
        let curriculum = curriculum(&format!(
            "curriculum: c\ntitle: C\naudience: {{ roles: [driver] }}\n\
             courses: [{{ id: a, activity: 'https://courses.example.com/a', {course} }}]\n\
             measures: [{{ id: m, learning: attempts, course: a }}]\n"
        ));
        let own = one(&curriculum, evidence, "2026-06-01");
        assert!(!own.share);
        own.value
    };
    let below = pass(1, "a", "0.5", "2026-03-02");
    let passed = pass(2, "a", "0.9", "2026-03-03");
    let completed = row(3, "a", verbs::COMPLETED, "2026-03-01");
    let waived = Evidence {
        result_extensions: [(Iri::parse(verbs::REASON).unwrap(), json!("Administrative"))].into(),
        ..row(4, "a", verbs::WAIVED, "2026-03-01")
    };
    let all = [below, passed, completed.clone(), waived.clone()];
    // Where both are asked for, it is passing that is tried; where completion is enough, completing.
    assert_eq!(
        attempts("passing_score: 0.8, completion: true", &all),
        number("2")
    );
    assert_eq!(attempts("passing_score: 0.8", &all), number("2"));
    assert_eq!(attempts("completion: true", &[completed]), number("1"));
    assert_eq!(attempts("completion: true, waived: true", &[waived]), None);
}

#[test]
fn another_activity_that_stands_for_a_course_is_tried_there() {
    let curriculum = with("[{ id: m, learning: pass_rate, course: basics }]");
    let acts = [Act {
        kind: ActKind::Equivalence {
            curriculum: "forklift".to_owned(),
            requirement: "basics".to_owned(),
            activity: course_iri("old-basics"),
            until: None,
        },
        ..figure(1, "1", "2026-05-25")
    }];
    let evidence = [pass(1, "old-basics", "0.9", "2026-03-01")];
    let ask = |acts| {
        let view = View {
            acts,
            ..View::at(at("2026-06-01"))
        };
        measure(&curriculum, &learner(), &evidence, &view, None)
            .report(&curriculum)
            .measures[0]
            .value
    };
    assert_eq!((ask(&[]), ask(&acts)), (None, number("1")));
}

#[test]
fn courses_are_reported_by_what_they_are() {
    let people = [
        vec![
            pass(1, "basics", "0.9", "2026-03-01"),
            pass(2, "practice", "", "2026-03-02"),
        ],
        vec![scored(row(3, "basics", verbs::FAILED, "2026-03-01"), "0.5")],
    ];
    let report = report(
        &with("[{ id: m, learning: pass_rate }]"),
        &people,
        None,
        "2026-06-01",
    );
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(
        json["courses"][0],
        json!({
            "id": "basics", "title": "basics", "level": 2, "delivery": "online", "assessment": "open_test",
            "tried": 2, "passed": 1, "pass_rate": 0.5, "first_try_rate": 0.5, "attempts": 1.0, "best_score": 0.7,
        })
    );
    assert_eq!(json["courses"][1]["level"], 3);
    assert_eq!(
        json["deliveries"],
        json!([
            {"design": "online", "courses": 1, "tried": 2, "passed": 1, "pass_rate": 0.5, "first_try_rate": 0.5, "attempts": 1.0, "best_score": 0.7},
            {"design": "on_the_job", "courses": 1, "tried": 1, "passed": 1, "pass_rate": 1.0, "first_try_rate": 1.0, "attempts": 1.0, "best_score": null},
        ])
    );
    assert_eq!(json["assessments"][0]["design"], "demonstration");
    assert_eq!(json["measures"][0]["value"], 0.666666666);
    assert_eq!(json["measures"][0]["courses"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        json["levels"][2],
        json!({"level": 3, "name": "behaviour", "measures": 0, "courses": 1, "met": 0, "unmet": 0, "unknown": 0})
    );
}

#[test]
fn what_happens_later_or_is_not_known_yet_is_left_out() {
    let curriculum = with("[{ id: m, learning: pass_rate, course: basics }]");
    let mut late = pass(1, "basics", "0.9", "2026-03-01");
    late.stored = at("2026-05-01");
    let ask = |at: Timestamp, known_at| {
        let view = View {
            known_at,
            ..View::at(at)
        };
        let tallies = measure(&curriculum, &learner(), std::slice::from_ref(&late), &view, None);
        tallies.report(&curriculum).measures[0].n
    };
    assert_eq!(ask(at("2026-02-01"), None), 0);
    assert_eq!(ask(at("2026-04-01"), None), 1);
    assert_eq!(ask(at("2026-04-01"), Some(at("2026-04-01"))), 0);
}
