//! Definitions that are wrong, and what is said about them.

use rules::{Curriculum, load};

use crate::support::FORKLIFT;

const GOOD: &str = "curriculum: c
title: C
audience: { roles: [r] }
courses:
  - id: a
    activity: https://example.com/a
    passing_score: 0.8
  - id: b
    activity: https://example.com/b
    after: a
certification: { title: T, validity: 1 year }
";

/// What to replace in the good definition, by what; then line, path, and parts of what must be said.
const BROKEN: &[(&str, &str, usize, &str, &[&str])] = &[
    (
        "curriculum: c\n",
        "",
        1,
        "",
        &["\"curriculum\" is missing", "forklift-safety"],
    ),
    (
        "title: C\n",
        "",
        1,
        "",
        &["\"title\" is missing", "1 to 200 characters"],
    ),
    (
        "curriculum: c",
        "curriculum: My Course",
        1,
        "/curriculum",
        &["\"My Course\"", "lower-case"],
    ),
    (
        "curriculum: c",
        "curriculum: 7",
        1,
        "/curriculum",
        &["found 7", "an id"],
    ),
    ("title: C", "title: ''", 2, "/title", &["empty"]),
    (
        "title: C",
        "titel: C",
        2,
        "/titel",
        &["no member \"titel\"", "did you mean \"title\"?"],
    ),
    (
        "title: C",
        "title: C\nfoo: 1",
        3,
        "/foo",
        &["no member \"foo\"", "one of format, curriculum"],
    ),
    (
        "title: C",
        "title: C\nformat: 2",
        3,
        "/format",
        &["found 2", "1, the only format"],
    ),
    ("title: C", "title: C\ntitle: D", 3, "/title", &["given twice"]),
    (
        "{ roles: [r] }",
        "{}",
        3,
        "/audience",
        &["empty", "everyone: true"],
    ),
    (
        "{ roles: [r] }",
        "{ roles: r }",
        3,
        "/audience/roles",
        &["found \"r\"", "a list of names"],
    ),
    (
        "{ roles: [r] }",
        "{ role: [r] }",
        3,
        "/audience/role",
        &["did you mean \"roles\"?"],
    ),
    (
        "{ roles: [r] }",
        "{ roles: [] }",
        3,
        "/audience/roles",
        &["empty"],
    ),
    (
        "{ roles: [r] }",
        "{ roles: [r, r] }",
        3,
        "/audience/roles",
        &["twice"],
    ),
    (
        "{ roles: [r] }",
        "{ everyone: false }",
        3,
        "/audience/everyone",
        &["found false", "true"],
    ),
    (
        "courses:",
        "order: strikt\ncourses:",
        4,
        "/order",
        &["\"strikt\"", "\"strict\""],
    ),
    (
        "id: a\n",
        "id: b\n",
        8,
        "/courses/1/id",
        &["id \"b\"", "of its own"],
    ),
    (
        "example.com/b",
        "example.com/a",
        9,
        "/courses/1/activity",
        &["that of /courses/0/activity"],
    ),
    (
        "https://example.com/b",
        "[]",
        9,
        "/courses/1/activity",
        &["empty"],
    ),
    (
        "https://example.com/b",
        "forklift course",
        9,
        "/courses/1/activity",
        &["\"forklift course\"", "an IRI"],
    ),
    (
        "https://example.com/b",
        "[x:y, no iri]",
        9,
        "/courses/1/activity/1",
        &["\"no iri\"", "an IRI"],
    ),
    (
        "    activity: https://example.com/b\n",
        "",
        8,
        "/courses/1",
        &["\"activity\" is missing"],
    ),
    (
        "activity: https://example.com/b",
        "activities: x:y",
        9,
        "/courses/1/activities",
        &["did you mean \"activity\"?"],
    ),
    (
        "0.8",
        "80",
        7,
        "/courses/0/passing_score",
        &["found 80", "0 to 1", "\"80 %\""],
    ),
    ("0.8", "-0.1", 7, "/courses/0/passing_score", &["found -0.1"]),
    (
        "0.8",
        "80 percent",
        7,
        "/courses/0/passing_score",
        &["\"80 percent\"", "\"80 %\""],
    ),
    (
        "0.8",
        "120 %",
        7,
        "/courses/0/passing_score",
        &["more than 100 %"],
    ),
    (
        "passing_score: 0.8",
        "passing_score:",
        7,
        "/courses/0/passing_score",
        &["there is no value"],
    ),
    (
        "passing_score: 0.8",
        "completion: yes",
        7,
        "/courses/0/completion",
        &["\"yes\"", "true"],
    ),
    (
        "after: a",
        "after: aa",
        10,
        "/courses/1/after/0",
        &["no course with the id \"aa\"", "did you mean \"a\"?"],
    ),
    (
        "after: a",
        "after: introduction",
        10,
        "/courses/1/after/0",
        &["the id of a course: a, b"],
    ),
    (
        "after: a",
        "after: b",
        10,
        "/courses/1/after/0",
        &["after itself"],
    ),
    (
        "0.8",
        "0.8\n    after: b",
        8,
        "/courses/0/after",
        &["wait for each other: a waits for b waits for a"],
    ),
    (
        "0.8",
        "0.8\n    suggested: true",
        11,
        "/courses/1/after/0",
        &["only suggested"],
    ),
    (
        "courses:\n  - id: a\n    activity: https://example.com/a\n    passing_score: 0.8\n  - id: b\n    activity: https://example.com/b\n    after: a\n",
        "courses: []\n",
        4,
        "/courses",
        &["empty", "1 to 200 courses"],
    ),
    ("after: a", "suggested: true\n    after: a", 0, "", &[]),
    (
        "1 year",
        "one year",
        11,
        "/certification/validity",
        &["\"one year\"", "\"90 days\""],
    ),
    ("1 year", "0 days", 11, "/certification/validity", &["\"0 days\""]),
    ("1 year", "2", 11, "/certification/validity", &["found 2"]),
    (
        "1 year",
        "1 year, within: 2 years",
        11,
        "/certification/within",
        &["older", "at most the validity, 1 year"],
    ),
    (
        "1 year",
        "1 year, renewal_window: 18 months",
        11,
        "/certification/renewal_window",
        &["longer than the validity"],
    ),
    (
        "validity: 1 year",
        "renewal_window: 1 month",
        11,
        "/certification/renewal_window",
        &["never expires"],
    ),
    (
        "1 year }",
        "1 year }\nreview: { backdated: soon }",
        12,
        "/review/backdated",
        &["\"soon\"", "\"90 days\""],
    ),
    (
        "1 year }",
        "1 year }\nreview: { backdate: 1 day }",
        12,
        "/review/backdate",
        &["did you mean \"backdated\"?"],
    ),
    (
        "1 year }",
        "1 year }\nreview: { trusted: [key-1] }",
        12,
        "/review/trusted/0",
        &["found \"key-1\"", "homePage"],
    ),
    (
        "1 year }",
        "1 year }\nreview: { trusted: [{ mbox: x }] }",
        12,
        "/review/trusted/0",
        &["mailto:", "homePage"],
    ),
    ("certification: {", "certification: [", 11, "", &["not YAML"]),
    (
        "certification: {",
        "certificate: {",
        11,
        "/certificate",
        &["did you mean \"certification\"?"],
    ),
];

#[test]
fn every_broken_definition_is_told_where_and_what_to_write() {
    hold(GOOD, BROKEN);
}

pub(crate) fn hold(good: &str, table: &[(&str, &str, usize, &str, &[&str])]) {
    load("c.yaml", good).unwrap();
    for (old, new, line, path, parts) in table {
        let text = good.replacen(old, new, 1);
        assert_ne!(text, good, "{old:?} is not there");
        let result = load("c.yaml", &text);
        if parts.is_empty() {
            result.unwrap_or_else(|errors| panic!("{new:?}: {errors}"));
            continue;
        }
        let errors = result.err().unwrap_or_else(|| panic!("{new:?} is accepted"));
        let finding = errors
            .0
            .iter()
            .find(|own| own.path == *path)
            .unwrap_or_else(|| panic!("{new:?}: {errors}"));
        assert_eq!(finding.line, Some(*line), "{new:?}: {errors}");
        for part in *parts {
            assert!(
                finding.to_string().contains(part),
                "{part:?} is not in: {finding}"
            );
        }
        assert!(
            finding.to_string().starts_with(&format!("c.yaml:{line}:")),
            "{finding}"
        );
        assert!(!finding.expected.is_empty(), "{finding}");
    }
}

const GOOD_GROUP: &str = "curriculum: c
title: C
audience: { roles: [r] }
courses:
  - id: g
    at_least: 1
    of:
      - { id: a, activity: https://example.com/a }
      - { id: b, activity: https://example.com/b }
  - id: h
    points: 3
    of:
      - { id: c, activity: https://example.com/c, worth: 2 }
      - { id: d, activity: https://example.com/d, worth: 1 }
";

#[test]
fn broken_groups() {
    let table: &[(&str, &str, usize, &str, &[&str])] = &[
        (
            "at_least: 1",
            "at_least: 3",
            6,
            "/courses/0/at_least",
            &["3 of 2", "at most 2"],
        ),
        (
            "at_least: 1",
            "at_least: 0",
            6,
            "/courses/0/at_least",
            &["found 0", "from 1"],
        ),
        (
            "at_least: 1",
            "at_least: some",
            6,
            "/courses/0/at_least",
            &["\"some\"", "a whole number"],
        ),
        (
            "at_least: 1",
            "atleast: 1",
            6,
            "/courses/0/atleast",
            &["did you mean \"at_least\"?"],
        ),
        (
            "at_least: 1",
            "completion: true",
            6,
            "/courses/0/completion",
            &["a group has courses"],
        ),
        (
            "at_least: 1",
            "activity: 'x:y'",
            6,
            "/courses/0/activity",
            &["a group has courses"],
        ),
        (
            "at_least: 1",
            "points: 1",
            8,
            "/courses/0/of/0",
            &["\"worth\" is missing"],
        ),
        (
            "at_least: 1",
            "worth: 1",
            6,
            "/courses/0/worth",
            &["nothing around it counts points"],
        ),
        (
            "points: 3",
            "points: 3.5",
            11,
            "/courses/1/points",
            &["worth 3 together", "at most 3"],
        ),
        (
            "points: 3",
            "points: 3\n    at_least: 1",
            11,
            "/courses/1/points",
            &["either"],
        ),
        (
            "points: 3",
            "points: 0",
            11,
            "/courses/1/points",
            &["found 0", "above 0"],
        ),
        (
            "worth: 1",
            "worth: -1",
            14,
            "/courses/1/of/1/worth",
            &["found -1"],
        ),
        (
            "worth: 1",
            "worth: 1, at_least: 1",
            14,
            "/courses/1/of/1/at_least",
            &["only a group"],
        ),
        (
            "worth: 1",
            "worth: 1, suggested: true",
            14,
            "/courses/1/of/1/suggested",
            &["on its own"],
        ),
        (
            "id: d",
            "id: a",
            14,
            "/courses/1/of/1/id",
            &["that of /courses/0/of/0"],
        ),
        (
            "example.com/d",
            "example.com/a",
            14,
            "/courses/1/of/1/activity",
            &["/courses/0/of/0/activity"],
        ),
        (
            "worth: 1",
            "worth: 1, after: h",
            14,
            "/courses/1/of/1/after",
            &["wait for each other: h waits for d"],
        ),
        (
            "points: 3",
            "points: 3\n    after: [d]",
            12,
            "/courses/1/after",
            &["wait for each other"],
        ),
        (
            "worth: 1",
            "worth: 1, after: e",
            14,
            "/courses/1/of/1/after/0",
            &["no course with the id \"e\""],
        ),
        ("at_least: 1", "suggested: true", 0, "", &[]),
        ("points: 3", "points: 3\n    after: g", 0, "", &[]),
    ];
    hold(GOOD_GROUP, table);
}

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
    load("c.yaml", &GOOD.replace("passing_score: 0.8", &nested(10))).unwrap();
    let choices = format!("where: {{ cel: '{}true' }}", "true ? true : ".repeat(11));
    let table = [
        (long, "bytes"),
        (many, "parts"),
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

#[test]
fn broken_attempts() {
    let table: &[(&str, &str, usize, &str, &[&str])] = &[
        (
            "passing_score: 0.8",
            "attempts: last",
            7,
            "/courses/0/attempts",
            &["\"last\"", "latest"],
        ),
        (
            "passing_score: 0.8",
            "attempts: {}",
            7,
            "/courses/0/attempts",
            &["the mapping is empty", "maximum: 3"],
        ),
        (
            "passing_score: 0.8",
            "attempts: { maximum: 0 }",
            7,
            "/courses/0/attempts/maximum",
            &["found 0", "from 1"],
        ),
        (
            "passing_score: 0.8",
            "attempts: { maxim: 3 }",
            7,
            "/courses/0/attempts/maxim",
            &["did you mean \"maximum\"?"],
        ),
        (
            "passing_score: 0.8",
            "attempts: { cool_down: soon }",
            7,
            "/courses/0/attempts/cool_down",
            &["\"soon\"", "90 days"],
        ),
        (
            "passing_score: 0.8",
            "attempts: average",
            7,
            "/courses/0/attempts",
            &["no score for the average", "\"passing_score\" beside it"],
        ),
        (
            "passing_score: 0.8",
            "completion: true\n    attempts: latest",
            8,
            "/courses/0/attempts",
            &["no attempt can fail", "\"passing_score\" beside it"],
        ),
        (
            "activity: https://example.com/a",
            "certificate: other\n    attempts: latest",
            7,
            "/courses/0/attempts",
            &["not statements"],
        ),
    ];
    hold(GOOD, table);
    let group: &[(&str, &str, usize, &str, &[&str])] = &[(
        "id: g\n",
        "id: g\n    attempts: latest\n",
        6,
        "/courses/0/attempts",
        &["a group has courses", "this at the courses in \"of\""],
    )];
    hold(GOOD_GROUP, group);
}

#[test]
fn broken_countings() {
    // Each is put in the place of the passing score of the first course.
    let table: &[(&str, &str, &[&str])] = &[
        ("count: 3", "count", &["found 3", "at_least: 3"]),
        ("count: { distinct: day }", "count", &["\"at_least\" is missing"]),
        (
            "count: { at_least: 2, distinct: week }",
            "count/distinct",
            &["\"week\"", "registration"],
        ),
        (
            "count: { at_least: 2, distinct: activity }",
            "count",
            &["differ in are 1", "\"match\""],
        ),
        (
            "count: { at_least: 2, within: ever }",
            "count/within",
            &["\"ever\"", "90 days"],
        ),
        (
            "sum: { of: result.length, at_least: 3 }",
            "sum/of",
            &["\"result.length\"", "result.duration"],
        ),
        (
            "sum: { of: result.duration, at_least: 3 }",
            "sum/at_least",
            &["10 hours"],
        ),
        (
            "sum: { of: result.duration, at_least: 1 month }",
            "sum/at_least",
            &["without months"],
        ),
        (
            "sum: { of: result.score.raw, at_least: 3 hours }",
            "sum/at_least",
            &["a number"],
        ),
        (
            "sum: { of: result.score.raw, at_least: lots }",
            "sum/at_least",
            &["\"lots\""],
        ),
        (
            "attempts: latest, count: { at_least: 2 }",
            "count",
            &["by \"attempts\" already", "one of"],
        ),
        (
            "observed_by: somebody",
            "observed_by",
            &["\"somebody\"", "\"instructor\""],
        ),
        (
            "observed_by: [other, nobody]",
            "observed_by/1",
            &["\"nobody\"", "\"instructor\""],
        ),
        (
            "not_before: 60 days",
            "not_before",
            &["\"60 days\"", "after basics"],
        ),
        (
            "not_before: 60 days after c",
            "not_before",
            &["no course with the id \"c\""],
        ),
        (
            "not_before: 60 days after a",
            "not_before",
            &["wait for each other: a waits for a"],
        ),
        (
            "not_before: 60 days after b",
            "not_before",
            &["wait for each other"],
        ),
        ("satisfied: 'x:y'", "satisfied", &["only a group"]),
    ];
    for (new, path, parts) in table {
        let text = GOOD.replace(
            "  - id: a\n    activity: https://example.com/a\n    passing_score: 0.8\n",
            &format!("  - {{ id: a, activity: 'https://example.com/a', {new} }}\n"),
        );
        let errors = load("c.yaml", &text)
            .err()
            .unwrap_or_else(|| panic!("{new:?} is accepted"));
        // What waits in a circle is told at one that waits.
        let paths = [format!("/courses/0/{path}"), "/courses/1/after".to_owned()];
        let found = errors.0.iter().find(|own| paths.contains(&own.path));
        let found = found.unwrap_or_else(|| panic!("{new:?}: {errors}")).to_string();
        for part in *parts {
            assert!(found.contains(part), "{part:?} is not in: {found}");
        }
    }
    let group: &[(&str, &str, usize, &str, &[&str])] = &[
        (
            "id: g\n",
            "id: g\n    count: { at_least: 2 }\n",
            6,
            "/courses/0/count",
            &["a group has courses"],
        ),
        (
            "id: g\n",
            "id: g\n    not_before: 1 day after h\n",
            6,
            "/courses/0/not_before",
            &["a group has courses"],
        ),
        (
            "id: g\n",
            "id: g\n    satisfied: no iri\n",
            6,
            "/courses/0/satisfied",
            &["\"no iri\""],
        ),
    ];
    hold(GOOD_GROUP, group);
}

const GOOD_TIERS: &str = "curriculum: c
title: C
audience: { roles: [r] }
due: 90 days after hire
tiers:
  - id: first
    due: 30 days
    courses:
      - { id: a, activity: https://example.com/a, due: 2026-12-31 }
      - { id: b, activity: https://example.com/b, suggested: true }
  - id: second
    after: [first]
    courses:
      - id: g
        at_least: 1
        of: [{ id: d, activity: https://example.com/d }, { id: e, activity: https://example.com/e }]
certification:
  validity: 1 year
  renewal_window: 3 months
  grace: 30 days
  valid_from: prior_expiry
  recovery: 14 days
  renewal: { courses: [{ id: r, activity: https://example.com/a }] }
";

#[test]
fn broken_tiers_due_dates_and_cadences() {
    let table: &[(&str, &str, usize, &str, &[&str])] = &[
        (
            "    courses:\n      - { id: a",
            "    course:\n      - { id: a",
            8,
            "/tiers/0/course",
            &["did you mean \"courses\"?"],
        ),
        (
            "tiers:",
            "courses: [{ id: z, activity: 'x:z' }]\ntiers:",
            6,
            "/tiers",
            &["courses beside the tiers"],
        ),
        (
            "[first]",
            "[frist]",
            12,
            "/tiers/1/after/0",
            &["no tier or course", "did you mean \"first\"?"],
        ),
        ("[first]", "[second]", 12, "/tiers/1/after/0", &["after itself"]),
        ("[first]", "[d]", 12, "/tiers/1/after", &["wait for each other"]),
        (
            "id: second",
            "id: a",
            11,
            "/tiers/1/id",
            &["that of /tiers/0/courses/0"],
        ),
        (
            "due: 2026-12-31 }",
            "suggested: true }",
            8,
            "/tiers/0/courses",
            &["nothing to be certified for"],
        ),
        (
            "30 days\n",
            "30 dys\n",
            7,
            "/tiers/0/due",
            &["\"30 dys\"", "30 days after hire"],
        ),
        (
            "after hire",
            "after lunch",
            4,
            "/due",
            &["after lunch", "after role start"],
        ),
        (
            "90 days",
            "36 hours",
            4,
            "/due",
            &["\"36 hours after hire\"", "in days"],
        ),
        (
            "2026-12-31",
            "2026-13-31",
            9,
            "/tiers/0/courses/0/due",
            &["2026-13-31"],
        ),
        (
            "suggested: true",
            "suggested: true, due: 3 days",
            10,
            "/tiers/0/courses/1/due",
            &["never due"],
        ),
        (
            "{ id: d,",
            "{ id: d, due: 3 days,",
            16,
            "/tiers/1/courses/0/of/0/due",
            &["part of a group"],
        ),
        (
            "1 year",
            "18 months\n  expires_on: 31 December",
            18,
            "/certification/validity",
            &["whole years"],
        ),
        (
            "1 year",
            "1 year\n  expires_on: 31 Dezember",
            19,
            "/certification/expires_on",
            &["31 December"],
        ),
        (
            "1 year",
            "1 year\n  active_at_least: 3 months",
            19,
            "/certification/active_at_least",
            &["\"expires_on\" beside it"],
        ),
        (
            "1 year",
            "1 year\n  expires_on: 31 December\n  active_at_least: 2 years",
            20,
            "/certification/active_at_least",
            &["longer than the validity"],
        ),
        (
            "  validity: 1 year\n",
            "",
            19,
            "/certification/grace",
            &["never expires"],
        ),
        (
            "  validity: 1 year\n",
            "",
            20,
            "/certification/valid_from",
            &["never expires"],
        ),
        (
            "  validity: 1 year\n",
            "",
            22,
            "/certification/renewal",
            &["never expires"],
        ),
        (
            "30 days\n  valid",
            "10 months\n  valid",
            20,
            "/certification/grace",
            &["at most the validity, 1 year"],
        ),
        (
            "prior_expiry",
            "expiry",
            21,
            "/certification/valid_from",
            &["\"prior_expiry\""],
        ),
        (
            "14 days",
            "a while",
            22,
            "/certification/recovery",
            &["\"a while\"", "90 days"],
        ),
        (
            "{ id: r,",
            "{ id: r, suggested: true,",
            23,
            "/certification/renewal/courses/0/suggested",
            &["nothing renews"],
        ),
        (
            "{ id: r,",
            "{ id: r, due: 3 days,",
            23,
            "/certification/renewal/courses/0/due",
            &["renewed by its end"],
        ),
        (
            "{ id: r,",
            "{ id: r, after: g,",
            23,
            "/certification/renewal/courses/0/after/0",
            &["no course with the id \"g\""],
        ),
        (
            "{ id: r,",
            "{ id: a,",
            23,
            "/certification/renewal/courses/0/id",
            &["that of /tiers/0/courses/0"],
        ),
        ("    after: [first]\n", "", 0, "", &[]),
        ("[first]", "[]", 0, "", &[]),
        (
            "1 year",
            "1 year\n  expires_on: 31 December\n  active_at_least: 3 months",
            0,
            "",
            &[],
        ),
    ];
    hold(GOOD_TIERS, table);
    let text = GOOD_TIERS.replace(
        "valid_from: prior_expiry",
        "valid_from: completion\n  expires_on: 31 December",
    );
    let warnings = load("c.yaml", &text).unwrap().warnings;
    assert_eq!(warnings[1].path, "/certification/valid_from", "{warnings:?}");
}

#[test]
fn tiers_have_one_canonical_form() {
    let loaded = load("c.yaml", GOOD_TIERS).unwrap().curriculum;
    let json = loaded.to_json();
    assert!(
        json.contains(
            r#""due":"90 days after hire","tiers":[{"id":"first","due":"30 days after assignment","courses":[{"id":"a","#
        ),
        "{json}"
    );
    assert!(
        json.contains(r#"{"id":"second","courses":[{"id":"g""#),
        "the tier before it is the default: {json}"
    );
    assert_eq!(Curriculum::from_json(&json).unwrap(), loaded);
    let beside = load("c.yaml", &GOOD_TIERS.replace("[first]", "[]"))
        .unwrap()
        .curriculum;
    assert!(beside.to_json().contains(r#"{"id":"second","after":[],"#));
    assert_eq!(Curriculum::from_json(&beside.to_json()).unwrap(), beside);
}

#[test]
fn every_required_course_says_why() {
    let said = |text: &str| -> Vec<(String, String)> {
        let warnings = load("c.yaml", text).unwrap().warnings.into_iter();
        warnings.map(|warning| (warning.path, warning.message)).collect()
    };
    let advice = |path: &str, courses: &str| {
        [(
            path.to_owned(),
            format!("no reason is given for requiring {courses}"),
        )]
    };
    assert_eq!(
        said(GOOD),
        advice("/courses", "a, b"),
        "one line, not one a course"
    );
    let one = GOOD
        .replace("0.8", "0.8\n    title: The first")
        .replace("after: a", "reason: Law.");
    assert_eq!(said(&one), advice("/courses", "The first"));
    assert_eq!(said(&one.replace("title: The first", "reason: Law.")), []);
    let suggested = GOOD.replace("after: a", "suggested: true");
    assert_eq!(
        said(&suggested),
        advice("/courses", "a"),
        "a suggestion needs none"
    );
    assert_eq!(said(GOOD_TIERS), advice("/tiers", "a, g"));
}

#[test]
fn everything_wrong_is_said_at_once_in_the_order_of_the_file() {
    let text = GOOD
        .replace("title: C", "titel: C")
        .replace("0.8", "80")
        .replace("1 year", "soon");
    let errors = load("c.yaml", &text).unwrap_err();
    let paths: Vec<&str> = errors.0.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "",
            "/titel",
            "/courses/0/passing_score",
            "/certification/validity"
        ]
    );
    assert_eq!(errors.to_string().lines().count(), 4);
}

#[test]
fn only_suggestions_certify_for_nothing() {
    let text = GOOD
        .replace("0.8", "0.8\n    suggested: true")
        .replace("after: a", "suggested: true");
    let errors = load("c.yaml", &text).unwrap_err();
    assert!(
        errors.to_string().contains("nothing to be certified for"),
        "{errors}"
    );
}

#[test]
fn one_curriculum_has_one_canonical_form() {
    let yaml = load("c.yaml", GOOD).unwrap().curriculum;
    let json = r#"{"title":"C","certification":{"validity":"12 months","title":"T"},"courses":[
        {"id":"a","activity":["https://example.com/a"],"passing_score":"80 %","suggested":false},
        {"id":"b","after":["a"],"activity":"https://example.com/b"}],
        "order":"strict","curriculum":"c","audience":{"roles":["r"]}}"#;
    let json = load("c.json", json).unwrap().curriculum;
    assert_eq!(json, yaml);
    assert_eq!(
        yaml.to_json(),
        r#"{"format":1,"curriculum":"c","title":"C","audience":{"roles":["r"]},"courses":[{"id":"a","activity":["https://example.com/a"],"passing_score":0.8},{"id":"b","activity":["https://example.com/b"],"after":["a"]}],"certification":{"title":"T","validity":"1 year"}}"#
    );
    // Kept definitions are found by their hash: it may never change for what was published.
    assert_eq!(
        yaml.hash(),
        "474e7f5821d5b6034bb77e6e6738dfcc32f19379220e831b13e66520180cd31a"
    );
    assert_eq!(Curriculum::from_json(&yaml.to_json()).unwrap(), yaml);
    assert_ne!(load("c.yaml", FORKLIFT).unwrap().curriculum.hash(), yaml.hash());
}

#[test]
fn warnings_are_no_errors() {
    let text = GOOD
        .replace("courses:", "order: any\ncourses:")
        .replace("0.8", "0");
    let warnings = load("c.yaml", &text).unwrap().warnings;
    let paths: Vec<&str> = warnings.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(
        paths,
        ["/courses", "/courses/0/passing_score", "/courses/1/after"]
    );

    let many: String = (0..7)
        .map(|id| format!("  - {{ id: m{id}, activity: 'https://example.com/m{id}' }}\n"))
        .collect();
    let text = GOOD.replace("certification:", &format!("{many}certification:"));
    assert!(
        load("c.yaml", &text).unwrap().warnings[0]
            .message
            .contains("9 courses are required")
    );
}

#[test]
fn what_is_held_is_met_by_nothing_else() {
    let definition = |course: &str| {
        format!(
            "curriculum: c\ntitle: C\naudience: {{ everyone: true }}\ncourses:\n  - {{ id: a, {course} }}\n"
        )
    };
    for (course, error) in [
        (
            "credential: https://x.example/c, certificate: d",
            "/courses/0/certificate: a credential of an outside issuer meets it already; expected either \
             \"credential\" or \"certificate\"; two courses, in a group with \"at_least: 1\", for one of both",
        ),
        (
            "certificate: d, passing_score: 0.8",
            "/courses/0/passing_score: a credential or certificate meets it, not statements; expected no \
             such member, or \"activity\" instead",
        ),
        (
            "activity: https://x.example/a, issuer: https://x.example",
            "/courses/0/issuer: only a credential has an issuer; expected \"credential\" beside it, or no \
             such member",
        ),
        (
            "activity: https://x.example/a, needed: active_always",
            "/courses/0/needed: only a certificate can be needed all the time; expected \"certificate\" \
             beside it, or no such member",
        ),
        (
            "certificate: c",
            "/courses/0/certificate: the curriculum asks for its own certificate; expected the id of \
             another curriculum",
        ),
        (
            "certificate: d, needed: sometimes",
            "/courses/0/needed: found \"sometimes\"; expected \"active_at_award\" (that certificate must be \
             in force when this one is awarded or renewed) or \"active_always\" (while it is not in force, this one is \
             suspended)",
        ),
        (
            "credential: no iri",
            "/courses/0/credential: found \"no iri\"; expected an IRI with a scheme, such as \
             \"https://example.com/course\"",
        ),
    ] {
        let found = rules::load("t.yaml", &definition(course))
            .unwrap_err()
            .to_string();
        assert_eq!(found.split_once(": ").unwrap().1, error, "{course}");
    }
}
