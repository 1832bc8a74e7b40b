//! Conditions on statements: which statements meet them, what is said of those that do not, what the log is asked for.

mod matching;
mod meets;

use rules::{Curriculum, Evidence, Outcome, Standing, Status, evaluate, verbs};
use serde_json::{Value, json};
use xapi::{Iri, Statement};

use crate::support::{at, curriculum, person, row};

/// A statement that has everything a condition can ask about.
fn full() -> Value {
    json!({
        "id": "11111111-1111-4111-8111-111111111111",
        "actor": {"mbox": "mailto:p1@example.com"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
        "object": {
            "id": "https://courses.example.com/exam",
            "definition": {"type": "http://adlnet.gov/expapi/activities/assessment"}
        },
        "result": {
            "success": true, "completion": false, "score": {"scaled": 0.8, "raw": 40.5, "min": 0, "max": 50},
            "duration": "PT1H30M", "response": "forty-two",
            "extensions": {"https://example.com/points": 12}
        },
        "context": {
            "registration": "22222222-2222-4222-8222-222222222222",
            "instructor": {"mbox": "mailto:kim@example.com"},
            "platform": "Moodle",
            "contextActivities": {
                "parent": [{"id": "https://courses.example.com/course"}],
                "grouping": [{"id": "https://courses.example.com/a"}, {"id": "https://courses.example.com/b"}],
                "category": [{"id": "https://example.com/profile"}]
            },
            "extensions": {
                "https://example.com/proctored": true,
                "https://example.com/room": {"name": "B 2", "seats": [1, 2, 3], "since": "2025-06-01"},
                "https://example.com/checklist": [{"step": "belt", "done": true}, {"step": "horn", "done": false}],
                "https://example.com/took": "PT45M",
                "https://example.com/when": "2025-06-01T10:00:00Z",
                "https://example.com/none": null,
                "https://example.com/empty": []
            }
        },
        "timestamp": "2026-03-02T10:00:00.000Z",
        "stored": "2026-03-02T10:00:05.000Z",
        "authority": {"account": {"homePage": "https://lrs.example.com", "name": "key-1"}},
        "version": "1.0.3"
    })
}

fn evidence(statement: &Value) -> Evidence {
    let statement = Statement::from_stored(&statement.to_string()).unwrap();
    Evidence::from_statement(&statement).unwrap()
}

/// A course about the exam, with conditions.
fn exam(says: &str) -> Curriculum {
    let json = format!(
        r#"{{"curriculum": "c", "title": "C", "audience": {{"everyone": true}}, "courses":
            [{{"id": "exam", "title": "Exam", "activity": "https://courses.example.com/exam", "where": {says}}}]}}"#
    );
    match rules::load("c.json", &json) {
        Ok(loaded) => loaded.curriculum,
        Err(errors) => panic!("{says}: {errors}"),
    }
}

fn stand(curriculum: &Curriculum, evidence: &[Evidence]) -> Standing {
    evaluate(curriculum, &person("any"), evidence, at("2026-06-01"))
}

#[test]
fn why_a_statement_does_not_count() {
    let mut row = evidence(&full());
    row.context_extensions.clear();
    let reason = |says: &str| {
        let standing = stand(&exam(says), std::slice::from_ref(&row));
        assert_eq!(standing.requirements[0].outcome, Outcome::Unmet);
        assert_eq!(standing.requirements[0].considered.len(), 1, "{says}");
        standing.requirements[0].reason.clone()
    };
    assert_eq!(
        reason(r#"{"verb": "passed", "context.extensions": {"https://example.com/proctored": true}}"#),
        "passed, but it does not count unless context.extensions https://example.com/proctored is true"
    );
    assert_eq!(
        reason(r#"{"cel": "context.extensions['https://example.com/proctored']"}"#),
        "passed, but it does not count unless \"context.extensions['https://example.com/proctored']\" is true \
         (it cannot be told: No such key: https://example.com/proctored)"
    );
    assert_eq!(
        reason(r#"{"cel": "result.score.raw"}"#),
        "passed, but it does not count unless \"result.score.raw\" is true \
         (it cannot be told: the expression gives float, not true or false)"
    );
}

#[test]
fn an_expression_is_not_evaluated_on_more_than_it_may_cost() {
    let says = r#"{"cel": "context.extensions['https://example.com/list'].all(a, context.extensions['https://example.com/list'].exists(b, a == b))"}"#;
    let curriculum = exam(says);
    let row = evidence(&full());
    let of = |length: usize| {
        let list: Vec<usize> = (0..length).collect();
        let iri = Iri::parse("https://example.com/list").unwrap();
        let mut row = row.clone();
        row.context_extensions.insert(iri, json!(list));
        stand(&curriculum, std::slice::from_ref(&row))
    };
    assert_eq!(of(50).status, Status::Certified);
    // Few steps, but more values than an expression is shown.
    let one = exam(r#"{"cel": "verb != ''"}"#);
    let wide = |length: usize| {
        let list: Vec<usize> = (0..length).collect();
        let iri = Iri::parse("https://example.com/list").unwrap();
        let mut row = row.clone();
        row.context_extensions = [(iri, json!(list))].into();
        row.result_extensions.clear();
        (row.parent, row.grouping, row.category) = (Vec::new(), Vec::new(), Vec::new());
        (row.authority, row.instructor) = (None, None);
        stand(&one, &[row]).status
    };
    // The list, and the extension that it is.
    assert_eq!(wide(9_999), Status::Certified);
    assert_eq!(wide(10_000), Status::InProgress);
    let large = of(2_000);
    assert_eq!(large.status, Status::InProgress);
    assert!(
        large.requirements[0]
            .reason
            .ends_with("too large for this expression)")
    );
}

#[test]
fn one_predicate_has_one_canonical_form() {
    let one = exam(
        r#"{"verb": "passed", "context.extensions": {"https://example.com/b": {"between": [1, 2]}, "https://example.com/a": 1},
            "result.duration": {"at_most": "60 minutes"}, "timestamp": {"less_than": "2027-01-01"}}"#,
    );
    let other = exam(
        r#"{"timestamp": {"before": "2027-01-01"}, "result.duration": {"at_most": "PT1H"},
            "context.extensions": {"https://example.com/a": {"equals": 1.0}, "https://example.com/b": {"at_most": 2, "at_least": 1}},
            "verb": {"one_of": ["http://adlnet.gov/expapi/verbs/passed"]}}"#,
    );
    assert_eq!(one.to_json(), other.to_json());
    assert_eq!(one.hash(), other.hash());
    // In whichever order the conditions on one value come.
    let checks = [
        r#""equals": 1"#,
        r#""at_least": 1"#,
        r#""more_than": 0"#,
        r#""at_most": 1"#,
        r#""less_than": 2"#,
        r#""exists": true"#,
        r#""not": 3"#,
    ];
    let of = |checks: &[&str]| exam(&format!(r#"{{"result.score.raw": {{{}}}}}"#, checks.join(", ")));
    for first in 0..checks.len() {
        let mut turned = checks;
        turned.rotate_left(first);
        assert_eq!(of(&turned).to_json(), of(&checks).to_json());
        turned.reverse();
        assert_eq!(of(&turned).to_json(), of(&checks).to_json());
    }
    let expression = |text: &str| exam(&format!(r#"{{"cel": "{text}"}}"#));
    assert_eq!(expression("verb != ''"), expression("verb != ''"));
    assert_ne!(expression("verb != ''"), expression("verb == ''"));
}

#[test]
fn waived_by_the_lms_for_a_reason_that_counts() {
    let waived = |reason: &str| Evidence {
        completion: Some(true),
        success: Some(true),
        result_extensions: [(Iri::parse(verbs::REASON).unwrap(), json!(reason))].into(),
        ..row(1, "a", verbs::WAIVED, "2026-03-02")
    };
    let standing = |says: &str, reason: &str| {
        let yaml = format!(
            "curriculum: c\ntitle: C\naudience: {{ everyone: true }}\ncourses:\n  - {{ id: a, title: A, activity: \
             'https://courses.example.com/a', {says} }}\n"
        );
        stand(&curriculum(&yaml), &[waived(reason)])
    };
    let some = "passing_score: 0.8, waived: [Tested Out, Administrative]";
    let met = standing(some, "Tested Out");
    assert_eq!(
        (met.status, met.requirements[0].outcome),
        (Status::Certified, Outcome::Waived)
    );
    assert_eq!(met.requirements[0].reason, "waived (Tested Out) on 2026-03-02");
    let other = standing(some, "Equivalent AU");
    assert_eq!(other.status, Status::InProgress);
    assert_eq!(
        other.requirements[0].reason,
        "waived, but not for a reason that counts here"
    );
    assert_eq!(
        standing("waived: true", "Equivalent AU").status,
        Status::Certified
    );
    assert_eq!(standing("waived: true", "Because").status, Status::InProgress);
    assert_eq!(
        standing("completion: true", "Tested Out").status,
        Status::InProgress
    );
    assert_eq!(
        standing("completion: true, waived: true", "Administrative").status,
        Status::Certified
    );
}
