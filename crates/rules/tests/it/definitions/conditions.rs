//! What is wrong in conditions on a statement, and in what is matched.

use rules::load;

use super::{GOOD, GOOD_GROUP, hold};

/// Each is put in the place of `verb: passed`; then path below `where`, and parts of what must be said.
const BROKEN_CONDITIONS: &[(&str, &str, &[&str])] = &[
    ("", "", &["says nothing about a statement", "verb: passed"]),
    ("verb: pased", "/verb", &["\"pased\"", "did you mean \"passed\"?"]),
    ("verb: 7", "/verb", &["found 7", "a verb's IRI"]),
    ("verb:", "/verb", &["there is no value"]),
    ("verb: []", "/verb", &["the list is empty"]),
    (
        "verb: {}",
        "/verb",
        &["the mapping is empty", "one of equals, one_of"],
    ),
    (
        "verb: { at_least: passed }",
        "/verb/at_least",
        &["says nothing about a verb", "one_of"],
    ),
    (
        "result.score.raw: { contains: 4 }",
        "/result.score.raw/contains",
        &["says nothing about a number"],
    ),
    (
        "result.score.raw: { starts_with: 4 }",
        "/result.score.raw/starts_with",
        &["says nothing about a number"],
    ),
    (
        "result.score.raw: { any: 4 }",
        "/result.score.raw/any",
        &["says nothing about a number"],
    ),
    (
        "result.score.raw: { all: 4 }",
        "/result.score.raw/all",
        &["says nothing about a number"],
    ),
    (
        "result.duration: { at_least: 5 }",
        "/result.duration/at_least",
        &["found 5"],
    ),
    (
        "vreb: passed",
        "/vreb",
        &["no \"vreb\"", "did you mean \"verb\"?"],
    ),
    (
        "object: 'x:y'",
        "/object",
        &["no \"object\"", "one of verb, activity"],
    ),
    (
        "context.platform: P",
        "/context.platform",
        &["did you mean \"platform\"?"],
    ),
    (
        "score.raw: 4",
        "/score.raw",
        &["did you mean \"result.score.raw\"?"],
    ),
    (
        "result.score.raw: many",
        "/result.score.raw",
        &["\"many\"", "a number"],
    ),
    (
        "result.score.raw: { atleast: 4 }",
        "/result.score.raw/atleast",
        &["did you mean \"at_least\"?"],
    ),
    (
        "result.score.raw: { at_least: '40' }",
        "/result.score.raw/at_least",
        &["\"40\"", "a number"],
    ),
    (
        "result.score.raw: { before: 4 }",
        "/result.score.raw/before",
        &["says nothing about a number"],
    ),
    (
        "result.score.raw: { between: [1] }",
        "/result.score.raw/between",
        &["the least and the most"],
    ),
    (
        "result.score.raw: { between: [1, 2], at_least: 1 }",
        "/result.score.raw",
        &["said twice", "is at least 1"],
    ),
    (
        "result.success: 'yes'",
        "/result.success",
        &["\"yes\"", "true or false"],
    ),
    (
        "result.duration: { at_most: 1 month }",
        "/result.duration/at_most",
        &["\"1 month\"", "without months"],
    ),
    (
        "timestamp: { before: tomorrow }",
        "/timestamp/before",
        &["\"tomorrow\"", "2026-03-02"],
    ),
    ("registration: 7a", "/registration", &["\"7a\"", "a UUID"]),
    (
        "grouping: course",
        "/grouping",
        &["\"course\"", "an absolute IRI"],
    ),
    (
        "grouping: { any: course }",
        "/grouping/any",
        &["\"course\"", "an absolute IRI"],
    ),
    ("instructor: kim", "/instructor", &["\"kim\"", "mbox: mailto:"]),
    (
        "instructor: { mbox: kim }",
        "/instructor",
        &["this is a mapping", "mbox: mailto:"],
    ),
    (
        "platform: { exists: maybe }",
        "/platform/exists",
        &["\"maybe\"", "true or false"],
    ),
    (
        "platform: { starts_with: 7 }",
        "/platform/starts_with",
        &["found 7", "a text"],
    ),
    (
        "context.extensions: true",
        "/context.extensions",
        &["found true", "the IRI of an extension"],
    ),
    (
        "context.extensions: { proctored: true }",
        "/context.extensions/proctored",
        &["\"proctored\"", "IRI"],
    ),
    (
        "context.extensions: { 'x:y': { at_least: some } }",
        "/context.extensions/x:y/at_least",
        &["\"some\"", "a number, a date"],
    ),
    (
        "context.extensions: { 'x:y': { name: some } }",
        "/context.extensions/x:y/name",
        &["no check \"name\"", "a JSON pointer such as /items/0"],
    ),
    (
        "any_of: { verb: passed }",
        "/any_of",
        &["this is a mapping", "a list of mappings"],
    ),
    (
        "all_of: [passed]",
        "/all_of/0",
        &["says nothing about a statement"],
    ),
    ("not: {}", "/not", &["says nothing about a statement"]),
    ("cel: 7", "/cel", &["found 7", "in quotes"]),
    (
        "cel: 'result.score.raw >'",
        "/cel",
        &["this is not CEL at character"],
    ),
    (
        "cel: 'score.raw > 40.0'",
        "/cel",
        &["no variable \"score\" at character 1"],
    ),
    (
        "cel: 'vreb == \"x\"'",
        "/cel",
        &["no variable \"vreb\"", "did you mean \"verb\"?"],
    ),
    (
        "cel: 'verb.matches(\"x\")'",
        "/cel",
        &["no function \"matches\"", "startsWith"],
    ),
    (
        "cel: 'parent.map(p, p + p) == []'",
        "/cel",
        &["\"map\" is not allowed", "exists"],
    ),
    (
        "cel: 'parent.map(p, p != verb, p + p) == []'",
        "/cel",
        &["\"map\" is not allowed", "exists"],
    ),
    (
        "cel: 'parent.all(a, parent.all(b, parent.all(c, a == b && b == c)))'",
        "/cel",
        &["3 macros inside one another", "at most 2"],
    ),
];

#[test]
fn broken_conditions() {
    let good = GOOD.replace("passing_score: 0.8", "where: { verb: passed }");
    let mut table = Vec::new();
    let paths: Vec<String> = BROKEN_CONDITIONS
        .iter()
        .map(|(_, path, _)| format!("/courses/0/where{path}"))
        .collect();
    for ((new, _, parts), path) in BROKEN_CONDITIONS.iter().zip(&paths) {
        table.push(("verb: passed", *new, 7, path.as_str(), *parts));
    }
    hold(&good, &table);

    let long = format!("where: {{ cel: 'verb == \"{}\"' }}", "x".repeat(1_000));
    let many = format!("where: {{ cel: '{}1 == 1' }}", "1 == 1 && ".repeat(99));
    let nested = |levels| {
        let (open, close) = ("!(".repeat(levels), ")".repeat(levels));
        format!("where: {{ cel: '{open}result.score.raw > 1.0{close}' }}")
    };
    let beside = format!("where: {{ cel: '{}true' }}", "(true) && ".repeat(11));
    let exact = format!("where: {{ cel: 'verb == \"{}\"' }}", "x".repeat(1_000 - 10));
    let deep = |members| format!("where: {{ cel: 'result{}' }}", ".a".repeat(members));
    for good in [nested(10), beside, exact, deep(49)] {
        load("c.yaml", &GOOD.replace("passing_score: 0.8", &good)).unwrap();
    }
    let choices = format!("where: {{ cel: '{}true' }}", "true ? true : ".repeat(11));
    let table = [
        (long, "bytes"),
        (many, "parts"),
        (deep(50), "51 levels of nested parts"),
        (deep(60), "51 levels of nested parts"),
        (nested(40), "40 levels of brackets"),
        (choices, "11 levels of brackets and choices"),
    ];
    for (new, said) in table {
        let errors = load("c.yaml", &GOOD.replace("passing_score: 0.8", &new)).unwrap_err();
        assert!(errors.to_string().contains(said), "{new}: {errors}");
    }
}

#[test]
fn broken_matches_and_passing_scores() {
    let table: &[(&str, &str, usize, &str, &[&str])] = &[
        (
            "activity: https://example.com/b",
            "match: { platform: Moodle }",
            9,
            "/courses/1/match",
            &["no verb and no activity", "outside of \"not\""],
        ),
        (
            "activity: https://example.com/b",
            "match: { not: { verb: passed } }",
            9,
            "/courses/1/match",
            &["no verb and no activity"],
        ),
        (
            "activity: https://example.com/b",
            "match: { any_of: [{ verb: passed }, { platform: P }] }",
            9,
            "/courses/1/match",
            &["no verb and no activity"],
        ),
        (
            "after: a",
            "match: { verb: passed }",
            10,
            "/courses/1/match",
            &["an activity already", "\"where\""],
        ),
        (
            "activity: https://example.com/b",
            "where: { platform: P }\n    match: { verb: passed }",
            9,
            "/courses/1/where",
            &["\"match\" says it already"],
        ),
        (
            "activity: https://example.com/b",
            "match: { verb: passed }\n    attempts: latest",
            10,
            "/courses/1/attempts",
            &["no attempt can fail", "\"where\" beside it"],
        ),
        (
            "activity: https://example.com/b",
            "match: { verb: passed }\n    where: { platform: P }\n    attempts: latest",
            0,
            "",
            &[],
        ),
        (
            "activity: https://example.com/b",
            "match: passed",
            9,
            "/courses/1/match",
            &["found \"passed\"", "a mapping of conditions"],
        ),
        (
            "0.8",
            "{ raw: many }",
            7,
            "/courses/0/passing_score/raw",
            &["\"many\"", "raw score"],
        ),
        (
            "0.8",
            "{ points: 4 }",
            7,
            "/courses/0/passing_score/points",
            &["one of raw"],
        ),
        (
            "0.8",
            "{}",
            7,
            "/courses/0/passing_score",
            &["\"raw\" is missing"],
        ),
        ("0.8", "{ raw: 40 }", 0, "", &[]),
        (
            "activity: https://example.com/b",
            "match: { verb: passed }",
            0,
            "",
            &[],
        ),
    ];
    hold(GOOD, table);
    let group = GOOD_GROUP.replace("at_least: 1", "where: { verb: passed }");
    assert!(
        load("c.yaml", &group)
            .unwrap_err()
            .to_string()
            .contains("a group has courses")
    );
}
