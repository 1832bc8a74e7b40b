//! Definitions whose measures or recognition are wrong, and what is said about them; and what is said in words.

use rules::load;

use crate::definitions::hold;

const GOOD: &str = "curriculum: c
title: C
audience: { roles: [r] }
courses:
  - { id: a, activity: https://example.com/a, delivery: online, assessment: open_test }
  - { id: b, activity: https://example.com/b, level: 3 }
  - { id: g, of: [{ id: h, activity: https://example.com/h }] }
measures:
  - { id: liked, survey: https://example.com/survey, course: a, target: 80 % }
  - { id: gain, learning: gain, before: https://example.com/pre, course: a }
  - { id: seen, observed: [https://example.com/x, https://example.com/y], course: a, not_before: 60 days }
  - { id: damage, kpi: https://example.com/kpi, of: group, window: 90 days, baseline: 90 days, target: 2, better: lower }
recognition:
  points: { met: 10, first_try: 5 }
  badges:
    - { id: all, title: All done, courses: 3 }
  levels: [{ title: Novice, points: 10 }, { title: Master, points: 45 }]
  boards: true
";

const BROKEN: &[(&str, &str, usize, &str, &[&str])] = &[
    (
        "level: 3",
        "level: 5",
        6,
        "/courses/1/level",
        &["found 5", "Kirkpatrick"],
    ),
    (
        "level: 3",
        "level: 4",
        6,
        "/courses/1/level",
        &["level 4 (results)", "gates: true"],
    ),
    (
        "level: 3",
        "level: 1",
        6,
        "/courses/1/level",
        &["level 1 (reaction)", "suggested: true"],
    ),
    (
        "level: 3",
        "level: 3, gates: true",
        6,
        "/courses/1/gates",
        &["gates anyway"],
    ),
    ("level: 3", "level: 4, gates: true", 0, "", &[]),
    ("level: 3", "level: 4, suggested: true", 0, "", &[]),
    (
        "delivery: online",
        "delivery: beach",
        5,
        "/courses/0/delivery",
        &["\"beach\"", "on_the_job"],
    ),
    (
        "open_test",
        "essay",
        5,
        "/courses/0/assessment",
        &["\"essay\"", "case_study"],
    ),
    (
        "id: g, ",
        "id: g, delivery: online, ",
        7,
        "/courses/2/delivery",
        &["a group has courses"],
    ),
    (
        "id: gain",
        "id: liked",
        10,
        "/measures/1/id",
        &["\"liked\" already"],
    ),
    (
        "course: a, target",
        "course: aa, target",
        9,
        "/measures/0/course",
        &["no course", "did you mean \"a\"?"],
    ),
    (
        "course: a, target",
        "course: g, target",
        9,
        "/measures/0/course",
        &["a group of courses"],
    ),
    (
        "survey: https://example.com/survey",
        "survey: not an iri",
        9,
        "/measures/0/survey",
        &["\"not an iri\""],
    ),
    (
        "survey: https://example.com/survey",
        "level: 1",
        9,
        "/measures/0",
        &["not said what is measured", "\"kpi\""],
    ),
    (
        "survey: https://example.com/survey",
        "survey: https://example.com/survey, kpi: k",
        9,
        "/measures/0/kpi",
        &["something else already"],
    ),
    ("80 %", "120 %", 9, "/measures/0/target", &["more than 100 %"]),
    ("80 %", "'high'", 9, "/measures/0/target", &["\"high\"", "80 %"]),
    (
        "80 %",
        "80 %, better: more",
        9,
        "/measures/0/better",
        &["\"more\"", "lower"],
    ),
    (
        "80 %",
        "80 %, before: https://example.com/z",
        9,
        "/measures/0/before",
        &["only a measure of a gain"],
    ),
    (
        "80 %",
        "80 %, of: group",
        9,
        "/measures/0/of",
        &["only a measure of \"kpi\""],
    ),
    (
        "80 %",
        "80 %, not_before: 3 days",
        9,
        "/measures/0/not_before",
        &["only a measure of \"observed\""],
    ),
    (
        "80 %",
        "80 %, observer: https://example.com/who",
        9,
        "/measures/0/observer",
        &["only a measure of \"observed\""],
    ),
    (
        "not_before: 60 days",
        "observer: https://example.com/who",
        0,
        "",
        &[],
    ),
    (
        "target: 80 %",
        "baseline: 1.5",
        9,
        "/measures/0/baseline",
        &["more than 100 %"],
    ),
    ("target: 80 %", "target: 100 %, baseline: 0.5", 0, "", &[]),
    (
        "learning: gain",
        "learning: fun",
        10,
        "/measures/1/learning",
        &["\"fun\"", "pass_rate"],
    ),
    (
        ", before: https://example.com/pre",
        "",
        10,
        "/measures/1",
        &["\"before\" is missing"],
    ),
    (
        "/pre, course: a",
        "/pre",
        10,
        "/measures/1",
        &["which test comes after", "\"after\""],
    ),
    (
        "https://example.com/y",
        "https://example.com/x",
        11,
        "/measures/2/observed/1",
        &["stands there twice"],
    ),
    (
        "https://example.com/y], course: a",
        "https://example.com/y]",
        11,
        "/measures/2/not_before",
        &["after which course"],
    ),
    (
        "60 days",
        "soon",
        11,
        "/measures/2/not_before",
        &["\"soon\"", "90 days"],
    ),
    (
        "not_before: 60 days",
        "by: [{ name: x }]",
        11,
        "/measures/2/by/0",
        &["an authority"],
    ),
    (
        "not_before: 60 days",
        "observer: me",
        11,
        "/measures/2/observer",
        &["\"me\""],
    ),
    (
        "window: 90 days, ",
        "",
        12,
        "/measures/3/baseline",
        &["no time before it", "\"window\""],
    ),
    (
        "baseline: 90 days",
        "baseline: soon",
        12,
        "/measures/3/baseline",
        &["\"soon\"", "60 %"],
    ),
    (
        "of: group",
        "of: team",
        12,
        "/measures/3/of",
        &["\"team\"", "person"],
    ),
    (
        "of: group",
        "of: group, course: a",
        12,
        "/measures/3/course",
        &["no single course"],
    ),
    (
        "kpi: https://example.com/kpi",
        "kpi: 'ex:a mple'",
        12,
        "/measures/3/kpi",
        &["\"ex:a mple\""],
    ),
    ("kpi: https://example.com/kpi", "kpi: Damage per hour", 0, "", &[]),
    (
        "met: 10",
        "met: -1",
        14,
        "/recognition/points/met",
        &["found -1", "a whole number from 0"],
    ),
    (
        "met: 10",
        "passed: 10",
        14,
        "/recognition/points/passed",
        &["no member \"passed\""],
    ),
    (
        "{ met: 10, first_try: 5 }",
        "{ met: 0 }",
        14,
        "/recognition/points",
        &["nobody gets on a board"],
    ),
    (
        ", courses: 3",
        "",
        16,
        "/recognition/badges/0",
        &["what the badge is for", "first_tries"],
    ),
    (
        "courses: 3",
        "courses: 4",
        16,
        "/recognition/badges/0/courses",
        &["only 3 courses"],
    ),
    (
        "courses: 3",
        "points: 46",
        16,
        "/recognition/badges/0/points",
        &["45 points at most"],
    ),
    (
        "points: 45",
        "points: 46",
        17,
        "/recognition/levels/1/points",
        &["at most 45"],
    ),
    (
        "points: 45",
        "points: 10",
        17,
        "/recognition/levels/1/points",
        &["as many points or more"],
    ),
    (
        "points: { met: 10, first_try: 5 }",
        "points: { met: 10, active: 1 }",
        0,
        "",
        &[],
    ),
    (
        "points: { met: 10, first_try: 5 }",
        "points: { met: 0 }",
        14,
        "/recognition/points",
        &["nothing earns points", "{ met: 10 }"],
    ),
    (
        "points: { met: 10, first_try: 5 }\n  badges:\n    - { id: all, title: All done, courses: 3 }\n  \
         levels: [{ title: Novice, points: 10 }, { title: Master, points: 45 }]",
        "points: { met: 0 }",
        14,
        "/recognition/points",
        &["nobody gets on a board"],
    ),
    (
        "points: { met: 10, first_try: 5 }\n  badges:\n    - { id: all, title: All done, courses: 3 }\n  \
         levels: [{ title: Novice, points: 10 }, { title: Master, points: 45 }]\n  boards: true",
        "points: { met: 0 }\n  levels: [{ title: Novice, points: 10 }]",
        14,
        "/recognition/points",
        &["to a level"],
    ),
    (
        "courses: 3 }",
        "courses: 3 }\n    - { id: all, title: Again, streak: 2 }",
        17,
        "/recognition/badges/1/id",
        &["\"all\" already"],
    ),
];

#[test]
fn what_is_wrong_is_said_with_its_place_and_what_to_write_instead() {
    hold(GOOD, BROKEN);
}

#[test]
fn what_is_measured_in_words() {
    let words = load("c.yaml", GOOD).unwrap().curriculum.describe();
    for line in [
        "  - a: pass [online, open test].",
        "  - b: pass [level 3 (behaviour)].",
        "Measured (nobody's status depends on it):",
        "  - liked, level 1 (reaction): how learners rate it, of a; at least 80 % is the target.",
        "  - gain, level 2 (learning): how much better the score is than that of the test before, of a.",
        "  - seen, level 3 (behaviour): how many of 2 things are done at work, as others see it, from 60 days after a on.",
        "  - damage, level 4 (results): the mean of the figures of the group for https://example.com/kpi, in the last 90 days; at most 2 is the target; compared with the 90 days before.",
        "Points: 10 for each course that is met, 5 more if it is passed at the first attempt.",
        "  - All done: 3 courses met.",
        "Levels: Novice from 10 points on, Master from 45 points on.",
        "There is a board for each group, with those on it who want to be.",
    ] {
        assert!(words.lines().any(|own| own == line), "{line}\n{words}");
    }
}

#[test]
fn the_canonical_form_leaves_out_what_is_not_said() {
    let text = GOOD
        .replace("met: 10, ", "")
        .replace("boards: true", "boards: false");
    let own = load("c.yaml", &text).unwrap().curriculum;
    assert_eq!(
        own.to_json().split("\"measures\":").nth(1).unwrap(),
        r#"[{"id":"liked","survey":["https://example.com/survey"],"course":"a","target":0.8},{"id":"gain","learning":"gain","course":"a","before":["https://example.com/pre"]},{"id":"seen","observed":["https://example.com/x","https://example.com/y"],"course":"a","not_before":"60 days"},{"id":"damage","kpi":"https://example.com/kpi","of":"group","window":"90 days","baseline":"90 days","target":2.0,"better":"lower"}],"recognition":{"points":{"first_try":5},"badges":[{"id":"all","title":"All done","courses":3}],"levels":[{"title":"Novice","points":10},{"title":"Master","points":45}]}}"#
    );
}
