//! Courses that are met by any statement that matches, and what the log is asked for because of them.

use rules::{Ask, Status, verbs};
use serde_json::json;
use xapi::{Iri, Statement};

use super::{evidence, full, stand};
use crate::support::{course_iri, curriculum, row};

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
