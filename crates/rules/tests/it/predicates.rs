//! Conditions on statements: which statements meet them, what is said of those that do not, what the log is asked for.

use rules::{Ask, Curriculum, Evidence, Outcome, Standing, Status, evaluate, verbs};
use serde_json::{Value, json};
use xapi::{Iri, Statement};

use crate::support::{at, course_iri, curriculum, person, row};

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
fn what_a_statement_meets() {
    let table: &[(&str, bool)] = &[
        (r#"{"verb": "passed"}"#, true),
        (r#"{"verb": "http://adlnet.gov/expapi/verbs/passed"}"#, true),
        (r#"{"verb": "completed"}"#, false),
        (r#"{"verb": ["completed", "passed"]}"#, true),
        (r#"{"verb": {"not": "passed"}}"#, false),
        (r#"{"activity": "https://courses.example.com/exam"}"#, true),
        (
            r#"{"activity": {"starts_with": "https://courses.example.com/"}}"#,
            true,
        ),
        (
            r#"{"activity": {"starts_with": "https://other.example.com/"}}"#,
            false,
        ),
        (
            r#"{"type": "http://adlnet.gov/expapi/activities/assessment"}"#,
            true,
        ),
        (r#"{"parent": "https://courses.example.com/course"}"#, true),
        (r#"{"grouping": "https://courses.example.com/b"}"#, true),
        (r#"{"grouping": "https://courses.example.com/c"}"#, false),
        (
            r#"{"grouping": {"contains": "https://courses.example.com/a"}}"#,
            true,
        ),
        (
            r#"{"grouping": {"all": {"starts_with": "https://courses.example.com/"}}}"#,
            true,
        ),
        (r#"{"grouping": {"all": "https://courses.example.com/a"}}"#, false),
        (r#"{"grouping": {"any": "https://courses.example.com/a"}}"#, true),
        (r#"{"category": {"exists": true}}"#, true),
        (r#"{"other": {"exists": true}}"#, false),
        (r#"{"other": {"exists": false}}"#, true),
        (r#"{"other": {"all": {"starts_with": "h"}}}"#, false),
        (
            r#"{"registration": "22222222-2222-4222-8222-222222222222"}"#,
            true,
        ),
        (
            r#"{"registration": "22222222-2222-4222-8222-222222222223"}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/when": {"at_least": "2025-06-01"}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/when": {"after": "2025-06-01"}}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/when": {"before": "2025-06-01T10:00:01Z"}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/when": {"before": "2025-06-01T10:00:00Z"}}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"/seats": {"equals": [1, 2]}}}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"/seats": {"equals": [1, 2, 3.0]}}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"equals": {"name": "B 2"}}}}"#,
            false,
        ),
        (r#"{"cel": "result.duration == duration('90m')"}"#, true),
        (r#"{"platform": "Moodle"}"#, true),
        (r#"{"platform": {"contains": "ood"}}"#, true),
        (r#"{"platform": "moodle"}"#, false),
        (
            r#"{"authority": {"account": {"homePage": "https://lrs.example.com", "name": "key-1"}}}"#,
            true,
        ),
        (
            r#"{"authority": {"account": {"homePage": "https://lrs.example.com", "name": "key-2"}}}"#,
            false,
        ),
        (
            r#"{"instructor": [{"mbox": "mailto:lee@example.com"}, {"mbox": "mailto:kim@example.com"}]}"#,
            true,
        ),
        (r#"{"instructor": {"exists": true}}"#, true),
        (
            r#"{"instructor": {"not": {"mbox": "mailto:kim@example.com"}}}"#,
            false,
        ),
        (r#"{"result.score.raw": 40.5}"#, true),
        (r#"{"result.score.raw": {"at_least": 40.5}}"#, true),
        (r#"{"result.score.raw": {"more_than": 40.5}}"#, false),
        (r#"{"result.score.raw": {"at_most": 40.4}}"#, false),
        (r#"{"result.score.raw": {"less_than": 41}}"#, true),
        (r#"{"result.score.raw": {"between": [40, 41]}}"#, true),
        (r#"{"result.score.raw": {"between": [41, 42]}}"#, false),
        (r#"{"result.score.scaled": {"at_least": 0.8}}"#, true),
        (r#"{"result.score.min": 0, "result.score.max": 50.0}"#, true),
        (r#"{"result.success": true, "result.completion": false}"#, true),
        (r#"{"result.completion": true}"#, false),
        (r#"{"result.duration": {"at_most": "90 minutes"}}"#, true),
        (r#"{"result.duration": {"less_than": "PT90M"}}"#, false),
        (r#"{"result.duration": "1 hour 30 minutes"}"#, true),
        (r#"{"result.response": "forty-two"}"#, true),
        (
            r#"{"result.response": {"starts_with": "forty", "contains": "two"}}"#,
            true,
        ),
        (
            r#"{"result.extensions": {"https://example.com/points": {"at_least": 12}}}"#,
            true,
        ),
        (
            r#"{"result.extensions": {"https://example.com/points": 12.0}}"#,
            true,
        ),
        (
            r#"{"result.extensions": {"https://example.com/proctored": true}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/proctored": true}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/proctored": "true"}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"/name": "B 2"}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"/seats": {"contains": 3}}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"/seats": {"equals": [1, 2, 3.0]}}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/checklist": {"/0": {"equals": {"done": true, "step": "belt"}}}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/checklist": {"/0": {"equals": {"step": "belt"}}}}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"/seats/1": {"at_least": 3}}}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"/since": {"before": "2025-06-02"}}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"/floor": {"exists": false}}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/checklist": {"any": {"/done": true}}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/checklist": {"all": {"/done": true}}}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/checklist": {"all": {"/step": {"exists": true}}}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/empty": {"all": {"/done": true}}}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/took": {"at_least": "40 minutes"}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/took": {"at_least": 40}}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/none": {"exists": true}}}"#,
            true,
        ),
        (
            r#"{"timestamp": {"at_least": "2026-03-02", "at_most": "2026-03-02"}}"#,
            true,
        ),
        (r#"{"timestamp": "2026-03-02"}"#, true),
        (r#"{"timestamp": {"after": "2026-03-02"}}"#, false),
        (r#"{"timestamp": {"after": "2026-03-01"}}"#, true),
        (r#"{"timestamp": {"before": "2026-03-02"}}"#, false),
        (r#"{"timestamp": {"before": "2026-03-02T10:00:00.001Z"}}"#, true),
        (
            r#"{"timestamp": {"between": ["2026-01-01", "2026-12-31"]}}"#,
            true,
        ),
        (
            r#"{"result.score.raw": {"any_of": [{"less_than": 10}, {"more_than": 40}]}}"#,
            true,
        ),
        (
            r#"{"any_of": [{"verb": "completed"}, {"platform": "Moodle"}]}"#,
            true,
        ),
        (
            r#"{"any_of": [{"verb": "completed"}, {"platform": "Ilias"}]}"#,
            false,
        ),
        (
            r#"{"all_of": [{"verb": "passed"}, {"not": {"platform": "Ilias"}}]}"#,
            true,
        ),
        (r#"{"not": {"verb": "passed", "platform": "Ilias"}}"#, true),
        (r#"{"cel": "result.score.raw > 40.0 && result.success"}"#, true),
        (r#"{"cel": "result.score.raw > 41"}"#, false),
        (r#"{"cel": "result.duration <= duration('90m')"}"#, true),
        (
            r#"{"cel": "timestamp < timestamp('2026-03-02T10:00:00.001Z')"}"#,
            true,
        ),
        (
            r#"{"cel": "context.extensions['https://example.com/checklist'].exists(item, item.step == 'horn' && !item.done)"}"#,
            true,
        ),
        (
            r#"{"cel": "context.extensions['https://example.com/checklist'].filter(item, item.done).size() == 1"}"#,
            true,
        ),
        (r#"{"cel": "has(result.success) && !has(result.nothing)"}"#, true),
        (
            r#"{"cel": "grouping.all(iri, iri.startsWith('https://courses'))"}"#,
            true,
        ),
        (
            r#"{"cel": "type.endsWith('/assessment') && instructor.mbox.contains('kim')"}"#,
            true,
        ),
        (
            r#"{"cel": "verb == 'http://adlnet.gov/expapi/verbs/passed' ? platform == 'Moodle' : false"}"#,
            true,
        ),
        (
            r#"{"cel": "context.extensions['https://example.com/room'].seats[0] + 1 == 2"}"#,
            true,
        ),
        (
            r#"{"cel": "context.extensions['https://example.com/absent'] == 1"}"#,
            false,
        ),
        (r#"{"cel": "result.score.raw"}"#, false),
    ];
    let row = evidence(&full());
    for (says, holds) in table {
        let curriculum = exam(says);
        let standing = stand(&curriculum, std::slice::from_ref(&row));
        assert_eq!(
            standing.status == Status::Certified,
            *holds,
            "{says}: {standing:?}"
        );
        assert_eq!(
            Curriculum::from_json(&curriculum.to_json()).unwrap(),
            curriculum,
            "{says}"
        );
        let again = Curriculum::from_json(&curriculum.to_json()).unwrap();
        assert_eq!(again.to_json(), curriculum.to_json(), "{says}");
    }
}

#[test]
fn what_is_not_said_meets_no_condition() {
    let bare = row(1, "exam", verbs::PASSED, "2026-03-02");
    for says in [
        r#"{"result.score.raw": {"at_most": 100}}"#,
        r#"{"result.success": false}"#,
        r#"{"result.duration": {"at_most": "1 hour"}}"#,
        r#"{"instructor": {"exists": true}}"#,
        r#"{"platform": {"contains": ""}}"#,
        r#"{"registration": {"exists": true}}"#,
        r#"{"type": {"starts_with": "h"}}"#,
        r#"{"cel": "result.score.raw < 100.0"}"#,
    ] {
        assert_eq!(
            stand(&exam(says), std::slice::from_ref(&bare)).status,
            Status::InProgress,
            "{says}"
        );
    }
    let says =
        r#"{"not": {"platform": "Ilias"}, "instructor": {"exists": false}, "cel": "platform == null"}"#;
    assert_eq!(stand(&exam(says), &[bare]).status, Status::Certified);
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

const OBSERVED: &str = "
curriculum: observed
title: Observed
audience: { everyone: true }
courses:
  - id: drive
    title: Seen driving
    match:
      verb: observed
      grouping: https://courses.example.com/forklift
      type: https://example.com/observation
      context.extensions: { 'https://example.com/checklist': { all: { /done: true } } }
";

#[test]
fn any_statement_that_matches_is_proof() {
    let curriculum = curriculum(OBSERVED);
    let mut seen = row(
        1,
        "shift-7",
        "https://w3id.org/xapi/dod-isd/verbs/observed",
        "2026-03-02",
    );
    seen.grouping = vec![course_iri("forklift")];
    seen.activity_type = Some(Iri::parse("https://example.com/observation").unwrap());
    let checklist = Iri::parse("https://example.com/checklist").unwrap();
    seen.context_extensions
        .insert(checklist.clone(), json!([{"done": true}, {"done": true}]));
    let standing = stand(&curriculum, std::slice::from_ref(&seen));
    assert_eq!(standing.status, Status::Certified);
    assert_eq!(standing.requirements[0].reason, "shown on 2026-03-02");

    seen.context_extensions
        .insert(checklist, json!([{"done": true}, {"done": false}]));
    let standing = stand(&curriculum, &[seen]);
    assert_eq!(standing.status, Status::NotStarted);
    assert_eq!(standing.requirements[0].reason, "not shown yet");
    assert_eq!(
        standing.requirements[0].missing.as_deref(),
        Some("show 'Seen driving'")
    );
    assert!(
        curriculum.describe().contains(
            "  - Seen driving: a statement where verb is observed and type is https://example.com/observation and \
             grouping is https://courses.example.com/forklift and context.extensions https://example.com/checklist has \
             only items each of which at /done is true.\n"
        ),
        "{}",
        curriculum.describe()
    );
}

#[test]
fn what_matches_may_have_to_be_passed_or_completed() {
    let yaml = OBSERVED
        .replace("verb: observed", "platform: Moodle")
        .replace("    match:", "    passing_score: { raw: 40 }\n    match:")
        .replace("      type: https://example.com/observation\n", "")
        .replace(
            "      context.extensions: { 'https://example.com/checklist': { all: { /done: true } } }\n",
            "",
        );
    let curriculum = curriculum(&yaml);
    let mut row = evidence(&full());
    row.grouping = vec![course_iri("forklift")];
    assert_eq!(
        stand(&curriculum, std::slice::from_ref(&row)).requirements[0].reason,
        "passed with 40.5 points on 2026-03-02"
    );
    row.score.as_mut().unwrap().raw = Some(rules::Number::from_int(39));
    let standing = stand(&curriculum, &[row]);
    assert_eq!(
        standing.requirements[0].reason,
        "best score 39 points of 40 points needed"
    );
    assert_eq!(
        standing.requirements[0].missing.as_deref(),
        Some("pass 'Seen driving' with at least 40 points")
    );
    assert!(curriculum.describe().contains(
        "pass with a score of at least 40 points, by statements where grouping is \
         https://courses.example.com/forklift and platform is Moodle"
    ));
}

#[test]
fn the_log_is_asked_for_no_more_than_is_needed() {
    let asks = |matching: &str| -> Vec<Ask> {
        let yaml = format!(
            "curriculum: c\ntitle: C\naudience: {{ everyone: true }}\ncourses: [{{ id: a, match: {matching} }}]\n"
        );
        curriculum(&yaml).interest().asks().collect()
    };
    let verb = |name: &str| Ask::Verb(Iri::parse(&format!("http://adlnet.gov/expapi/verbs/{name}")).unwrap());
    let activity = |name: &str| Ask::Activity(Iri::parse(&format!("x:{name}")).unwrap());
    assert_eq!(
        asks("{ verb: [passed, failed] }"),
        [verb("failed"), verb("passed")]
    );
    assert_eq!(asks("{ verb: passed, parent: 'x:a' }"), [activity("a")]);
    assert_eq!(
        asks("{ verb: passed, grouping: { any: 'x:a' } }"),
        [activity("a")]
    );
    assert_eq!(
        asks("{ verb: passed, grouping: { all: ['x:a', 'x:b'] } }"),
        [activity("a"), activity("b")]
    );
    assert_eq!(
        asks("{ all_of: [{ category: 'x:a' }, { verb: passed }] }"),
        [activity("a")]
    );
    assert_eq!(
        asks("{ any_of: [{ grouping: 'x:a' }, { verb: passed, platform: P }] }"),
        [activity("a"), verb("passed")]
    );
    assert_eq!(
        asks("{ verb: { any_of: [passed, failed] } }"),
        [verb("failed"), verb("passed")]
    );
    assert_eq!(
        asks("{ other: { contains: 'x:a' }, verb: passed }"),
        [verb("passed")]
    );

    let interest = curriculum(
        OBSERVED
            .replace("      grouping: https://courses.example.com/forklift\n", "")
            .as_str(),
    )
    .interest();
    let mut statement = full();
    statement["verb"]["id"] = "https://w3id.org/xapi/dod-isd/verbs/observed".into();
    assert!(interest.concerns(&Statement::from_stored(&statement.to_string()).unwrap()));
    statement["verb"]["id"] = verbs::PASSED.into();
    assert!(!interest.concerns(&Statement::from_stored(&statement.to_string()).unwrap()));
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
