//! Which statements count.

use rules::{Evidence, Outcome, Status, evaluate, verbs};

use super::{reason, standing};
use crate::support::{at, curriculum, ids, pass, person, row, scored};

/// One statement about a course, and what it makes of the course with a passing score, without, and with completion.
#[test]
fn what_counts() {
    let make = |change: &dyn Fn(&mut Evidence)| {
        let mut row = row(1, "c", verbs::PASSED, "2026-03-02");
        change(&mut row);
        row
    };
    let verb = |verb: &str| verb.parse_iri();
    let table: [(&str, Evidence, [bool; 3]); 17] = [
        ("passed", make(&|_| ()), [false, true, false]),
        (
            "passed, score at threshold",
            scored(make(&|_| ()), "0.80"),
            [true, true, false],
        ),
        (
            "passed, score below",
            scored(make(&|_| ()), "0.79999"),
            [false, true, false],
        ),
        (
            "passed, success false",
            scored(make(&|row| row.success = Some(false)), "0.9"),
            [false, false, false],
        ),
        (
            "mastered",
            scored(make(&|row| row.verb = verb(verbs::MASTERED)), "0.9"),
            [true, true, false],
        ),
        (
            "failed",
            scored(make(&|row| row.verb = verb(verbs::FAILED)), "0.9"),
            [false, false, false],
        ),
        (
            "failed, success true",
            scored(
                make(&|row| {
                    row.verb = verb(verbs::FAILED);
                    row.success = Some(true);
                }),
                "0.9",
            ),
            [false, false, false],
        ),
        (
            "completed",
            make(&|row| row.verb = verb(verbs::COMPLETED)),
            [false, false, true],
        ),
        (
            "completed, completion false",
            make(&|row| {
                row.verb = verb(verbs::COMPLETED);
                row.completion = Some(false);
            }),
            [false, false, false],
        ),
        (
            "completed, success",
            make(&|row| {
                row.verb = verb(verbs::COMPLETED);
                row.success = Some(true);
            }),
            [false, true, true],
        ),
        (
            "completed, score",
            scored(make(&|row| row.verb = verb(verbs::COMPLETED)), "0.85"),
            [true, false, true],
        ),
        (
            "completed, failed, score",
            scored(
                make(&|row| {
                    row.verb = verb(verbs::COMPLETED);
                    row.success = Some(false);
                }),
                "0.85",
            ),
            [false, false, true],
        ),
        (
            "scored",
            scored(make(&|row| row.verb = verb(verbs::SCORED)), "0.85"),
            [true, false, false],
        ),
        (
            "passed, completion",
            make(&|row| row.completion = Some(true)),
            [false, true, true],
        ),
        (
            "failed, completion",
            make(&|row| {
                row.verb = verb(verbs::FAILED);
                row.completion = Some(true);
            }),
            [false, false, true],
        ),
        (
            "experienced, success and score",
            scored(
                make(&|row| {
                    row.verb = verb("http://adlnet.gov/expapi/verbs/experienced");
                    row.success = Some(true);
                }),
                "0.9",
            ),
            [false, false, false],
        ),
        (
            "passed, raw score of a maximum",
            make(&|row| {
                row.score = Some(rules::EvidenceScore {
                    raw: Some(rules::Number::from_int(17)),
                    max: Some(rules::Number::from_int(20)),
                    ..Default::default()
                });
            }),
            [true, true, false],
        ),
    ];
    for (name, row, expected) in table {
        for (rule, expected) in ["passing_score: 0.8", "title: c", "completion: true"]
            .iter()
            .zip(expected)
        {
            let curriculum = curriculum(&format!(
                "curriculum: c\ntitle: C\naudience: {{everyone: true}}\n\
                 courses: [{{id: c, activity: 'https://courses.example.com/c', {rule}}}]"
            ));
            let standing = evaluate(
                &curriculum,
                &person("any"),
                std::slice::from_ref(&row),
                at("2026-06-01"),
            );
            assert_eq!(
                standing.status == Status::Certified,
                expected,
                "{name} under {rule}: {standing:#?}"
            );
        }
    }
}

trait ParseIri {
    fn parse_iri(&self) -> xapi::Iri;
}

impl ParseIri for &str {
    fn parse_iri(&self) -> xapi::Iri {
        xapi::Iri::parse(self).unwrap()
    }
}

#[test]
fn completion_and_a_passing_score_together_need_both() {
    let curriculum = curriculum(
        "
curriculum: c
title: C
audience: { everyone: true }
courses:
  - { id: c, activity: https://courses.example.com/c, completion: true, passing_score: 0.5 }
  - { id: d, activity: https://courses.example.com/d, after: c }
",
    );
    let complete = row(1, "c", verbs::COMPLETED, "2026-03-01");
    let evidence = [
        complete,
        pass(2, "d", "", "2026-03-02"),
        pass(3, "c", "0.6", "2026-03-03"),
    ];
    let half = evaluate(&curriculum, &person("any"), &evidence[..1], at("2026-06-01"));
    assert_eq!(
        half.requirements[0].reason,
        "completed on 2026-03-01; not passed yet"
    );
    assert_eq!(
        half.requirements[0].missing.as_deref(),
        Some("pass 'c' with at least 0.50")
    );
    let whole = evaluate(&curriculum, &person("any"), &evidence, at("2026-06-01"));
    assert_eq!(whole.requirements[0].outcome, Outcome::Met);
    assert_eq!(whole.requirements[0].statements, ids(&[1, 3]));
    assert_eq!(
        whole.requirements[1].reason,
        "passed on 2026-03-02 before 'c' was met on 2026-03-03: does not count, take it again"
    );
}

#[test]
fn a_cmi5_statement_counts_by_the_publishers_id_in_its_grouping() {
    let mut row = pass(1, "made-by-the-lms/au-7", "0.9", "2026-03-02");
    row.grouping = vec![crate::support::course_iri("basics")];
    assert_eq!(
        standing(std::slice::from_ref(&row), "2026-06-01").requirements[0].outcome,
        Outcome::Unmet
    );
    row.category = vec![xapi::Iri::parse(verbs::CMI5_CATEGORY).unwrap()];
    assert_eq!(
        standing(std::slice::from_ref(&row), "2026-06-01").requirements[0].outcome,
        Outcome::Met
    );
}

#[test]
fn only_a_proctored_attempt_in_time_counts() {
    let curriculum = curriculum(
        "
curriculum: exam
title: Exam
audience: { everyone: true }
courses:
  - id: exam
    title: Exam
    activity: https://courses.example.com/exam
    passing_score: 0.6
    time_limit: 1 hour
    by: [{ account: { homePage: 'https://proctors.example.com', name: desk-1 } }]
",
    );
    let mut attempt = pass(1, "exam", "0.9", "2026-03-02");
    let standing = |attempt: &Evidence| {
        evaluate(
            &curriculum,
            &person("any"),
            std::slice::from_ref(attempt),
            at("2026-06-01"),
        )
    };
    assert_eq!(
        reason(&standing(&attempt), "exam"),
        "passed, but by an authority that does not count here"
    );
    attempt.authority = Some(xapi::Ifi::account("https://proctors.example.com", "desk-1").unwrap());
    let said = "how long it took was not reported, and there is a time limit";
    assert_eq!(reason(&standing(&attempt), "exam"), said);
    attempt.duration = Some(xapi::Duration::parse("PT1H1S").unwrap());
    assert_eq!(
        reason(&standing(&attempt), "exam"),
        "it took longer (PT1H1S) than the time limit"
    );
    attempt.duration = Some(xapi::Duration::parse("PT60M").unwrap());
    assert_eq!(standing(&attempt).status, Status::Certified);
    assert!(curriculum.describe().contains(
        "  - Exam: pass with a score of at least 60 %, in at most 1 hour, by statements of desk-1 \
         (https://proctors.example.com) only.\n"
    ));
}
