//! Examples: what is measured of people, and how it comes out.

use rules::measures::{MeasureReport, Report, Tallies, measure, measure_group};
use rules::{Act, ActKind, Curriculum, Evidence, EvidenceScore, Number, Person, View, verbs};
use serde_json::json;
use uuid::Uuid;
use xapi::{Ifi, Iri, Timestamp};

use crate::support::{at, course_iri, curriculum, pass, person, row, scored};

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

fn seen(id: u128, item: &str, when: &str) -> Evidence {
    Evidence {
        instructor: Some(Ifi::mbox("mailto:boss@example.com").unwrap()),
        ..row(id, item, verbs::COMPLETED, when)
    }
}

#[test]
fn somebody_else_must_have_seen_it() {
    let curriculum = with("[{ id: m, observed: https://courses.example.com/belt }]");
    let observer = |agent: serde_json::Value| {
        let iri = Iri::parse("http://id.tincanapi.com/extension/observer").unwrap();
        Evidence {
            instructor: None,
            context_extensions: [(iri, agent)].into(),
            ..seen(1, "belt", "2026-03-01")
        }
    };
    let own = Some(Ifi::mbox("mailto:p1@example.com").unwrap());
    let cases = [
        ("an instructor", seen(1, "belt", "2026-03-01"), Some("1")),
        (
            "nobody",
            Evidence {
                instructor: None,
                ..seen(1, "belt", "2026-03-01")
            },
            None,
        ),
        (
            "the learner as instructor",
            Evidence {
                instructor: own,
                ..seen(1, "belt", "2026-03-01")
            },
            None,
        ),
        (
            "an observer",
            observer(json!({"objectType": "Agent", "mbox": "mailto:boss@example.com"})),
            Some("1"),
        ),
        (
            "the learner as observer",
            observer(json!({"mbox": "mailto:p1@example.com"})),
            None,
        ),
        ("no agent as observer", observer(json!("the boss")), None),
        (
            "not done",
            Evidence {
                success: Some(false),
                ..seen(1, "belt", "2026-03-01")
            },
            Some("0"),
        ),
    ];
    for (what, evidence, value) in cases {
        let own = one(&curriculum, &[evidence], "2026-06-01");
        assert_eq!(own.value, value.and_then(number), "{what}");
        assert_eq!(own.level.number(), 3);
    }

    let by = with(
        "[{ id: m, observed: https://courses.example.com/belt, by: [{ mbox: 'mailto:app@example.com' }] }]",
    );
    let mut evidence = seen(1, "belt", "2026-03-01");
    assert_eq!(
        one(&by, std::slice::from_ref(&evidence), "2026-06-01").value,
        None
    );
    evidence.authority = Some(Ifi::mbox("mailto:app@example.com").unwrap());
    assert_eq!(
        one(&by, std::slice::from_ref(&evidence), "2026-06-01").value,
        number("1")
    );
    evidence.authority = Some(Ifi::mbox("mailto:p1@example.com").unwrap());
    assert_eq!(one(&by, &[evidence], "2026-06-01").value, None);
    let oneself = with(
        "[{ id: m, observed: https://courses.example.com/belt, by: [{ mbox: 'mailto:p1@example.com' }] }]",
    );
    let mut evidence = seen(1, "belt", "2026-03-01");
    evidence.authority = Some(Ifi::mbox("mailto:p1@example.com").unwrap());
    assert_eq!(one(&oneself, &[evidence], "2026-06-01").value, None);
}

#[test]
fn a_checklist_so_long_after_the_course() {
    let curriculum = with(
        "[{ id: m, observed: [https://courses.example.com/belt, https://courses.example.com/horn, https://courses.example.com/forks], \
         course: basics, not_before: 60 days, target: 60 % }]",
    );
    let early = seen(2, "belt", "2026-04-29");
    let mut evidence = vec![pass(1, "basics", "0.9", "2026-03-01"), early.clone()];
    assert_eq!(one(&curriculum, &evidence, "2026-12-01").value, None, "59 days");
    assert_eq!(
        one(&curriculum, &[early], "2026-12-01").value,
        None,
        "never passed"
    );
    evidence.push(seen(3, "belt", "2026-04-30"));
    let own = one(&curriculum, &evidence, "2026-12-01");
    assert_eq!((own.value, own.met), (number("0.333333333"), Some(false)));
    evidence.push(seen(4, "horn", "2026-05-01"));
    let own = one(&curriculum, &evidence, "2026-12-01");
    assert_eq!((own.value, own.met), (number("0.666666666"), Some(true)));
    evidence.push(Evidence {
        success: Some(false),
        ..seen(5, "horn", "2026-05-02")
    });
    assert_eq!(
        one(&curriculum, &evidence, "2026-12-01").value,
        number("0.333333333"),
        "the last time not"
    );
}

fn kpi(id: u128, value: &str, when: &str) -> Evidence {
    let mut row = row(id, "damage", "http://adlnet.gov/expapi/verbs/experienced", when);
    row.score = Some(EvidenceScore {
        raw: number(value),
        ..EvidenceScore::default()
    });
    row
}

fn figure(id: u128, value: &str, when: &str) -> Act {
    Act {
        id: Uuid::from_u128(id),
        at: at(when),
        by: "finance".to_owned(),
        reason: String::new(),
        undone_at: None,
        kind: ActKind::Figure {
            kpi: course_iri("damage").as_str().to_owned(),
            value: Number::parse(value).unwrap(),
            from: None,
            until: at(when),
        },
    }
}

#[test]
fn figures_of_people() {
    let base = "id: m, kpi: https://courses.example.com/damage";
    let people = [
        vec![kpi(1, "4", "2026-03-01"), kpi(2, "2", "2026-05-01")],
        vec![kpi(3, "6", "2026-05-02")],
        vec![],
    ];
    for (more, value, n, people_met, met) in [
        ("target: 4, better: lower", "4.5", 2, Some(1), Some(false)),
        ("combine: sum", "6", 2, None, None),
        ("combine: latest, target: 3", "4", 2, Some(1), Some(true)),
        ("window: 31 days", "4", 2, None, None),
    ] {
        let curriculum = with(&format!("[{{ {base}, {more} }}]"));
        let own = report(&curriculum, &people, None, "2026-06-01")
            .measures
            .remove(0);
        assert_eq!((own.value, own.n), (number(value), n), "{more}");
        assert_eq!((own.people_met, own.met), (people_met, met), "{more}");
        assert_eq!(own.level.number(), 4);
    }
    let extension = with(&format!("[{{ {base}, value: 'https://kpi.example.com/euros' }}]"));
    let mut evidence = kpi(1, "4", "2026-03-01");
    assert_eq!(
        one(&extension, std::slice::from_ref(&evidence), "2026-06-01").value,
        None
    );
    evidence.result_extensions = [(Iri::parse("https://kpi.example.com/euros").unwrap(), json!(12.5))].into();
    assert_eq!(
        one(&extension, std::slice::from_ref(&evidence), "2026-06-01").value,
        number("12.5")
    );
    for (value, expected) in [
        (json!("12.5"), number("12.5")),
        (json!("a lot"), None),
        (json!([1]), None),
    ] {
        evidence.result_extensions = [(Iri::parse("https://kpi.example.com/euros").unwrap(), value)].into();
        let own = one(&extension, std::slice::from_ref(&evidence), "2026-06-01");
        assert_eq!(own.value, expected);
    }
    let sum = with(&format!("[{{ {base}, combine: sum }}]"));
    assert_eq!(
        one(&sum, &[], "2026-06-01").value,
        None,
        "of nothing there is no sum"
    );
}

#[test]
fn posted_figures_of_people_and_groups() {
    let of_people = with("[{ id: m, kpi: https://courses.example.com/damage, target: 2, better: lower }]");
    let undone = Act {
        undone_at: Some(at("2026-05-30")),
        ..figure(3, "50", "2026-05-03")
    };
    let figures = [
        figure(1, "1", "2026-05-01"),
        figure(1, "1", "2026-05-01"),
        figure(2, "3", "2026-05-02"),
        undone,
    ];
    let view = View {
        acts: &figures,
        ..View::at(at("2026-06-01"))
    };
    let own = measure(&of_people, &learner(), &[], &view, None).report(&of_people);
    assert_eq!(
        (own.measures[0].value, own.measures[0].met),
        (number("2"), Some(true)),
        "each once"
    );
    let nothing = measure_group(&of_people, &view, None).report(&of_people);
    assert_eq!(
        nothing.measures[0].value, None,
        "a group's figures say nothing of its people"
    );

    let of_group = with(
        "[{ id: m, kpi: https://courses.example.com/damage, of: group, combine: sum, window: 30 days, baseline: 30 days, better: lower }]",
    );
    let until = View::at(at("2026-06-01"));
    let mut tallies = measure(&of_group, &learner(), &[kpi(7, "5", "2026-05-20")], &until, None);
    let figures = [
        figure(1, "4", "2026-05-25"),
        figure(2, "20", "2026-04-20"),
        figure(3, "100", "2026-06-02"),
    ];
    tallies.merge(&measure_group(
        &of_group,
        &View {
            acts: &figures,
            ..until
        },
        None,
    ));
    let report = tallies.report(&of_group);
    let own = &report.measures[0];
    assert_eq!(
        (own.value, own.baseline, own.change),
        (number("9"), number("20"), number("-11"))
    );
    assert_eq!(
        (own.met, own.people_met, own.people),
        (Some(true), None, 1),
        "better than before"
    );
}

#[test]
fn one_person_is_shown_nothing_of_groups() {
    let curriculum = with(
        "[{ id: own, kpi: sales }, { id: all, kpi: damage, of: group }, { id: test, learning: pass_rate, course: basics }]",
    );
    let whole = report(
        &curriculum,
        &[vec![pass(1, "basics", "0.9", "2026-03-01")]],
        None,
        "2026-06-01",
    );
    let ids = |report: &Report| -> Vec<String> {
        let measures = report.measures.iter();
        measures.map(|measure| measure.id.clone()).collect()
    };
    let courses = |report: &Report| -> Vec<_> {
        let levels = report.levels.iter();
        levels.map(|own| (own.level.number(), own.courses)).collect()
    };
    assert_eq!(ids(&whole), ["own", "all", "test"]);
    assert_eq!(courses(&whole), [(1, 0), (2, 1), (3, 1), (4, 0)]);
    let shares: Vec<bool> = whole.measures.iter().map(|measure| measure.share).collect();
    assert_eq!(shares, [false, false, true]);
    let person = whole.of_one();
    assert_eq!(ids(&person), ["own", "test"]);
    assert_eq!(courses(&person), [(1, 0), (2, 1), (3, 1), (4, 0)]);
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
fn a_kpi_may_have_a_name_of_its_own() {
    let curriculum = with("[{ id: m, kpi: damage, of: group }]");
    let mut act = figure(1, "4", "2026-05-25");
    act.kind = ActKind::Figure {
        kpi: "damage".to_owned(),
        value: Number::from_int(4),
        from: None,
        until: act.at,
    };
    let acts = [act, figure(2, "9", "2026-05-25")];
    let view = View {
        acts: &acts,
        ..View::at(at("2026-06-01"))
    };
    let report = measure_group(&curriculum, &view, None).report(&curriculum);
    assert_eq!((report.measures[0].value, report.measures[0].n), (number("4"), 1));
    assert_eq!(report.people, 0);
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
